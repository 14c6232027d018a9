/**
 * Stored keys wrapped anew by the first key of SECRETS_KEY, under the revision that each had, and what they were before
 * erased from the disk of the stream's leader. A bucket keeps two messages a subject, so what was is in reach until it is
 * erased; who dies in between does it again: what is done already is passed by.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { jetstreamApi } from '../connection/api.ts';
import { eraseMessage } from '../connection/erase.ts';
import { unavailableOr } from '../connection/errors.ts';
import { type LeaderMessage, readLast } from '../connection/leader-read.ts';
import { readStream } from '../log/log-pages.ts';
import { SealBroken } from './sealing.ts';
import { eraseBefore, storeKey } from './stored-keys.ts';
import type { Wrapping } from './wrapping.ts';

const TOGETHER = 32;

export interface KeyBucket {
  readonly stream: string;
  readonly prefix: string;
  readonly wrapping: Wrapping;
  /** Whom the key of a subject is bound to; null for a subject that has none. */
  ownerOf(subject: string): string | null;
}

export interface Rewrapped {
  /** Keys that are there, and open. */
  readonly keys: number;
  readonly rewrapped: number;
  /** Messages overwritten on the disk. */
  readonly erased: number;
  /** Subjects whose key opens by none of the keys of SECRETS_KEY: left as they are. */
  readonly unopened: readonly string[];
}

/** Also of keys that come meanwhile. Throws LogUnavailable. */
export async function rewrap(nc: NatsConnection, bucket: KeyBucket): Promise<Rewrapped> {
  const sum = { rewrapped: 0, erased: 0 };
  for (;;) {
    const { keys, rewrapped, erased, unopened } = await pass(nc, bucket);
    sum.rewrapped += rewrapped;
    sum.erased += erased;
    // An instance that still wraps by another key may have stored one meanwhile: the last pass finds nothing to do.
    if (rewrapped === 0) return { ...sum, keys, unopened };
  }
}

async function pass(nc: NatsConnection, bucket: KeyBucket): Promise<Rewrapped> {
  const { last_seq, messages, num_subjects } = await stateOf(nc, bucket.stream);
  // Where each has one message, one that opens by the first key is done.
  const isSingle = messages === num_subjects;
  const sum = { keys: 0, rewrapped: 0, erased: 0, unopened: [] as string[] };
  let together = new Set<string>();
  const settleAll = async () => {
    const settled = await Promise.all([...together].map((subject) => settle(nc, bucket, subject)));
    for (const { isKey, rewrapped, erased, unopened } of settled) {
      if (isKey) sum.keys++;
      sum.rewrapped += rewrapped;
      sum.erased += erased;
      sum.unopened.push(...unopened);
    }
    together = new Set();
  };
  const of = { stream: bucket.stream, subject: `${bucket.prefix}>` };
  for await (const message of readStream(nc, of, last_seq)) {
    const state = stateOfKey(bucket, message);
    if (state.kind === 'foreign' || (isSingle && state.kind === 'destroyed')) continue;
    if (isSingle && state.kind === 'key' && state.by === 0) sum.keys++;
    else together.add(message.subject);
    if (together.size >= TOGETHER) await settleAll();
  }
  await settleAll();
  return sum;
}

interface Settled {
  readonly isKey: boolean;
  readonly rewrapped: number;
  readonly erased: number;
  readonly unopened: readonly string[];
}

/** One subject, whatever it holds. */
async function settle(nc: NatsConnection, bucket: KeyBucket, subject: string): Promise<Settled> {
  const { stream, wrapping } = bucket;
  let erased = 0;
  for (;;) {
    const last = await readLast(nc, stream, subject);
    if (last === null) return { isKey: false, rewrapped: 0, erased, unopened: [] };
    const state = stateOfKey(bucket, last);
    if (state.kind === 'unopened') return { isKey: false, rewrapped: 0, erased, unopened: [subject] };
    // The bucket keeps two: what is third would be out of reach of erasing.
    erased += await eraseBefore(nc, stream, last);
    if (state.kind !== 'key' || state.by === 0) {
      return { isKey: state.kind === 'key', rewrapped: 0, erased, unopened: [] };
    }
    const wrapped = wrapping.wrap(state.secret, state.owner);
    if (!(await storeKey(nc, { stream, subject, after: last.sequence }, wrapped))) continue;
    await eraseMessage(nc, stream, last.sequence);
    return { isKey: true, rewrapped: 1, erased: erased + 1, unopened: [] };
  }
}

type KeyState =
  | { readonly kind: 'key'; readonly by: number; readonly secret: Buffer; readonly owner: string }
  | { readonly kind: 'destroyed' | 'unopened' | 'foreign' };

function stateOfKey({ wrapping, ownerOf }: KeyBucket, message: LeaderMessage): KeyState {
  const owner = ownerOf(message.subject);
  if (owner === null) return { kind: 'foreign' };
  if (message.header('KV-Operation') !== '') return { kind: 'destroyed' };
  try {
    return { kind: 'key', ...wrapping.unwrap(Buffer.from(message.body).toString(), owner), owner };
  } catch (error) {
    if (error instanceof SealBroken) return { kind: 'unopened' };
    throw error;
  }
}

interface BucketState {
  readonly last_seq: number;
  readonly messages: number;
  readonly num_subjects?: number;
}

async function stateOf(nc: NatsConnection, stream: string): Promise<BucketState> {
  try {
    return (await jetstreamApi<{ state: BucketState }>(nc, `STREAM.INFO.${stream}`)).state;
  } catch (error) {
    throw unavailableOr(error);
  }
}
