/**
 * A due date without a time: a day in a zone. What it comes to is worked out when it is decided and stored with it, so no
 * fold and no later decision asks the zone again, and newer zone data moves nothing that was decided before.
 *
 *     |<---------- the day, as the clocks of the zone show it ---------->|
 *     00:00            09:00 reminders_from               due_date 23:59:59.999, overdue from here on
 */
import { endOfDate, instantOfWall } from '../schedule/calendar/local-day.ts';
import { earliest, type Instant, instantOf, plusMs } from '../shared/instant.ts';

export interface DueDay {
  /** `2026-12-24`. */
  readonly date: string;
  /** IANA name. */
  readonly timezone: string;
  /** What `remind_before` counts from. */
  readonly reminders_from: Instant;
}

/** As a task and an event have it: the instant, and where that is the end of a day, which. */
export interface DueDate {
  readonly due_date: Instant | null;
  /** Null or absent: the due date is a time, or there is none. */
  readonly due_day?: DueDay | null;
}

/** From the first to the last day all of whose instants, in any zone, are within the years that instants have. */
export const DUE_DAYS = { first: '0001-01-02', last: '9999-12-30' } as const;

/** A day begins for people where daily schedules begin unless told otherwise. */
const MORNING_MS = 9 * 3_600_000;

/** Throws RangeError for a zone that is unknown here, and for days beyond `DUE_DAYS`. */
export function dueOnDay(
  date: string,
  timezone: string,
): { readonly due_date: Instant; readonly due_day: DueDay } {
  const due_date = plusMs(endOfDate(timezone, date), -1);
  const morning = instantOf(instantOfWall(timezone, Date.parse(`${date}T00:00:00Z`) + MORNING_MS));
  // A day that the zone leaves out has no morning: it is over before.
  const reminders_from = earliest(morning, due_date) ?? due_date;
  return { due_date, due_day: { date, timezone, reminders_from } };
}

/** What reminders before the due date count from. */
export function remindersFrom({ due_date, due_day }: DueDate): Instant | null {
  return due_day?.reminders_from ?? due_date;
}

/** A due date that is given as a time, or taken away, takes the day away with it. */
export function withoutOldDay<Changes extends Partial<DueDate>>(changes: Changes): Changes {
  const isTime = changes.due_date !== undefined && changes.due_day === undefined;
  return isTime ? { ...changes, due_day: null } : changes;
}
