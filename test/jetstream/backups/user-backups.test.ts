import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { BACKUP_PARTS, type BackupOrder } from '../../../src/application/ports/user-backups.ts';
import { NO_SEQUENCE, type TaskId, type UserId } from '../../../src/domain/shared/ids.ts';
import { instantOf } from '../../../src/domain/shared/instant.ts';
import { readArchive, verifyArchive } from '../../../src/jetstream/backups/archive-reader.ts';
import { ArchiveStore } from '../../../src/jetstream/backups/archive-store.ts';
import { ArchiveWriter } from '../../../src/jetstream/backups/archive-writer.ts';
import { openLine } from '../../../src/jetstream/backups/format.ts';
import { restoreArchive } from '../../../src/jetstream/backups/restore.ts';
import { JetStreamUserBackups } from '../../../src/jetstream/backups/user-backups.ts';
import { writeArchive } from '../../../src/jetstream/backups/write-archive.ts';
import { jetstreamApi } from '../../../src/jetstream/connection/api.ts';
import { provision } from '../../../src/jetstream/provisioning/provision.ts';
import { verifyChain } from '../../support/log/verify-chain.ts';
import { connected } from '../../support/nats/nats-client.ts';
import { natsServer } from '../../support/nats/nats-server.ts';
import { type TaskParts, taskParts } from '../../support/parts/task-parts.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ALICE = 'alice@example.org' as UserId;
const BOB = 'usr_bob' as UserId;
const SECRETS = randomBytes(32);

async function emptyServer(secrets = SECRETS) {
  const nc = await connected(await natsServer());
  await provision(nc, { replicas: 1 });
  const parts = taskParts(nc, secrets);
  return { ...parts, store: new ArchiveStore(nc), backups: new JetStreamUserBackups(nc, parts.keys) };
}
type Server = Awaited<ReturnType<typeof emptyServer>>;

let orders = 0;

function order(parts: TaskParts, taskId: TaskId, given: Partial<BackupOrder> = {}): BackupOrder {
  const now = instantOf(Date.parse('2026-11-23T03:00:00Z') + orders++ * 60_000);
  const executionId = parts.ids.executionId(now);
  return { userId: ALICE, taskId, executionId, scope: BACKUP_PARTS, keep: 7, now, ...given };
}

/** A user with some history, another one beside, and the task that backs up. */
async function livedIn(server: Server): Promise<{ backupTask: TaskId; tasks: TaskId[] }> {
  const { person } = server;
  const tasks: TaskId[] = [];
  for (const name of ['Water the plants', 'Feed the cat', 'Über-Zürich ☂\u2028']) {
    const taskId = await person.create(ALICE, { name, config: { secret: 'hunter2' } });
    await person.run(ALICE, taskId);
    await person.create(BOB, { name: 'None of Alice' });
    tasks.push(taskId);
  }
  const [first, second] = tasks as [TaskId, TaskId];
  await person.rename(ALICE, first, 'Water all plants');
  await person.run(ALICE, first);
  await person.request(ALICE, second);
  const backupTask = await person.create(ALICE, { task_type: 'data_backup', name: 'Backup' });
  const execution = await person.request(ALICE, backupTask);
  await person.start(ALICE, backupTask, execution);
  return { backupTask, tasks };
}

async function made(server: Server, given: Partial<BackupOrder> = {}) {
  const lived = await livedIn(server);
  const backup = await server.backups.make(order(server, lived.backupTask, given), never);
  return { ...lived, backup, archive: await content(server, backup.name) };
}

async function content(server: Server, name: string): Promise<Buffer> {
  const stream = await server.store.get(name);
  if (stream === null) throw new Error(`no archive ${name}`);
  return buffer(stream);
}

/** Everything of a user, as it is read; what only says where an event stands in this log is left out. */
async function allOf({ queries, log }: Server, userId: UserId) {
  const tasks = await queries.tasksOf(userId);
  const { executions: rows } = await queries.executionsOf(userId, { limit: 100 });
  const executions = rows.map(({ execution }) => execution);
  const events = await log.readUser(userId, NO_SEQUENCE);
  verifyChain(events);
  const placeless = ({ id: _, ...state }: { readonly id: number }) => state;
  return {
    tasks: tasks
      .map(({ state, revision, hash }) => ({ ...placeless(state), revision, hash }))
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    executions: executions.map(placeless),
    events: events.map(({ meta: { sequence: _, ...meta }, ...event }) => ({ ...event, meta })),
  };
}

const never = new AbortController().signal;

describe('an archive', () => {
  test('restores the user into an empty server: tasks, executions, events, and the hash chain', async () => {
    const server = await emptyServer();
    const { archive, backup, tasks } = await made(server);
    const before = await allOf(server, ALICE);
    expect(backup.counts).toEqual({
      tasks: before.tasks.length,
      executions: before.executions.length,
      events: before.events.length,
    });

    const other = await emptyServer();
    const key = await server.keys.wrapped(ALICE);
    const restored = await restoreArchive(other.nc, other.keys, () => Readable.from([archive]), key);
    expect(restored).toMatchObject({ appended: before.events.length, found: 0 });
    expect(await allOf(other, ALICE)).toEqual(before);
    expect(await other.queries.tasksOf(BOB)).toEqual([]);

    // And it goes on as if nothing had been.
    const [first] = tasks as [TaskId];
    await other.person.rename(ALICE, first, 'Water nothing');
    const { events } = await allOf(other, ALICE);
    expect(events.at(-1)).toMatchObject({
      type: 'task.updated',
      data: { personal: { name: 'Water nothing' } },
    });
  });

  test('is opened by standard tools; its rows are what the API reads, and nothing personal is readable', async () => {
    const server = await emptyServer();
    const { archive, backup } = await made(server);
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'archive.tar.gz'), archive);
    execFileSync('tar', ['xzf', 'archive.tar.gz'], { cwd: folder });
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({
      format_version: 1,
      user_id: ALICE,
      counts: backup.counts,
      first_sequence: backup.first_sequence,
      last_sequence: backup.last_sequence,
    });
    for (const { name, sha256 } of manifest.files) {
      const sum = createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex');
      expect(sum).toBe(sha256);
    }

    const all = BACKUP_PARTS.flatMap((part) =>
      readdirSync(join(folder, part)).map((file) => readFileSync(join(folder, part, file), 'utf8')),
    ).join('');
    for (const personal of ['Water', 'Feed the', 'hunter2', 'Zürich']) expect(all).not.toContain(personal);

    const key = await server.keys.get(ALICE);
    const opened = readFileSync(join(folder, 'tasks', '000001.ndjson'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => openLine('tasks', Buffer.from(line), key));
    const tasks = await server.queries.tasksOf(ALICE);
    const states = tasks.map(({ state, sequence, hash }) => ({ ...state, log: { sequence, hash } }));
    expect(new Set(opened.map((one) => JSON.stringify(sorted(one))))).toEqual(
      new Set(states.map((one) => JSON.stringify(sorted(one)))),
    );
  });

  test('is the same with next to no memory for folds', async () => {
    const server = await emptyServer();
    await livedIn(server);
    const key = await server.keys.get(ALICE);
    const through = await server.log.lastOfUser(ALICE);
    const rows = async (foldBytes: number) => {
      const writer = new ArchiveWriter(instantOf(0));
      const of = { userId: ALICE, key, through, scope: BACKUP_PARTS, now: instantOf(0), foldBytes };
      const [, bytes] = await Promise.all([writeArchive(server.nc, writer, of), buffer(writer.stream)]);
      const found: string[] = [];
      await readArchive(Readable.from([bytes]), (part, line) => {
        if (part !== 'events') found.push(`${part} ${JSON.stringify(sorted(openLine(part, line, key)))}`);
      });
      return found.sort();
    };
    expect(await rows(3_000)).toEqual(await rows(64 * 1024 * 1024));
  });

  test('holds what is in its scope only', async () => {
    const server = await emptyServer();
    const { archive, backup } = await made(server, { scope: ['tasks'] });
    expect(backup.counts).toEqual({ tasks: 4, executions: 0, events: 0 });
    const other = await emptyServer();
    await expect(
      restoreArchive(other.nc, other.keys, () => Readable.from([archive]), null),
    ).rejects.toMatchObject({ code: 'NO_EVENTS' });
  });
});

describe('of one task', () => {
  test('the newest archives are kept, and each is there until the one in its place is whole', async () => {
    const server = await emptyServer();
    const { backupTask } = await livedIn(server);
    const names = async () => (await server.store.list(ALICE)).map(({ created_at }) => created_at);
    const times: string[] = [];
    for (let n = 0; n < 4; n++) {
      const one = order(server, backupTask, { keep: 3 });
      times.push(one.now);
      expect((await server.backups.make(one, never)).kept).toBe(Math.min(n + 1, 3));
    }
    expect((await names()).sort()).toEqual(times.slice(1));

    const last = order(server, backupTask, { keep: 2 });
    expect((await server.backups.make(last, never)).kept).toBe(2);
    expect((await names()).sort()).toEqual([times[3], last.now]);
    // The next attempt of the same execution.
    expect((await server.backups.make({ ...last, keep: 5 }, never)).kept).toBe(2);
    expect(await names()).toHaveLength(2);
    for (const { name } of await server.store.list(ALICE)) {
      await verifyArchive(Readable.from([await content(server, name)]));
    }
  });

  test('a run that is ended leaves nothing behind', async () => {
    const server = await emptyServer();
    const half = async function* () {
      yield randomBytes(300_000);
      throw new Error('ended in the middle');
    };
    const about = {
      user_id: ALICE,
      task_id: 'tsk',
      execution_id: 'exe',
      created_at: '2026-11-23T03:00:00.000Z',
    };
    await expect(server.store.put('half', Readable.from(half()), about)).rejects.toThrow('in the middle');
    const { state } = await jetstreamApi<{ state: { messages: number } }>(
      server.nc,
      'STREAM.INFO.OBJ_BACKUPS',
    );
    expect(state.messages).toBe(0);

    const { backupTask } = await livedIn(server);
    const run = new AbortController();
    const making = server.backups.make(order(server, backupTask), run.signal);
    run.abort(new Error('cancelled'));
    await expect(making).rejects.toThrow('cancelled');
    expect(await server.store.list(null)).toEqual([]);
  });
});

describe('a restore is refused, and nothing is written,', () => {
  const into = async (other: Server, archive: Buffer, key: string | null) =>
    restoreArchive(other.nc, other.keys, () => Readable.from([archive]), key).then(
      () => 'restored',
      (error: { code?: string; name: string }) => error.code ?? error.name,
    );

  test('where the archive is damaged, cut short or changed', async () => {
    const server = await emptyServer();
    const { archive } = await made(server);
    const key = await server.keys.wrapped(ALICE);
    const other = await emptyServer();
    const plain = gunzipSync(archive);
    const at = plain.indexOf('"revision":1');
    const changed = Buffer.from(plain);
    changed[at + 11] = 0x32;
    const rechecked = await withChangedEvent(archive);
    for (const broken of [
      archive.subarray(0, archive.length >> 1),
      gzipSync(plain.subarray(0, plain.length - 4_096)),
      gzipSync(changed),
      rechecked,
      Buffer.from('no archive'),
      Buffer.alloc(0),
    ]) {
      expect(await into(other, broken, key)).toBe('BrokenArchive');
    }
    expect(await other.log.lastOfUser(ALICE)).toBe(NO_SEQUENCE);
    expect(await other.keys.has(ALICE)).toBe(false);
  });

  test('where the key is missing, or is none that opens it', async () => {
    const server = await emptyServer();
    const { archive } = await made(server);
    const other = await emptyServer();
    expect(await into(other, archive, null)).toBe('KEY_MISSING');
    const elsewhere = await emptyServer();
    await elsewhere.person.create(ALICE);
    expect(await into(other, archive, await elsewhere.keys.wrapped(ALICE))).toBe('KEY_OF_ANOTHER');
    expect(await other.keys.has(ALICE)).toBe(false);
    const otherSecrets = await emptyServer(randomBytes(32));
    expect(await into(otherSecrets, archive, await server.keys.wrapped(ALICE))).toBe('NO_USER_KEY');
  });

  test('where the user has other events; one that was interrupted goes on', async () => {
    const server = await emptyServer();
    const { archive, backup } = await made(server);
    const key = await server.keys.wrapped(ALICE);
    const other = await emptyServer();
    await other.person.create(ALICE);
    expect(await into(other, archive, key)).toBe('KEY_OF_ANOTHER');

    await server.person.create(ALICE, { name: 'One more' });
    expect(await into(server, archive, null)).toBe('USER_HAS_OTHER_EVENTS');

    const { archive: shorter } = await shorterArchive(server, backup.last_sequence - 3);
    const third = await emptyServer();
    expect(await into(third, shorter, key)).toBe('restored');
    const again = await restoreArchive(third.nc, third.keys, () => Readable.from([archive]), null);
    expect(again.found + again.appended).toBe(backup.counts.events);
    expect(again.appended).toBeGreaterThan(0);
    expect(await into(third, archive, null)).toBe('restored');
  });

  /** An archive of the same user as of an earlier moment. */
  async function shorterArchive(server: Server, through: number) {
    const events = await server.log.readUser(ALICE, NO_SEQUENCE);
    const last = events.filter(({ meta }) => meta.sequence <= through).at(-1)?.meta.sequence ?? NO_SEQUENCE;
    const writer = new ArchiveWriter(instantOf(0));
    const key = await server.keys.get(ALICE);
    const of = { userId: ALICE, key, through: last, scope: BACKUP_PARTS, now: instantOf(0) };
    const [, archive] = await Promise.all([writeArchive(server.nc, writer, of), buffer(writer.stream)]);
    return { archive };
  }
});

/** The archive with another actor in one event, and checksums that fit it again: only the chain tells. */
async function withChangedEvent(archive: Buffer): Promise<Buffer> {
  const writer = new ArchiveWriter(instantOf(0));
  const lines: Buffer[] = [];
  const manifest = await readArchive(Readable.from([archive]), (part, line) => {
    if (part === 'events')
      lines.push(Buffer.from(line.toString().replace('"actor":"user:a', '"actor":"user:m')));
  });
  const rewriting = async () => {
    for (const line of lines) await writer.add('events', line);
    await writer.finish({ ...manifest, scope: ['events'] });
  };
  const [, bytes] = await Promise.all([rewriting(), buffer(writer.stream)]);
  return bytes;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
