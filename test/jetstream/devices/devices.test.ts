import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, type NatsConnection, nkeys } from '@nats-io/transport-node';
import { SignJWT } from 'jose';
import { connect as connectMqtt } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/app/system-clock.ts';
import type { TaskId, UserId } from '../../../src/domain/shared/ids.ts';
import type { AuthSettings } from '../../../src/http/auth/auth.ts';
import { deviceLogin } from '../../../src/http/auth/device-login.ts';
import type { RateLimit } from '../../../src/http/server/rate-limit.ts';
import { jetstreamApi } from '../../../src/jetstream/connection/api.ts';
import { DeviceLogins } from '../../../src/jetstream/devices/device-logins.ts';
import { provisionDevices } from '../../../src/jetstream/devices/device-messages.ts';
import { DeviceSessions, storedSession } from '../../../src/jetstream/devices/device-sessions.ts';
import { eraseDeviceMessages } from '../../../src/jetstream/devices/erase-messages.ts';
import { provision } from '../../../src/jetstream/provisioning/provision.ts';
import { JetStreamRelayStateStore } from '../../../src/jetstream/views/relay-state-store.ts';
import { beginBehind } from '../../../src/relay/checkpoint.ts';
import { faultsOf } from '../../support/async-api.ts';
import { eventually } from '../../support/eventually.ts';
import { filesWith } from '../../support/nats/files-with.ts';
import { leaderOf } from '../../support/nats/leader-of.ts';
import { connected } from '../../support/nats/nats-client.ts';
import { SUBSCRIBER_PASSWORD, startNatsServer, type TestNatsServer } from '../../support/nats/nats-server.ts';
import { testPorts } from '../../support/nats/ports.ts';
import { relayOn } from '../../support/parts/relay-parts.ts';
import { silent } from '../../support/parts/run.ts';
import { type TaskParts, taskParts } from '../../support/parts/task-parts.ts';
import { bundled } from '../../support/processes/bundled.ts';
import { type Device, device } from '../../support/world/device.ts';
import { httpReceiver, json } from '../../support/world/http-receiver.ts';

const PROGRAM = await bundled(
  join(import.meta.dirname, '..', '..', 'support', 'processes', 'relaying-process.ts'),
);
const LEASE_TTL_MS = 300;
const SECRET = 'a secret that only these tests sign with';
const AUTH: AuthSettings & { accountServiceUrl: string | null } = {
  jwtSecret: SECRET,
  jwksUrl: null,
  issuer: null,
  audience: null,
  serviceUrl: null,
  internalServiceSecret: null,
  accountServiceUrl: null,
};
const DELETED = 'deleted' as UserId;
const ERASED = 'usr_erased' as UserId;

let ends: (() => unknown)[] = [];
let server: TestNatsServer;
let port: number;
let nc: NatsConnection;
let parts: TaskParts;
const issuer = nkeys.createAccount();
const secretsKey = randomBytes(32);

beforeAll(async () => {
  [port = 0] = await testPorts(1);
  server = await startNatsServer({ mqttPort: port, calloutIssuer: issuer.getPublicKey() });
  nc = await connected(server, 'test', (close) => void ends.push(close));
  await provision(nc, { replicas: 1 });
  await provisionDevices(nc, { replicas: 1 });
  parts = taskParts(nc, secretsKey);
  await parts.person.create('usr_old' as UserId);
  await beginBehind(new JetStreamRelayStateStore(nc), 'devices', await parts.follower.lastSequence());
  unanswered = await leftAlone();
});
afterAll(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
  await server?.stop();
});

/** Lets devices in, as the service of these settings does. */
async function lettingIn(
  settings: Partial<typeof AUTH> = {},
  failures: RateLimit | null = null,
): Promise<void> {
  const isDeleted = async (userId: UserId) => userId === DELETED;
  const logins = new DeviceLogins(nc, {
    issuerSeed: issuer.getSeed(),
    sessions: new DeviceSessions(nc),
    verify: deviceLogin(
      { ...AUTH, ...settings },
      { clock: systemClock, logger: silent, isDeleted, failures },
    ),
    clock: systemClock,
    logger: silent,
  });
  onTestFinished(() => logins.stop());
  await logins.start();
}

function telling(): void {
  const relay = relayOn(nc, secretsKey, { devices: true, leaseTtlMs: LEASE_TTL_MS });
  relay.start();
  onTestFinished(() => relay.stop());
}

function tokenOf(user: string, seconds = 3_600, secret = SECRET): Promise<string> {
  return new SignJWT({ sub: user })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
    .sign(new TextEncoder().encode(secret));
}

/** A server whose service is not there, and what a device is told after its five seconds of patience. */
let unanswered: { readonly server: TestNatsServer; readonly outcome: Promise<string> };

async function leftAlone(): Promise<typeof unanswered> {
  const [mqttPort = 0] = await testPorts(1);
  const alone = await startNatsServer({ mqttPort, calloutIssuer: issuer.getPublicKey() });
  ends.push(() => alone.stop());
  const options = { clientId: 'usr_eve:phone', password: await tokenOf('usr_eve'), username: 'eve' };
  const client = connectMqtt(`mqtt://127.0.0.1:${mqttPort}`, { ...options, reconnectPeriod: 0 });
  ends.push(() => client.endAsync(true));
  const outcome = new Promise<string>((resolve) => {
    client.once('connect', () => resolve('in'));
    client.once('error', ({ message }) => resolve(message));
    client.once('close', () => resolve('closed'));
  });
  return { server: alone, outcome };
}

let people = 0;
/** A person of the test's own, and that person's devices. */
async function person(user = `usr_${++people}`) {
  const password = await tokenOf(user);
  const at = (name: string, options: object = {}): Promise<Device> =>
    device(port, { clientId: `${user}:${name}`, password, ...options });
  return { user: user as UserId, topic: `users/${user}`, at };
}

const DAY_NS = 86_400e9;

interface SessionRecord {
  readonly cons?: Readonly<Record<string, { readonly inactive_threshold?: number }>>;
}

/** What nats-server keeps of a session; null where there is none. */
async function sessionRecord(clientId: string): Promise<SessionRecord | null> {
  const body = await storedSession(nc, clientId);
  return body === null ? null : (JSON.parse(Buffer.from(body).toString()) as SessionRecord);
}

const ids = (heard: readonly { text: string }[]) => heard.map(({ text }) => JSON.parse(text).id as string);

describe('what devices are told', () => {
  it('is what other services are told of their own person, at QoS 1, within a second', async () => {
    await lettingIn();
    telling();
    const ann = await person('ann@example.com');
    const old = await (await person('usr_old')).at('phone');
    await old.listensTo('users/usr_old/#');
    const phone = await device(port, {
      clientId: 'ann=40example=2Ecom:phone',
      password: await tokenOf('ann@example.com'),
    });
    expect(await phone.listensTo('users/ann=40example=2Ecom/tasks/+')).toBe(true);
    const wall = await device(port, {
      clientId: 'ann=40example=2Ecom:wall',
      password: await tokenOf('ann@example.com'),
    });
    expect(await wall.listensTo('users/ann=40example=2Ecom/#', 0)).toBe(true);
    const began = Date.now();
    const taskId = await parts.person.create(ann.user);
    await parts.person.create('usr_other' as UserId);
    const [message] = await phone.hears(1);
    expect(message).toMatchObject({
      topic: 'users/ann=40example=2Ecom/tasks/created',
      qos: 1,
      retain: false,
    });
    expect((message?.at ?? Number.NaN) - began).toBeLessThan(1_000);
    const document = JSON.parse(message?.text ?? '');
    expect(faultsOf('task.created', document)).toEqual([]);
    expect(document).toMatchObject({ type: 'task.created', userid: ann.user, data: { task_id: taskId } });
    expect(old.heard).toEqual([]);
    const [shown] = await wall.hears(1);
    expect(shown).toMatchObject({ topic: message?.topic, qos: 0, text: message?.text });
  });

  it('waits for a device that is offline, and comes once and in order when it is back', async () => {
    await lettingIn();
    telling();
    const { user, topic, at } = await person();
    const before = await at('phone');
    await before.listensTo(`${topic}/tasks/+`);
    const first = await parts.person.create(user);
    await before.hears(1);
    await before.leave();
    const tasks = [first, await parts.person.create(user)];
    for (const taskId of tasks) await parts.person.rename(user, taskId, 'anew');
    // What a stranger to the session hears says that all has been published.
    const other = await at('other');
    await other.listensTo(`${topic}/tasks/+`);
    const last = await parts.person.create(user);
    await other.hears(1);

    const back = await at('phone');
    expect(back.sessionPresent).toBe(true);
    const heard = await back.hears(4);
    const told = heard.map(({ text }) => JSON.parse(text)).map(({ type, data }) => [type, data.task_id]);
    expect(told).toEqual([
      ['task.created', tasks[1]],
      ['task.updated', tasks[0]],
      ['task.updated', tasks[1]],
      ['task.created', last],
    ]);
    await back.leave();
    const again = await at('phone');
    await parts.person.create(user);
    await again.hears(1);
    expect(again.heard).toHaveLength(1);
  });

  it('is erased from the disk with its user, where a device has not taken it', async () => {
    await lettingIn();
    telling();
    const password = await tokenOf(ERASED);
    const phone = await device(port, { clientId: `${ERASED}:phone`, password });
    expect(await phone.listensTo(`users/${ERASED}/#`)).toBe(true);
    await phone.leave();
    await parts.person.create(ERASED, { name: 'Planted-for-a-device' });
    await eventually(async () => (await filesWith(server.storeDir, 'Planted-for-a-device')).length > 0);
    expect(await eraseDeviceMessages(nc, ERASED)).toBe(1);
    expect(await filesWith(server.storeDir, 'Planted-for-a-device')).toEqual([]);
    expect(await eraseDeviceMessages(nc, ERASED)).toBe(0);
  });

  it('is whole and in order for each task, whatever is killed with -9; what comes twice has the same id', async () => {
    await lettingIn();
    const key = secretsKey.toString('base64');
    const args = [server.servers, server.user, server.pass, key, String(LEASE_TTL_MS), 'devices'];
    const relays = Array.from({ length: 2 }, () =>
      spawn(process.execPath, [PROGRAM, ...args], { stdio: 'inherit' }),
    );
    onTestFinished(() => {
      for (const relay of relays) relay.kill('SIGKILL');
    });
    const { user, topic, at } = await person();
    const phone = await at('phone');
    await phone.listensTo(`${topic}/tasks/+`);
    while ((await leaderOf(nc, 'devices')) === null) await delay(10);
    let writing = true;
    const made: TaskId[] = [];
    const writers = Array.from({ length: 3 }, async () => {
      while (writing) {
        const taskId = await parts.person.create(user);
        for (const name of ['one', 'two']) await parts.person.rename(user, taskId, name);
        made.push(taskId);
      }
    });
    await phone.hears(50);
    await delay(Math.random() * 20);
    const leader = await leaderOf(nc, 'devices');
    relays.find(({ pid }) => `${pid}` === leader)?.kill('SIGKILL');
    while ((await leaderOf(nc, 'devices')) === leader) await delay(10);
    writing = false;
    await Promise.all(writers);
    const wanted = made.length * 3;
    while (new Set(ids(phone.heard)).size < wanted) await phone.hears(phone.heard.length + 1);
    for (const taskId of made) {
      const own = phone.heard.filter(({ text }) => JSON.parse(text).data.task_id === taskId);
      const sequences = [...new Set(ids(own))].map((id) => Number.parseInt(id, 10));
      expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
      expect(sequences).toHaveLength(3);
    }
  }, 60_000);
});

describe('a device', () => {
  it("listens to its own person's topics only, by whatever filter", async () => {
    await lettingIn();
    const { topic, at } = await person();
    const phone = await at('phone');
    for (const filter of [
      '#',
      '+',
      '+/#',
      'users/#',
      'users/+/#',
      'users/+/tasks/created',
      'users/usr_bob/#',
      'users/usr_bob/tasks/created',
      `${topic}0/tasks/created`,
      '/users/usr_bob/tasks/created',
      '$MQTT/#',
      '$MQTT/msgs/users/usr_bob/#',
      '$MQTT/sub/#',
      '$JS/#',
      '$SYS/#',
      '+/sub/#',
    ]) {
      expect([filter, await phone.listensTo(filter), await phone.listensTo(filter, 0)]).toEqual([
        filter,
        false,
        false,
      ]);
    }
    for (const filter of [`${topic}/#`, `${topic}/tasks/+`, `${topic}/tasks/overdue`]) {
      expect([filter, await phone.listensTo(filter)]).toEqual([filter, true]);
    }
    expect(phone.client.connected).toBe(true);
  });

  it('publishes nowhere: neither plainly nor retained nor as its last will', async () => {
    await lettingIn();
    const { topic, at } = await person();
    const ear = await at('ear');
    await ear.listensTo(`${topic}/#`);
    const spied: string[] = [];
    const spy = nc.subscribe('>', { callback: (_, { subject }) => void spied.push(subject) });
    const phone = await at('phone', {
      will: { topic: `${topic}/tasks/created`, payload: Buffer.from('forged'), qos: 1, retain: true },
    });
    for (const to of [
      `${topic}/tasks/created`,
      'users/usr_bob/tasks/created',
      'tasklog/usr_bob/t1',
      '$JS/API/INFO',
    ]) {
      for (const qos of [0, 1] as const) {
        for (const retain of [false, true]) await phone.client.publishAsync(to, 'forged', { qos, retain });
      }
    }
    phone.client.stream.destroy();
    await phone.ended();
    const late = await at('late');
    await late.listensTo(`${topic}/#`);
    // A message that the service publishes comes behind all that was forged.
    await nc.request(`devices.users.${topic.slice(6)}.tasks.created`, 'true', { timeout: 2_000 });
    nc.publish(`users.${topic.slice(6)}.tasks.created`, 'true');
    expect((await ear.hears(1)).map(({ text }) => text)).toEqual(['true']);
    expect((await late.hears(1)).map(({ text }) => text)).toEqual(['true']);
    spy.unsubscribe();
    expect(spied.filter((subject) => /^(users|tasklog|\$JS\.API\.INFO)/.test(subject))).toEqual([
      `users.${topic.slice(6)}.tasks.created`,
    ]);
  });

  it('is thrown out that publishes at QoS 2 or more than a kilobyte, which the server would store unasked', async () => {
    await lettingIn();
    const { topic, at } = await person();
    const one = await at('one');
    one.client.publish(`${topic}/tasks/created`, 'forged', { qos: 2 });
    await one.ended();
    const two = await at('two');
    two.client.publish(`${topic}/tasks/created`, 'x'.repeat(2_000), { qos: 1 });
    await two.ended();
  });

  it('listens to sixteen filters at QoS 1 at most', async () => {
    await lettingIn();
    const { topic, at } = await person();
    const phone = await at('phone');
    const granted = [];
    for (let n = 0; n < 20; n++) granted.push(await phone.listensTo(`${topic}/tasks/${n}`));
    expect(granted.filter((it) => it)).toHaveLength(16);
  });
});

describe('lasting sessions', () => {
  it('are ten a user at most: one that is ended makes room for another, and other users have their own', async () => {
    await lettingIn();
    const { user, topic, at } = await person();
    for (let n = 0; n < 10; n++) {
      const one = await at(`phone${n}`);
      expect(await one.listensTo(`${topic}/tasks/+`)).toBe(true);
      await one.leave();
    }
    await expect(at('phone10')).rejects.toThrow(/Not authorized/);
    expect((await at('phone3')).sessionPresent).toBe(true);
    const other = await person();
    await other.at('phone');
    // A clean session ends with its connection, and ends the lasting one of its name.
    await (await at('phone4', { clean: true })).leave();
    await expect.poll(() => sessionRecord(`${user}:phone4`)).toBeNull();
    expect((await at('phone10')).sessionPresent).toBe(false);
    await expect(at('phone11')).rejects.toThrow(/Not authorized/);
  });

  it('do not count that end with their connections, whatever their names', async () => {
    await lettingIn();
    const { user, at } = await person();
    for (let n = 0; n < 25; n++) {
      await (await at(`page${n}`, { clean: true })).leave();
      await expect.poll(() => sessionRecord(`${user}:page${n}`)).toBeNull();
    }
  });

  it('are forgotten thirty days after their last login, and what waits in them a day later', async () => {
    await lettingIn();
    const { user, topic, at } = await person();
    const phone = await at('phone');
    await phone.listensTo(`${topic}/tasks/+`);
    const info = await jetstreamApi<{ config: { max_age: number } }>(
      nc,
      'STREAM.INFO.$MQTT_sess',
      undefined,
      2_000,
      'devices.api',
    );
    expect(info.config.max_age).toBe(30 * DAY_NS);
    const record = await sessionRecord(`${user}:phone`);
    const [consumer] = Object.values(record?.cons ?? {});
    expect(consumer?.inactive_threshold).toBe(31 * DAY_NS);
  });

  it('have so many subscriptions together as the account has consumers', async () => {
    const conf = await readFile(join(import.meta.dirname, '..', '..', '..', 'nats-server.conf'), 'utf8');
    const cluster = await readFile(
      join(import.meta.dirname, '..', '..', '..', 'deploy', 'nats-cluster.conf'),
      'utf8',
    );
    for (const text of [conf, cluster]) {
      expect(text.slice(text.indexOf('  DEVICES {'))).toMatch(/jetstream: \{ max_consumers: 10000 \}/);
    }
  });
});

describe('nobody is let in', () => {
  const refusals = async (options: object) =>
    device(port, { clientId: 'usr_eve:phone', ...options }).then(
      () => 'in',
      (error: Error) => error.message,
    );
  const REFUSED = 'Connection refused: Not authorized';

  it('with a wrong, foreign or expired token, or none', async () => {
    await lettingIn();
    const eve = await tokenOf('usr_eve');
    for (const password of [
      'wrong',
      `${eve.slice(0, -4)}AAAA`,
      await tokenOf('usr_eve', 3_600, 'another secret than the one of these tests'),
      await tokenOf('usr_eve', -5),
      'x'.repeat(20_000),
    ]) {
      expect(await refusals({ password })).toBe(REFUSED);
    }
    expect(await refusals({ username: undefined })).toBe(REFUSED);
    expect(await refusals({ password: '' })).toBe(REFUSED);
    expect(await refusals({ password: eve })).toBe('in');
  });

  it('from an address that sent too many wrong ones, but with what was right before', async () => {
    await lettingIn({}, { requests: 3, windowSeconds: 3_600 });
    const known = await tokenOf('usr_eve');
    const stranger = { clientId: 'usr_sue:phone', password: await tokenOf('usr_sue') };
    expect(await refusals({ password: known })).toBe('in');
    for (let count = 0; count < 3; count++) {
      expect(await refusals({ password: `wrong ${count}` })).toBe(REFUSED);
    }
    expect(await refusals(stranger)).toBe(REFUSED);
    expect(await refusals({ password: known })).toBe('in');
  });

  it('again and again: a user whose devices log in too often waits', async () => {
    await lettingIn();
    const password = await tokenOf('usr_ivy');
    const login = async () =>
      (await device(port, { clientId: 'usr_ivy:phone', clean: true, password })).leave();
    const many = async () => {
      for (let count = 0; count < 200; count++) await login();
    };
    await expect(many()).rejects.toThrow(REFUSED);
    expect(await refusals({ clientId: 'usr_jan:phone', password: await tokenOf('usr_jan') })).toBe('in');
  });

  it("with somebody else's client id, so nobody takes over a session of another", async () => {
    await lettingIn();
    const { at } = await person('usr_ann');
    const phone = await at('phone');
    const password = await tokenOf('usr_eve');
    for (const clientId of ['usr_ann:phone', 'usr_eve', 'usr_eve:', 'phone', 'usr_eve:a:b', 'usr_eve:ü']) {
      expect([clientId, await refusals({ clientId, password })]).toEqual([clientId, REFUSED]);
    }
    expect(await refusals({ clientId: '', clean: true, password })).toBe(REFUSED);
    expect(phone.client.connected).toBe(true);
  });

  it('whose user is deleted, or has no active account, or of whom nobody can tell', async () => {
    const accounts = await httpReceiver(({ path }, response) => {
      const user_id = path.split('/').at(-1) ?? '';
      if (user_id === 'usr_unsure') json(response, 500, {});
      else json(response, 200, { user_id, is_active: user_id !== 'usr_suspended' });
    });
    await lettingIn({ accountServiceUrl: accounts.url });
    const as = async (user: string) => refusals({ clientId: `${user}:phone`, password: await tokenOf(user) });
    expect(await as('usr_active')).toBe('in');
    for (const user of [DELETED, 'usr_suspended', 'usr_unsure']) expect(await as(user)).toBe(REFUSED);
  });

  it('but with an API key that the identity service knows', async () => {
    const identity = await httpReceiver(({ path, body }, response) => {
      const known = path.endsWith('/verify-api-key') && body.includes('key-of-kay');
      json(response, 200, known ? { valid: true, user_info: { user_id: 'usr_kay' } } : { valid: false });
    });
    await lettingIn({ serviceUrl: identity.url });
    const clientId = 'usr_kay:phone';
    expect(await refusals({ clientId, password: 'key-of-kay' })).toBe('in');
    expect(await refusals({ clientId, password: 'key-of-nobody' })).toBe(REFUSED);
  });

  it('by MQTT as one of the server’s own users, nor by NATS with a token', async () => {
    await lettingIn();
    for (const [username, password] of [
      ['task-service', server.pass],
      ['subscriber', SUBSCRIBER_PASSWORD],
    ]) {
      expect([username, await refusals({ username, password })]).toEqual([username, REFUSED]);
    }
    const token = await tokenOf('usr_eve');
    for (const credentials of [{ user: 'usr_eve', pass: token }, { token }]) {
      const tried = connect({ servers: server.servers, ...credentials, reconnect: false });
      await expect(tried).rejects.toThrow(/Authorization Violation/);
    }
  });

  it('by the name that is given: a device may have any, also that of a user of the server', async () => {
    await lettingIn();
    const password = await tokenOf('usr_eve');
    for (const [n, username] of ['auditor', 'task-service', 'usr_bob', 'ü'].entries()) {
      const as = { clientId: `usr_eve:by-name-${n}`, username };
      expect([username, await refusals({ ...as, password })]).toEqual([username, 'in']);
      expect(await refusals({ ...as, password: 'wrong' })).toBe(REFUSED);
    }
  });

  it('for longer than the token holds', async () => {
    await lettingIn();
    const password = await tokenOf('usr_eve', 2);
    const phone = await device(port, { clientId: 'usr_eve:phone', password });
    await phone.ended();
    expect(await refusals({ password })).toBe(REFUSED);
  });

  it('while the service does not answer; its own connections do without', async () => {
    const { servers, user, pass } = unanswered.server;
    const own = await connect({ servers, user, pass, reconnect: false });
    await own.close();
    const wrong = connect({ servers, user, pass: 'wrong', reconnect: false });
    await expect(wrong).rejects.toThrow(/Authorization Violation/);
    expect(await unanswered.outcome).toBe(REFUSED);
  });
});
