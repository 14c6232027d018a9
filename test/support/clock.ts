import type { Clock } from '../../src/application/ports/clock.ts';
import { instantOf } from '../../src/domain/shared/instant.ts';

/** Milliseconds of the machine's monotonic clock: the same in every process. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** The real clocks. */
export const testClock: Clock = { now: () => instantOf(Date.now()), monotonicMs: machineMs };
