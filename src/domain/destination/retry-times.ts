/** When an event that did not arrive is sent again: from seconds to hours later, for three days. */
import { type Instant, msBetween, plusMs } from '../shared/instant.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Before the second try and each after it; the last one again and again. */
const PAUSES_MS = [5 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR];
const LONGEST_MS = 10 * HOUR;
/** An event is given up so long after its first try, and a destination turned off so long after its first failure. */
export const GIVEN_UP_AFTER_MS = 72 * HOUR;
export const TURNED_OFF_AFTER_MS = 120 * HOUR;
/** Pauses are longer or shorter by up to this part, so that what failed together does not come again together. */
const SPREAD = 0.1;

/**
 * Null: no more, for the last try was made, three days after the first. `random`: from 0 up to 1. `retryAfterMs`: what
 * the endpoint asked for.
 */
export function nextTry(
  failed: {
    readonly attempts: number;
    readonly firstAt: Instant;
    readonly now: Instant;
    readonly retryAfterMs: number | null;
  },
  random: number,
): Instant | null {
  const { attempts, firstAt, now, retryAfterMs } = failed;
  const leftMs = GIVEN_UP_AFTER_MS - msBetween(firstAt, now);
  if (leftMs <= 0) return null;
  const planned = PAUSES_MS[attempts - 1] ?? LONGEST_MS;
  const spread = planned * (1 + SPREAD * (2 * random - 1));
  const pause = Math.max(SECOND, Math.min(Math.max(spread, retryAfterMs ?? 0), LONGEST_MS, leftMs));
  return plusMs(now, Math.round(pause));
}
