import { randomBytes } from 'node:crypto';
import type { NatsConnection } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { LogUnavailable } from '../../../src/application/ports/failures.ts';
import type { UserId } from '../../../src/domain/shared/ids.ts';
import { seal, unseal } from '../../../src/jetstream/codec/sealing.ts';
import {
  AllUserKeysMissing,
  UserKeyMissing,
  UserKeys,
  WrongSecretsKey,
} from '../../../src/jetstream/codec/user-keys.ts';
import { jetstreamApi } from '../../../src/jetstream/connection/api.ts';
import { headersFrom } from '../../../src/jetstream/connection/atomic-batch.ts';
import { provision } from '../../../src/jetstream/provisioning/provision.ts';
import { appendOf, logFixture, SECRETS, USER } from '../../support/log/log-fixture.ts';
import { filesWith } from '../../support/nats/files-with.ts';
import { wrapped } from '../../support/nats/nats-client.ts';

/**
 * The connection, on which the answer of one of the reads of keys is held back from when the leader has `looked` until
 * it is released; `beforeCreation` is waited for before a key is stored.
 */
function holdingReads(nc: NatsConnection, number: number, beforeCreation = async () => {}) {
  let [reads, looked, release] = [0, () => {}, () => {}];
  const hasLooked = new Promise<void>((resolve) => {
    looked = resolve;
  });
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const request: NatsConnection['request'] = async (subject, payload, options) => {
    if (subject.startsWith('$KV.')) await beforeCreation();
    const isHeld = subject.includes('.MSG.GET.KV_USER_KEYS') && ++reads === number;
    const answer = await nc.request(subject, payload, options);
    if (isHeld) {
      looked();
      await released;
    }
    return answer;
  };
  return { held: wrapped(nc, { request }), looked: hasLooked, release: () => release() };
}

test('creators that race all hold the one key, in this process and in others', async () => {
  const { nc } = await logFixture();
  const processes = Array.from({ length: 8 }, () => new UserKeys(nc, SECRETS));
  const keys = await Promise.all(
    processes.flatMap((keys) => [keys.getOrCreate(USER), keys.getOrCreate(USER)]),
  );
  const sealed = seal(keys[0] as (typeof keys)[0], 'secret', 'context');
  for (const key of keys) expect(unseal(key, sealed, 'context').toString()).toBe('secret');
  const later = await new UserKeys(nc, SECRETS).get(USER);
  expect(unseal(later, sealed, 'context').toString()).toBe('secret');
});

test('a key is there for who asks after it was made, also while a read from before is under way', async () => {
  const { nc } = await logFixture();
  const { held, looked, release } = holdingReads(nc, 1);
  const keys = new UserKeys(held, SECRETS);
  const early = keys.has(USER);
  await looked;
  const made = await new UserKeys(nc, SECRETS).getOrCreate(USER);
  const late = keys.get(USER);
  release();
  expect(await early).toBe(false);
  expect((await late).secret.equals(made.secret)).toBe(true);
});

test('who has made a key has it, also while a read from before is under way', async () => {
  const { nc } = await logFixture();
  let early: Promise<boolean> | null = null;
  const { held, looked, release } = holdingReads(nc, 2, () => {
    early = keys.has(USER);
    return looked;
  });
  const keys = new UserKeys(held, SECRETS);
  const made = keys.getOrCreate(USER);
  await looked;
  await expect.poll(() => new UserKeys(nc, SECRETS).has(USER)).toBe(true);
  release();
  expect((await made).secret.equals((await new UserKeys(nc, SECRETS).get(USER)).secret)).toBe(true);
  expect(await early).toBe(false);
});

test('each user has a key of their own, and whoever made it is told of the user', async () => {
  const { nc } = await logFixture();
  const told: UserId[] = [];
  const keys = new UserKeys(nc, SECRETS, (userId) => told.push(userId));
  const ann = await keys.getOrCreate('ann@example.com' as UserId);
  const bob = await keys.getOrCreate('*' as UserId);
  await new UserKeys(nc, SECRETS, (userId) => told.push(userId)).getOrCreate('*' as UserId);
  expect(told).toEqual(['ann@example.com', '*']);
  expect(ann.secret.equals(bob.secret)).toBe(false);
});

test('a key is stored wrapped, never as it is', async () => {
  const { nc, keys } = await logFixture();
  const key = await keys.getOrCreate(USER);
  const answer = await nc.request(
    '$JS.API.STREAM.MSG.GET.KV_USER_KEYS',
    JSON.stringify({ last_by_subj: `$KV.USER_KEYS.${USER}` }),
  );
  const stored = Buffer.from(answer.json<{ message: { data: string } }>().message.data, 'base64');
  const secret = key.secret.export();
  expect(stored.includes(secret)).toBe(false);
  expect(stored.toString()).not.toContain(secret.toString('base64'));
});

test('another SECRETS_KEY is told from a missing key', async () => {
  const { nc, keys } = await logFixture();
  await keys.getOrCreate(USER);
  const others = new UserKeys(nc, randomBytes(32));
  await expect(others.get(USER)).rejects.toThrow(WrongSecretsKey);
  await expect(others.getOrCreate(USER)).rejects.toThrow(/SECRETS_KEY/);
  await expect(others.get('nobody' as UserId)).rejects.toThrow(UserKeyMissing);
  expect(() => new UserKeys(nc, randomBytes(16))).toThrow(RangeError);
});

test('a destroyed key is not made anew', async () => {
  const { nc, keys } = await logFixture();
  await keys.getOrCreate(USER);
  await nc.request(`$KV.USER_KEYS.${USER}`, '', {
    headers: headersFrom({ 'KV-Operation': 'PURGE' }),
    timeout: 2_000,
  });
  await expect(new UserKeys(nc, SECRETS).getOrCreate(USER)).rejects.toThrow(UserKeyMissing);
});

test('of a destroyed key no byte is left in the store, it is not made anew, and who had it has it no more', async () => {
  const { server, nc, keys } = await logFixture();
  const others = [new UserKeys(nc, SECRETS), new UserKeys(nc, SECRETS)];
  await Promise.all([keys, ...others].map((each) => each.getOrCreate(USER)));
  await keys.getOrCreate('another' as UserId);
  const wrappedKey = await keys.wrapped(USER);
  expect(await filesWith(server.storeDir, wrappedKey)).not.toEqual([]);
  await Promise.all([keys, ...others].map((each) => each.destroy(USER)));
  await keys.destroy(USER);
  expect(keys.kept(USER)).toBe(null);
  await expect(others[0]?.getOrCreate(USER)).rejects.toThrow('is erased');
  await expect(new UserKeys(nc, SECRETS).getOrCreate(USER)).rejects.toThrow('was destroyed');
  await keys.get('another' as UserId);
  await server.kill9();
  expect(await filesWith(server.storeDir, wrappedKey)).toEqual([]);
});

test('killed behind the mark, the key is out of reach, and erased by who destroys it again', async () => {
  const { server, nc, keys } = await logFixture();
  await keys.getOrCreate(USER);
  const wrappedKey = await keys.wrapped(USER);
  const request: NatsConnection['request'] = (subject, ...more) => {
    if (subject.includes('.MSG.DELETE.')) throw new Error('killed');
    return nc.request(subject, ...more);
  };
  await expect(new UserKeys(wrapped(nc, { request }), SECRETS).destroy(USER)).rejects.toThrow('killed');
  await expect(new UserKeys(nc, SECRETS).getOrCreate(USER)).rejects.toThrow('was destroyed');
  expect(await filesWith(server.storeDir, wrappedKey)).not.toEqual([]);
  await new UserKeys(nc, SECRETS).destroy(USER);
  expect(await filesWith(server.storeDir, wrappedKey)).toEqual([]);
});

test('a key that is held needs no server, any other says that the log is unavailable', async () => {
  const { server, keys } = await logFixture();
  const key = await keys.getOrCreate(USER);
  server.freeze();
  expect(await keys.get(USER)).toBe(key);
  await expect(keys.getOrCreate('another' as UserId)).rejects.toThrow(LogUnavailable);
});

test('a key that the stored ones do not fit is told from the right one by the oldest of those that are left', async () => {
  const { nc } = await logFixture();
  const right = new UserKeys(nc, SECRETS);
  const wrong = new UserKeys(nc, randomBytes(32));
  await wrong.check();
  await right.getOrCreate('erased' as UserId);
  const headers = headersFrom({ 'KV-Operation': 'DEL' });
  await nc.request('$KV.USER_KEYS.erased', '', { headers, timeout: 5_000 });
  await wrong.check();
  await right.getOrCreate(USER);
  // What a service with the wrong key did before this was looked at.
  await wrong.getOrCreate('late' as UserId);
  await right.check();
  await expect(wrong.check()).rejects.toThrow(WrongSecretsKey);
});

test('a key that was lost is not made anew for a user who has events', async () => {
  const { nc, log } = await logFixture();
  await log.append(appendOf());
  await jetstreamApi(nc, 'STREAM.PURGE.KV_USER_KEYS', { filter: `$KV.USER_KEYS.${USER}` });
  const keys = new UserKeys(nc, SECRETS);
  await expect(keys.getOrCreate(USER)).rejects.toThrow(UserKeyMissing);
  expect(await keys.find(USER)).toBe(null);
  await keys.getOrCreate('another' as UserId);
});

test('one damaged key among others is not taken for another SECRETS_KEY, and is its user’s trouble alone', async () => {
  const { nc } = await logFixture();
  const keys = new UserKeys(nc, SECRETS);
  await nc.request(`$KV.USER_KEYS.${USER}`, 'v1.1.damaged', { timeout: 5_000 });
  await expect(new UserKeys(nc, SECRETS).check()).rejects.toThrow(`user ${USER}`);
  for (const other of ['ann', 'bob'] as UserId[]) await keys.getOrCreate(other);
  await new UserKeys(nc, SECRETS).check();
  await expect(new UserKeys(nc, randomBytes(32)).check()).rejects.toThrow(WrongSecretsKey);
  expect(await keys.find(USER)).toBe(null);
  await expect(keys.getOrCreate(USER)).rejects.toThrow(WrongSecretsKey);
});

test('a log with tasks and without any key is refused, where new keys would lose what was written for good', async () => {
  const { nc, log } = await logFixture();
  await new UserKeys(nc, SECRETS).check();
  await log.append(appendOf());
  await new UserKeys(nc, SECRETS).check();
  await nc.request('$JS.API.STREAM.DELETE.KV_USER_KEYS', '', { timeout: 5_000 });
  await provision(nc, { replicas: 1 });
  await expect(new UserKeys(nc, SECRETS).check()).rejects.toThrow(AllUserKeysMissing);
});
