/** `exclude_calendars` and `only_calendars`: lists of calendar ids, for which the days stand that they have now. */
import { type CalendarId, parseCalendarId } from '../../shared/ids.ts';
import type { Json } from '../../shared/json.ts';
import { says } from '../../shared/says.ts';
import type { CalendarDays, FollowedCalendars, Schedule } from '../types.ts';
import { type DocumentReading, kindOf, quotedForFault } from './members.ts';

/** Null for a calendar that there is not, or that is somebody else's. */
export type CalendarLookup = (id: CalendarId) => CalendarDays | null;

export const NO_CALENDARS: CalendarLookup = () => null;

/** Of one schedule, both lists together. */
export const MOST_CALENDARS = 10;

export const CALENDAR_MEMBERS = ['exclude_calendars', 'only_calendars'] as const;
type CalendarMember = (typeof CALENDAR_MEMBERS)[number];

/** Lists that are absent or empty are left out. */
export function readCalendars(reading: DocumentReading, lookup: CalendarLookup): FollowedCalendars {
  const excluded = readList(reading, 'exclude_calendars', lookup);
  const only = readList(reading, 'only_calendars', lookup);
  if (excluded.length + only.length > MOST_CALENDARS) {
    const name = excluded.length >= only.length ? 'exclude_calendars' : 'only_calendars';
    reading.fault(
      [name],
      'out_of_range',
      says`must have at most ${{ maximum: MOST_CALENDARS }} calendars, with those of the other list`,
    );
  }
  for (const [index, { calendar_id }] of only.entries()) {
    if (!excluded.some((each) => each.calendar_id === calendar_id)) continue;
    reading.fault(['only_calendars', index], 'conflict', says`is among exclude_calendars too`);
  }
  return {
    ...(excluded.length === 0 ? {} : { exclude_calendars: excluded }),
    ...(only.length === 0 ? {} : { only_calendars: only }),
  };
}

function readList(reading: DocumentReading, name: CalendarMember, lookup: CalendarLookup): CalendarDays[] {
  const value = reading.member(name);
  if (value === null) return [];
  if (!Array.isArray(value)) {
    reading.fault([name], 'wrong_type', says`must be a list, not ${{ given: kindOf(value) }}`);
    return [];
  }
  const items: readonly Json[] = value;
  if (items.length > MOST_CALENDARS) {
    reading.fault(
      [name],
      'out_of_range',
      says`must have at most ${{ maximum: MOST_CALENDARS }} calendars, with those of the other list`,
    );
    return [];
  }
  const found = new Map<CalendarId, CalendarDays>();
  for (const [index, item] of items.entries()) {
    const id = typeof item === 'string' ? parseCalendarId(item) : null;
    const calendar = id === null ? null : lookup(id);
    if (calendar !== null) found.set(calendar.calendar_id, calendar);
    else if (typeof item !== 'string') {
      reading.fault(
        [name, index],
        'wrong_type',
        says`must be the id of a calendar, not ${{ given: kindOf(item) }}`,
      );
    } else {
      reading.fault(
        [name, index],
        'invalid_value',
        says`"${{ given: quotedForFault(item) }}" is not a known calendar`,
      );
    }
  }
  return [...found.values()];
}

/** A schedule as people see it, and send it back: calendars by their ids. */
export type ShownSchedule = Omit<Schedule, CalendarMember> &
  Readonly<Partial<Record<CalendarMember, readonly CalendarId[]>>>;

export function shownSchedule(schedule: Schedule): ShownSchedule {
  const { exclude_calendars, only_calendars, ...others } = schedule;
  return {
    ...others,
    ...(exclude_calendars === undefined ? {} : { exclude_calendars: exclude_calendars.map(idOf) }),
    ...(only_calendars === undefined ? {} : { only_calendars: only_calendars.map(idOf) }),
  };
}

/** The calendars that a schedule follows, as they stand in it. */
export function calendarsIn({
  exclude_calendars = [],
  only_calendars = [],
}: FollowedCalendars): readonly CalendarDays[] {
  return [...exclude_calendars, ...only_calendars];
}

function idOf({ calendar_id }: CalendarDays): CalendarId {
  return calendar_id;
}
