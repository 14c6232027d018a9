/**
 * A backup, two folders: one with the log and what is told of it, one with the keys to it.
 *
 *     <stream>.snapshot, …   what JetStream's snapshot of a stream is
 *     backup.json            last: each stream's settings, how much it held, and the snapshot's SHA-256
 *
 * Both have the same `id`. Without `backup.json` it is not whole.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { NatsAccess } from '../../app/start/nats-access.ts';
import { sha256Of } from '../../history/moving/parts.ts';
import { UnusableData } from '../../history/unusable-data.ts';
import type { StreamSnapshot } from '../../jetstream/snapshots/snapshot.ts';
import { snapshotInfo, takeSnapshot } from '../../jetstream/snapshots/snapshot.ts';
import { writeDurably } from './write-durably.ts';

/**
 * In this order. What was sent to others, or taken from them, may be older than the log, never newer; keys and archives may
 * be newer, never older.
 */
export const KEPT_STREAMS = [
  'KV_PLATFORM_STATE',
  'KV_IDEMPOTENCY',
  'PLATFORM_EVENTS',
  'TRIGGER_EVENTS',
  'DEAD_LETTERS',
  'TASK_EVENTS',
  'TASK_LOG',
] as const;
export const KEY_STREAMS = ['KV_USER_KEYS', 'KV_SERVICE_KEYS'] as const;
export const LATER_STREAMS = ['OBJ_BACKUPS'] as const;

const MANIFEST = 'backup.json';
const FORMAT = 'task-service backup';
const SNAPSHOT_ENDING = '.snapshot';
const count = z.int().nonnegative();

const keptStream = z.object({
  name: z.enum([...KEPT_STREAMS, ...KEY_STREAMS, ...LATER_STREAMS]),
  config: z.looseObject({ name: z.string() }),
  state: z.looseObject({ messages: count, first_seq: count, last_seq: count }),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const backupManifest = z.object({
  format: z.literal(FORMAT),
  format_version: z.literal(1),
  id: z.string().min(1).max(100),
  created_at: z.string(),
  /** Of the tree over the log as far as its snapshot surely goes; null in the folder of keys. */
  log: z.object({ size: count, root: z.string() }).nullable(),
  streams: z.array(keptStream).max(KEPT_STREAMS.length + LATER_STREAMS.length),
});

export type KeptStream = z.output<typeof keptStream>;
export type BackupManifest = z.output<typeof backupManifest>;

/** A folder to begin with: what an earlier backup that was broken off has left in it is removed. Throws UnusableData. */
export async function beginFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = await readdir(folder);
  if (names.includes(MANIFEST)) throw new UnusableData(`${folder} holds a whole backup: name another folder`);
  const foreign = names.find((name) => !name.endsWith(SNAPSHOT_ENDING) && !name.endsWith('.partial'));
  if (foreign !== undefined) throw new UnusableData(`${folder} holds something else: ${foreign}`);
  for (const name of names) await rm(join(folder, name));
}

/** Null where there is no such stream. */
export async function keepStream(
  nc: NatsAccess['nc'],
  folder: string,
  name: KeptStream['name'],
): Promise<KeptStream | null> {
  if ((await snapshotInfo(nc, name)) === null) return null;
  const hash = createHash('sha256');
  const file = await open(join(folder, name + SNAPSHOT_ENDING), 'wx', 0o600);
  try {
    const { config, state } = await takeSnapshot(nc, name, async (chunk) => {
      hash.update(chunk);
      await file.writeFile(chunk);
    });
    await file.sync();
    return keptStream.parse({ name, config, state, sha256: hash.digest('hex') });
  } finally {
    await file.close();
  }
}

export async function endFolder(
  folder: string,
  given: Omit<BackupManifest, 'format' | 'format_version'>,
): Promise<void> {
  const manifest: BackupManifest = { format: FORMAT, format_version: 1, ...given };
  await writeDurably(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** With every snapshot what it says. Throws UnusableData. */
export async function readBackup(
  folder: string,
  names: readonly KeptStream['name'][],
): Promise<BackupManifest> {
  const path = join(folder, MANIFEST);
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch {
    throw new UnusableData(`${path} cannot be read: this is no backup, or one that was broken off`);
  }
  const parsed = backupManifest.safeParse(value);
  if (!parsed.success) throw new UnusableData(`${path}:\n${z.prettifyError(parsed.error)}`);
  const { streams } = parsed.data;
  const foreign = streams.find(({ name, config }) => !names.includes(name) || config.name !== name);
  if (foreign !== undefined)
    throw new UnusableData(`${path}: ${foreign.name} does not belong in this folder`);
  if (new Set(streams.map(({ name }) => name)).size < streams.length) {
    throw new UnusableData(`${path} names a stream twice`);
  }
  for (const { name, sha256 } of streams) {
    if ((await sha256Of(join(folder, name + SNAPSHOT_ENDING))) === sha256) continue;
    throw new UnusableData(`${name}${SNAPSHOT_ENDING} is not what ${MANIFEST} says: its SHA-256 is another`);
  }
  return parsed.data;
}

export function snapshotChunks(
  folder: string,
  { name }: Pick<StreamSnapshot, 'name'>,
): AsyncIterable<Buffer> {
  return createReadStream(join(folder, name + SNAPSHOT_ENDING), { highWaterMark: 128 * 1024 });
}
