/**
 * A process as others on its machine can tell whether it still lives: pids get reused, so it is named by the boot of the
 * machine, the namespace of its pid, the pid, and the instant it started.
 */
import { readFile, readlink } from 'node:fs/promises';

/** Null where that cannot be told from outside: not on Linux. */
export async function ownProcessIdentity(): Promise<string | null> {
  const [place, started] = await Promise.all([placeOfPids(), startOf(process.pid)]);
  return place === null || started === null ? null : `${place} ${process.pid} ${started}`;
}

/** True only where it surely has; false also where it lives on another machine or in another container. */
export async function hasProcessEnded(identity: string): Promise<boolean> {
  const [boot, namespace, pid, started] = identity.split(' ');
  const place = await placeOfPids();
  if (place === null || place !== `${boot} ${namespace}`) return false;
  return (await startOf(Number(pid))) !== started;
}

async function placeOfPids(): Promise<string | null> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    return `${boot.trim()} ${await readlink('/proc/self/ns/pid')}`;
  } catch {
    return null;
  }
}

/** Clock ticks from the boot to the start of the living process; null where there is none. */
async function startOf(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The program's name, in parentheses, may hold anything; the fields after it are state (3) ... start time (22).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const isDead = fields[0] === 'Z' || fields[0] === 'X';
    return isDead ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}
