/**
 * One consumer of a tail, from its creation to its end.
 *
 * - Silence ends a session: while a pull is open, the server sends a message, a heartbeat every 500 ms, or the end of
 *   the pull after 2 s.
 * - A pull is sent only while the buffer is short of a page, and page and pull are bounded in messages and bytes; when,
 *   and for how much, says `pull-pace.ts`.
 * - TASK_LOG deletes nothing, so sequences follow each other without a gap: that is checked, message by message, and
 *   what is missing is passed over only where the log itself says that its loss is accepted.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createInbox, type Msg, type NatsConnection, nuid, type Subscription } from '@nats-io/transport-node';
import type { Sequence } from '../../../domain/shared/ids.ts';
import { jetstreamApi } from '../../connection/api.ts';
import { lastSequence } from '../../connection/leader-read.ts';
import { LOG_STREAM } from '../../connection/subjects.ts';
import { acceptsHole } from '../../log-guard/loss-event.ts';
import { LogBroken, LogMessage } from './log-message.ts';
import { PullPace, type PullRest } from './pull-pace.ts';

export const PULL_MESSAGES = 1_000;
export const PULL_BYTES = 8 * 1024 * 1024;
const PULL_MS = 2_000;
const HEARTBEAT_MS = 500;
const SILENCE_MS = 1_250;
const CREATE_TIMEOUT_MS = 1_000;
const RETRY_MS = 100;
const LAG_MS = 2_000;
const INACTIVE_MS = 60_000;
const NANOS = 1_000_000;

export interface TailReader {
  /** `pending`: how many the log held beyond it. */
  take(message: LogMessage, pending: number): void;
  /** Whether it has been taken already, from elsewhere. */
  isKnown(sequence: Sequence): boolean;
  /** How many messages after that one are known. */
  knownAfter(sequence: Sequence): number;
  /** Whether more may be asked for. */
  room(): boolean;
}

interface TailSessionOptions {
  readonly after: Sequence;
  readonly headersOnly: boolean;
  readonly rest: PullRest | undefined;
}

export class TailSession {
  readonly #nc: NatsConnection;
  readonly #name = `tail-${nuid.next()}`;
  readonly #inbox = createInbox();
  readonly #headersOnly: boolean;
  readonly #reader: TailReader;
  readonly #pace: PullPace;
  /** Of the last message that was delivered. */
  #last: Sequence;
  /** Messages that the log held beyond it. */
  #pending = 0;
  #delivered = 0;
  /** Messages that the open pull may still bring; 0: none is open. */
  #pulled = 0;
  #pulls = 0;
  /** Where the last pull's statuses come; a pull that brought all it may is followed by one too, late. */
  #reply = '';
  #silence: NodeJS.Timeout | null = null;
  #resting: NodeJS.Timeout | null = null;
  #ended!: (error?: unknown) => void;
  readonly #end: Promise<void>;

  constructor(nc: NatsConnection, { after, headersOnly, rest }: TailSessionOptions, reader: TailReader) {
    this.#nc = nc;
    this.#last = after;
    this.#headersOnly = headersOnly;
    this.#reader = reader;
    this.#pace = new PullPace(rest, PULL_MESSAGES);
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
      this.#wakeUp();
      subscription.unsubscribe();
      if (!this.#nc.isClosed()) this.#nc.publish(`$JS.API.CONSUMER.DELETE.${LOG_STREAM}.${this.#name}`);
    }
  }

  end(): void {
    this.#ended();
  }

  /** Asks for more where nothing is asked for, and there is room. */
  refill(): void {
    if (this.#pulled > 0 || this.#resting !== null || !this.#reader.room()) return;
    const restMs = this.#pace.restMs(this.#pending);
    if (restMs === 0) this.#pull();
    else this.#resting = setTimeout(this.#pullRested, restMs);
  }

  readonly #pullRested = () => {
    this.#resting = null;
    this.#pull();
  };

  /** Messages of others are known to be in the log: they are asked for at once. */
  hurry(): void {
    this.#pace.hurry();
    if (this.#resting === null) return;
    this.#wakeUp();
    this.refill();
  }

  #wakeUp(): void {
    if (this.#resting !== null) clearTimeout(this.#resting);
    this.#resting = null;
  }

  #pull(): void {
    if (this.#nc.isClosed()) return;
    this.#pulled = this.#pace.messages(this.#pending, this.#reader.knownAfter(this.#last));
    this.#reply = `${this.#inbox}.${++this.#pulls}`;
    const request = {
      batch: this.#pulled,
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
    const request = { stream_name: LOG_STREAM, config };
    const created = await jetstreamApi<{ num_pending?: number }>(
      this.#nc,
      subject,
      request,
      CREATE_TIMEOUT_MS,
    );
    this.#pending = created.num_pending ?? 0;
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
    this.#pending = pending;
    const isKnown = this.#reader.isKnown(sequence);
    this.#pace.delivered(isKnown);
    this.#pulled--;
    if (!isKnown) this.#reader.take(new LogMessage(message.subject, sequence, message.data), pending);
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
