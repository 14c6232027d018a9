/**
 * A person is erased by the service as it runs: nothing of what they wrote is left in any file of the store, and
 * everything else goes on.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { NatsConnection } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import type { ServiceProcess } from '../../harness/service-process.ts';
import { mintToken } from '../../src/cli/mint-token.ts';
import type { UserId } from '../../src/domain/shared/ids.ts';
import { readLast } from '../../src/jetstream/connection/leader-read.ts';
import { factsSubject } from '../../src/jetstream/connection/subjects.ts';
import { eventually } from '../support/eventually.ts';
import { filesWith } from '../support/nats/files-with.ts';
import { connected } from '../support/nats/nats-client.ts';
import { natsServer, type TestNatsServer } from '../support/nats/nats-server.ts';
import { backUpStream, restoreStream } from '../support/nats/stream-backup.ts';
import { Caller, SECRET, SECRETS_KEY, startService, tokenFor } from '../support/processes/service.ts';
import { httpReceiver } from '../support/world/http-receiver.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const GUS = 'gus' as UserId;
const PLANTED = {
  name: 'Planted-name-of-a-task',
  earlier: 'Planted-name-of-before',
  token: 'Bearer planted-token-of-somebody',
  secret: 'whsec_cGxhbnRlZC1zZWNyZXQtb2YtYS13ZWJob29r',
  tag: 'planted-tag',
  endpoint: 'planted-path-of-an-endpoint',
  calendar: 'Planted-name-of-a-calendar',
  several: 'Planted-name-of-a-task-with-several-schedules',
  told: 'Planted-in-a-message-of-another-service',
  trigger: 'planted-message-of-a-trigger',
};

const envOf = ({ servers, user, pass }: TestNatsServer) => ({
  NATS_URL: servers,
  NATS_USER: user,
  NATS_PASSWORD: pass,
});

async function admin(service: ServiceProcess): Promise<Caller> {
  return new Caller(
    service.url,
    await mintToken(SECRET, { user: 'root', tier: 'pro', roles: ['admin'], expiresInSeconds: 600 }),
  );
}

const erase = (root: Caller, user: string = GUS) =>
  root.call<{ state: string }>('POST', `/admin/users/${user}/erase`);

/** `task-service …` as an operator types it; what it prints. */
async function command(server: TestNatsServer, ...args: string[]): Promise<string> {
  const env = { PATH: process.env.PATH, ...envOf(server), SECRETS_KEY, AUTH_JWT_SECRET: SECRET };
  return (
    await promisify(execFile)(process.execPath, [join(ROOT, 'dist', 'cli', 'main.js'), ...args], { env })
  ).stdout;
}

/** Gus with all that is planted, Olga beside him. */
async function lives(service: ServiceProcess, nc: NatsConnection) {
  const gus = new Caller(service.url, await tokenFor(GUS));
  const olga = new Caller(service.url, await tokenFor('olga'));
  const task = {
    name: PLANTED.earlier,
    task_type: 'todo',
    tags: [PLANTED.tag],
    metadata: { token: PLANTED.token, secret: PLANTED.secret },
  };
  const { body } = await gus.call<{ task_id: string }>('POST', '/tasks', task, { 'idempotency-key': 'once' });
  await gus.call('PATCH', `/tasks/${body.task_id}`, { name: PLANTED.name });
  // Of a type that no task here has: nothing is sent.
  const endpoint = { url: `https://93.184.216.34/${PLANTED.endpoint}`, types: ['task.overdue'] };
  expect((await gus.call('POST', '/event-destinations', endpoint)).status).toBe(201);
  const calendar = await gus.call<{ calendar_id: string }>('POST', '/calendars', {
    name: PLANTED.calendar,
    dates: ['2030-12-25'],
  });
  const days = { exclude_calendars: [calendar.body.calendar_id] };
  const several = await gus.call('POST', '/tasks', {
    name: PLANTED.several,
    task_type: 'todo',
    schedules: [
      { id: 'morning', type: 'daily', run_time: '09:00', ...days },
      { id: 'evening', type: 'daily', run_time: '18:00' },
    ],
  });
  expect(several.status).toBe(201);
  await gus.call('POST', `/tasks/${body.task_id}/execute`, {}, { prefer: 'wait=10' });
  const { body: olgas } = await olga.call<{ task_id: string }>('POST', '/tasks', {
    name: 'Hers',
    task_type: 'todo',
  });
  const told = { user_id: GUS, event_id: 'e1', title: PLANTED.told, start_time: '2030-01-01T00:00:00Z' };
  await nc.request('calendar_service.event.created', JSON.stringify(told), { timeout: 5_000 });
  await nc.request(`events.${GUS}.door`, JSON.stringify({ text: PLANTED.trigger }), { timeout: 5_000 });
  await eventually(async () => (await readLast(nc, 'TASK_EVENTS', 'task.executed')) !== null);
  return { gus, olga, olgas: olgas.task_id };
}

async function factOf(nc: NatsConnection, user = GUS) {
  const message = await readLast(nc, 'TASK_LOG', factsSubject(user));
  return JSON.parse(Buffer.from(message?.body ?? []).toString()) as {
    type: string;
    data: Record<string, unknown>;
  };
}

async function keyOf(nc: NatsConnection): Promise<string> {
  return Buffer.from((await readLast(nc, 'KV_USER_KEYS', `$KV.USER_KEYS.${GUS}`))?.body ?? []).toString();
}

async function expectGone(server: TestNatsServer, key: string): Promise<void> {
  for (const word of [...Object.values(PLANTED), key])
    expect(await filesWith(server.storeDir, word), word).toEqual([]);
}

test('of an erased user nothing is left in any file, a running execution ends in one outcome, and all else goes on, checks out and is built anew', async () => {
  const server = await natsServer();
  const hanging = await httpReceiver(() => {});
  const service = await startService({ ...envOf(server), EGRESS_ALLOW: hanging.host });
  const nc = await connected(server);
  const { gus, olga, olgas } = await lives(service, nc);
  const config = { script_type: 'webhook', url: `${hanging.url}/` };
  const long = await gus.call<{ task_id: string }>('POST', '/tasks', {
    name: PLANTED.name,
    task_type: 'custom',
    config,
  });
  await gus.call('POST', `/tasks/${long.body.task_id}/execute`, {}, { prefer: 'wait=0' });
  await hanging.received(1);
  const key = await keyOf(nc);
  expect((await filesWith(server.storeDir, PLANTED.name)).length).toBeGreaterThan(0);

  const root = await admin(service);
  expect((await erase(olga)).status).toBe(403);
  expect((await erase(root, 'nobody')).status).toBe(404);
  expect(await erase(root)).toMatchObject({ status: 202, body: { user_id: GUS, state: 'requested' } });
  await eventually(async () => (await factOf(nc)).type === 'user.erasure_completed');
  expect((await factOf(nc)).data).toMatchObject({ erased: { from_other_services: 1, trigger_messages: 1 } });
  expect(await erase(root)).toMatchObject({ status: 200, body: { state: 'completed' } });
  expect((await gus.call('GET', '/tasks')).status).toBe(403);

  const log = await readLast(nc, 'TASK_LOG', `tasklog.${GUS}.${long.body.task_id}`);
  expect(Buffer.from(log?.body ?? []).toString()).toMatch(/execution_cancelled|status_changed/);
  expect(await olga.call('PATCH', `/tasks/${olgas}`, { name: 'Still hers' })).toMatchObject({ status: 200 });
  const health = await root.call<{ status: string }>('GET', '/health/detailed').catch(() => null);
  expect(health).not.toBe(null);
  expect(service.log().filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);

  expect(await service.end('SIGTERM')).toBe(0);
  expect(await command(server, 'rebuild')).toMatch('made anew');
  expect(await command(server, 'verify')).toMatch('the views are what the log says');
  await nc.close();
  await server.halt();
  await expectGone(server, key);
}, 120_000);

test('a backup of the keys that is older than an erasure opens nothing: the key is destroyed again before anything is served', async () => {
  const server = await natsServer();
  const first = await startService(envOf(server));
  const nc = await connected(server);
  await lives(first, nc);
  const key = await keyOf(nc);
  const keys = await backUpStream(nc, 'KV_USER_KEYS');
  await first.end('SIGKILL');
  await command(server, 'users', 'erase', GUS, '--yes');
  expect((await factOf(nc)).type).toBe('user.erasure_completed');
  expect(await command(server, 'users', 'erase', GUS, '--yes')).toMatch('is erased');
  await nc.request('$JS.API.STREAM.DELETE.KV_USER_KEYS', '', { timeout: 5_000 });
  await restoreStream(nc, keys);
  expect(await keyOf(nc)).toBe(key);
  const second = await startService(envOf(server));
  expect(await keyOf(nc)).toBe('');
  const root = await admin(second);
  expect(await erase(root)).toMatchObject({ status: 200 });
  await second.end('SIGKILL');
  await nc.close();
  await server.halt();
  await expectGone(server, key);
}, 120_000);
