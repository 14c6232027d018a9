/**
 * Keys of the service itself: what it signs with, and what it seals who is signed in with. Each has a value of its own in
 * the bucket `SERVICE_KEYS`, wrapped as users' keys are, so that SECRETS_KEY can be replaced and no receiver notices.
 *
 * The value is the one that was derived from SECRETS_KEY when it was first stored: what receivers had been given before
 * there was such a bucket goes on.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { LogUnavailable } from '../../application/ports/failures.ts';
import { JETSTREAM_TIMEOUT_MS } from '../connection/api.ts';
import { readLast } from '../connection/leader-read.ts';
import type { KeyBucket } from './rewrap.ts';
import { SealBroken } from './sealing.ts';
import { eraseBefore, storeKey } from './stored-keys.ts';
import { WrongSecretsKey } from './user-keys.ts';
import { derivedKey, keyList, type SecretsKeys, Wrapping } from './wrapping.ts';

export const SERVICE_KEYS_STREAM = 'KV_SERVICE_KEYS';
const PREFIX = '$KV.SERVICE_KEYS.';
const LOOK_AGAIN_MS = 20;

/** By their name in the bucket: what they were derived for. */
const USES = {
  /** Signs calls to other services. */
  calls: 'calls to other services',
  /** Makes the tokens of webhooks that a repeated request gets again. */
  webhooks: 'webhooks',
  /** Seals the tokens of who is signed in at the console. */
  sessions: 'sessions',
} as const;

export type ServiceKeyName = keyof typeof USES;
export const SERVICE_KEY_NAMES = Object.keys(USES) as readonly ServiceKeyName[];

/** 32 bytes each. */
export type ServiceKeys = Readonly<Record<ServiceKeyName, Uint8Array>>;

/** What a key was before it was stored: made from SECRETS_KEY, the same in every instance. */
export function derivedServiceKey(secretsKey: Uint8Array, name: ServiceKeyName): Uint8Array {
  return derivedKey(secretsKey, USES[name]);
}

/** For `rewrap`. */
export function serviceKeyBucket(secretsKeys: SecretsKeys): KeyBucket {
  const ownerOf = (subject: string) => subject.slice(PREFIX.length);
  return { stream: SERVICE_KEYS_STREAM, prefix: PREFIX, wrapping: wrappingBy(secretsKeys), ownerOf };
}

function wrappingBy(secretsKeys: SecretsKeys): Wrapping {
  return new Wrapping(secretsKeys, 'keys of the service');
}

/**
 * `inForce`: which of the keys of SECRETS_KEY the stored users' keys are wrapped by, for values that are not stored yet.
 * Throws WrongSecretsKey, LogUnavailable.
 */
export async function openServiceKeys(
  nc: NatsConnection,
  secretsKeys: SecretsKeys,
  inForce: number,
): Promise<ServiceKeys> {
  const wrapping = wrappingBy(secretsKeys);
  const secretsKey = keyList(secretsKeys)[inForce] as Uint8Array;
  const keys = {} as Record<ServiceKeyName, Uint8Array>;
  for (const name of SERVICE_KEY_NAMES) {
    keys[name] = await storedOr(nc, wrapping, name, () => derivedServiceKey(secretsKey, name));
  }
  return keys;
}

/** Gives a key of the service another value, by chance, and erases from the disk what it was. Throws LogUnavailable. */
export async function renewServiceKey(
  nc: NatsConnection,
  secretsKeys: SecretsKeys,
  name: ServiceKeyName,
): Promise<void> {
  const subject = PREFIX + name;
  const wrapped = wrappingBy(secretsKeys).wrap(randomBytes(32), name);
  for (;;) {
    const last = await readLast(nc, SERVICE_KEYS_STREAM, subject);
    if (last !== null) await eraseBefore(nc, SERVICE_KEYS_STREAM, last);
    if (last !== null && Buffer.from(last.body).toString() === wrapped) return;
    const write = { stream: SERVICE_KEYS_STREAM, subject, after: last?.sequence ?? 0 };
    await storeKey(nc, write, wrapped);
  }
}

/**
 * Stores a key of the service as another server has it, in place of what is there. Throws WrongSecretsKey where it does not
 * open, LogUnavailable.
 */
export async function putServiceKey(
  nc: NatsConnection,
  secretsKeys: SecretsKeys,
  { name, wrapped }: { readonly name: ServiceKeyName; readonly wrapped: string },
): Promise<void> {
  const value = opened(wrappingBy(secretsKeys), wrapped, name);
  const subject = PREFIX + name;
  for (;;) {
    const last = await readLast(nc, SERVICE_KEYS_STREAM, subject);
    const there =
      last === null ? null : opened(wrappingBy(secretsKeys), Buffer.from(last.body).toString(), name);
    if (there !== null && Buffer.from(there).equals(Buffer.from(value))) return;
    if (last !== null) await eraseBefore(nc, SERVICE_KEYS_STREAM, last);
    const write = { stream: SERVICE_KEYS_STREAM, subject, after: last?.sequence ?? 0 };
    await storeKey(nc, write, wrappingBy(secretsKeys).wrap(value, name));
  }
}

/** Throws WrongSecretsKey where it opens by no key of SECRETS_KEY. */
export function requireServiceKeyOpens(
  secretsKeys: SecretsKeys,
  { name, wrapped }: { readonly name: ServiceKeyName; readonly wrapped: string },
): void {
  opened(wrappingBy(secretsKeys), wrapped, name);
}

async function storedOr(
  nc: NatsConnection,
  wrapping: Wrapping,
  name: ServiceKeyName,
  make: () => Uint8Array,
): Promise<Uint8Array> {
  const subject = PREFIX + name;
  const giveUpAt = performance.now() + JETSTREAM_TIMEOUT_MS;
  for (;;) {
    const last = await readLast(nc, SERVICE_KEYS_STREAM, subject);
    if (last !== null) return opened(wrapping, Buffer.from(last.body).toString(), name);
    const made = make();
    const write = { stream: SERVICE_KEYS_STREAM, subject, after: 0 };
    if (await storeKey(nc, write, wrapping.wrap(made, name))) return made;
    // Another instance has stored it, or is about to.
    if (performance.now() > giveUpAt) throw new LogUnavailable('a key of the service was not stored in time');
    await delay(LOOK_AGAIN_MS);
  }
}

function opened(wrapping: Wrapping, wrapped: string, name: ServiceKeyName): Uint8Array {
  try {
    return wrapping.unwrap(wrapped, name).secret;
  } catch (cause) {
    if (!(cause instanceof SealBroken)) throw cause;
    const text = `the service's key "${name}" does not open: SECRETS_KEY is not the one that it was stored with`;
    throw new WrongSecretsKey(text, { cause });
  }
}
