/** Days as the clocks of a zone show them: with a change of the clocks a day has other than 24 hours. */
import { epochMs, type Instant, instantOf } from '../../shared/instant.ts';
import { excludedSpans } from './excluded.ts';
import { offsetAt } from './zone.ts';

/** `2026-12-24`. */
export function localDateOf(timezone: string, at: Instant): string {
  const instant = epochMs(at);
  return new Date(instant + offsetAt(timezone, instant)).toISOString().slice(0, 10);
}

/** The first instant after the day. */
export function endOfDate(timezone: string, date: string): Instant {
  return instantOf(excludedSpans([date], timezone).at(-1)?.to ?? Date.parse(`${date}T00:00:00Z`) + DAY_MS);
}

/** The end of the day that the clocks show then. */
export function endOfLocalDay(timezone: string, at: Instant): Instant {
  return endOfDate(timezone, localDateOf(timezone, at));
}

const DAY_MS = 86_400_000;
