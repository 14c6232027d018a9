/**
 * Whether there is room in the store. A store that is full refuses writes and goes on answering reads; what is known of
 * it comes from two sides: what the account has taken of its limit, looked at now and then, and appends that were
 * refused. A refusal counts until an append is stored, or half a minute has passed: an instance that is not ready gets
 * no writes that could show that there is room again.
 */
import type { Logger } from 'pino';
import type { Clock } from '../application/ports/clock.ts';
import type { AppendOutcome, Measures, StorageFigures } from '../application/ports/measures.ts';

/** Part of the limit from which somebody should make room. */
export const ALERT_FROM = 0.8;
const LOOK_EVERY_MS = 15_000;
const REFUSAL_COUNTS_MS = 30_000;
/** What no message can count on: the largest is 4 MB. */
const LEAST_ROOM = 4 * 1024 * 1024;

export type StorageState = 'ok' | 'alert' | 'full';

export interface StorageStatus {
  readonly state: StorageState;
  readonly used: number | null;
  /** Null: NATS names none. */
  readonly limit: number | null;
}

export interface StorageWatchDeps {
  readonly figures: () => Promise<StorageFigures>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Measures of the log that the watch learns from too. */
export function watchedAppends(
  measures: Pick<Measures, 'appended' | 'committed'>,
  watch: Pick<StorageWatch, 'appended'>,
): Pick<Measures, 'appended' | 'committed'> {
  return {
    committed: (entries) => measures.committed(entries),
    appended: (outcome, milliseconds) => {
      measures.appended(outcome, milliseconds);
      watch.appended(outcome);
    },
  };
}

export class StorageWatch {
  readonly #deps: StorageWatchDeps;
  #figures: StorageFigures | null = null;
  #refusedAt: number | null = null;
  #told: StorageState = 'ok';
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: StorageWatchDeps) {
    this.#deps = deps;
  }

  start(): void {
    void this.look();
    this.#timer ??= setInterval(() => void this.look(), LOOK_EVERY_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** What became of an append of this process. */
  appended(outcome: AppendOutcome): void {
    if (outcome === 'full') {
      this.#refusedAt = this.#deps.clock.monotonicMs();
      this.#tell();
    } else if (outcome === 'stored' && this.#refusedAt !== null) {
      this.#refusedAt = null;
      void this.look();
    }
  }

  status(): StorageStatus {
    const { used = null, limit = null } = this.#figures ?? {};
    return { state: this.#state(), used, limit };
  }

  /** Asks the server. Never rejects: where it does not answer, what it said last counts. */
  async look(): Promise<void> {
    try {
      this.#figures = await this.#deps.figures();
    } catch {
      return;
    }
    this.#tell();
  }

  #state(): StorageState {
    const { clock } = this.#deps;
    const refused = this.#refusedAt !== null && clock.monotonicMs() - this.#refusedAt < REFUSAL_COUNTS_MS;
    if (refused) return 'full';
    const { used = 0, limit = null } = this.#figures ?? {};
    if (limit === null) return 'ok';
    if (used + Math.min(LEAST_ROOM, limit * (1 - ALERT_FROM) * 0.5) > limit) return 'full';
    return used >= limit * ALERT_FROM ? 'alert' : 'ok';
  }

  #tell(): void {
    const state = this.#state();
    if (state === this.#told) return;
    this.#told = state;
    const { logger } = this.#deps;
    const figures = { used: this.#figures?.used, limit: this.#figures?.limit };
    if (state === 'full') logger.error(figures, 'the store is full: writes are refused, reads go on');
    else if (state === 'alert') logger.warn(figures, 'the store is more than 80 % full: make room');
    else logger.info(figures, 'the store has room');
  }
}
