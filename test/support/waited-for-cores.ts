import { readFileSync } from 'node:fs';

/**
 * Milliseconds that a process was ready to run and others had the cores: what it took on a busy machine, less this, is
 * what it takes on one of its own. Of its main thread, on Linux; 0 elsewhere.
 */
export function waitedForCores(pid: number): number {
  try {
    // Nanoseconds on a core, nanoseconds waiting for one, turns: the kernel's documentation of schedstats.
    const [, waited] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ');
    return Number(waited) / 1e6;
  } catch {
    return 0;
  }
}
