/**
 * Takes execution commands from the durable consumers of their priorities.
 *
 * Each `consume` call speaks the pull protocol itself: the client's own `consume` asks for more as soon as messages
 * arrive, whether those before are acknowledged or not, and so cannot hold a bound on what is in hand. Here one pull is
 * under way at a time, for as many commands as there are free places; it ends when that many have come, when the server
 * says so (after 2 s), when the connection comes back, or when the server has been silent for a second longer.
 *
 *     places (maxInHand) = in hand (delivered, neither acked nor handed back) + asked for + free
 *
 * A consumer or stream that has vanished shows as 503 or 409: it is provisioned again as declared, then pulled from.
 *
 * On one server the stream persists asynchronously, its consumers do not: `kill -9` of the server can take away the last
 * commands and leave a consumer that waits for acks of them. The stream then counts on from where it stands, and what it
 * stores under the numbers of the lost is held back for the ack wait, 10 s. So at the start, and whenever the connection
 * comes back, a consumer that stands beyond the end of its stream is deleted and made anew, which delivers all there is;
 * at worst some commands come twice, which workers make harmless.
 */
import { createInbox, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import type { DeliveredCommand, ExecutionCommand, ExecutionCommandQueue } from '../application/ports.ts';
import { PRIORITIES, type Priority } from '../domain/task/status.ts';
import { jetstreamApi } from './api.ts';
import { ConnectionLost, ConnectionWatch } from './connection-watch.ts';
import { type Declaration, loadDeclarations } from './declarations.ts';
import { isUnavailable, JetStreamCode, jetstreamErrorCode, unavailableOr } from './errors.ts';
import { COMMAND_STREAM, commandConsumer, decodeCommand } from './execution-commands.ts';
import { provision } from './provision.ts';
import { pauseFor } from './timing.ts';

/** How long the server keeps a pull open. Not longer: a pull that a killed server forgot stalls for that long. */
const PULL_MS = 2_000;
const SILENCE_MS = PULL_MS + 1_000;
const REPAIR_PAUSE_MS = 250;
/** How long the end of `consume` waits for what is still on its way. */
const LAST_CALL_MS = 1_000;

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
      consumer: commandConsumer(priority),
      places: maxInHand,
      onCommand,
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

interface PullingOptions {
  readonly nc: NatsConnection;
  readonly logger: Logger;
  readonly consumer: string;
  readonly places: number;
  readonly onCommand: (delivered: DeliveredCommand) => void;
  /** Sees to a fit consumer being there. Never throws. */
  readonly repair: () => Promise<void>;
}

class Pulling {
  readonly #options: PullingOptions;
  readonly #inbox = createInbox();
  readonly #next: string;
  #subscription: Subscription | null = null;
  #silence: NodeJS.Timeout | null = null;
  #inHand = 0;
  #asked = 0;
  #askedAt = 0;
  #pull = 0;
  #soon: NodeJS.Immediate | null = null;
  #pause: NodeJS.Timeout | null = null;
  #repairing = false;
  #repairWanted = false;
  #stopped = false;

  constructor(options: PullingOptions) {
    this.#options = options;
    this.#next = `$JS.API.CONSUMER.MSG.NEXT.${COMMAND_STREAM}.${options.consumer}`;
  }

  start(): void {
    this.#subscription = this.#options.nc.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (error === null) this.#received(message);
      },
    });
    this.#silence = setInterval(() => {
      if (this.#asked > 0 && performance.now() - this.#askedAt > SILENCE_MS) this.#startOver();
    }, SILENCE_MS / 4);
    this.repairAndStartOver();
  }

  repairAndStartOver(): void {
    this.#repairWanted = true;
    if (!this.#repairing && !this.#stopped) void this.#repair();
  }

  async #repair(): Promise<void> {
    this.#repairing = true;
    while (this.#repairWanted) {
      this.#repairWanted = false;
      await this.#options.repair();
    }
    this.#repairing = false;
    this.#startOver();
  }

  /** Forgets the pull under way, which the server may have forgotten too. */
  #startOver(): void {
    this.#asked = 0;
    this.#ask();
  }

  /** What still arrives is handed back at once, so that it need not wait for the ack wait. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#silence !== null) clearInterval(this.#silence);
    if (this.#soon !== null) clearImmediate(this.#soon);
    if (this.#pause !== null) clearTimeout(this.#pause);
    const drained = this.#subscription?.drain().catch(() => {});
    const ended = new AbortController();
    await Promise.race([drained, pauseFor(LAST_CALL_MS, ended.signal)]);
    ended.abort();
  }

  #ask(): void {
    const { nc, places } = this.#options;
    const free = places - this.#inHand;
    if (
      this.#stopped ||
      this.#repairing ||
      this.#pause !== null ||
      this.#asked > 0 ||
      free <= 0 ||
      nc.isClosed()
    )
      return;
    this.#asked = free;
    this.#askedAt = performance.now();
    this.#pull += 1;
    const request = JSON.stringify({ batch: free, expires: PULL_MS * 1_000_000 });
    nc.publish(this.#next, request, { reply: `${this.#inbox}.${this.#pull}` });
  }

  /** After this turn of the event loop, so that places that come free together are asked for together. */
  #askSoon(): void {
    if (this.#asked > 0 || this.#soon !== null || this.#stopped) return;
    this.#soon = setImmediate(() => {
      this.#soon = null;
      this.#ask();
    });
  }

  #received(message: Msg): void {
    if (!message.subject.startsWith(this.#inbox)) this.#delivered(message);
    else if (message.subject === `${this.#inbox}.${this.#pull}`) this.#pullEnded(message.headers?.code ?? 0);
  }

  #pullEnded(code: number): void {
    this.#asked = 0;
    // 408: it was open for as long as it may be, which is how most pulls of an idle queue end.
    if (code === 408) this.#ask();
    else this.#repairSoon();
  }

  #repairSoon(): void {
    this.#pause ??= setTimeout(() => {
      this.#pause = null;
      this.repairAndStartOver();
    }, REPAIR_PAUSE_MS);
  }

  #delivered(message: Msg): void {
    this.#asked = Math.max(0, this.#asked - 1);
    const settle = (answer: string) => {
      const { nc } = this.#options;
      if (message.reply !== undefined && !nc.isClosed()) nc.publish(message.reply, answer);
    };
    // A pull that was given up may still be answered: what has no place goes back.
    if (this.#stopped || this.#inHand >= this.#options.places) settle('-NAK');
    else this.#take(message, settle);
    this.#askSoon();
  }

  #take(message: Msg, settle: (answer: string) => void): void {
    const { logger, onCommand, consumer } = this.#options;
    const command = decodeCommand(message.data);
    const messageId = message.headers?.get('Nats-Msg-Id') ?? '';
    if (command === null || messageId === '') {
      logger.error(
        { consumer, subject: message.subject, bytes: message.data.length },
        'no execution command',
      );
      settle('+TERM not an execution command');
      return;
    }
    this.#inHand += 1;
    const deliveries = deliveriesOf(message.reply ?? '');
    const delivered = new Delivered(command, messageId, deliveries, settle, () => {
      this.#inHand -= 1;
      this.#askSoon();
    });
    try {
      onCommand(delivered);
    } catch (error) {
      logger.error({ err: error, execution_id: command.execution_id }, 'an execution command was not taken');
      delivered.handBack(1_000);
    }
  }
}

class Delivered implements DeliveredCommand {
  readonly command: ExecutionCommand;
  readonly messageId: string;
  readonly deliveries: number;
  readonly #settle: (answer: string) => void;
  readonly #onSettled: () => void;
  #settled = false;

  constructor(
    command: ExecutionCommand,
    messageId: string,
    deliveries: number,
    settle: (answer: string) => void,
    onSettled: () => void,
  ) {
    this.command = command;
    this.messageId = messageId;
    this.deliveries = deliveries;
    this.#settle = settle;
    this.#onSettled = onSettled;
  }

  ack(): void {
    this.#end('+ACK');
  }

  handBack(delayMs: number): void {
    this.#end(delayMs > 0 ? `-NAK ${JSON.stringify({ delay: Math.round(delayMs * 1_000_000) })}` : '-NAK');
  }

  working(): void {
    if (!this.#settled) this.#settle('+WPI');
  }

  #end(answer: string): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#settle(answer);
    this.#onSettled();
  }
}

/** `$JS.ACK.<stream>.<consumer>.<deliveries>…`, with domain and account before the stream on some servers. */
function deliveriesOf(reply: string): number {
  const tokens = reply.split('.');
  return Number(tokens[tokens.length > 9 ? 6 : 4]);
}
