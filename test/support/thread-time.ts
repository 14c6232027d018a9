import { readFileSync } from 'node:fs';

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
