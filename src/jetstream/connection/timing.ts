import type { Clock } from '../../application/ports/clock.ts';
import { onAbort } from '../../kernel/on-abort.ts';

/** Resolves after the time or, without error, as soon as the signal aborts. */
export async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  const wake = new Wake(signal);
  await wake.orAfter(ms);
  wake.stop();
}

/** A wait that can be cut short: by `now()`, also before it begins, and by the signal. */
export class Wake {
  readonly #signal: AbortSignal;
  #due = false;
  #resume: (() => void) | null = null;
  readonly #off: () => void;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    this.#off = onAbort(signal, () => this.now());
  }

  now(): void {
    this.#due = true;
    this.#resume?.();
  }

  async orAfter(ms: number): Promise<void> {
    if (!this.#due && !this.#signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#resume = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#resume = null;
    }
    this.#due = false;
  }

  stop(): void {
    this.#off();
  }
}

/** Rings once when the monotonic clock reaches a moment that may be put off until then. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Milliseconds of the monotonic clock. */
  setTo(moment: number): void {
    clearTimeout(this.#timer);
    const left = moment - this.#clock.monotonicMs();
    if (left <= 0) this.#ring();
    else this.#timer = setTimeout(() => this.setTo(moment), Math.ceil(left));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
