/** The clock of a process: wall time as far as the monotonic clock bears it out, with an alarm where it does not. */
import type { Logger } from 'pino';
import type { Clock } from '../application/ports/clock.ts';
import { epochMs, type Instant, instantOf } from '../domain/shared/instant.ts';
import { type LeapChange, SteadyTime } from '../kernel/steady-time.ts';

/** A leap ahead that is not believed yet. */
export interface ClockLeap {
  readonly ahead_ms: number;
  readonly waited_ms: number;
}

export class SteadyClock implements Clock {
  readonly #clock: Clock;
  readonly #logger: Pick<Logger, 'error' | 'warn'>;
  readonly #time = new SteadyTime();

  constructor(clock: Clock, logger: Pick<Logger, 'error' | 'warn'>) {
    this.#clock = clock;
    this.#logger = logger;
  }

  now(): Instant {
    const wall = this.#clock.now();
    const aheadMs = this.#time.leap?.aheadMs ?? null;
    const { ms, change } = this.#time.read(epochMs(wall), this.#clock.monotonicMs());
    if (change !== null) this.#tell(change, aheadMs ?? this.#time.leap?.aheadMs ?? 0, wall);
    return this.#time.leap === null ? wall : instantOf(ms);
  }

  monotonicMs(): number {
    return this.#clock.monotonicMs();
  }

  /** Null while wall time is believed. */
  leap(): ClockLeap | null {
    this.now();
    const leap = this.#time.leap;
    if (leap === null) return null;
    return { ahead_ms: Math.round(leap.aheadMs), waited_ms: Math.round(this.monotonicMs() - leap.sinceMs) };
  }

  #tell(change: LeapChange, aheadMs: number, wall: Instant): void {
    const told = { ahead_ms: Math.round(aheadMs), wall };
    switch (change) {
      case 'leapt':
        this.#logger.error(
          told,
          'the wall clock has leapt ahead: it is not believed before a minute has passed',
        );
        return;
      case 'believed':
        this.#logger.warn(told, 'the wall clock has stayed ahead: it is believed now');
        return;
      case 'returned':
        this.#logger.warn(told, 'the wall clock has come back from its leap');
    }
  }
}
