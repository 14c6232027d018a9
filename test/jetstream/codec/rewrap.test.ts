import { randomBytes } from 'node:crypto';
import type { NatsConnection } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import type { UserId } from '../../../src/domain/shared/ids.ts';
import { rewrap } from '../../../src/jetstream/codec/rewrap.ts';
import { seal, unseal } from '../../../src/jetstream/codec/sealing.ts';
import {
  derivedServiceKey,
  openServiceKeys,
  renewServiceKey,
  serviceKeyBucket,
} from '../../../src/jetstream/codec/service-keys.ts';
import {
  USER_KEYS_STREAM,
  UserKeyMissing,
  UserKeys,
  userKeyBucket,
  WrongSecretsKey,
} from '../../../src/jetstream/codec/user-keys.ts';
import { jetstreamApi } from '../../../src/jetstream/connection/api.ts';
import { eraseMessage } from '../../../src/jetstream/connection/erase.ts';
import { readLast } from '../../../src/jetstream/connection/leader-read.ts';
import { logFixture, SECRETS, USER } from '../../support/log/log-fixture.ts';
import { filesWith } from '../../support/nats/files-with.ts';
import { wrapped } from '../../support/nats/nats-client.ts';

const NEW = randomBytes(32);
const BOTH = [NEW, SECRETS];

const wrappedKey = async (nc: NatsConnection, user = USER) =>
  Buffer.from((await readLast(nc, USER_KEYS_STREAM, `$KV.USER_KEYS.${user}`))?.body ?? []).toString();

const messages = async (nc: NatsConnection) =>
  (await jetstreamApi<{ state: { messages: number } }>(nc, `STREAM.INFO.${USER_KEYS_STREAM}`)).state.messages;

test('of several keys the first wraps and all open', async () => {
  const { nc, keys } = await logFixture();
  const made = await keys.getOrCreate(USER);
  const both = new UserKeys(nc, BOTH);
  expect(await both.check()).toBe(1);
  const sealed = seal(made, 'secret', 'context');
  expect(unseal(await both.get(USER), sealed, 'context').toString()).toBe('secret');
  await both.getOrCreate('new' as UserId);
  await expect(new UserKeys(nc, SECRETS).get('new' as UserId)).rejects.toThrow(WrongSecretsKey);
  expect(await new UserKeys(nc, NEW).has('new' as UserId)).toBe(true);
});

test('wrapped anew, every key opens by the new one alone, and of the old wrappings no file holds a byte', async () => {
  const { server, nc } = await logFixture();
  const keys = new UserKeys(nc, SECRETS);
  const users = Array.from({ length: 100 }, (_, at) => `user ${at}` as UserId);
  const made = await Promise.all(users.map((user) => keys.getOrCreate(user)));
  const old = await Promise.all(users.map((user) => keys.wrapped(user)));
  await keys.destroy(users[7] as UserId);
  expect(await rewrap(nc, userKeyBucket(BOTH))).toEqual({
    keys: 99,
    rewrapped: 99,
    erased: 99,
    unopened: [],
  });
  expect(await messages(nc)).toBe(100);
  expect(await rewrap(nc, userKeyBucket(NEW))).toEqual({ keys: 99, rewrapped: 0, erased: 0, unopened: [] });
  const later = new UserKeys(nc, NEW);
  expect(await later.check()).toBe(0);
  for (const [at, user] of users.entries()) {
    if (at === 7) await expect(later.get(user)).rejects.toThrow(UserKeyMissing);
    else expect((await later.get(user)).secret.equals(made[at]?.secret as never)).toBe(true);
  }
  await expect(new UserKeys(nc, SECRETS).check()).rejects.toThrow(WrongSecretsKey);
  await nc.close();
  await server.halt();
  for (const text of old) expect(await filesWith(server.storeDir, text)).toEqual([]);
});

test('broken off before the old one is erased it is erased by the repeat, also by who has the new key alone', async () => {
  const { nc, keys } = await logFixture();
  await keys.getOrCreate(USER);
  const request: NatsConnection['request'] = async (subject, payload, options) => {
    if (subject.includes('MSG.DELETE')) throw new Error('killed');
    return nc.request(subject, payload, options);
  };
  await expect(rewrap(wrapped(nc, { request }), userKeyBucket(BOTH))).rejects.toThrow();
  expect(await messages(nc)).toBe(2);
  expect(await rewrap(nc, userKeyBucket(NEW))).toMatchObject({ keys: 1, rewrapped: 0, erased: 1 });
  expect(await messages(nc)).toBe(1);
});

test('a key that is destroyed while it is wrapped anew is destroyed, whatever was there of it', async () => {
  const { server, nc, keys } = await logFixture();
  await keys.getOrCreate(USER);
  const old = await wrappedKey(nc);
  const request: NatsConnection['request'] = async (subject, payload, options) => {
    if (subject.includes('MSG.DELETE')) throw new Error('killed');
    return nc.request(subject, payload, options);
  };
  await rewrap(wrapped(nc, { request }), userKeyBucket(BOTH)).catch(() => {});
  const fresh = await wrappedKey(nc);
  expect(fresh).not.toBe(old);
  await new UserKeys(nc, BOTH).destroy(USER);
  expect(await rewrap(nc, userKeyBucket(BOTH))).toEqual({ keys: 0, rewrapped: 0, erased: 0, unopened: [] });
  await nc.close();
  await server.halt();
  expect(await filesWith(server.storeDir, old)).toEqual([]);
  expect(await filesWith(server.storeDir, fresh)).toEqual([]);
});

test('destroyed between a read and the write of who wraps anew, it stays destroyed', async () => {
  const { nc, keys } = await logFixture();
  await keys.getOrCreate(USER);
  let destroyed = false;
  const request: NatsConnection['request'] = async (subject, payload, options) => {
    if (subject.startsWith('$KV.') && !destroyed) {
      destroyed = true;
      await new UserKeys(nc, BOTH).destroy(USER);
    }
    return nc.request(subject, payload, options);
  };
  expect(await rewrap(wrapped(nc, { request }), userKeyBucket(BOTH))).toMatchObject({
    keys: 0,
    rewrapped: 0,
  });
  await expect(new UserKeys(nc, BOTH).getOrCreate(USER)).rejects.toThrow(UserKeyMissing);
});

test('a message that another erases at the same moment is no error', async () => {
  const { nc, keys } = await logFixture();
  const users = Array.from({ length: 40 }, (_, at) => `u${at}` as UserId);
  await Promise.all(users.map((user) => keys.getOrCreate(user)));
  const sequences = users.map((_, at) => at + 1);
  const both = [0, 1].flatMap(() => sequences.map((each) => eraseMessage(nc, USER_KEYS_STREAM, each)));
  await Promise.all(both);
  expect(await messages(nc)).toBe(0);
  await eraseMessage(nc, USER_KEYS_STREAM, 1);
  await eraseMessage(nc, USER_KEYS_STREAM, 9_999);
});

test('two who wrap anew at once, while users come, leave one message a user', async () => {
  const { nc, keys } = await logFixture();
  const users = Array.from({ length: 60 }, (_, at) => `u${at}` as UserId);
  await Promise.all(users.slice(0, 50).map((user) => keys.getOrCreate(user)));
  await Promise.all([
    rewrap(nc, userKeyBucket(BOTH)),
    rewrap(nc, userKeyBucket(BOTH)),
    // An instance that was not told of the new key yet.
    ...users.slice(50).map((user) => keys.getOrCreate(user)),
  ]);
  await rewrap(nc, userKeyBucket(BOTH));
  expect(await messages(nc)).toBe(60);
  const later = new UserKeys(nc, NEW);
  for (const user of users) expect(await later.has(user)).toBe(true);
});

test('a key that nothing opens is named and left as it is', async () => {
  const { nc } = await logFixture();
  await new UserKeys(nc, randomBytes(32)).getOrCreate(USER);
  const before = await wrappedKey(nc);
  const { unopened } = await rewrap(nc, userKeyBucket(BOTH));
  expect(unopened).toEqual([`$KV.USER_KEYS.${USER}`]);
  expect(await wrappedKey(nc)).toBe(before);
});

test('the service’s own keys are what they were made of SECRETS_KEY, and stay so under another', async () => {
  const { nc } = await logFixture();
  const first = await openServiceKeys(nc, BOTH, 1);
  expect(Buffer.from(first.calls)).toEqual(Buffer.from(derivedServiceKey(SECRETS, 'calls')));
  const { rewrapped } = await rewrap(nc, serviceKeyBucket(BOTH));
  expect(rewrapped).toBe(0);
  expect(await openServiceKeys(nc, NEW, 0)).toEqual(first);
  await expect(openServiceKeys(nc, SECRETS, 0)).rejects.toThrow(WrongSecretsKey);
  const third = [randomBytes(32), NEW];
  expect((await rewrap(nc, serviceKeyBucket(third))).rewrapped).toBe(3);
  const all = await Promise.all([1, 2, 3, 4].map(() => openServiceKeys(nc, third, 0)));
  for (const each of all) expect(each).toEqual(first);
  await renewServiceKey(nc, third, 'calls');
  const renewed = await openServiceKeys(nc, third, 0);
  expect(renewed.calls).not.toEqual(first.calls);
  expect(renewed.sessions).toEqual(first.sessions);
});
