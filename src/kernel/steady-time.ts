/**
 * Wall time held against the monotonic clock, which nobody sets. Both go on alike, so wall time that is suddenly far ahead
 * was set, or the machine slept; or the clock is wrong for a moment, and what is done at such a time cannot be undone.
 * So a leap ahead is not believed before it has lasted: until then time goes on as it did.
 *
 *     wall       ____/‾‾‾‾‾‾‾‾‾‾‾‾‾     ____/‾‾‾‾\______
 *     believed   _______________/‾‾     _______________
 *                    | a minute |        not believed, and back
 *
 * A clock that is set back is believed at once: nothing is due too early by it.
 */
const LEAP_MS = 60_000;
const WAIT_MS = 60_000;

export interface Leap {
  /** How far the wall is ahead of what is believed. */
  readonly aheadMs: number;
  /** Since when, on the monotonic clock. */
  readonly sinceMs: number;
}

export type LeapChange = 'leapt' | 'believed' | 'returned';

export class SteadyTime {
  /** Of the wall, beyond the monotonic clock. */
  #offset: number | null = null;
  #leap: Leap | null = null;

  /** Null: wall time is believed. */
  get leap(): Leap | null {
    return this.#leap;
  }

  /** The time to go by, epoch ms, and what has just been found out about the wall; to be asked often. */
  read(wallMs: number, monotonicMs: number): { readonly ms: number; readonly change: LeapChange | null } {
    const offset = wallMs - monotonicMs;
    const aheadMs = offset - (this.#offset ?? offset);
    const leap = this.#leap;
    if (aheadMs <= LEAP_MS) {
      this.#offset = offset;
      this.#leap = null;
      return { ms: wallMs, change: leap === null ? null : 'returned' };
    }
    const sinceMs = leap?.sinceMs ?? monotonicMs;
    if (monotonicMs - sinceMs >= WAIT_MS) {
      this.#offset = offset;
      this.#leap = null;
      return { ms: wallMs, change: 'believed' };
    }
    this.#leap = { aheadMs, sinceMs };
    return { ms: wallMs - aheadMs, change: leap === null ? 'leapt' : null };
  }
}
