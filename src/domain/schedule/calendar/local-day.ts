/** Days and times as the clocks of a zone show them: with a change of the clocks a day has other than 24 hours. */
import { epochMs, type Instant, instantOf } from '../../shared/instant.ts';
import { MS_PER_DAY } from './civil.ts';
import { excludedSpans } from './excluded.ts';
import { offsetAt } from './zone.ts';

/** `2026-12-24`. */
export function localDateOf(timezone: string, at: Instant): string {
  return dateOfMs(epochMs(at) + offsetAt(timezone, epochMs(at)));
}

/** The first instant after the day. One that the zone leaves out is over when the next one begins. */
export function endOfDate(timezone: string, date: string): Instant {
  const end = excludedSpans([date], timezone).at(-1)?.to;
  if (end !== undefined) return instantOf(end);
  const next = Date.parse(`${date}T00:00:00Z`) + MS_PER_DAY;
  return instantOf(excludedSpans([dateOfMs(next)], timezone)[0]?.from ?? next);
}

/** The end of the day that the clocks show then. */
export function endOfLocalDay(timezone: string, at: Instant): Instant {
  return endOfDate(timezone, localDateOf(timezone, at));
}

/**
 * The instant (epoch ms) at which the clocks of a zone show a wall time (ms): the first of two, and where clocks skip
 * it, later by what they skip.
 */
export function instantOfWall(timezone: string, wall: number): number {
  const before = offsetAt(timezone, wall - MS_PER_DAY);
  const after = offsetAt(timezone, wall + MS_PER_DAY);
  const shown = [wall - before, wall - after].filter((at) => at + offsetAt(timezone, at) === wall);
  return shown.length === 0 ? wall - before : Math.min(...shown);
}

function dateOfMs(wall: number): string {
  return new Date(wall).toISOString().slice(0, 10);
}
