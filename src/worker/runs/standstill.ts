import type { Clock } from '../../application/ports/clock.ts';

/** What waits too long is handed back and comes again within seconds: so long nothing waiting means nothing. */
const FORGOTTEN_AFTER_MS = 10_000;

/** How long something has waited for a place while nothing started. */
export class Standstill {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  #since: number | null = null;
  #lastWaited = 0;

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** Something waits now. */
  waits(): void {
    this.#forget();
    this.#lastWaited = this.#clock.monotonicMs();
    this.#since ??= this.#lastWaited;
  }

  started(): void {
    this.#since = null;
  }

  /** Whole seconds; null where nothing waits. */
  seconds(): number | null {
    this.#forget();
    return this.#since === null ? null : Math.floor((this.#clock.monotonicMs() - this.#since) / 1_000);
  }

  #forget(): void {
    if (this.#clock.monotonicMs() - this.#lastWaited > FORGOTTEN_AFTER_MS) this.#since = null;
  }
}
