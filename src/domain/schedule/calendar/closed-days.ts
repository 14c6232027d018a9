/**
 * The days on which a schedule's calendars leave no slot. As with single excluded dates, the day of a slot is the one
 * that the wall shows at its instant. Days of the week come round for ever, so nothing is listed: whoever stands at an
 * instant asks how far the days around it are closed, or open. No answer reaches beyond a stretch of
 * constant offset, within which wall time and instants go hand in hand; whoever goes on asks again there.
 */
import type { CalendarId } from '../../shared/ids.ts';
import type { CalendarDays, FollowedCalendars, Schedule } from '../types.ts';
import { BoundedCache } from './bounded-cache.ts';
import { MS_PER_DAY, weekdayOf } from './civil.ts';
import { unpackDays } from './packed-dates.ts';
import { stretchAt } from './zone.ts';

/** Nobody asks for a slot beyond: a century of days. */
const FURTHEST_DAYS = 36_525;
/** Behind all slots, epoch ms. */
const FOREVER = 8.64e15;
const ALL_WEEKDAYS = 0b1111111;
/** Calendars have thousands of days, and one schedule has several: as many as are asked for by turns. */
const sets = new BoundedCache<string, DaySet>(1_000);
/** Of one object, which is asked again and again, without a look at its text. */
const known = new WeakMap<CalendarDays, DaySet>();

/** Which of a schedule's calendars leaves a slot out, and how. */
export interface ClosingCalendar {
  readonly by: 'exclude_calendars' | 'only_calendars';
  /** Of `only_calendars` the first: none of them has the day. */
  readonly calendar_id: CalendarId;
}

type Following = FollowedCalendars & Pick<Schedule, 'timezone'>;

interface DaySet {
  readonly days: ReadonlySet<number>;
  /** Bit 0 is Sunday. */
  readonly weekdays: number;
  /** The last of `days`. */
  readonly last: number;
}

export class ClosedDays {
  readonly #timezone: string;
  readonly #excluded: readonly (readonly [CalendarId, DaySet])[];
  readonly #only: readonly (readonly [CalendarId, DaySet])[];
  /** None is open after it. */
  readonly #lastOpenDay: number;

  private constructor({ exclude_calendars = [], only_calendars = [], timezone }: Following) {
    this.#timezone = timezone;
    this.#excluded = exclude_calendars.map((each) => [each.calendar_id, daySetOf(each)]);
    this.#only = only_calendars.map((each) => [each.calendar_id, daySetOf(each)]);
    this.#lastOpenDay = lastOpenDay(
      this.#excluded.map(([, set]) => set),
      this.#only.map(([, set]) => set),
    );
  }

  /** Null where the schedule follows no calendar. */
  static of(schedule: Following): ClosedDays | null {
    return followsCalendars(schedule) ? new ClosedDays(schedule) : null;
  }

  /** Null where the day of the instant is open. */
  closing(instant: number): ClosingCalendar | null {
    const { offset } = stretchAt(this.#timezone, instant);
    return this.#closing(Math.floor((instant + offset) / MS_PER_DAY));
  }

  /** Up to where, exclusively, all is closed from the instant on, or nearer than that; null where its day is open. */
  closedUntil(instant: number): number | null {
    const { to, offset } = stretchAt(this.#timezone, instant);
    const day = Math.floor((instant + offset) / MS_PER_DAY);
    if (this.#closing(day) === null) return null;
    if (day > this.#lastOpenDay) return FOREVER;
    const last = Math.floor((to - 1 + offset) / MS_PER_DAY);
    let after = day + 1;
    while (after <= last && after - day < FURTHEST_DAYS && this.#closing(after) !== null) after += 1;
    return Math.min(to, after * MS_PER_DAY - offset);
  }

  /** From where, inclusively, all is closed up to the instant, or nearer; null likewise. */
  closedSince(instant: number): number | null {
    const { from, offset } = stretchAt(this.#timezone, instant);
    const day = Math.floor((instant + offset) / MS_PER_DAY);
    if (this.#closing(day) === null) return null;
    const first = Math.floor((from + offset) / MS_PER_DAY);
    let begin = day;
    while (begin > first && day - begin < FURTHEST_DAYS && this.#closing(begin - 1) !== null) begin -= 1;
    return Math.max(from, begin * MS_PER_DAY - offset);
  }

  /** Up to where, exclusively, all is open from an instant on that is. */
  openUntil(instant: number): number {
    const { to, offset } = stretchAt(this.#timezone, instant);
    const day = Math.floor((instant + offset) / MS_PER_DAY);
    const last = Math.floor((to - 1 + offset) / MS_PER_DAY);
    let after = day + 1;
    while (after <= last && after - day < FURTHEST_DAYS && this.#closing(after) === null) after += 1;
    return Math.min(to, after * MS_PER_DAY - offset);
  }

  #closing(day: number): ClosingCalendar | null {
    const excluding = this.#excluded.find(([, set]) => has(set, day));
    if (excluding !== undefined) return { by: 'exclude_calendars', calendar_id: excluding[0] };
    const [first] = this.#only;
    if (first === undefined || this.#only.some(([, set]) => has(set, day))) return null;
    return { by: 'only_calendars', calendar_id: first[0] };
  }
}

export function followsCalendars({
  exclude_calendars = [],
  only_calendars = [],
}: FollowedCalendars): boolean {
  return exclude_calendars.length > 0 || only_calendars.length > 0;
}

function lastOpenDay(excluded: readonly DaySet[], only: readonly DaySet[]): number {
  const never = excluded.reduce((bits, { weekdays }) => bits | weekdays, 0);
  if (never === ALL_WEEKDAYS) return Number.NEGATIVE_INFINITY;
  const isListed = only.length > 0 && only.every(({ weekdays }) => weekdays === 0);
  return isListed ? Math.max(...only.map(({ last }) => last)) : Number.POSITIVE_INFINITY;
}

function has({ days, weekdays }: DaySet, day: number): boolean {
  return (weekdays & (1 << weekdayOf(day))) !== 0 || days.has(day);
}

function daySetOf(calendar: CalendarDays): DaySet {
  const before = known.get(calendar);
  if (before !== undefined) return before;
  const { dates, weekdays } = calendar;
  const set = sets.get(`${weekdays.join('')} ${dates}`, () => {
    const days = unpackDays(dates);
    return {
      days: new Set(days),
      weekdays: weekdays.reduce((bits, weekday) => bits | (1 << (weekday % 7)), 0),
      last: days.at(-1) ?? Number.NEGATIVE_INFINITY,
    };
  });
  known.set(calendar, set);
  return set;
}
