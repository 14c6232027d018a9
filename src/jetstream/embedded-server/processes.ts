/**
 * Other processes of this machine, as far as the embedded server needs them: pids get reused, so a process is known
 * by its pid and the instant it started, or by its command line. Linux is read from /proc, others by `ps`.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const HAS_PROC = existsSync('/proc/self/stat');

/** What tells this life of a pid from every other; null where no such process lives. */
export async function lifeOf(pid: number): Promise<string | null> {
  if (!HAS_PROC) return (await ps('-o', 'lstart=', '-p', String(pid))).trim() || null;
  const stat = await readIfThere(`/proc/${pid}/stat`);
  // The program's name, in parentheses, may hold anything; the fields after it are state (3) ... start time (22).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTime] = [fields[0], fields[19]];
  if (startTime === undefined || state === 'Z' || state === 'X') return null;
  return `${(await readIfThere('/proc/sys/kernel/random/boot_id')).trim()}.${startTime}`;
}

/** Pids of living processes whose command line has these arguments next to one another. */
export async function pidsWithArguments(first: string, second: string): Promise<number[]> {
  if (!HAS_PROC) return pidsByPs(`${first} ${second}`);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const matches = await Promise.all(
    pids.map(async (pid) => {
      const args = (await readIfThere(`/proc/${pid}/cmdline`)).split('\0');
      const has = args.some((arg, index) => arg === first && args[index + 1] === second);
      return has && (await lifeOf(pid)) !== null;
    }),
  );
  return pids.filter((_, index) => matches[index]);
}

/** Sends the signal, should the process still be there. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function pidsByPs(text: string): Promise<number[]> {
  const lines = (await ps('-axww', '-o', 'pid=,command=')).split('\n');
  return lines.filter((line) => line.includes(text)).map((line) => Number.parseInt(line, 10));
}

async function ps(...args: string[]): Promise<string> {
  try {
    return (await promisify(execFile)('ps', args, { maxBuffer: 64 * 1024 * 1024 })).stdout;
  } catch (error) {
    // `ps -p` ends with 1 where there is no such process.
    if (error instanceof Error && 'code' in error && error.code === 1) return '';
    throw error;
  }
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    // A process may end between being listed and being read.
    return '';
  }
}
