/**
 * What is counted by hours of UTC, by the days and hours that the clocks of a zone show. Where the offset of a zone is no
 * whole number of hours, an hour of UTC belongs to the local hour in which it begins.
 */
import { localDateOf } from '../../../domain/schedule/calendar/local-day.ts';
import { offsetAt } from '../../../domain/schedule/calendar/zone.ts';
import { dayOf, type Instant } from '../../../domain/shared/instant.ts';
import type { Day, HourCounts, Month, UserMonth } from '../../../projections/analytics.ts';
import { daysBefore } from '../../../projections/analytics-sums.ts';

/** The days of a zone that end with today's. */
export interface Period {
  /** IANA name. */
  readonly timezone: string;
  /** Local, the oldest first; the last is today. */
  readonly dates: readonly Day[];
  readonly now: Instant;
}

export interface LocalHour {
  readonly date: Day;
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly hour: number;
  readonly counts: HourCounts;
}

const HOUR_MS = 3_600_000;

export function lastDays(now: Instant, days: number, timezone = 'UTC'): Period {
  const today = localDateOf(timezone, now);
  const dates = Array.from({ length: days }, (_, index) => daysBefore(today, days - 1 - index));
  return { timezone, dates, now };
}

/** The days of UTC that are read for the period: those from its first date on, until now. */
export function utcDaysOf({ dates, now }: Period): Day[] {
  return daysFrom(dates[0] ?? dayOf(now), dayOf(now));
}

/** In order, those in which something was requested. */
export function* localHours(
  months: (month: Month) => UserMonth | undefined,
  { timezone, dates, now }: Period,
): Generator<LocalHour> {
  const first = dates[0] ?? dayOf(now);
  // East of UTC a local day begins on the day before.
  for (const day of daysFrom(daysBefore(first, 1), dayOf(now))) {
    const midnight = Date.parse(`${day}T00:00:00.000Z`);
    for (const [name, counts] of Object.entries(months(day.slice(0, 7))?.days[day]?.hours ?? {})) {
      const instant = midnight + Number(name) * HOUR_MS;
      const wall = new Date(instant + offsetAt(timezone, instant));
      const date = wall.toISOString().slice(0, 10);
      if (date < first) continue;
      yield { date, weekday: wall.getUTCDay(), hour: wall.getUTCHours(), counts };
    }
  }
}

function daysFrom(first: Day, last: Day): Day[] {
  const days: Day[] = [];
  for (let day = first; day <= last; day = daysBefore(day, -1)) days.push(day);
  return days;
}
