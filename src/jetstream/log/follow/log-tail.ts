/**
 * The log in order from a sequence, for ever, as a buffer that fills itself.
 *
 * One *session* is an ephemeral consumer, in the server's memory, read by pull requests. Whatever happens to it (the
 * server killed, the connection lost, the consumer gone, a message missing) ends the session, and the next one
 * starts behind the last message seen. The client's own ordered consumers would do the same, but notice
 * up to 45 s late that a killed server is back, and take in without bound what their reader leaves lying. Here:
 *
 * - silence ends a session: while a pull is open, the server sends a message, a heartbeat every 500 ms, or the end of
 *   the pull after 2 s;
 * - a pull is sent only while the buffer is short of a page, and page and pull are bounded in messages and bytes;
 * - TASK_LOG deletes nothing, so sequences follow each other without a gap: that is checked, message by message, and
 *   what is missing is passed over only where the log itself says that its loss is accepted.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createInbox, type Msg, type NatsConnection, nuid, type Subscription } from '@nats-io/transport-node';
import type { Hash, Sequence } from '../../../domain/shared/ids.ts';
import { hashOf, type StoredMessage } from '../../codec/codec.ts';
import { jetstreamApi } from '../../connection/api.ts';
import type { ConnectionWatch } from '../../connection/connection-watch.ts';
import { isUnavailable, JetStreamCode, jetstreamErrorCode } from '../../connection/errors.ts';
import { lastSequence } from '../../connection/leader-read.ts';
import { LOG_STREAM } from '../../connection/subjects.ts';
import { acceptsHole } from '../../log-guard/loss-event.ts';

const PULL_MESSAGES = 1_000;
const PULL_BYTES = 8 * 1024 * 1024;
/** Hashing and parsing so much takes some ten milliseconds. */
const READ_BYTES = 1024 * 1024;
const PULL_MS = 2_000;
const HEARTBEAT_MS = 500;
const SILENCE_MS = 1_250;
const CREATE_TIMEOUT_MS = 1_000;
const RETRY_MS = 100;
const LAG_MS = 2_000;
const INACTIVE_MS = 60_000;
const NANOS = 1_000_000;

/** The log does not hold what it held: a sequence is missing, or it ends before one that was read from it. */
export class LogBroken extends Error {
  override readonly name = 'LogBroken';
}

/** A message as it came from the log; its hash is taken once, whoever asks. */
export class LogMessage implements StoredMessage {
  readonly subject: string;
  readonly sequence: Sequence;
  readonly body: Uint8Array;
  #hash: Hash | null = null;

  constructor(subject: string, sequence: Sequence, body: Uint8Array) {
    this.subject = subject;
    this.sequence = sequence;
    this.body = body;
  }

  get hash(): Hash {
    this.#hash ??= hashOf(this.body);
    return this.#hash;
  }
}

export interface LogTailOptions {
  readonly after: Sequence;
  /** Bodies are left out. */
  readonly headersOnly: boolean;
  readonly signal: AbortSignal;
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
  #failure: unknown = null;
  #session: Session | null = null;
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
    await this.#watch.upWithin(PULL_MS);
    if (!this.#watch.up || this.#options.signal.aborted) return;
    const session = new Session(this.#nc, this.#last, this.#options.headersOnly, {
      take: (message, pending) => this.#take(message, pending),
      room: () => this.#buffer.length < PULL_MESSAGES && this.#bytes < PULL_BYTES,
    });
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

  #take(message: LogMessage, pending: number): void {
    this.#pending = pending;
    this.#last = message.sequence;
    this.#buffer.push(message);
    this.#bytes += message.body.length;
    this.#wake();
  }
}

/** How many of the messages, from `from` on, are read in one go: at least one, at most `max`. */
export function countWithin(messages: readonly LogMessage[], max: number, from = 0): number {
  let bytes = 0;
  for (let count = 0; count < max; count++) {
    const message = messages[from + count];
    if (message === undefined) return count;
    bytes += message.body.length;
    if (bytes > READ_BYTES && count > 0) return count;
  }
  return max;
}

interface Reader {
  /** `pending`: how many the log held beyond it. */
  take(message: LogMessage, pending: number): void;
  /** Whether more may be asked for. */
  room(): boolean;
}

/** One consumer, from its creation to its end. */
class Session {
  readonly #nc: NatsConnection;
  readonly #name = `tail-${nuid.next()}`;
  readonly #inbox = createInbox();
  readonly #headersOnly: boolean;
  readonly #reader: Reader;
  #last: Sequence;
  #delivered = 0;
  /** Messages that the open pull may still bring; 0: none is open. */
  #pulled = 0;
  #pulls = 0;
  /** Where the last pull's statuses come; a pull that brought all it may is followed by one too, late. */
  #reply = '';
  #silence: NodeJS.Timeout | null = null;
  #ended!: (error?: unknown) => void;
  readonly #end: Promise<void>;

  constructor(nc: NatsConnection, after: Sequence, headersOnly: boolean, reader: Reader) {
    this.#nc = nc;
    this.#last = after;
    this.#headersOnly = headersOnly;
    this.#reader = reader;
    this.#end = new Promise((resolve, reject) => {
      this.#ended = (error) => (error === undefined ? resolve() : reject(error));
    });
  }

  /** Resolves when the session is over and another should follow. Throws LogBroken, and errors of its creation. */
  async run(): Promise<void> {
    const subscription: Subscription = this.#nc.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => (error === null ? this.#onMessage(message) : this.end()),
    });
    try {
      await this.#check();
      await this.#create();
      this.refill();
      await this.#end;
    } finally {
      if (this.#silence !== null) clearTimeout(this.#silence);
      subscription.unsubscribe();
      if (!this.#nc.isClosed()) this.#nc.publish(`$JS.API.CONSUMER.DELETE.${LOG_STREAM}.${this.#name}`);
    }
  }

  end(): void {
    this.#ended();
  }

  /** Asks for the next page where none is asked for and there is room. */
  refill(): void {
    if (this.#pulled > 0 || !this.#reader.room() || this.#nc.isClosed()) return;
    this.#pulled = PULL_MESSAGES;
    this.#reply = `${this.#inbox}.${++this.#pulls}`;
    const request = {
      batch: PULL_MESSAGES,
      // Twice the largest message: one that did not fit would end every pull before it.
      max_bytes: Math.max(PULL_BYTES, 2 * (this.#nc.info?.max_payload ?? 0)),
      expires: PULL_MS * NANOS,
      idle_heartbeat: HEARTBEAT_MS * NANOS,
    };
    const subject = `$JS.API.CONSUMER.MSG.NEXT.${LOG_STREAM}.${this.#name}`;
    this.#nc.publish(subject, JSON.stringify(request), { reply: this.#reply });
    this.#listen();
  }

  /** A consumer that starts beyond the log's end would wait there in silence. A new leader may need a moment to get there. */
  async #check(): Promise<void> {
    const giveUpAt = performance.now() + LAG_MS;
    for (;;) {
      const end = await lastSequence(this.#nc, LOG_STREAM, CREATE_TIMEOUT_MS);
      if (end >= this.#last) return;
      const text = `event ${this.#last} was read from the log, and it ends at ${end}`;
      if (performance.now() > giveUpAt) throw new LogBroken(text);
      await delay(RETRY_MS);
    }
  }

  async #create(): Promise<void> {
    const config = {
      name: this.#name,
      deliver_policy: 'by_start_sequence',
      opt_start_seq: this.#last + 1,
      ack_policy: 'none',
      replay_policy: 'instant',
      headers_only: this.#headersOnly,
      inactive_threshold: INACTIVE_MS * NANOS,
      mem_storage: true,
      num_replicas: 1,
    };
    const subject = `CONSUMER.CREATE.${LOG_STREAM}.${this.#name}`;
    await jetstreamApi(this.#nc, subject, { stream_name: LOG_STREAM, config }, CREATE_TIMEOUT_MS);
  }

  #listen(): void {
    if (this.#silence === null) this.#silence = setTimeout(() => this.end(), SILENCE_MS);
    else this.#silence.refresh();
  }

  #onMessage(message: Msg): void {
    if (!message.subject.startsWith(this.#inbox)) this.#onEntry(message, positionOf(message.reply ?? ''));
    else if (message.subject === this.#reply) this.#onStatus(message.headers?.code ?? 0);
  }

  /** 100: heartbeat. 408, 409: the pull is over, by its time or its bytes. Anything else ends the session. */
  #onStatus(code: number): void {
    if (code === 100) this.#listen();
    else if (code === 408 || code === 409) this.#pullOver();
    else this.end();
  }

  #onEntry(message: Msg, { sequence, delivered, pending }: Position): void {
    this.#delivered++;
    const inOrder = sequence === this.#last + 1 || acceptsHole(message, this.#last + 1, sequence);
    if (delivered !== this.#delivered || !inOrder) {
      this.#onGap(delivered, sequence);
      return;
    }
    this.#last = sequence;
    this.#reader.take(new LogMessage(message.subject, sequence, message.data), pending);
    this.#pulled--;
    if (this.#pulled === 0) this.#pullOver();
    else this.#listen();
  }

  /** A fresh consumer that begins elsewhere than asked shows the log as it is; any other gap may be one of delivery. */
  #onGap(delivered: number, sequence: Sequence): void {
    const fresh = delivered === 1 && this.#delivered === 1;
    const text = `event ${this.#last + 1} was asked of the log, and ${sequence} came`;
    this.#ended(fresh ? new LogBroken(text) : undefined);
  }

  #pullOver(): void {
    this.#pulled = 0;
    if (this.#silence !== null) clearTimeout(this.#silence);
    this.#silence = null;
    this.refill();
  }
}

interface Position {
  readonly sequence: Sequence;
  /** How many this consumer has delivered with it. */
  readonly delivered: number;
  /** How many the log held beyond it when it was sent. */
  readonly pending: number;
}

/** Reads `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream sequence>.<consumer sequence>.<time>.<pending>`. */
function positionOf(reply: string): Position {
  const tokens = reply.split('.');
  // With a domain and an account hash before the stream there are two tokens more.
  const at = tokens.length > 9 ? 7 : 5;
  return {
    sequence: Number(tokens[at]) as Sequence,
    delivered: Number(tokens[at + 1]),
    pending: Number(tokens[at + 3]),
  };
}
