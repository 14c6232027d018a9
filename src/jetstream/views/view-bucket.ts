/**
 * One generation of the views: the KV bucket `VIEWS_<version>_<n>`, a stream of its own, which is dropped as one. Values
 * are known by their keys (`view-keys.ts`); what stands where in JetStream, only this knows.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { NO_SEQUENCE, type Sequence } from '../../domain/shared/ids.ts';
import { SCHEDULE } from '../../projections/schedule.ts';
import { type BatchMessage, publishBatch } from '../connection/atomic-batch.ts';
import { getLastMessage, getLastMessages, streamLastMessages } from '../connection/last-messages.ts';
import { readLast } from '../connection/leader-read.ts';
import { allValues, CHECKPOINT_KEY, decodeProgress } from './view-keys.ts';

export interface ViewMessage {
  readonly key: string;
  readonly data: Uint8Array;
}

export type ViewWrite = Pick<BatchMessage, 'headers' | 'payload'> & { readonly key: string };

export interface StoredCheckpoint {
  readonly sequence: Sequence;
  /** Values of tasks hold everything up to here, sums only what `sequence` says. */
  readonly values: Sequence;
  /** Where its message stands in the stream, 0 for none: the lock of the next step. */
  readonly at: number;
}

/** All throw LogUnavailable, and the server's refusal where the stream is not there. */
export class ViewBucket {
  readonly name: string;
  readonly stream: string;
  readonly #nc: NatsConnection;
  readonly #prefix: string;

  constructor(nc: NatsConnection, name: string) {
    this.#nc = nc;
    this.name = name;
    this.stream = streamOfBucket(name);
    this.#prefix = this.subject('');
  }

  /** Of a key, or of a filter of keys. */
  subject(key: string): string {
    return `$KV.${this.name}.${key}`;
  }

  /** Perhaps from a replica that lags; null where there is none. */
  get(key: string): Promise<Uint8Array | null> {
    return getLastMessage(this.#nc, this.stream, this.subject(key));
  }

  /** All of one state of the stream, perhaps of a replica that lags; null where they do not fit into one answer. */
  async getTogether(keys: readonly string[]): Promise<ViewMessage[] | null> {
    const subjects = keys.map((key) => this.subject(key));
    const found = await getLastMessages(this.#nc, this.stream, subjects);
    return found?.map(({ subject, data }) => ({ key: this.#keyOf(subject), data })) ?? null;
  }

  async getFromLeader(key: string): Promise<Uint8Array | null> {
    return (await readLast(this.#nc, this.stream, this.subject(key)))?.body ?? null;
  }

  /** As the leader has it. `key`: where it stands, by a filter. */
  async checkpoint(key = CHECKPOINT_KEY): Promise<StoredCheckpoint> {
    const message = await readLast(this.#nc, this.stream, this.subject(key));
    if (message === null) return { sequence: NO_SEQUENCE, values: NO_SEQUENCE, at: 0 };
    return { ...decodeProgress(message.body), at: message.sequence };
  }

  /** Any number of values, from a replica that holds at least the checkpoint that the answer names. */
  async eachLast(filters: readonly string[], onMessage: (message: ViewMessage) => void): Promise<Sequence> {
    const { sequence, at } = await this.checkpoint();
    if (at === 0) return NO_SEQUENCE;
    const bringsCheckpoint = filters.includes(allValues(SCHEDULE));
    const read = {
      stream: this.stream,
      filters: (bringsCheckpoint ? filters : [...filters, CHECKPOINT_KEY]).map((key) => this.subject(key)),
      marker: this.subject(CHECKPOINT_KEY),
      atLeast: at,
    };
    await streamLastMessages(this.#nc, read, ({ subject, data }) => {
      const key = this.#keyOf(subject);
      if (key !== CHECKPOINT_KEY) onMessage({ key, data });
    });
    return sequence;
  }

  /** All or none; answers the sequence of the last in the stream. Throws what `publishBatch` does. */
  async write(writes: readonly ViewWrite[], timeoutMs: number): Promise<number> {
    const messages = writes.map(({ key, ...message }) => ({ ...message, subject: this.subject(key) }));
    return (await publishBatch(this.#nc, messages, timeoutMs)).sequence;
  }

  #keyOf(subject: string): string {
    return subject.slice(this.#prefix.length);
  }
}

const STREAM_PREFIX = 'KV_';

export function streamOfBucket(name: string): string {
  return `${STREAM_PREFIX}${name}`;
}

export function bucketOfStream(stream: string): string {
  return stream.slice(STREAM_PREFIX.length);
}
