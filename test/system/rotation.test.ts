/** SECRETS_KEY is replaced while two instances serve, by a command that is killed in the middle of it. */
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { UserId } from '../../src/domain/shared/ids.ts';
import { UserKeys } from '../../src/jetstream/codec/user-keys.ts';
import { readLast } from '../../src/jetstream/connection/leader-read.ts';
import { connected } from '../support/nats/nats-client.ts';
import { natsServer } from '../support/nats/nats-server.ts';
import { backUpStream, restoreStream } from '../support/nats/stream-backup.ts';
import { envOfServer, runCommand, startCommand } from '../support/processes/command-line.ts';
import { Caller, SECRETS_KEY, startService, tokenFor } from '../support/processes/service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type Call, startNotificationService } from '../support/world/platform-services.ts';

const NEW = randomBytes(32).toString('base64');
const USERS = 600;
const userOf = (at: number) => `user-${at}` as UserId;
const subjectOf = (at: number) => `$KV.USER_KEYS.${userOf(at)}`;
const tells = (name: string) => (call: Call) => JSON.stringify(call.body).includes(name);

async function bytesUnder(folder: string): Promise<Buffer> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Buffer.concat(await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name)))));
}

test('killed in the middle, rotated to the end and alone at last, the new key opens all that the old one did, and receivers notice nothing', async () => {
  const server = await natsServer();
  const env = envOfServer(server);
  const notification = await startNotificationService();
  onTestFinished(() => notification.stop());
  const serve = (secrets: string) =>
    startService({ ...env, SECRETS_KEY: secrets, PLATFORM_SERVICES: `notification=${notification.url}` });
  const annOf = async ({ url }: { url: string }) => new Caller(url, await tokenFor('ann'));
  const remind = (ann: Caller, name: string) => {
    const reminder_time = new Date(Date.now() + 200).toISOString();
    return ann.call<{ task_id: string }>('POST', '/tasks', { name, task_type: 'todo', reminder_time });
  };

  const before = await serve(SECRETS_KEY);
  const { body: task } = await remind(await annOf(before), 'told under the old key');
  await notification.done(tells('told under the old key'));
  const signing = await runCommand(['signing-secret'], env);
  const nc = await connected(server);
  const keys = new UserKeys(nc, Buffer.from(SECRETS_KEY, 'base64'));
  const users = Array.from({ length: USERS }, (_, at) => userOf(at));
  await Promise.all(users.map((user) => keys.getOrCreate(user)));
  const old = await Promise.all(users.map((user) => keys.wrapped(user)));
  const backup = await backUpStream(nc, 'KV_USER_KEYS');
  expect(await before.end('SIGTERM')).toBe(0);

  const both = `${NEW},${SECRETS_KEY}`;
  const [one, two] = [await serve(both), await serve(both)];
  const rotation = startCommand(['keys', 'rotate'], { ...env, SECRETS_KEY: both });
  const isRewrapped = async (at: number) =>
    Buffer.from((await readLast(nc, 'KV_USER_KEYS', subjectOf(at)))?.body ?? []).toString() !== old[at];
  await expect.poll(() => isRewrapped(USERS / 3), { timeout: 60_000, interval: 1 }).toBe(true);
  rotation.child.kill('SIGKILL');
  expect((await rotation.ended).status).toBe(null);
  expect(await isRewrapped(USERS - 1)).toBe(false);

  expect((await (await annOf(one)).call('GET', `/tasks/${task.task_id}`)).body.name).toBe(
    'told under the old key',
  );
  const newcomer = new Caller(two.url, await tokenFor('newcomer'));
  expect((await newcomer.call('POST', '/tasks', { name: 'x', task_type: 'todo' })).status).toBe(201);
  const rotated = await runCommand(['keys', 'rotate'], { ...env, SECRETS_KEY: both });
  expect(rotated).toMatchObject({ status: 0, stderr: '' });
  expect(rotated.stdout).toContain('give the service that one alone now');
  await remind(await annOf(two), 'told after the rotation');
  await notification.done(tells('told after the rotation'));
  expect(await one.end('SIGTERM')).toBe(0);
  expect(await two.end('SIGTERM')).toBe(0);

  const after = await serve(NEW);
  const ann = await annOf(after);
  expect((await ann.call('GET', `/tasks/${task.task_id}`)).body.name).toBe('told under the old key');
  await remind(ann, 'told under the new key');
  await notification.done(tells('told under the new key'));
  expect(await runCommand(['signing-secret'], { ...env, SECRETS_KEY: NEW })).toEqual(signing);
  expect(await after.end('SIGTERM')).toBe(0);
  expect((await runCommand(['keys', 'rotate'], env)).status).toBe(78);

  await nc.close();
  await server.halt();
  const bytes = await bytesUnder(server.storeDir);
  expect(old.filter((text) => bytes.includes(text))).toEqual([]);

  await server.restart();
  const later = await connected(server);
  await later.request('$JS.API.STREAM.DELETE.KV_USER_KEYS', '', { timeout: 5_000 });
  await restoreStream(later, backup);
  const refused = await runCommand(['keys', 'rotate'], { ...env, SECRETS_KEY: NEW });
  expect(refused).toMatchObject({ status: 78, stdout: '' });
  expect(refused.stderr).toContain('SECRETS_KEY is not the one');
}, 120_000);

test('the key of an embedded server is rotated while its service runs', async () => {
  const dataDir = temporaryFolder();
  const env = { DATA_DIR: dataDir, SECRETS_KEY: `${NEW},${SECRETS_KEY}` };
  const first = await startService({ DATA_DIR: dataDir });
  const gus = new Caller(first.url, await tokenFor('gus'));
  const { body } = await gus.call<{ task_id: string }>('POST', '/tasks', { name: 'Kept', task_type: 'todo' });
  const refused = await runCommand(['keys', 'rotate', 'now'], env);
  expect(refused).toMatchObject({ status: 64, stdout: '' });
  const rotated = await runCommand(['keys', 'rotate'], env);
  expect(rotated).toMatchObject({ status: 0, stderr: '' });
  expect(rotated.stdout).toContain('keys of users: 1, of them 1 wrapped anew, 1 earlier ones erased');
  expect(await first.end('SIGTERM')).toBe(0);
  expect(await readdir(join(dataDir, 'run'))).not.toContain('nats-access');
  const second = await startService({ DATA_DIR: dataDir, SECRETS_KEY: NEW });
  const again = new Caller(second.url, await tokenFor('gus'));
  expect((await again.call('GET', `/tasks/${body.task_id}`)).body.name).toBe('Kept');
});
