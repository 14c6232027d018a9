/**
 * Named sets of days, of one owner: a user, or the installation, whose calendars everybody may follow. What a schedule
 * follows of them is copied into it (`schedule/types.ts`); here they are kept and changed.
 */
import { packDates } from '../schedule/calendar/packed-dates.ts';
import type { CalendarDays } from '../schedule/types.ts';
import type { Decider } from '../shared/decider.ts';
import { type Decision, decided, NOTHING, rejected } from '../shared/decision.ts';
import type { CalendarId, Revision } from '../shared/ids.ts';
import { dayOf, type Instant, msBetween } from '../shared/instant.ts';
import { type CalendarLimits, resetsAt } from '../user/limits.ts';

/** Of one owner, whatever the tier. */
export const MOST_OWN_CALENDARS = 50;
/** Of one calendar. */
export const MOST_DATES = 2_000;
/** Changes of one owner in a day, whatever the tier. */
export const MOST_CHANGES_A_DAY = 200;
/** The installation's, which are no user's. */
export const SHARED_CALENDAR_LIMITS: CalendarLimits = {
  calendars: MOST_OWN_CALENDARS,
  calendar_changes_per_day: MOST_CHANGES_A_DAY,
};

/** `name` is a person's own words; null where the user's key is gone. */
interface Personal {
  readonly personal: { readonly name: string } | null;
}

export type CalendarEvent =
  | { readonly type: 'calendar.created'; readonly data: CalendarDays & Personal }
  | { readonly type: 'calendar.changed'; readonly data: CalendarDays & Personal }
  | { readonly type: 'calendar.deleted'; readonly data: { readonly calendar_id: CalendarId } };

export interface NamedCalendar {
  readonly days: CalendarDays;
  readonly name: string | null;
  readonly created_at: Instant;
  readonly updated_at: Instant;
}

export interface OwnCalendars {
  /** Oldest first. */
  readonly calendars: readonly NamedCalendar[];
  /** Of the last day (UTC) with any. */
  readonly changes: { readonly day: string; readonly count: number };
}

export interface SaveCalendar {
  readonly calendar_id: CalendarId;
  readonly name: string;
  /** Valid, sorted, no repeats. */
  readonly dates: readonly string[];
  readonly weekdays: readonly number[];
  /** What its owner may have. */
  readonly limits: CalendarLimits;
}

export interface ChangeCalendar extends SaveCalendar {
  readonly if_match: Revision | null;
}

export interface DeleteCalendar {
  readonly calendar_id: CalendarId;
  readonly if_match: Revision | null;
}

export type CalendarCommand =
  | { readonly type: 'create'; readonly data: SaveCalendar }
  | { readonly type: 'change'; readonly data: ChangeCalendar }
  | { readonly type: 'delete'; readonly data: DeleteCalendar };

export type RecordedCalendarEvent = CalendarEvent & { readonly time: Instant };

export const calendarDecider: Decider<OwnCalendars, CalendarCommand, CalendarEvent, RecordedCalendarEvent> = {
  initial: { calendars: [], changes: { day: '', count: 0 } },
  decide(own, command, now) {
    switch (command.type) {
      case 'create':
        return create(own, command.data, now);
      case 'change':
        return change(own, command.data, now);
      case 'delete':
        return remove(own, command.data);
    }
  },
  evolve,
};

export function ownCalendar({ calendars }: OwnCalendars, id: CalendarId): NamedCalendar | null {
  return calendars.find(({ days }) => days.calendar_id === id) ?? null;
}

function create(own: OwnCalendars, asked: SaveCalendar, now: Instant): Decision<CalendarEvent> {
  if (ownCalendar(own, asked.calendar_id) !== null) return NOTHING;
  const used = own.calendars.length;
  if (used >= asked.limits.calendars) {
    return rejected({
      code: 'CALENDAR_LIMIT_EXCEEDED',
      limit_type: 'calendars',
      limit: asked.limits.calendars,
      used,
      resets_at: null,
      retry_after_seconds: null,
    });
  }
  if (isTaken(own, asked)) return rejected({ code: 'CALENDAR_EXISTS' });
  return unlessTooMany(own, asked.limits, now, { type: 'calendar.created', data: saved(asked, 1) });
}

function change(own: OwnCalendars, asked: ChangeCalendar, now: Instant): Decision<CalendarEvent> {
  const before = ownCalendar(own, asked.calendar_id);
  if (before === null) return rejected({ code: 'CALENDAR_NOT_FOUND' });
  const stale = staleChange(before, asked.if_match);
  if (stale !== null) return rejected(stale);
  if (isTaken(own, asked)) return rejected({ code: 'CALENDAR_EXISTS' });
  const data = saved(asked, before.days.revision + 1);
  const isSo =
    before.name === asked.name &&
    before.days.dates === data.dates &&
    before.days.weekdays.join() === data.weekdays.join();
  return isSo ? NOTHING : unlessTooMany(own, asked.limits, now, { type: 'calendar.changed', data });
}

/** A repeat, and one that never was: nothing. */
function remove(own: OwnCalendars, { calendar_id, if_match }: DeleteCalendar): Decision<CalendarEvent> {
  const before = ownCalendar(own, calendar_id);
  if (before === null) return NOTHING;
  const stale = staleChange(before, if_match);
  return stale === null ? decided({ type: 'calendar.deleted', data: { calendar_id } }) : rejected(stale);
}

function staleChange({ days }: NamedCalendar, if_match: Revision | null) {
  const current = days.revision as Revision;
  return if_match === null || if_match === current ? null : ({ code: 'REVISION_MISMATCH', current } as const);
}

function isTaken({ calendars }: OwnCalendars, { calendar_id, name }: SaveCalendar): boolean {
  return calendars.some((each) => each.name === name && each.days.calendar_id !== calendar_id);
}

function saved(
  { calendar_id, name, dates, weekdays }: SaveCalendar,
  revision: number,
): CalendarDays & Personal {
  return { calendar_id, revision, dates: packDates(dates), weekdays, personal: { name } };
}

function unlessTooMany(
  { changes }: OwnCalendars,
  { calendar_changes_per_day: limit }: CalendarLimits,
  now: Instant,
  event: CalendarEvent,
): Decision<CalendarEvent> {
  const used = changes.day === dayOf(now) ? changes.count : 0;
  if (used < limit) return decided(event);
  const resets_at = resetsAt('edits_per_day', now);
  return rejected({
    code: 'EDIT_LIMIT_EXCEEDED',
    limit_type: 'edits_per_day',
    limit,
    used,
    resets_at,
    retry_after_seconds: resets_at === null ? null : Math.ceil(msBetween(now, resets_at) / 1_000),
  });
}

function evolve({ calendars, changes }: OwnCalendars, event: RecordedCalendarEvent): OwnCalendars {
  const { time } = event;
  if (event.type === 'calendar.deleted') {
    return {
      calendars: calendars.filter(({ days }) => days.calendar_id !== event.data.calendar_id),
      changes,
    };
  }
  const day = dayOf(time);
  const counted = { day, count: day === changes.day ? changes.count + 1 : 1 };
  const { personal, ...days } = event.data;
  const now = { days, name: personal?.name ?? null, updated_at: time };
  if (event.type === 'calendar.created') {
    return { calendars: [...calendars, { ...now, created_at: time }], changes: counted };
  }
  return {
    calendars: calendars.map((each) =>
      each.days.calendar_id === days.calendar_id ? { ...now, created_at: each.created_at } : each,
    ),
    changes: counted,
  };
}
