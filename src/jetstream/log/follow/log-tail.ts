/**
 * The log in order from a sequence, for ever, as a buffer that fills itself.
 *
 * One *session* is an ephemeral consumer, in the server's memory, read by pull requests (`tail-session.ts`). Whatever
 * happens to it (the server killed, the connection lost, the consumer gone, a message missing) ends the session, and the
 * next one starts behind the last message seen. The client's own ordered consumers would do the same, but notice
 * up to 45 s late that a killed server is back, and take in without bound what their reader leaves lying.
 *
 * What this process has appended itself it need not be sent: it is handed over as soon as it is acknowledged (`offer`)
 * and joins what was delivered wherever it follows it without a gap.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Sequence } from '../../../domain/shared/ids.ts';
import type { ConnectionWatch } from '../../connection/connection-watch.ts';
import { isUnavailable, JetStreamCode, jetstreamErrorCode } from '../../connection/errors.ts';
import { countWithin, type LogMessage } from './log-message.ts';
import type { PullRest } from './pull-pace.ts';
import { PULL_BYTES, PULL_MESSAGES, TailSession } from './tail-session.ts';

const UP_WITHIN_MS = 2_000;
const RETRY_MS = 100;
/** Kept of what was handed over and does not follow yet; anything more is delivered. */
const MOST_AHEAD = 1_024;

export interface LogTailOptions {
  readonly after: Sequence;
  /** Bodies are left out. */
  readonly headersOnly: boolean;
  readonly signal: AbortSignal;
  /** Absent: whatever comes is delivered at once. */
  readonly rest?: PullRest;
}

export class LogTail {
  readonly #nc: NatsConnection;
  readonly #watch: ConnectionWatch;
  readonly #options: LogTailOptions;
  #buffer: LogMessage[] = [];
  #bytes = 0;
  /** Messages that the log held beyond the last one when that was sent. */
  #pending = Number.POSITIVE_INFINITY;
  #last: Sequence;
  /** Handed over, by sequence: what comes before them is still to be delivered. */
  readonly #ahead = new Map<number, LogMessage>();
  #failure: unknown = null;
  #session: TailSession | null = null;
  #wake: () => void = () => {};

  /** Starts to read at once. */
  constructor(nc: NatsConnection, watch: ConnectionWatch, options: LogTailOptions) {
    this.#nc = nc;
    this.#watch = watch;
    this.#options = options;
    this.#last = options.after;
    void this.#run();
  }

  /**
   * What has arrived, at least one message and at most `max`, of no more bytes than can be read in one go; empty once
   * the signal has aborted. Waits for it. Throws LogBroken.
   */
  async next(max: number): Promise<readonly LogMessage[]> {
    for (;;) {
      if (this.#options.signal.aborted) return [];
      if (this.#buffer.length > 0) break;
      if (this.#failure !== null) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const messages = this.#buffer.splice(0, countWithin(this.#buffer, max));
    for (const message of messages) this.#bytes -= message.body.length;
    this.#session?.refill();
    return messages;
  }

  /** Whether all has been taken that the log held when its last message was sent. */
  get isAtEnd(): boolean {
    return this.#buffer.length === 0 && this.#pending === 0;
  }

  /** Messages that are in the log for certain, in its order. */
  offer(messages: readonly LogMessage[]): void {
    for (const message of messages) {
      if (message.sequence === this.#last + 1) this.#take(message);
      else if (message.sequence > this.#last && this.#ahead.size < MOST_AHEAD)
        this.#ahead.set(message.sequence, message);
    }
    this.#takeAhead();
    // Others have appended what is in between. Answers of this process may also come out of order, in one go.
    if (this.#ahead.size > 0) setImmediate(() => this.#ahead.size > 0 && this.#session?.hurry());
  }

  async #run(): Promise<void> {
    const { signal } = this.#options;
    const onAbort = () => {
      this.#session?.end();
      this.#wake();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      while (!signal.aborted) {
        await this.#runSession();
        if (!signal.aborted) await delay(RETRY_MS);
      }
    } catch (error) {
      this.#failure = error;
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#wake();
    }
  }

  async #runSession(): Promise<void> {
    await this.#watch.upWithin(UP_WITHIN_MS);
    if (!this.#watch.up || this.#options.signal.aborted) return;
    const { headersOnly, rest } = this.#options;
    const session = new TailSession(
      this.#nc,
      { after: this.#last, headersOnly, rest },
      {
        take: (message, pending) => this.#deliver(message, pending),
        isKnown: (sequence) => sequence <= this.#last,
        knownAfter: (sequence) => this.#last - sequence,
        room: () => this.#buffer.length < PULL_MESSAGES && this.#bytes < PULL_BYTES,
      },
    );
    this.#session = session;
    const stop = this.#watch.onUp(() => session.end());
    try {
      await session.run();
    } catch (error) {
      // A cluster that is still coming up may not know its streams yet.
      if (!isUnavailable(error) && jetstreamErrorCode(error) !== JetStreamCode.streamNotFound) throw error;
    } finally {
      stop();
      this.#session = null;
    }
  }

  #deliver(message: LogMessage, pending: number): void {
    this.#pending = pending;
    this.#take(message);
    this.#takeAhead();
  }

  #takeAhead(): void {
    if (this.#ahead.size === 0) return;
    for (;;) {
      const next = this.#ahead.get(this.#last + 1);
      if (next === undefined) break;
      this.#take(next);
    }
    for (const sequence of this.#ahead.keys()) if (sequence <= this.#last) this.#ahead.delete(sequence);
  }

  #take(message: LogMessage): void {
    this.#last = message.sequence;
    this.#buffer.push(message);
    this.#bytes += message.body.length;
    this.#wake();
  }
}
