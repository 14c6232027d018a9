/** A log is moved to another server by the commands, each of which is killed in the middle of its work. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lastSequence } from '../../src/jetstream/connection/leader-read.ts';
import { snapshotInfo } from '../../src/jetstream/snapshots/snapshot.ts';
import { SECRETS } from '../support/log/log-fixture.ts';
import { fillLog, manifestIn, storedLog } from '../support/log/moved-log.ts';
import { connected } from '../support/nats/nats-client.ts';
import { natsServer, startNatsServer } from '../support/nats/nats-server.ts';
import { envOfServer, runCommand, startCommand } from '../support/processes/command-line.ts';
import { Caller, SECRETS_KEY, startService, tokenFor } from '../support/processes/service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { httpReceiver } from '../support/world/http-receiver.ts';

const CHANGES = 39;
const USERS = 250;

test('export and import, killed in the middle, go on to the same root, sequences and ids', async () => {
  const [origin, target] = [await natsServer(), await natsServer()];
  const [from, to] = [await connected(origin), await connected(target)];
  await fillLog(from, USERS, CHANGES);
  const env = { SECRETS_KEY: SECRETS.toString('base64') };
  const [folder, keys] = [join(temporaryFolder(), 'moved'), join(temporaryFolder(), 'keys')];
  const exporting = ['export', '--to', folder, '--keys', keys];
  const first = startCommand(exporting, { ...envOfServer(origin), ...env });
  const isBegun = () => readdirSync(folder).some((name) => name.endsWith('.partial'));
  await expect.poll(isBegun, { timeout: 30_000, interval: 1 }).toBe(true);
  first.child.kill('SIGKILL');
  expect((await first.ended).status).toBe(null);
  const early = await runCommand(['import', '--from', folder], { ...envOfServer(target), ...env });
  expect(early).toMatchObject({ status: 65, stdout: '' });
  expect(early.stderr).toContain('broken off');
  const exported = await runCommand(exporting, { ...envOfServer(origin), ...env });
  expect(exported).toMatchObject({ status: 0, stderr: '' });
  const { root, last_sequence } = manifestIn(folder);
  expect(last_sequence).toBe(USERS * (CHANGES + 1));

  const importing = ['import', '--from', folder, '--keys', keys];
  const half = startCommand(importing, { ...envOfServer(target), ...env });
  const end = () => lastSequence(to, 'TASK_LOG').catch(() => 0);
  await expect.poll(end, { timeout: 60_000, interval: 1 }).toBeGreaterThan(0);
  half.child.kill('SIGKILL');
  expect((await half.ended).status).toBe(null);
  const there = await lastSequence(to, 'TASK_LOG');
  expect(there % 500).toBe(0);
  expect(there).toBeLessThan(last_sequence);
  const rest = await runCommand(importing, { ...envOfServer(target), ...env });
  expect(rest).toMatchObject({ status: 0, stderr: '' });
  expect(rest.stdout).toContain(`imported: ${last_sequence - there} events behind ${there}, root ${root}`);
  expect(await storedLog(to)).toEqual(await storedLog(from));
}, 180_000);

test('an embedded service is exported while it runs, and its log is served elsewhere', async () => {
  const [here, there] = [temporaryFolder(), join(temporaryFolder(), 'data')];
  const receiver = await httpReceiver();
  const service = await startService({ DATA_DIR: here, EGRESS_ALLOW: receiver.host });
  const gus = new Caller(service.url, await tokenFor('gus'));
  const destination = { url: `${receiver.url}/events`, from: 'now' };
  expect((await gus.call('POST', '/event-destinations', destination)).status).toBe(201);
  const { body } = await gus.call<{ task_id: string }>('POST', '/tasks', {
    name: 'Moved',
    task_type: 'todo',
  });
  expect((await receiver.received(1)).body).toContain(body.task_id);
  const [folder, keys] = [join(temporaryFolder(), 'moved'), join(temporaryFolder(), 'keys')];
  const exported = await runCommand(['export', '--to', folder, '--keys', keys], {
    DATA_DIR: here,
    SECRETS_KEY,
  });
  expect(exported).toMatchObject({ status: 0, stderr: '' });
  const verified = await runCommand(['verify'], { DATA_DIR: here, SECRETS_KEY });
  expect(verified.stdout).toContain('the views are what the log says');
  const importing = ['import', '--from', folder, '--keys', keys];
  const beside = await runCommand(importing, { DATA_DIR: here, SECRETS_KEY });
  expect(beside).toMatchObject({ status: 78, stdout: '' });
  expect(beside.stderr).toContain('in use by a running task service');
  const keyless = await runCommand(importing, { DATA_DIR: there });
  expect(keyless).toMatchObject({ status: 78, stdout: '' });
  expect(keyless.stderr).toContain('SECRETS_KEY must be that of the service that the data is of');
  expect(await runCommand(importing, { DATA_DIR: there, SECRETS_KEY })).toMatchObject({
    status: 0,
    stderr: '',
  });
  expect(await service.end('SIGTERM')).toBe(0);
  const elsewhere = await startService({ DATA_DIR: there, EGRESS_ALLOW: receiver.host });
  const again = new Caller(elsewhere.url, await tokenFor('gus'));
  expect((await again.call('GET', `/tasks/${body.task_id}`)).body.name).toBe('Moved');
  const { body: next } = await again.call<{ task_id: string }>('POST', '/tasks', {
    name: 'Made here',
    task_type: 'todo',
  });
  const told = await receiver.received(2);
  expect(told.body).toContain(next.task_id);
  expect(told.body).not.toContain(body.task_id);
}, 60_000);

test('a service that runs is backed up; restored by a command that was killed, it is not started before it is whole', async () => {
  const dataDir = temporaryFolder();
  const service = await startService({ DATA_DIR: dataDir });
  const gus = new Caller(service.url, await tokenFor('gus'));
  const names = Array.from({ length: 40 }, (_, at) => `Kept ${at} ${'x'.repeat(20_000)}`);
  const made = await Promise.all(
    names.map((name) =>
      gus.call<{ task_id: string }>('POST', '/tasks', {
        name: name.slice(0, 12),
        description: name.slice(0, 5_000),
        task_type: 'todo',
      }),
    ),
  );
  const [to, keys] = [join(temporaryFolder(), 'log'), join(temporaryFolder(), 'keys')];
  const kept = await runCommand(['backup', '--to', to, '--keys', keys], { DATA_DIR: dataDir, SECRETS_KEY });
  expect(kept).toMatchObject({ status: 0, stderr: '' });
  expect(await service.end('SIGKILL')).toBe(null);

  const target = await startNatsServer({ empty: true });
  onTestFinished(() => target.stop());
  const env = envOfServer(target);
  const restoring = ['restore', '--from', to, '--keys', keys];
  const nc = await connected(target);
  const killed = startCommand(restoring, env);
  const isBegun = async () => (await snapshotInfo(nc, 'RESTORE_UNDER_WAY')) !== null;
  await expect.poll(isBegun, { timeout: 30_000, interval: 1 }).toBe(true);
  killed.child.kill('SIGKILL');
  expect((await killed.ended).status).toBe(null);
  const refused = await runCommand(['verify'], env);
  expect(refused).toMatchObject({ status: 78, stdout: '' });
  await expect(startService(env)).rejects.toThrow('a restore of this server was broken off');
  const restored = await runCommand(restoring, env);
  expect(restored).toMatchObject({ status: 0, stderr: '' });
  const again = await startService(env);
  const caller = new Caller(again.url, await tokenFor('gus'));
  for (const [at, { body }] of made.entries()) {
    expect((await caller.call('GET', `/tasks/${body.task_id}`)).body.name).toBe(names[at]?.slice(0, 12));
  }
  expect((await caller.call('POST', '/tasks', { name: 'after', task_type: 'todo' })).status).toBe(201);
}, 120_000);
