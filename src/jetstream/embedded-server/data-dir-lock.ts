/**
 * One live service for each data folder: two would run two servers on one store.
 *
 * The lock is the newest of the files `service.lock.<n>`, held as long as the process named in it lives. It is taken
 * by making the file n + 1, whole and only if it is not there, so that of several who find a dead holder one
 * succeeds. Older files are removed only after; one who was slow and made a file below a newer one finds that and
 * starts over. Nothing has to be cleaned up after a crash.
 *
 * Pids count within one machine and one container: a folder shared between machines is not protected.
 */
import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lifeOf } from './processes.ts';

const NAME = 'service.lock';
const PRIVATE = { mode: 0o600 };

/** Another live service holds the data folder. */
export class DataDirInUse extends Error {
  override readonly name = 'DataDirInUse';
  /** EX_CONFIG: as it was started, it cannot run. */
  readonly exitCode = 78;
  readonly pid: number;
  constructor(dataDir: string, pid: number) {
    super(
      `${dataDir} is in use by a running task service (process ${pid}). Stop that one, or give this one another DATA_DIR.`,
    );
    this.pid = pid;
  }
}

export interface DataDirLock {
  release(): Promise<void>;
}

/** Takes the lock of a data folder, whose files are in `runDir`. Throws DataDirInUse. */
export async function lockDataDir(dataDir: string, runDir: string): Promise<DataDirLock> {
  await mkdir(runDir, { recursive: true, mode: 0o700 });
  // One of before may be open to everybody.
  await chmod(runDir, 0o700);
  const own = join(runDir, `.${NAME}.${process.pid}.${randomBytes(4).toString('hex')}`);
  await writeFile(own, JSON.stringify({ pid: process.pid, life: await lifeOf(process.pid) }), PRIVATE);
  try {
    for (;;) {
      const newest = (await numbers(runDir)).at(-1) ?? 0;
      const holder = await livePid(lockFile(runDir, newest));
      if (holder !== null) throw new DataDirInUse(dataDir, holder);
      if (await take(runDir, own, newest + 1)) return { release: () => release(runDir, newest + 1) };
    }
  } finally {
    await rm(own, { force: true });
  }
}

async function take(runDir: string, own: string, number: number): Promise<boolean> {
  try {
    await link(own, lockFile(runDir, number));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
  const all = await numbers(runDir);
  const isNewest = all.at(-1) === number;
  const obsolete = isNewest ? all.filter((other) => other < number) : [number];
  await Promise.all(obsolete.map((other) => rm(lockFile(runDir, other), { force: true })));
  return isNewest;
}

/** The file stays, naming nobody: were it removed, its number could be taken twice. */
async function release(runDir: string, number: number): Promise<void> {
  const free = join(runDir, `.${NAME}.${process.pid}.free`);
  await writeFile(free, '{}', PRIVATE);
  await rename(free, lockFile(runDir, number));
}

async function livePid(file: string): Promise<number | null> {
  try {
    const { pid, life } = JSON.parse(await readFile(file, 'utf8')) as { pid?: number; life?: string };
    return pid !== undefined && life !== undefined && (await lifeOf(pid)) === life ? pid : null;
  } catch {
    // Not there yet, taken away by a newer holder, or torn by a power failure: nobody's.
    return null;
  }
}

async function numbers(runDir: string): Promise<number[]> {
  const names = await readdir(runDir);
  return names
    .map((name) => Number(/^service\.lock\.(\d+)$/.exec(name)?.[1] ?? 0))
    .filter((number) => number > 0)
    .sort((a, b) => a - b);
}

function lockFile(runDir: string, number: number): string {
  return join(runDir, `${NAME}.${number}`);
}
