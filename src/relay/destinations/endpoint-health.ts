/** How an endpoint has answered lately, and what may therefore be asked of it. */
import type { EndpointAnswer } from '../../application/ports/event-deliveries.ts';
import type { TurnedOffReason } from '../../domain/destination/event-destination.ts';
import { TURNED_OFF_AFTER_MS } from '../../domain/destination/retry-times.ts';
import { type Instant, msBetween } from '../../domain/shared/instant.ts';

/** Calls under way at once. */
const MOST_IN_HAND = 8;
const LONGEST_PAUSE_MS = 36_000_000;

export class EndpointHealth {
  /** Nothing has arrived since; null: the last call did, or none was made. */
  failingSince: Instant | null = null;
  /** The last call arrived. */
  isProven = false;
  #width = 1;
  #pausedUntilMs = 0;

  /** Calls that may be under way at once: more with each that arrives. */
  get width(): number {
    return this.#width;
  }

  /** For how long nothing is to be sent, from a monotonic time on. */
  pausedMs(nowMs: number): number {
    return Math.max(0, this.#pausedUntilMs - nowMs);
  }

  /** True: it had been failing. */
  arrived(): boolean {
    const isBack = this.failingSince !== null;
    this.failingSince = null;
    this.isProven = true;
    this.#width = Math.min(this.#width * 2, MOST_IN_HAND);
    return isBack;
  }

  /** Why it is to be turned off; null: it is not. */
  notArrived(answer: EndpointAnswer, now: Instant, nowMs: number): TurnedOffReason | null {
    this.failingSince ??= now;
    this.isProven = false;
    this.#width = 1;
    if (answer.kind === 'answered' && answer.status === 410) return 'gone';
    if (answer.kind === 'answered' && (answer.status === 429 || answer.status === 503)) {
      this.#pausedUntilMs = nowMs + Math.min(answer.retryAfterMs ?? 0, LONGEST_PAUSE_MS);
    }
    return msBetween(this.failingSince, now) >= TURNED_OFF_AFTER_MS ? 'failing' : null;
  }
}
