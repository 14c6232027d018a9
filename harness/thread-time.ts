import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks of the kernel a second, on every Linux that Node runs on. */
const TICKS = 100;

/**
 * Milliseconds of processor time that this thread has had so far: what others run meanwhile does not count. Always 0
 * where the kernel does not tell.
 */
export function ownProcessorTime(): number {
  if (process.platform !== 'linux') return 0;
  const stat = readFileSync('/proc/thread-self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
}

/** Milliseconds on a core so far, of the thread of a service that serves REST; of its main thread where there is none. */
export function restThreadMs(pid: number): number {
  return Number(schedstat(pid)[0]) / 1e6;
}

/** Milliseconds that this thread was ready to run so far, and others had the cores. */
export function restThreadWaitedMs(pid: number): number {
  return Number(schedstat(pid)[1]) / 1e6;
}

function schedstat(pid: number): string[] {
  const rest = restThreads.get(pid) ?? threadNamed(pid, 'api') ?? pid;
  restThreads.set(pid, rest);
  return readFileSync(`/proc/${pid}/task/${rest}/schedstat`, 'utf8').split(' ');
}

const restThreads = new Map<number, number>();

function threadNamed(pid: number, name: string): number | null {
  const named = (id: string) => readFileSync(`/proc/${pid}/task/${id}/comm`, 'utf8').trim() === name;
  const id = readdirSync(`/proc/${pid}/task`).find(named);
  return id === undefined ? null : Number(id);
}
