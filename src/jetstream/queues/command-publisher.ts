/**
 * Emits execution commands, thousands at once: publishes without waiting for each other, counts the server's answers on
 * one shared inbox, and keeps a bounded number in flight. What is not answered in time, is answered 503, or was in
 * flight when the connection broke is sent again under its message id, so that the server stores it once.
 *
 * Nothing is sent over a new connection before the consumers stand within their stream (`ensure-consumer.ts`): the server
 * may have been killed and have lost what they have delivered.
 */
import { type ApiError, JetStreamApiError } from '@nats-io/jetstream';
import { createInbox, headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { LogUnavailable } from '../../application/ports/failures.ts';
import type {
  ExecutionCommand,
  ExecutionCommandPublisher,
} from '../../application/ports/work/execution-commands.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { PRIORITIES } from '../../domain/task/status.ts';
import { ConnectionWatch } from '../connection/connection-watch.ts';
import { isNoResponders, isUnavailable } from '../connection/errors.ts';
import type { CommandQueueOptions } from './command-queue.ts';
import { isPassing, refitConsumer } from './ensure-consumer.ts';
import {
  COMMAND_STREAM,
  commandConsumer,
  commandMessageId,
  commandSubject,
  encodeCommand,
} from './execution-commands.ts';

const IN_FLIGHT = 1_024;
const ANSWER_TIMEOUT_MS = 1_500;
const RETRY_AFTER_MS = 150;
/** An emission of which nothing was stored for this long has failed. */
const PATIENCE_MS = 5_000;

/** The commands of one call. */
interface Emission {
  readonly now: Instant;
  left: number;
  /** Monotonic milliseconds of the last command stored. */
  progressAt: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface Outgoing {
  readonly command: ExecutionCommand;
  readonly emission: Emission;
  /** Monotonic milliseconds. */
  sendAt: number;
}

export class JetStreamCommandPublisher implements ExecutionCommandPublisher {
  readonly #nc: NatsConnection;
  readonly #watch: ConnectionWatch;
  readonly #options: CommandQueueOptions;
  readonly #inbox = createInbox();
  /** Those that have neither been stored nor failed. */
  readonly #emissions = new Set<Emission>();
  /** By the last token of the reply subject, oldest first. */
  readonly #inFlight = new Map<string, Outgoing>();
  #waiting: Outgoing[] = [];
  #nextWaiting = 0;
  /** Sent before, to be sent again at `sendAt`. */
  #again: Outgoing[] = [];
  #token = 0;
  #sweep: NodeJS.Timeout | null = null;
  /** How often the connection has come back. */
  #connection = 0;
  /** The connection since which the consumers are known to stand within their stream. */
  #fitSince = -1;
  #looking = false;

  constructor(nc: NatsConnection, options: CommandQueueOptions) {
    this.#nc = nc;
    this.#options = options;
    nc.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (error === null) this.#answered(message);
      },
    });
    this.#watch = new ConnectionWatch(nc);
    this.#watch.onUp(() => this.#cameBack());
  }

  emit(commands: readonly ExecutionCommand[], now: Instant): Promise<void> {
    if (commands.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const at = performance.now();
      const emission = { now, left: commands.length, progressAt: at, resolve, reject };
      this.#emissions.add(emission);
      for (const command of commands) this.#waiting.push({ command, emission, sendAt: at });
      this.#sweep ??= setInterval(() => this.#lookAfter(), 50);
      this.#fill();
    });
  }

  /** Where the consumers are not looked at yet, that is begun, and what waits is sent after it. */
  #maySend(): boolean {
    if (!this.#watch.up) return false;
    const fit = this.#fitSince === this.#connection;
    if (!fit && !this.#looking) void this.#fitConsumers();
    return fit;
  }

  async #fitConsumers(): Promise<void> {
    this.#looking = true;
    const connection = this.#connection;
    const about = { ...this.#options, nc: this.#nc, watch: this.#watch, stream: COMMAND_STREAM };
    try {
      for (const priority of PRIORITIES)
        await refitConsumer({ ...about, consumer: commandConsumer(priority) });
      this.#fitSince = connection;
    } catch (error) {
      // It is looked at again as long as somebody waits.
      if (isPassing(error)) return;
      this.#options.logger.error({ err: error }, 'the consumers of execution commands cannot be looked at');
      this.#fitSince = connection;
    } finally {
      this.#looking = false;
    }
    this.#sendAgain(performance.now());
    this.#fill();
  }

  #fill(): void {
    if (!this.#maySend()) return;
    while (this.#inFlight.size < IN_FLIGHT && this.#nextWaiting < this.#waiting.length) {
      const outgoing = this.#waiting[this.#nextWaiting++];
      if (outgoing !== undefined && this.#emissions.has(outgoing.emission)) this.#send(outgoing);
    }
    if (this.#nextWaiting < this.#waiting.length) return;
    this.#waiting = [];
    this.#nextWaiting = 0;
  }

  #send(outgoing: Outgoing): void {
    const { command, emission } = outgoing;
    const token = (++this.#token).toString(36);
    const id = headers();
    id.set('Nats-Msg-Id', commandMessageId(command, emission.now));
    outgoing.sendAt = performance.now();
    this.#inFlight.set(token, outgoing);
    this.#nc.publish(commandSubject(command), encodeCommand(command), {
      headers: id,
      reply: `${this.#inbox}.${token}`,
    });
  }

  #answered(message: Msg): void {
    const token = message.subject.slice(this.#inbox.length + 1);
    const outgoing = this.#inFlight.get(token);
    if (outgoing === undefined) return;
    this.#inFlight.delete(token);
    const refusal = refusalOf(message);
    if (refusal === null) this.#stored(outgoing.emission);
    else if (refusal === 'again' || isUnavailable(refusal)) this.#later(outgoing);
    else this.#fail(outgoing.emission, refusal);
    this.#fill();
  }

  #stored(emission: Emission): void {
    emission.left -= 1;
    emission.progressAt = performance.now();
    if (emission.left === 0 && this.#emissions.delete(emission)) emission.resolve();
  }

  #fail(emission: Emission, error: unknown): void {
    if (this.#emissions.delete(emission)) emission.reject(error);
  }

  #later(outgoing: Outgoing): void {
    outgoing.sendAt = performance.now() + RETRY_AFTER_MS;
    this.#again.push(outgoing);
  }

  /** What was in flight when the connection broke has no answer to come. */
  #cameBack(): void {
    this.#connection += 1;
    for (const outgoing of this.#inFlight.values()) this.#again.push({ ...outgoing, sendAt: 0 });
    this.#inFlight.clear();
    if (this.#emissions.size > 0) this.#fill();
  }

  #sendAgain(dueBy: number): void {
    if (!this.#maySend()) return;
    const wanted = this.#again.filter(({ emission }) => this.#emissions.has(emission));
    this.#again = wanted.filter(({ sendAt }) => sendAt > dueBy);
    for (const outgoing of wanted) if (outgoing.sendAt <= dueBy) this.#send(outgoing);
  }

  /** Every 50 ms while there is something to emit: sends again what is due, fails what has waited too long. */
  #lookAfter(): void {
    const now = performance.now();
    for (const [token, outgoing] of this.#inFlight) {
      if (now - outgoing.sendAt < ANSWER_TIMEOUT_MS) break;
      this.#inFlight.delete(token);
      this.#again.push(outgoing);
    }
    for (const emission of this.#emissions) {
      if (now - emission.progressAt < PATIENCE_MS && !this.#nc.isClosed()) continue;
      this.#fail(emission, new LogUnavailable('execution commands were not stored'));
    }
    this.#sendAgain(now);
    this.#fill();
    if (this.#emissions.size === 0) this.#rest();
  }

  /** Nobody waits any more: what is left belongs to emissions that failed. */
  #rest(): void {
    if (this.#sweep !== null) clearInterval(this.#sweep);
    this.#sweep = null;
    this.#inFlight.clear();
    this.#again = [];
    this.#waiting = [];
    this.#nextWaiting = 0;
  }
}

/** Null: stored, now or before. */
function refusalOf(message: Msg): JetStreamApiError | 'again' | null {
  if (isNoResponders(message)) return 'again';
  const { error } = message.json<{ error?: ApiError }>();
  return error === undefined ? null : new JetStreamApiError(error);
}
