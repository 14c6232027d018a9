/**
 * One alarm on the wall clock. A timeout counts time that passed on the machine's own counter; the wall clock
 * may meanwhile step, and the counter stands still while the machine sleeps. So a long wait is cut into
 * stretches of at most a second, each of which looks at the wall clock again: a step is noticed within a
 * second, and no more than one timeout ever runs, however many timers there are. (It also keeps clear of the
 * 24.8 days that a timeout can hold, and of timeouts that end a millisecond early.)
 */
import type { Clock } from '../../application/ports/clock.ts';
import { epochMs } from '../../domain/shared/instant.ts';

const LONGEST_STRETCH_MS = 1_000;
const LEAP_MS = 60_000;

export class Wakeup {
  readonly #clock: Clock;
  readonly #onDue: () => void;
  readonly #onPutBack: () => void;
  /** Of wall time, beyond the monotonic clock, when it was looked at last; and before a leap that it has not come back from. */
  #offset: number | null = null;
  #beforeLeap: number | null = null;
  #atMs: number | null = null;
  #timeout: NodeJS.Timeout | undefined;

  /**
   * `onDue` is called once for each instant set, at it or at once after it; never from within `set`. `onPutBack`: the wall
   * clock has come back from a leap ahead, of more than a minute, that was seen here.
   */
  constructor(clock: Clock, onDue: () => void, onPutBack: () => void = () => {}) {
    this.#clock = clock;
    this.#onDue = onDue;
    this.#onPutBack = onPutBack;
  }

  /** Replaces the instant waited for (epoch milliseconds); null waits for none. */
  set(atMs: number | null): void {
    this.#watchOffset();
    if (atMs === this.#atMs) return;
    this.#atMs = atMs;
    this.#wait();
  }

  #watchOffset(): void {
    const offset = epochMs(this.#clock.now()) - this.#clock.monotonicMs();
    const before = this.#offset ?? offset;
    this.#offset = offset;
    if (offset - before > LEAP_MS) this.#beforeLeap ??= before;
    if (this.#beforeLeap === null || offset - this.#beforeLeap > LEAP_MS) return;
    this.#beforeLeap = null;
    this.#onPutBack();
  }

  #wait(): void {
    clearTimeout(this.#timeout);
    if (this.#atMs === null) return;
    const left = this.#atMs - epochMs(this.#clock.now());
    this.#timeout = setTimeout(() => this.#look(), Math.min(Math.max(left, 0), LONGEST_STRETCH_MS));
  }

  #look(): void {
    this.#watchOffset();
    if (this.#atMs === null) return;
    if (epochMs(this.#clock.now()) < this.#atMs) {
      this.#wait();
      return;
    }
    this.#atMs = null;
    this.#onDue();
  }
}
