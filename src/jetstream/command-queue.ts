/**
 * Takes execution commands from the durable consumers of their priorities.
 *
 * How they are pulled stands in `pulling.ts`. A consumer or stream that has vanished is provisioned again as declared.
 *
 * On one server the stream persists asynchronously, its consumers do not: `kill -9` of the server can take away the last
 * commands and leave a consumer that waits for acks of them. The stream then counts on from where it stands, and what it
 * stores under the numbers of the lost is held back for the ack wait, 10 s. So at the start, and whenever the connection
 * comes back, a consumer that stands beyond the end of its stream is deleted and made anew, which delivers all there is;
 * at worst some commands come twice, which workers make harmless.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import type { DeliveredCommand, ExecutionCommandQueue } from '../application/ports.ts';
import { PRIORITIES, type Priority } from '../domain/task/status.ts';
import { jetstreamApi } from './api.ts';
import { ConnectionLost, ConnectionWatch } from './connection-watch.ts';
import { type Declaration, loadDeclarations } from './declarations.ts';
import { isUnavailable, JetStreamCode, jetstreamErrorCode, unavailableOr } from './errors.ts';
import { COMMAND_STREAM, commandConsumer, decodeCommand } from './execution-commands.ts';
import { provision } from './provision.ts';
import { type PulledMessage, Pulling } from './pulling.ts';

interface ConsumerInfo {
  readonly num_pending: number;
  readonly delivered: { readonly stream_seq: number };
}

export interface CommandQueueOptions {
  readonly logger: Logger;
  readonly replicas: number;
  /** Default: the project's `streams/*.json`. */
  readonly declarations?: readonly Declaration[];
}

export class JetStreamCommandQueue implements ExecutionCommandQueue {
  readonly #nc: NatsConnection;
  readonly #watch: ConnectionWatch;
  readonly #options: CommandQueueOptions;

  constructor(nc: NatsConnection, options: CommandQueueOptions) {
    this.#nc = nc;
    this.#watch = new ConnectionWatch(nc);
    this.#options = options;
  }

  async consume(
    priority: Priority,
    maxInHand: number,
    onCommand: (delivered: DeliveredCommand) => void,
    signal: AbortSignal,
  ): Promise<void> {
    if (signal.aborted) return;
    const pulling = new Pulling({
      nc: this.#nc,
      logger: this.#options.logger,
      stream: COMMAND_STREAM,
      consumer: commandConsumer(priority),
      places: maxInHand,
      onMessage: (message) => this.#take(message, onCommand),
      repair: () => this.#repair(priority),
    });
    const stopWatching = this.#watch.onUp(() => pulling.repairAndStartOver());
    pulling.start();
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    stopWatching();
    await pulling.stop();
  }

  /** Throws LogUnavailable. */
  async depth(): Promise<Record<Priority, number>> {
    try {
      const waiting = await Promise.all(
        PRIORITIES.map(async (one) => [one, (await this.#consumerInfo(one)).num_pending] as const),
      );
      return Object.fromEntries(waiting) as Record<Priority, number>;
    } catch (error) {
      throw unavailableOr(error);
    }
  }

  #take(message: PulledMessage, onCommand: (delivered: DeliveredCommand) => void): void {
    const command = decodeCommand(message.data);
    const messageId = message.header('Nats-Msg-Id');
    if (command !== null && messageId !== '') {
      onCommand({
        command,
        messageId,
        deliveries: message.deliveries,
        ack: () => message.ack(),
        handBack: (delayMs) => message.handBack(delayMs),
        working: () => message.working(),
      });
      return;
    }
    const { subject, data } = message;
    this.#options.logger.error({ subject, bytes: data.length }, 'no execution command');
    message.terminate('not an execution command');
  }

  /** Ends at once where there is no connection, or it breaks: the next one repairs again. */
  async #repair(priority: Priority): Promise<void> {
    if (!this.#watch.up) return;
    try {
      await this.#watch.orLost(this.#makeFit(priority));
    } catch (error) {
      // Another worker may have deleted it at the same time.
      const passing = jetstreamErrorCode(error) === JetStreamCode.consumerNotFound || isUnavailable(error);
      if (passing || error instanceof ConnectionLost) return;
      this.#options.logger.error({ err: error }, 'the queue of execution commands cannot be made');
    }
  }

  async #makeFit(priority: Priority): Promise<void> {
    const { logger, replicas } = this.#options;
    if (await this.#isBeyondItsStream(priority)) {
      await jetstreamApi(this.#nc, `CONSUMER.DELETE.${COMMAND_STREAM}.${commandConsumer(priority)}`);
    }
    const declared = this.#options.declarations ?? (await loadDeclarations());
    const declarations = declared.filter(({ name }) => name === COMMAND_STREAM);
    const report = await provision(this.#nc, { replicas, declarations });
    const changed = [...report.streams, ...report.consumers].filter(({ action }) => action !== 'unchanged');
    if (changed.length > 0) logger.warn({ changed }, 'the queue of execution commands was made anew');
  }

  /** The consumer first: what is stored in between only moves the end away from it. */
  async #isBeyondItsStream(priority: Priority): Promise<boolean> {
    try {
      const { delivered } = await this.#consumerInfo(priority);
      const subject = `STREAM.INFO.${COMMAND_STREAM}`;
      const { state } = await jetstreamApi<{ state: { last_seq: number } }>(this.#nc, subject);
      return delivered.stream_seq > state.last_seq;
    } catch (error) {
      const code = jetstreamErrorCode(error);
      if (code === JetStreamCode.consumerNotFound || code === JetStreamCode.streamNotFound) return false;
      throw error;
    }
  }

  #consumerInfo(priority: Priority): Promise<ConsumerInfo> {
    return jetstreamApi(this.#nc, `CONSUMER.INFO.${COMMAND_STREAM}.${commandConsumer(priority)}`);
  }
}
