import { LogUnavailable, OutcomeUnknown } from '../ports/failures.ts';

/** From taking a write up to the answer that its outcome is unknown; the promise to callers is 5 s. */
const DEADLINE_MS = 4_500;
/** A command ends this much before the deadline, so that it says itself whether anything was sent. */
const MARGIN_MS = 500;

/** Rejects when its time is over, unless it was met before: with OutcomeUnknown once the work has begun. */
export class WriteDeadline {
  #atMs = performance.now() + DEADLINE_MS;
  readonly #late: Promise<never>;
  readonly #timer: NodeJS.Timeout;
  #begun = false;
  #over = false;

  constructor() {
    let late: (error: Error) => void = () => {};
    this.#late = new Promise((_, reject) => {
      late = reject;
    });
    this.#late.catch(() => {});
    this.#timer = setTimeout(() => {
      this.#over = true;
      const message = 'the log did not answer in time';
      late(this.#begun ? new OutcomeUnknown(message) : new LogUnavailable(message));
    }, DEADLINE_MS);
  }

  /** Throws LogUnavailable where the caller has been told already that nothing was sent. */
  begin(): void {
    if (this.#over) throw new LogUnavailable('given up before anything was sent');
    this.#begun = true;
  }

  /** Milliseconds that a command may take now. Throws LogUnavailable where none is left. */
  left(): number {
    const left = this.#atMs - MARGIN_MS - performance.now();
    if (left <= 0) throw new LogUnavailable('given up before anything was sent');
    return left;
  }

  /** It is as far off again as at the start. */
  restart(): void {
    if (this.#over) return;
    this.#atMs = performance.now() + DEADLINE_MS;
    this.#timer.refresh();
  }

  met(): void {
    clearTimeout(this.#timer);
  }

  async orLate<T>(work: Promise<T>): Promise<T> {
    // Work that is late goes on; how it ends is nobody's to hear any more.
    work.catch(() => {});
    try {
      return await Promise.race([work, this.#late]);
    } finally {
      this.met();
    }
  }
}
