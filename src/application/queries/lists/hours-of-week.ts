/** When a user's executions were requested, by weekday and hour of a time zone. */
import { offsetAt } from '../../../domain/schedule/calendar/zone.ts';

export interface HoursOfDay {
  /** Of UTC, `2026-12-24`. */
  readonly date: string;
  /** Executions by hour of UTC; hours at the end that have none may be missing. */
  readonly hours: readonly number[];
}

const HOUR_MS = 3_600_000;

/**
 * Seven rows of 24 counts, Monday first. Counts are kept by hours of UTC: where a zone's offset is no whole number of
 * hours, one belongs to the local hour in which it begins.
 */
export function hoursOfWeek(days: readonly HoursOfDay[], timezone: string): number[][] {
  const week = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0));
  for (const { date, hours } of days) {
    const midnight = Date.parse(`${date}T00:00:00.000Z`);
    for (const [hour, count] of hours.entries()) {
      const instant = midnight + hour * HOUR_MS;
      const wall = new Date(instant + offsetAt(timezone, instant));
      const row = week[(wall.getUTCDay() + 6) % 7];
      if (row !== undefined) row[wall.getUTCHours()] = (row[wall.getUTCHours()] ?? 0) + count;
    }
  }
  return week;
}
