import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '../../../src/app/config/config.ts';
import { backUp } from '../../../src/cli/moving/backup.ts';
import { KEPT_STREAMS, KEY_STREAMS, LATER_STREAMS } from '../../../src/cli/moving/backup-folder.ts';
import { restoreFrom } from '../../../src/cli/moving/restore.ts';
import { rebuild, verify } from '../../../src/cli/views.ts';
import type { UserId } from '../../../src/domain/shared/ids.ts';
import { UserKeys } from '../../../src/jetstream/codec/user-keys.ts';
import { jetstreamApi } from '../../../src/jetstream/connection/api.ts';
import { lastSequence, readLast } from '../../../src/jetstream/connection/leader-read.ts';
import { JetStreamCheckpointLog } from '../../../src/jetstream/log/checkpoint-log.ts';
import { GroupCommit } from '../../../src/jetstream/log/commit/group-commit.ts';
import { markRestore } from '../../../src/jetstream/snapshots/restore-mark.ts';
import { restoreWhole } from '../../../src/jetstream/snapshots/restore-stream.ts';
import {
  type StreamSnapshot,
  snapshotInfo,
  takeSnapshot,
} from '../../../src/jetstream/snapshots/snapshot.ts';
import { AUDIT_SIGNER, signCheckpoint } from '../../support/audit-signer.ts';
import { SECRETS } from '../../support/log/log-fixture.ts';
import { fillLog, movingEnv, storedLog } from '../../support/log/moved-log.ts';
import { connected } from '../../support/nats/nats-client.ts';
import { natsServer, startNatsServer, type TestNatsServer } from '../../support/nats/nats-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

async function emptyServer(): Promise<{ server: TestNatsServer; to: NatsConnection }> {
  const server = await startNatsServer({ empty: true });
  onTestFinished(() => server.stop());
  return { server, to: await connected(server) };
}

async function filled(users = 5, changes = 4) {
  const server = await natsServer();
  const nc = await connected(server);
  await fillLog(nc, users, changes);
  return { server, nc };
}

async function said(run: typeof backUp, server: TestNatsServer, args: readonly string[], env = {}) {
  const lines: string[] = [];
  const config = () => parseConfig({ ...movingEnv(server), ...env });
  await run(args, config, (line) => lines.push(line));
  return lines.join('\n');
}

async function keptFolders(server: TestNatsServer) {
  const [log, keys] = [join(temporaryFolder(), 'log'), join(temporaryFolder(), 'keys')];
  await said(backUp, server, ['--to', log, '--keys', keys]);
  return { log, keys, from: ['--from', log, '--keys', keys] };
}

const manifestIn = (folder: string) => JSON.parse(readFileSync(join(folder, 'backup.json'), 'utf8'));

function changeManifest(folder: string, change: (manifest: ReturnType<typeof manifestIn>) => void): void {
  const manifest = manifestIn(folder);
  change(manifest);
  writeFileSync(join(folder, 'backup.json'), JSON.stringify(manifest));
}

test('a restored backup is the same log with its keys, what was told of it, and nothing else', async () => {
  const { server, nc } = await filled();
  await nc.request('calendar_service.event.created', '{}', { timeout: 5_000 });
  await rebuild(parseConfig(movingEnv(server)), () => {});
  const { log, keys, from } = await keptFolders(server);
  expect(statSync(join(keys, 'KV_USER_KEYS.snapshot')).mode & 0o777).toBe(0o600);
  expect(manifestIn(log).streams.map(({ name }: { name: string }) => name)).not.toContain('KV_USER_KEYS');
  const { server: target, to } = await emptyServer();
  expect(await said(restoreFrom, target, from)).toContain('TASK_LOG: 25 messages through 25');
  expect(await storedLog(to)).toEqual(await storedLog(nc));
  expect((await readLast(to, 'PLATFORM_EVENTS', '>'))?.sequence).toBe(1);
  const [there, here] = [new UserKeys(nc, SECRETS), new UserKeys(to, SECRETS)];
  const user = 'user-2' as UserId;
  expect((await here.get(user)).secret.equals((await there.get(user)).secret)).toBe(true);
  const stream = async (of: NatsConnection) => (await snapshotInfo(of, 'TASK_EVENTS'))?.config;
  expect(await stream(to)).toEqual(await stream(nc));
  await rebuild(parseConfig(movingEnv(target)), () => {});
  expect(await verify(parseConfig(movingEnv(target)), () => {})).toBe(true);
  const again = said(restoreFrom, target, from);
  await expect(again).rejects.toThrow('restore on an empty server');
  await expect(said(backUp, target, ['--to', log, '--keys', temporaryFolder()])).rejects.toThrow(
    'holds a whole backup',
  );
});

describe('a restore that is refused leaves the server as it is', () => {
  const other = (folder: string) => changeManifest(folder, (manifest) => (manifest.id = 'another'));
  const without = (name: string) => (folder: string) =>
    changeManifest(folder, (manifest) => {
      manifest.streams = manifest.streams.filter((each: { name: string }) => each.name !== name);
    });
  const named = (from: string, to: string) => (folder: string) =>
    changeManifest(folder, (manifest) => {
      for (const each of manifest.streams) if (each.name === from) each.name = each.config.name = to;
    });

  test.each<[string, (log: string, keys: string) => void, string]>([
    ['no manifest', (log) => rmSync(join(log, 'backup.json')), 'is no backup, or one that was broken off'],
    ['no keys', (_, keys) => rmSync(join(keys, 'backup.json')), 'is no backup, or one that was broken off'],
    [
      'a snapshot that is cut',
      (log) => truncateSync(join(log, 'TASK_LOG.snapshot'), 99),
      'its SHA-256 is another',
    ],
    ['a snapshot that is gone', (log) => rmSync(join(log, 'TASK_LOG.snapshot')), 'cannot be read'],
    ['keys of another backup', (_, keys) => other(keys), 'the keys of another backup'],
    ['no log', (log) => without('TASK_LOG')(log), 'holds no log'],
    ['no users’ keys', (_, keys) => without('KV_USER_KEYS')(keys), 'holds no keys of users'],
    ['a stream of another folder', (log) => named('TASK_LOG', 'KV_USER_KEYS')(log), 'does not belong'],
    ['a stream of no service', (log) => named('TASK_LOG', 'OTHER')(log), 'backup.json'],
  ])('%s', async (_, spoil, why) => {
    const { server } = await filled(1, 1);
    const { log, keys, from } = await keptFolders(server);
    spoil(log, keys);
    const { server: target, to } = await emptyServer();
    const failure = said(restoreFrom, target, from);
    await expect(failure).rejects.toThrow(why);
    await expect(failure).rejects.toMatchObject({ exitCode: 65 });
    expect(await jetstreamApi(to, 'STREAM.NAMES')).toMatchObject({ total: 0 });
  });
});

test('with another SECRETS_KEY it is not taken for restored, and the right one ends it', async () => {
  const { server } = await filled(2, 1);
  const { from } = await keptFolders(server);
  const { server: target } = await emptyServer();
  const wrong = { SECRETS_KEY: Buffer.alloc(32, 7).toString('base64') };
  await expect(said(restoreFrom, target, from, wrong)).rejects.toMatchObject({ exitCode: 78 });
  const refused = verify(parseConfig(movingEnv(target)), () => {});
  await expect(refused).rejects.toThrow('a restore of this server was broken off');
  expect(await said(restoreFrom, target, from)).toContain('restored');
  await rebuild(parseConfig(movingEnv(target)), () => {});
  expect(await verify(parseConfig(movingEnv(target)), () => {})).toBe(true);
});

test('one of another backup that is under way is not gone on with', async () => {
  const { server } = await filled(1, 1);
  const { from } = await keptFolders(server);
  const { server: target, to } = await emptyServer();
  await markRestore(to, 'another');
  await expect(said(restoreFrom, target, from)).rejects.toThrow('another backup was being restored here');
});

test('a stream is restored until it is whole, also where an earlier restore was cut off, and old messages are counted before they go', async () => {
  const { nc } = await filled(5, 40);
  const chunks: Buffer[] = [];
  const snapshot = await takeSnapshot(nc, 'TASK_LOG', async (chunk) => void chunks.push(Buffer.from(chunk)));
  const { to } = await emptyServer();
  const pieces = async function* () {
    for (const chunk of chunks)
      for (let at = 0; at < chunk.length; at += 4_096) yield chunk.subarray(at, at + 4_096);
  };
  const { deliver_subject } = await jetstreamApi<{ deliver_subject: string }>(to, 'STREAM.RESTORE.TASK_LOG', {
    config: snapshot.config,
    state: snapshot.state,
  });
  for await (const piece of pieces()) {
    await to.request(deliver_subject, piece, { timeout: 5_000 });
    break;
  }
  await restoreWhole(to, snapshot, pieces);
  expect(await storedLog(to)).toEqual(await storedLog(nc));
  const aged: StreamSnapshot = {
    ...snapshot,
    config: {
      ...snapshot.config,
      max_age: 1_000_000_000,
      duplicate_window: 1_000_000_000,
      deny_purge: false,
    },
  };
  await restoreWhole(to, aged, pieces);
  expect((await snapshotInfo(to, 'TASK_LOG'))?.config.max_age).toBe(1_000_000_000);
  const more = { ...snapshot, state: { ...snapshot.state, messages: 206 } };
  await expect(restoreWhole(to, more, pieces)).rejects.toThrow('205 messages through 205 after 5 tries');
});

describe('held against a checkpoint', () => {
  const held = async (nc: NatsConnection) => {
    const [note, key] = [join(temporaryFolder(), 'note'), join(temporaryFolder(), 'key')];
    writeFileSync(note, (await new JetStreamCheckpointLog(nc, new GroupCommit(nc)).last())?.note ?? '');
    writeFileSync(key, AUDIT_SIGNER.vkey);
    return ['--checkpoint', note, '--vkey', key];
  };

  test('a backup that is as new is restored, one behind it is refused, or its loss is recorded', async () => {
    const { server, nc } = await filled(2, 1);
    const old = await keptFolders(server);
    await fillLog(nc, 2, 1);
    await signCheckpoint({ nc });
    const checkpoint = await held(nc);
    const fresh = await keptFolders(server);
    const { server: one } = await emptyServer();
    expect(await said(restoreFrom, one, [...fresh.from, ...checkpoint])).toContain('restored');
    const { server: two, to } = await emptyServer();
    const behind = said(restoreFrom, two, [...old.from, ...checkpoint]);
    await expect(behind).rejects.toThrow('the backup ends with event 4, behind the checkpoint of 8');
    await expect(behind).rejects.toMatchObject({ exitCode: 65 });
    expect(await jetstreamApi(to, 'STREAM.NAMES')).toMatchObject({ total: 0 });
    const lost = await said(restoreFrom, two, [...old.from, ...checkpoint, '--accept-loss']);
    expect(lost).toContain('the loss of events 5 to 8 is recorded');
    const last = await readLast(to, 'TASK_LOG', 'tasklog._log.loss');
    const { data } = JSON.parse(Buffer.from(last?.body ?? []).toString());
    expect(data).toMatchObject({
      lost_from: 5,
      lost_through: 8,
      complete: true,
      known: { 'a checkpoint': 8 },
    });
    expect(await lastSequence(to, 'TASK_LOG')).toBe(9);
    await rebuild(parseConfig(movingEnv(two)), () => {});
    expect(await verify(parseConfig(movingEnv(two)), () => {})).toBe(true);
  });

  test('one of another log is FORKED, and not served', async () => {
    const [one, other] = [await filled(2, 1), await filled(2, 1)];
    await signCheckpoint(one);
    const checkpoint = await held(one.nc);
    const { from } = await keptFolders(other.server);
    const { server: target } = await emptyServer();
    await expect(said(restoreFrom, target, [...from, ...checkpoint])).rejects.toThrow('FORKED');
    await expect(verify(parseConfig(movingEnv(target)), () => {})).rejects.toThrow('was broken off');
  });

  test('a note that is none, or signed by somebody else, is refused by name', async () => {
    const { server, nc } = await filled(1, 1);
    await signCheckpoint({ nc });
    const [flag = '', note = '', ...vkey] = await held(nc);
    const { from } = await keptFolders(server);
    const { server: target } = await emptyServer();
    writeFileSync(note, readFileSync(note, 'utf8').replace('log.example\n', 'log.other\n'));
    const failure = said(restoreFrom, target, [...from, flag, note, ...vkey]);
    await expect(failure).rejects.toThrow('--checkpoint: ');
    await expect(failure).rejects.toMatchObject({ exitCode: 65 });
  });
});

test('the documents name the streams that are kept, in their order', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/operations.md'), 'utf8');
  const streams = /^for stream in ([A-Z_ ]+); do$/m.exec(text)?.[1]?.split(' ');
  expect(streams).toEqual([...KEPT_STREAMS, ...KEY_STREAMS, ...LATER_STREAMS]);
});

test.each([
  [backUp, ['--to', 'a'], 'takes --to and --keys'],
  [backUp, ['--to', 'a', '--keys', 'a/b'], 'elsewhere'],
  [backUp, ['--to', 'a/b', '--keys', 'a'], 'elsewhere'],
  [restoreFrom, ['--from', 'a'], 'takes --from and --keys'],
  [restoreFrom, ['--from', 'a', '--keys', 'b', '--accept-loss'], 'says what is lost'],
  [restoreFrom, ['--from', 'a', '--keys', 'b', '--checkpoint', 'c'], 'belong together'],
])('%o %j is a mistake of usage', async (run, args, named) => {
  await expect(
    run(
      args,
      () => parseConfig({}),
      () => {},
    ),
  ).rejects.toThrow(named);
});
