/** Takes execution commands from the durable consumers of their priorities; how they are pulled: `pull-consumer.ts`. */
import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import type {
  DeliveredCommand,
  ExecutionCommandQueue,
} from '../../application/ports/work/execution-commands.ts';
import { PRIORITIES, type Priority } from '../../domain/task/status.ts';
import { ConnectionWatch } from '../connection/connection-watch.ts';
import { unavailableOr } from '../connection/errors.ts';
import type { Declaration } from '../provisioning/declarations.ts';
import { consumerInfo, fitConsumer } from './ensure-consumer.ts';
import { COMMAND_STREAM, commandConsumer, decodeCommand } from './execution-commands.ts';
import { type Delivery, pullUntil } from './pull-consumer.ts';

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

  consume(
    priority: Priority,
    maxInHand: () => number,
    onCommand: (delivered: DeliveredCommand) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const queue = { nc: this.#nc, stream: COMMAND_STREAM, consumer: commandConsumer(priority) };
    return pullUntil(signal, this.#watch, {
      ...queue,
      places: maxInHand,
      onDelivery: (delivery) => this.#take(delivery, onCommand),
      repair: () => fitConsumer({ ...this.#options, ...queue, watch: this.#watch }),
    });
  }

  /** Throws LogUnavailable. */
  async depth(): Promise<Record<Priority, number>> {
    try {
      const waiting = await Promise.all(
        PRIORITIES.map(async (one) => {
          const { num_pending } = await consumerInfo(this.#nc, COMMAND_STREAM, commandConsumer(one));
          return [one, num_pending] as const;
        }),
      );
      return Object.fromEntries(waiting) as Record<Priority, number>;
    } catch (error) {
      throw unavailableOr(error);
    }
  }

  #take(delivery: Delivery, onCommand: (delivered: DeliveredCommand) => void): void {
    const { message, deliveries } = delivery;
    const { logger } = this.#options;
    const command = decodeCommand(message.data);
    const messageId = message.headers?.get('Nats-Msg-Id') ?? '';
    if (command === null || messageId === '') {
      logger.error({ subject: message.subject, bytes: message.data.length }, 'no execution command');
      delivery.drop('not an execution command');
      return;
    }
    try {
      onCommand({
        command,
        messageId,
        deliveries,
        ack: () => delivery.ack(),
        handBack: (delayMs) => delivery.handBack(delayMs),
        working: () => delivery.working(),
      });
    } catch (error) {
      logger.error({ err: error, execution_id: command.execution_id }, 'an execution command was not taken');
      delivery.handBack(1_000);
    }
  }
}
