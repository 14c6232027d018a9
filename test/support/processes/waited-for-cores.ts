import { readdirSync, readFileSync } from 'node:fs';
import { machineMs } from '../clock.ts';

/**
 * Milliseconds that a process was ready to run and others had the cores: what it took on a busy machine, less this, is
 * what it takes on one of its own. Of its main thread, on Linux; 0 elsewhere.
 */
export function waitedForCores(pid: number): number {
  return waitedIn(`/proc/${pid}/schedstat`);
}

/** The same of all threads of a process together, which is more than the process was held up; its children's are not in it. */
export function threadsWaitedForCores(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  try {
    return readdirSync(tasks).reduce((sum, task) => sum + waitedIn(`${tasks}/${task}/schedstat`), 0);
  } catch {
    return 0;
  }
}

function waitedIn(schedstat: string): number {
  try {
    // Nanoseconds on a core, nanoseconds waiting for one, turns: the kernel's documentation of schedstats.
    const [, waited] = readFileSync(schedstat, 'utf8').split(' ');
    return Number(waited) / 1e6;
  } catch {
    return 0;
  }
}

/** Tells the milliseconds from now to an instant of `machineMs`, less those that this process waited for cores meanwhile. */
export function stopwatch(): (until?: number) => number {
  const [began, waited] = [machineMs(), waitedForCores(process.pid)];
  return (until = machineMs()) => until - began - (waitedForCores(process.pid) - waited);
}

/** Milliseconds that `act` takes, less those that this process waited for cores meanwhile. */
export async function tookOnOwnCores(act: () => Promise<unknown>): Promise<number> {
  const took = stopwatch();
  await act();
  return took();
}

/** The least that it takes of three times, or of fewer where one is within `enoughMs`: others may be in its way too. */
export async function leastOfThree(enoughMs: number, act: () => Promise<unknown>): Promise<number> {
  let least = await tookOnOwnCores(act);
  for (let more = 2; more > 0 && least >= enoughMs; more--)
    least = Math.min(least, await tookOnOwnCores(act));
  return least;
}

export interface CoreWaits {
  /** Milliseconds that the process waited for cores between two instants, epoch ms, and up to a sample around them. */
  between(from: number, to: number): number;
  stop(): void;
}

const SAMPLE_MS = 50;

/** Looks at a process from now on. */
export function watchCoreWaits(pid: number): CoreWaits {
  const samples: [at: number, waited: number][] = [];
  const sample = () => samples.push([Date.now(), waitedForCores(pid)]);
  sample();
  const timer = setInterval(sample, SAMPLE_MS);
  return {
    between: (from, to) => {
      sample();
      const before = samples.findLast(([at]) => at <= from) ?? samples[0];
      const after = samples.find(([at]) => at >= to);
      return (after?.[1] ?? 0) - (before?.[1] ?? 0);
    },
    stop: () => clearInterval(timer),
  };
}
