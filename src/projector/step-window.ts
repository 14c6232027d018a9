/**
 * When the open step is committed. Every step costs the disk the same few fsyncs, which those who write wait for, while
 * nobody waits for the views: readers fold what the views lack. So under load a step gathers for up to a second, and each
 * value that it touches is written once.
 *
 *     idle      event --> at once
 *     load      event event event ... --> when nothing has come for a while, or a second after the step before
 *
 * How long "a while" is follows from how closely events have come of late: what comes every 5 ms has paused after 20, what
 * comes every 30 ms after 90. Where they come seldom the next one is not waited for.
 */

/** From the end of a step to the next one that is not full, at most, while events keep coming. */
const WINDOW_MS = 1_000;
/** A pause is no shorter than this, and no longer than that. */
const LEAST_PAUSE_MS = 20;
const MOST_PAUSE_MS = 100;
/** What comes less often than this is not waited for. */
const SELDOM_MS = 60;
/** A pause is so many times what lies between two arrivals. */
const PAUSE_FACTOR = 3;
/** Of the last arrivals: the share of the newest in what lies between two of them. */
const SMOOTHING = 0.2;

export class StepWindow {
  readonly #onDue: () => void;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | null = null;
  #arrivedAt = Number.NEGATIVE_INFINITY;
  #committedAt = Number.NEGATIVE_INFINITY;
  /** Milliseconds between two arrivals. */
  #between = WINDOW_MS;

  /** `onDue`: the open step may be committed now. `now`: monotonic milliseconds. */
  constructor(onDue: () => void, now: () => number = () => performance.now()) {
    this.#onDue = onDue;
    this.#now = now;
  }

  /** Events have come. */
  arrived(): void {
    const now = this.#now();
    const between = Math.min(WINDOW_MS, now - this.#arrivedAt);
    this.#between += SMOOTHING * (between - this.#between);
    this.#arrivedAt = now;
  }

  /** A step has been committed. */
  committed(): void {
    this.#committedAt = this.#now();
  }

  /** Whether an open step is due; where it is not, `onDue` is called when it is. */
  isDue(): boolean {
    const waitMs = this.#waitMs();
    if (waitMs <= 0) return true;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      if (this.isDue()) this.#onDue();
    }, waitMs);
    return false;
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #waitMs(): number {
    const now = this.#now();
    const rested = now - this.#committedAt;
    if (rested >= WINDOW_MS) return 0;
    const paused = this.#between > SELDOM_MS ? rested : now - this.#arrivedAt;
    return Math.ceil(Math.min(WINDOW_MS - rested, this.#pauseMs() - paused));
  }

  #pauseMs(): number {
    if (this.#between > SELDOM_MS) return LEAST_PAUSE_MS;
    return Math.min(MOST_PAUSE_MS, Math.max(LEAST_PAUSE_MS, this.#between * PAUSE_FACTOR));
  }
}
