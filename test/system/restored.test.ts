import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { connected } from '../support/nats/nats-client.ts';
import { startNatsServer, type TestNatsServer } from '../support/nats/nats-server.ts';
import { backUpStream, restoreStream } from '../support/nats/stream-backup.ts';
import { Caller, SECRET, SECRETS_KEY, startService, tokenFor } from '../support/processes/service.ts';
import {
  type Call,
  type PlatformService,
  startNotificationService,
} from '../support/world/platform-services.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** The streams that docs/operations.md says to back up, in its order. */
function streamsToKeep(): string[] {
  const text = readFileSync(join(ROOT, 'docs', 'operations.md'), 'utf8');
  return /^for stream in ([A-Z_ ]+); do$/m.exec(text)?.[1]?.split(' ') ?? [];
}

async function emptyServer(): Promise<TestNatsServer> {
  const started = await startNatsServer({ empty: true });
  onTestFinished(() => started.stop());
  return started;
}

async function serviceOn({ servers, user, pass }: TestNatsServer, notification: PlatformService) {
  const nats = { NATS_URL: servers, NATS_USER: user, NATS_PASSWORD: pass };
  const service = await startService({ ...nats, PLATFORM_SERVICES: `notification=${notification.url}` });
  return { service, ann: new Caller(service.url, await tokenFor('ann')) };
}

/** `task-service <command>` as an operator types it; what it prints. */
async function command(name: string, { servers, user, pass }: TestNatsServer): Promise<string> {
  const nats = { NATS_URL: servers, NATS_USER: user, NATS_PASSWORD: pass };
  const env = { PATH: process.env.PATH, ...nats, SECRETS_KEY, AUTH_JWT_SECRET: SECRET };
  const program = join(ROOT, 'dist', 'cli', 'main.js');
  return (await promisify(execFile)(process.execPath, [program, name], { env })).stdout;
}

const remindsOf = (name: string) => (call: Call) => JSON.stringify(call.body).includes(name);

test('a new log from a backup goes on where the old one was, and tells nobody again what was told', async () => {
  const notification = await startNotificationService();
  onTestFinished(() => notification.stop());
  const remind = (ann: Caller, name: string) =>
    ann.call<{ task_id: string }>('POST', '/tasks', {
      name,
      task_type: 'todo',
      reminder_time: new Date(Date.now() + 200).toISOString(),
    });

  const old = await emptyServer();
  const before = await serviceOn(old, notification);
  const { body: told } = await remind(before.ann, 'told before');
  await notification.done(remindsOf('told before'));
  const oldNc = await connected(old);
  const kept = [];
  for (const stream of streamsToKeep()) kept.push(await backUpStream(oldNc, stream));
  expect(kept.length).toBeGreaterThan(3);
  await before.service.end('SIGKILL');

  const fresh = await emptyServer();
  const freshNc = await connected(fresh);
  for (const stream of kept) await restoreStream(freshNc, stream);
  await command('rebuild', fresh);
  expect(await command('verify', fresh)).toMatch(/views/);
  const { ann } = await serviceOn(fresh, notification);
  expect(await ann.call('GET', `/tasks/${told.task_id}`)).toMatchObject({
    status: 200,
    body: { name: 'told before' },
  });
  expect((await remind(ann, 'told after')).status).toBe(201);
  await notification.done(remindsOf('told after'));
  expect(await notification.calls(remindsOf('told before'))).toHaveLength(1);
});
