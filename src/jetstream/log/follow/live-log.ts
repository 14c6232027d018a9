/**
 * The log's end, read once for all who follow it in this process.
 *
 * A follower that is behind reads by a tail of its own (`log-tail.ts`). Where it has come to the end of the log, its tail
 * becomes everybody's: what it brings goes into a window of the last messages, from which all are served that have come
 * so far. Nobody waits for the slowest: whoever falls out of the window goes on by a tail of its own, until it has caught
 * up again.
 *
 *     log --> tail of one that is behind --> reader
 *         '-> the live tail --> window --+--> reader
 *                                        '--> reader
 */
import type { NatsConnection } from '@nats-io/transport-node';
import type { Sequence } from '../../../domain/shared/ids.ts';
import { onAbort } from '../../../kernel/on-abort.ts';
import type { StoredMessage } from '../../codec/codec.ts';
import type { ConnectionWatch } from '../../connection/connection-watch.ts';
import { countWithin, LogMessage } from './log-message.ts';
import { LogTail } from './log-tail.ts';
import type { PullRest } from './pull-pace.ts';
import { SeenDigests } from './seen-digests.ts';

/** Of the window, whoever still has to read it. */
const MOST_MESSAGES = 8_192;
const MOST_BYTES = 16 * 1024 * 1024;
/** Kept when all have read it, for those who come back soon. */
const KEPT_MESSAGES = 512;
const KEPT_BYTES = 1024 * 1024;
const TAKEN_AT_ONCE = 1_000;

interface OwnTail {
  readonly tail: LogTail;
  readonly stop: AbortController;
}

export class LiveLog {
  readonly #nc: NatsConnection;
  readonly #watch: ConnectionWatch;
  readonly #rest: PullRest | undefined;
  readonly #readers = new Set<LogReader>();
  /** Null: nobody asks for them. */
  readonly seen: SeenDigests | null;
  #stop: AbortController | null = null;
  #tail: LogTail | null = null;
  #window: LogMessage[] = [];
  #bytes = 0;
  /** Of the last message in the window, or before the first that will be. */
  #last = 0;
  #failure: { readonly error: unknown } | null = null;

  constructor(nc: NatsConnection, watch: ConnectionWatch, rest?: PullRest, keepsDigests = false) {
    this.seen = keepsDigests ? new SeenDigests() : null;
    this.#nc = nc;
    this.#watch = watch;
    this.#rest = rest;
  }

  /** Reads the log after a sequence, until `signal` aborts. */
  read(after: Sequence, signal: AbortSignal): LogReader {
    const reader: LogReader = new LogReader(this, after, signal, () => this.#leave(reader));
    this.#readers.add(reader);
    return reader;
  }

  ownTail(after: Sequence): OwnTail {
    const stop = new AbortController();
    const rest = this.#rest === undefined ? {} : { rest: this.#rest };
    const options = { after, headersOnly: false, signal: stop.signal, ...rest };
    return { tail: new LogTail(this.#nc, this.#watch, options), stop };
  }

  /** What this process has appended, as soon as that is known: it need not wait until it is delivered. */
  offer(messages: readonly StoredMessage[]): void {
    const tail = this.#tail;
    if (tail === null) return;
    tail.offer(
      messages.map(({ subject, sequence, body, hash }) => new LogMessage(subject, sequence, body, hash)),
    );
  }

  /** Whether what follows the sequence is in the window, or will be. */
  hasAfter(sequence: Sequence): boolean {
    return this.#stop !== null && sequence <= this.#last && sequence >= this.#last - this.#window.length;
  }

  /** At most `max` messages after a sequence that it has. Throws what ended the live tail. */
  after(sequence: Sequence, max: number): readonly LogMessage[] {
    const from = this.#window.length - (this.#last - sequence);
    const messages = this.#window.slice(from, from + countWithin(this.#window, max, from));
    if (messages.length === 0 && this.#failure !== null) throw this.#failure.error;
    return messages;
  }

  /** Makes a tail that has come to the log's end everybody's; false where there is one already. */
  adopt({ tail, stop }: OwnTail, position: Sequence): boolean {
    if (this.#stop !== null) return false;
    this.#stop = stop;
    this.#tail = tail;
    this.#last = position;
    void this.#fill(tail, stop);
    return true;
  }

  async #fill(tail: LogTail, stop: AbortController): Promise<void> {
    try {
      for (;;) {
        const messages = await tail.next(TAKEN_AT_ONCE);
        const last = messages.at(-1);
        if (last === undefined || this.#stop !== stop) return;
        for (const message of messages) this.#bytes += message.body.length;
        this.seen?.add(messages);
        this.#window.push(...messages);
        this.#last = last.sequence;
        this.#wakeAll();
        this.#evict();
      }
    } catch (error) {
      if (this.#stop !== stop) return;
      this.#failure = { error };
      this.#wakeAll();
    }
  }

  #wakeAll(): void {
    for (const reader of this.#readers) reader.wake();
  }

  /** What everybody has read, but for the last of it, and what is too much in any case. */
  #evict(): void {
    let slowest = this.#last;
    for (const { position } of this.#readers)
      if (this.hasAfter(position)) slowest = Math.min(slowest, position);
    const unread = this.#last - slowest;
    let left = this.#window.length;
    let bytes = this.#bytes;
    while (
      left > MOST_MESSAGES ||
      bytes > MOST_BYTES ||
      (left > unread && (left > KEPT_MESSAGES || bytes > KEPT_BYTES))
    ) {
      bytes -= this.#window[this.#window.length - left]?.body.length ?? 0;
      left--;
    }
    // Not for each message: moving what stays costs as much as it is long.
    if (this.#window.length - left < KEPT_MESSAGES && this.#bytes - bytes < KEPT_BYTES) return;
    this.#window = this.#window.slice(this.#window.length - left);
    this.#bytes = bytes;
  }

  #leave(reader: LogReader): void {
    this.#readers.delete(reader);
    if (this.#readers.size > 0) return;
    this.#stop?.abort();
    this.#stop = null;
    this.#tail = null;
    this.seen?.forget();
    this.#window = [];
    this.#bytes = 0;
    this.#failure = null;
  }
}

/** One follower's way through the log. */
export class LogReader {
  readonly #live: LiveLog;
  readonly #signal: AbortSignal;
  readonly #onEnd: () => void;
  readonly #off: () => void;
  #own: OwnTail | null = null;
  #wake: () => void = () => {};
  /** Of the last message that was read. */
  position: Sequence;

  constructor(live: LiveLog, after: Sequence, signal: AbortSignal, onEnd: () => void) {
    this.#live = live;
    this.position = after;
    this.#signal = signal;
    this.#onEnd = onEnd;
    this.#off = onAbort(signal, this.#onAbort);
  }

  /** Messages that have arrived, at least one and at most `max`; empty once the signal has aborted. Throws LogBroken. */
  async next(max: number): Promise<readonly LogMessage[]> {
    while (!this.#signal.aborted) {
      const isLive = this.#live.hasAfter(this.position);
      const messages = isLive ? this.#fromWindow(max) : await this.#fromOwn(max);
      const last = messages.at(-1);
      if (last !== undefined) {
        this.position = last.sequence;
        return messages;
      }
      // Only the window may have nothing: a tail that has just been made everybody's is asked through it.
      if (isLive) await this.#moreInWindow();
    }
    return [];
  }

  /** There is something new, or the signal has aborted. */
  wake(): void {
    this.#wake();
  }

  end(): void {
    this.#off();
    this.#dropOwn();
    this.#onEnd();
  }

  #fromWindow(max: number): readonly LogMessage[] {
    this.#dropOwn();
    return this.#live.after(this.position, max);
  }

  async #fromOwn(max: number): Promise<readonly LogMessage[]> {
    this.#own ??= this.#live.ownTail(this.position);
    if (this.#own.tail.isAtEnd && this.#live.adopt(this.#own, this.position)) {
      this.#own = null;
      return [];
    }
    return this.#own.tail.next(max);
  }

  #moreInWindow(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (this.#signal.aborted) resolve();
    });
  }

  readonly #onAbort = () => {
    this.#dropOwn();
    this.#wake();
  };

  #dropOwn(): void {
    this.#own?.stop.abort();
    this.#own = null;
  }
}
