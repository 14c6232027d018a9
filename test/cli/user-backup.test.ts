import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseConfig } from '../../src/app/config/config.ts';
import { systemClock } from '../../src/app/system-clock.ts';
import { BACKUP_PARTS } from '../../src/application/ports/user-backups.ts';
import { userBackup } from '../../src/cli/user-backup.ts';
import type { UserId } from '../../src/domain/shared/ids.ts';
import { JetStreamUserBackups } from '../../src/jetstream/backups/user-backups.ts';
import { provision } from '../../src/jetstream/provisioning/provision.ts';
import { connected } from '../support/nats/nats-client.ts';
import { natsServer, type TestNatsServer } from '../support/nats/nats-server.ts';
import { taskParts } from '../support/parts/task-parts.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ANN = 'ann' as UserId;
const SECRETS = randomBytes(32);

/** `task-service user-backup` against a server; the lines that it printed. */
async function command(server: TestNatsServer, ...args: string[]): Promise<string[]> {
  const config = parseConfig({
    NATS_URL: `nats://${server.servers}`,
    NATS_USER: server.user,
    NATS_PASSWORD: server.pass,
    SECRETS_KEY: SECRETS.toString('base64'),
    AUTH_JWT_SECRET: 'a secret of the test',
  });
  const lines: string[] = [];
  await userBackup(
    args,
    () => config,
    (line) => lines.push(line),
  );
  return lines;
}

async function withBackup() {
  const server = await natsServer();
  const nc = await connected(server);
  await provision(nc, { replicas: 1 });
  const parts = taskParts(nc, SECRETS);
  const taskId = await parts.person.create(ANN, { name: 'Nightly' });
  await parts.person.run(ANN, taskId);
  const backups = new JetStreamUserBackups(nc, parts.keys);
  const now = systemClock.now();
  const order = {
    userId: ANN,
    taskId,
    executionId: parts.ids.executionId(now),
    scope: BACKUP_PARTS,
    keep: 7,
    now,
  };
  return { server, parts, taskId, backup: await backups.make(order, new AbortController().signal) };
}

test('archives are listed, verified, saved with the key, restored elsewhere, shown and removed', async () => {
  const { server, taskId, backup } = await withBackup();
  const [line] = await command(server, 'list', '--user', 'ann');
  expect(line).toContain(`${backup.name}  `);
  expect(line).toContain(backup.sha256);
  expect(await command(server, 'list', '--user', 'bob')).toEqual([]);
  const whole = /^whole: 1 tasks, 1 executions, 4 events of user ann at .*, sequences 1 to 4, 1 hash chains$/;
  expect(await command(server, 'verify', '--name', backup.name)).toEqual([expect.stringMatching(whole)]);

  const file = join(temporaryFolder(), 'ann.tar.gz');
  writeFileSync(`${file}.part`, 'what an interrupted one left');
  await command(server, 'save', '--name', backup.name, '--to', file);
  const folder = temporaryFolder();
  await expect(command(server, 'save', '--name', backup.name, '--to', folder)).rejects.toThrow('EISDIR');
  expect(existsSync(`${folder}.key`)).toBe(false);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(`${file}.key`).mode & 0o777).toBe(0o600);
  expect(existsSync(`${file}.part`)).toBe(false);
  expect(await command(server, 'verify', '--file', file)).toEqual([expect.stringMatching(whole)]);

  const other = await natsServer();
  expect(await command(other, 'restore', '--file', file)).toContain(
    '4 events were appended, 0 were there already',
  );
  const restored = taskParts(await connected(other), SECRETS);
  expect((await restored.queries.task(ANN, taskId))?.state).toMatchObject({ name: 'Nightly', run_count: 1 });

  const [task] = await command(other, 'show', '--file', file);
  expect(JSON.parse(task ?? '')).toMatchObject({ task_id: taskId, name: 'Nightly' });
  const events = await command(server, 'show', '--name', backup.name, '--part', 'events');
  expect(events.map((one) => JSON.parse(one).event.type)).toEqual([
    'task.created',
    'task.execution_requested',
    'task.execution_started',
    'task.execution_completed',
  ]);
  await command(server, 'remove', '--name', backup.name);
  expect(await command(server, 'list')).toEqual([]);
});

test('nothing is restored from a broken file, or with the key of another', async () => {
  const { server, backup } = await withBackup();
  const file = join(temporaryFolder(), 'ann.tar.gz');
  await command(server, 'save', '--name', backup.name, '--to', file);
  const other = await natsServer();
  writeFileSync(`${file}.broken`, readFileSync(file).subarray(0, 500));
  await expect(command(other, 'restore', '--file', `${file}.broken`)).rejects.toThrow(
    'not a whole gzipped tar',
  );
  writeFileSync(`${file}.bob`, JSON.stringify({ user_id: 'bob', wrapped_key: 'v1.1.x' }));
  await expect(command(other, 'restore', '--file', file, '--key', `${file}.bob`)).rejects.toThrow(
    'another user',
  );
  const notAKey = command(other, 'restore', '--file', file, '--key', file);
  await expect(notAKey).rejects.toThrow(`${file} holds no key`);
});

test.each([
  [[], 'user-backup takes one of list, verify, show, save, remove, restore'],
  [['explode'], 'user-backup takes one of'],
  [['verify'], 'either --name or --file'],
  [['verify', '--name', 'x', '--file', 'y'], 'either --name or --file'],
  [['show', '--name', 'x', '--file', 'y'], 'either --name or --file'],
  [['verify', '--file', '/no/such/file'], 'no such file or directory'],
  [['verify', '--file', '/tmp'], 'illegal operation on a directory'],
  [['save', '--name', 'x'], '--to is missing'],
  [['restore', '--name', 'x'], '--name'],
  [['show', '--name', 'x', '--part', 'all'], '--part must be one of'],
  [['list', '--user', ''], '--user is not a user id'],
])('%j is refused', async (args, message) => {
  const config = () => parseConfig({});
  await expect(userBackup(args, config, () => {})).rejects.toThrow(message);
});
