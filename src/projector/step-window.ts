/**
 * When the open step is committed. Every step costs the disk the same few fsyncs, which those who write wait for, while
 * nobody waits for the views: readers fold what the views lack. So under load a step gathers for up to a second, and each
 * value that it touches is written once.
 *
 *     idle             event --> at once
 *     now and then     event --> a moment after the step before
 *     load             event event event ... --> when nothing has come for a while, or a second after the step before
 *
 * The while is long enough for the pauses of a machine that is busy with other things.
 */

/** From the end of a step to the next one that is not full, at most, while events keep coming. */
const WINDOW_MS = 1_000;
const PAUSE_MS = 250;
const MOMENT_MS = 20;
/** So many events in the last second are load. */
const BUSY = 20;

export class StepWindow {
  readonly #onDue: () => void;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | null = null;
  #arrivedAt = Number.NEGATIVE_INFINITY;
  #committedAt = Number.NEGATIVE_INFINITY;
  /** Events of about the last second, those of longer ago counted less. */
  #recent = 0;

  /** `onDue`: the open step may be committed now. `now`: monotonic milliseconds. */
  constructor(onDue: () => void, now: () => number = () => performance.now()) {
    this.#onDue = onDue;
    this.#now = now;
  }

  arrived(events: number): void {
    const now = this.#now();
    this.#recent = this.#recentAt(now) + events;
    this.#arrivedAt = now;
  }

  /** The checkpoint has been moved. */
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

  /** Whether a full step is to move the checkpoint: a second after the last that did. */
  isOver(): boolean {
    return this.#now() - this.#committedAt >= WINDOW_MS;
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #waitMs(): number {
    const now = this.#now();
    const rested = now - this.#committedAt;
    if (this.#recentAt(now) < BUSY) return Math.ceil(MOMENT_MS - rested);
    return Math.ceil(Math.min(WINDOW_MS - rested, PAUSE_MS - (now - this.#arrivedAt)));
  }

  #recentAt(now: number): number {
    return this.#recent * Math.exp((this.#arrivedAt - now) / WINDOW_MS);
  }
}
