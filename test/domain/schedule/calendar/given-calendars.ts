import fc from 'fast-check';
import { packDates } from '../../../../src/domain/schedule/calendar/packed-dates.ts';
import type { CalendarLookup } from '../../../../src/domain/schedule/parse/calendars.ts';
import { parseSchedule } from '../../../../src/domain/schedule/parse/parse.ts';
import type { CalendarDays, Schedule, ScheduleFault } from '../../../../src/domain/schedule/types.ts';
import type { CalendarId } from '../../../../src/domain/shared/ids.ts';
import type { JsonObject } from '../../../../src/domain/shared/json.ts';
import { NOW } from '../given.ts';

export const HOLIDAYS_ID = 'cal_01J000000000000000000000A1' as CalendarId;
export const WORKDAYS_ID = 'cal_01J000000000000000000000B2' as CalendarId;

export function calendarDays(
  calendar_id: CalendarId,
  dates: readonly string[],
  weekdays: readonly number[] = [],
  revision = 1,
): CalendarDays {
  return { calendar_id, revision, dates: packDates([...new Set(dates)].sort()), weekdays };
}

export function lookupOf(...calendars: readonly CalendarDays[]): CalendarLookup {
  return (id) => calendars.find(({ calendar_id }) => calendar_id === id) ?? null;
}

export function followingSchedule(document: JsonObject, ...calendars: readonly CalendarDays[]): Schedule {
  const parsed = parseSchedule(document, NOW, lookupOf(...calendars));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.schedule;
}

export function followingFaults(
  document: JsonObject,
  ...calendars: readonly CalendarDays[]
): readonly ScheduleFault[] {
  const parsed = parseSchedule(document, NOW, lookupOf(...calendars));
  return parsed.ok ? [] : parsed.faults;
}

/** Dates of some years around `NOW`. */
export const dates = fc.uniqueArray(
  fc
    .integer({ min: Date.UTC(2026, 0, 1) / 86_400_000, max: Date.UTC(2027, 11, 31) / 86_400_000 })
    .map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10)),
  { maxLength: 120 },
);

export const weekdays = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { maxLength: 4 });
