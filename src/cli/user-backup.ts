/** `task-service user-backup …`: the archives that `data_backup` tasks made, looked at, saved and restored. */
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Config } from '../app/config/config.ts';
import { requireData, resolveSecrets } from '../app/start/local-secrets.ts';
import { type NatsAccess, openNats } from '../app/start/nats-access.ts';
import { provisionAs } from '../app/start/provisioning.ts';
import { BACKUP_PARTS, type BackupPart } from '../application/ports/user-backups.ts';
import { parseUserId, type UserId } from '../domain/shared/ids.ts';
import { readArchive, verifyArchive } from '../jetstream/backups/archive-reader.ts';
import { ArchiveStore } from '../jetstream/backups/archive-store.ts';
import { BrokenArchive, type Manifest } from '../jetstream/backups/format.ts';
import { openedLines } from '../jetstream/backups/opened-lines.ts';
import { restoreArchive } from '../jetstream/backups/restore.ts';
import { UserKeys } from '../jetstream/codec/user-keys.ts';
import { createLogger } from '../observability/logging.ts';
import { requireWholeLog } from './accept-loss.ts';
import { holdingLease } from './holding-lease.ts';
import { UsageError } from './usage-error.ts';

export const USER_BACKUP_HELP = `  user-backup <what>  archives of users' data, made by data_backup tasks
    list                   prints the archives, one a line
      --user <id>            only this user's
    verify                 holds an archive against its checksums and hash chains
      --name <archive> or --file <file>
    show                   prints what is in one, opened with the user's key, one JSON document a line
      --name <archive> or --file <file>
      --part <part>          tasks, executions or events (tasks)
      --key <file>           the saved key, where the server has none
    save                   writes an archive to a file, and the user's key, wrapped, beside it as <file>.key
      --name <archive>
      --to <file>
    remove                 removes an archive from the store
      --name <archive>
    restore                puts the user's events back into a log without them
      --file <file>
      --key <file>           the saved key (<file>.key where it is there)
`;

const keyFile = z.object({ user_id: z.string(), wrapped_key: z.string() });

const OPTIONS = {
  user: { type: 'string' },
  name: { type: 'string' },
  file: { type: 'string' },
  part: { type: 'string' },
  key: { type: 'string' },
  to: { type: 'string' },
} as const;
type Option = keyof typeof OPTIONS;
type Given = Partial<Record<Option, string>>;
type Print = (line: string) => void;

const TAKES: Readonly<Record<string, readonly Option[]>> = {
  list: ['user'],
  verify: ['name', 'file'],
  show: ['name', 'file', 'part', 'key'],
  save: ['name', 'to'],
  remove: ['name'],
  restore: ['file', 'key'],
};

/** Runs one of the commands. Throws UsageError, BrokenArchive, RestoreRefused, and what connecting throws. */
export async function userBackup(args: readonly string[], config: () => Config, print: Print): Promise<void> {
  const [what, ...rest] = args;
  const takes = what === undefined ? undefined : TAKES[what];
  if (takes === undefined) throw new UsageError(`user-backup takes one of ${Object.keys(TAKES).join(', ')}`);
  const given = optionsOf(rest, takes);
  switch (what) {
    case 'list':
      return list(given, config(), print);
    case 'verify':
      return verify(given, config, print);
    case 'show':
      return show(given, config(), print);
    case 'save':
      return save(given, config(), print);
    case 'remove':
      return remove(given, config(), print);
    case 'restore':
      return restore(given, config(), print);
  }
}

async function list(given: Given, config: Config, print: Print): Promise<void> {
  const userId = given.user === undefined ? null : parseUserId(given.user);
  if (given.user !== undefined && userId === null) throw new UsageError('--user is not a user id');
  await withStore(config, async ({ store }) => {
    for (const { name, user_id, created_at, bytes, sha256 } of await store.list(userId)) {
      print(`${name}  ${created_at}  ${bytes} bytes  ${sha256}  ${user_id}`);
    }
  });
}

async function verify(given: Given, config: () => Config, print: Print): Promise<void> {
  const report = async (content: Readable) => {
    const { manifest, chains } = await verifyArchive(content);
    print(`whole: ${amounts(manifest)}, ${chains} hash chains`);
  };
  const { file, name } = oneArchive(given);
  if (file !== null) return report(createReadStream(file));
  await withStore(config(), async ({ store }) => report(await archiveOf(store, name)));
}

async function show(given: Given, config: Config, print: Print): Promise<void> {
  const part: BackupPart | undefined = BACKUP_PARTS.find((one) => one === (given.part ?? 'tasks'));
  if (part === undefined) throw new UsageError(`--part must be one of ${BACKUP_PARTS.join(', ')}`);
  const { file, name } = oneArchive(given);
  await withStore(config, async ({ store, keys }) => {
    const open = async () => (file === null ? archiveOf(store, name) : createReadStream(file));
    // Whole first: what is printed has been checked. The manifest, which names the user, comes last too.
    const manifest = await readArchive(await open(), () => {});
    const { user_id } = manifest;
    const saved = await savedKey(given, user_id);
    const key = saved === null ? await keys.get(user_id) : keys.unwrap(user_id, saved);
    const opened = openedLines(part, key);
    await readArchive(await open(), (of, line) => {
      if (of === part) print(opened(line));
    });
  });
}

async function save(given: Given, config: Config, print: Print): Promise<void> {
  const name = wanted(given, 'name');
  const to = wanted(given, 'to');
  await withStore(config, async ({ store, keys }) => {
    const part = `${to}.part`;
    try {
      // What an interrupted one has left.
      await rm(part, { force: true });
      await pipeline(await archiveOf(store, name), createWriteStream(part, { flags: 'wx', mode: 0o600 }));
      const { manifest } = await verifyArchive(createReadStream(part));
      const { user_id } = manifest;
      const key = JSON.stringify({ user_id, wrapped_key: await keys.wrapped(user_id) });
      await rename(part, to);
      await writeFile(`${to}.key`, `${key}\n`, { mode: 0o600 });
      print(`${to}: ${amounts(manifest)}`);
      print(`${to}.key: the user's key. Who erases the user must destroy it too.`);
    } finally {
      await rm(part, { force: true });
    }
  });
}

async function remove(given: Given, config: Config, print: Print): Promise<void> {
  const name = wanted(given, 'name');
  await withStore(config, async ({ store }) => {
    (await archiveOf(store, name)).destroy();
    await store.remove(name);
    print(`${name} is removed`);
  });
}

async function restore(given: Given, config: Config, print: Print): Promise<void> {
  const file = wanted(given, 'file');
  const { manifest } = await verifyArchive(createReadStream(file));
  const saved = await savedKey(
    { ...given, key: given.key ?? `${file}.key` },
    manifest.user_id,
    given.key !== undefined,
  );
  await withServer(config, async ({ nc, keys }) => {
    await provisionAs(config, nc);
    // A scheduler would take up half restored tasks.
    await requireWholeLog(nc);
    const restored = await holdingLease(nc, 'scheduler', () =>
      restoreArchive(nc, keys, () => createReadStream(file), saved),
    );
    if (restored === null) throw new Error('a service schedules on this server: stop it, and restore then');
    print(`restored: ${amounts(manifest)}`);
    print(`${restored.appended} events were appended, ${restored.found} were there already`);
  });
}

interface Connected {
  readonly nc: NatsAccess['nc'];
  readonly keys: UserKeys;
  readonly store: ArchiveStore;
}

async function withStore(config: Config, work: (connected: Connected) => Promise<void>): Promise<void> {
  requireData(config);
  await withServer(config, work);
}

/** As `withStore`, and the store may be a new one. */
async function withServer(config: Config, work: (connected: Connected) => Promise<void>): Promise<void> {
  const logger = createLogger({ level: 'error', format: config.logFormat });
  const { secretsKeys } = await resolveSecrets(config);
  const access = await openNats(config, logger, `task-service user-backup ${hostname()}`);
  try {
    const { nc } = access;
    await work({ nc, keys: new UserKeys(nc, secretsKeys), store: new ArchiveStore(nc) });
  } finally {
    await access.close();
  }
}

async function archiveOf(store: ArchiveStore, name: string): Promise<Readable> {
  const content = await store.get(name);
  if (content === null) throw new Error(`there is no archive ${name}: user-backup list names them`);
  return content;
}

/** The wrapped key in the file of `--key`; null without one, or where a file that was only guessed is not there. */
async function savedKey(given: Given, userId: UserId, mustExist = true): Promise<string | null> {
  if (given.key === undefined) return null;
  let text: string;
  try {
    text = await readFile(given.key, 'utf8');
  } catch (error) {
    if (!mustExist && error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  const parsed = keyFile.safeParse(jsonOf(text));
  if (!parsed.success) throw new BrokenArchive(`${given.key} holds no key`);
  if (parsed.data.user_id !== userId) throw new BrokenArchive(`${given.key} holds the key of another user`);
  return parsed.data.wrapped_key;
}

/** Undefined for what is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function amounts({ counts, user_id, created_at, first_sequence, last_sequence }: Manifest): string {
  const each = BACKUP_PARTS.map((part) => `${counts[part] ?? 0} ${part}`).join(', ');
  return `${each} of user ${user_id} at ${created_at}, sequences ${first_sequence} to ${last_sequence}`;
}

function optionsOf(args: readonly string[], takes: readonly Option[]): Given {
  const options = Object.fromEntries(takes.map((name) => [name, OPTIONS[name]]));
  try {
    return parseArgs({ args: [...args], options }).values as Given;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

type OneArchive =
  | { readonly file: string; readonly name: null }
  | { readonly file: null; readonly name: string };

function oneArchive({ file = '', name = '' }: Given): OneArchive {
  if ((file === '') === (name === '')) throw new UsageError('either --name or --file says which archive');
  return file === '' ? { file: null, name } : { file, name: null };
}

function wanted(given: Given, option: Option): string {
  const value = given[option];
  if (value === undefined || value === '') throw new UsageError(`--${option} is missing`);
  return value;
}
