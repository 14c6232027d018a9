/**
 * The days of a recurrence rule, on the wall calendar alone.
 *
 * The library `rrule` says which days of *one year* a rule names, and nothing else: it is asked with an interval of
 * one, within one year, in UTC. A year of the Gregorian calendar is one of fourteen (its first weekday, leap or not),
 * so it is asked at most fourteen times for a rule, and then about the last year of each kind that it knows, 9972 to
 * 9999: where a rule names no day it looks on to the end of the year 9999, which would be long from today. What
 * remains is ours and arithmetic: which periods the interval keeps, where the rule begins, and where COUNT or
 * UNTIL ends it. So no rule, however odd, costs more than some milliseconds, and none is walked from its start.
 */
import rrule from 'rrule';
import { BoundedCache } from '../calendar/bounded-cache.ts';
import { dayNumber, isLeapYear, MS_PER_DAY, weekdayOf } from '../calendar/civil.ts';
import type { WallPattern } from '../calendar/wall-pattern.ts';
import { type RecurrenceRule, readRule, untilWall } from './recurrence-rule.ts';

/** A rule begins on a day, and has all its slots at one time. */
export interface RecurringDays {
  readonly rrule: string;
  /** "YYYY-MM-DD". */
  readonly start_date: string;
  /** "HH:MM". */
  readonly run_time: string;
}

const LAST_YEAR = 9999;
const WEEKS_OF_A_MONTH = 5;
const WEEKS_OF_A_YEAR = 53;
const EVERY_MONTH = 0b1111111111110;
/** Where COUNT is not reached within a century, it is no end. */
const COUNT_MONTHS = 1200;
/** Bits of the days of each month. */
type YearDays = readonly number[];

const patterns = new BoundedCache<string, WallPattern>(1000);

/** Throws where the rule is none that `readRule` takes. */
export function recurrencePattern(days: RecurringDays): WallPattern {
  return patterns.get(`${days.start_date} ${days.run_time} ${days.rrule}`, () => compile(days));
}

function compile({ rrule: text, start_date, run_time }: RecurringDays): WallPattern {
  const reading = readRule(text);
  if (!reading.ok) throw new Error(`no recurrence rule: ${text}`);
  const { rule } = reading;
  const start = new RuleStart(start_date);
  const minutes = Number(run_time.slice(0, 2)) * 60 + Number(run_time.slice(3, 5));
  const named = namedDays(rule, start);
  const kept = (year: number, month: number) =>
    keptDays(rule, start, year, month, named(year)[month - 1] ?? 0);
  const last = lastDay(rule, start, minutes, kept);
  return {
    times: [minutes],
    months: EVERY_MONTH,
    daysOf: (year, month) => {
      const first = dayNumber(year, month, 1);
      return last === null || first + 30 <= last
        ? kept(year, month)
        : cutAfter(kept(year, month), last - first);
    },
  };
}

/** The day that a rule begins on. */
class RuleStart {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly number: number;

  constructor(date: string) {
    this.year = Number(date.slice(0, 4));
    this.month = Number(date.slice(5, 7));
    this.day = Number(date.slice(8, 10));
    this.number = dayNumber(this.year, this.month, this.day);
  }
}

/** The days that the rule names in a year, as if it had no interval, start or end. */
function namedDays(rule: RecurrenceRule, start: RuleStart): (year: number) => YearDays {
  const known = new Map<number, YearDays>();
  const options = libraryRule(rule, start);
  return (year) => {
    const kind = weekdayOf(dayNumber(year, 1, 1)) * 2 + (isLeapYear(year) ? 1 : 0);
    const days = known.get(kind) ?? askLibrary(options, lastYearOf(kind));
    known.set(kind, days);
    return days;
  };
}

type LibraryOptions = ConstructorParameters<typeof rrule.RRule>[0];

/** The rule with what RFC 5545 takes from its start written out. Days and weeks are named like days of months. */
function libraryRule(rule: RecurrenceRule, start: RuleStart): Partial<LibraryOptions> {
  const { freq, byMonth, byMonthDay, byDay, bySetPos } = rule;
  const open = byMonthDay.length === 0 && byDay.length === 0;
  const weekday = (weekdayOf(start.number) + 6) % 7;
  const eachDay = [0, 1, 2, 3, 4, 5, 6].map((each) => ({ weekday: each, nth: null }));
  const weekdays = !open
    ? byDay
    : freq === 'DAILY'
      ? eachDay
      : freq === 'WEEKLY'
        ? [{ weekday, nth: null }]
        : [];
  const dated = open && (freq === 'MONTHLY' || freq === 'YEARLY');
  return {
    freq: freq === 'YEARLY' ? rrule.RRule.YEARLY : rrule.RRule.MONTHLY,
    bymonth: freq === 'YEARLY' && open && byMonth.length === 0 ? [start.month] : orNull(byMonth),
    bymonthday: dated ? [start.day] : orNull(byMonthDay),
    byweekday: orNull(
      countedAlike(weekdays, rule).map(({ weekday: day, nth }) => new rrule.Weekday(day, nth ?? undefined)),
    ),
    bysetpos: orNull(bySetPos),
  };
}

/**
 * `MO,2FR` means every Monday and the second Friday. The library wants a day to be in both lists: so where some are
 * counted, all are, every Monday being the first, the second and so on.
 */
function countedAlike(
  byDay: RecurrenceRule['byDay'],
  { freq, byMonth }: RecurrenceRule,
): RecurrenceRule['byDay'] {
  if (byDay.every(({ nth }) => nth === null) || byDay.every(({ nth }) => nth !== null)) return byDay;
  const most = freq === 'YEARLY' && byMonth.length === 0 ? WEEKS_OF_A_YEAR : WEEKS_OF_A_MONTH;
  return byDay.flatMap((day) =>
    day.nth === null ? Array.from({ length: most }, (_, n) => ({ weekday: day.weekday, nth: n + 1 })) : [day],
  );
}

function askLibrary(options: Partial<LibraryOptions>, year: number): YearDays {
  const months = new Array<number>(12).fill(0);
  const dtstart = new Date(Date.UTC(year, 0, 1));
  const until = new Date(Date.UTC(year, 11, 31));
  for (const day of new rrule.RRule({ ...options, dtstart, until, interval: 1 }).all()) {
    months[day.getUTCMonth()] = (months[day.getUTCMonth()] ?? 0) | (1 << (day.getUTCDate() - 1));
  }
  return months;
}

function lastYearOf(kind: number): number {
  for (let year = LAST_YEAR; ; year -= 1) {
    if (weekdayOf(dayNumber(year, 1, 1)) * 2 + (isLeapYear(year) ? 1 : 0) === kind) return year;
  }
}

/** Those of a month's named days that are not before the start and that the interval keeps. */
function keptDays(
  rule: RecurrenceRule,
  start: RuleStart,
  year: number,
  month: number,
  named: number,
): number {
  const first = dayNumber(year, month, 1);
  const before = start.number - first;
  if (named === 0 || before > 30) return 0;
  const days = before > 0 ? named & (-1 << before) : named;
  const { interval, freq } = rule;
  if (interval === 1) return days;
  switch (freq) {
    case 'YEARLY':
      return (year - start.year) % interval === 0 ? days : 0;
    case 'MONTHLY':
      return (year * 12 + month - (start.year * 12 + start.month)) % interval === 0 ? days : 0;
    case 'WEEKLY': {
      const week = (day: number) => Math.floor((day - mondayOffset(rule)) / 7);
      return keep(days, (day) => (week(first + day) - week(start.number)) % interval === 0);
    }
    case 'DAILY':
      return keep(days, (day) => (first + day - start.number) % interval === 0);
  }
}

/** Day numbers of first days of weeks, modulo 7: day 0 is a Thursday. */
function mondayOffset({ weekStart }: RecurrenceRule): number {
  return weekStart - 3;
}

function keep(days: number, keeps: (day: number) => boolean): number {
  let kept = 0;
  for (let left = days; left !== 0; left &= left - 1) {
    const bit = left & -left;
    if (keeps(31 - Math.clz32(bit))) kept |= bit;
  }
  return kept;
}

/** The last day that COUNT or a local UNTIL leaves; null for no end. An UNTIL in UTC is a bound on instants. */
function lastDay(
  rule: RecurrenceRule,
  start: RuleStart,
  minutes: number,
  kept: (year: number, month: number) => number,
): number | null {
  if (rule.until !== null) {
    const wall = untilWall(rule.until);
    return wall === null ? null : Math.floor((wall - minutes * 60_000) / MS_PER_DAY);
  }
  if (rule.count === null) return null;
  let left = rule.count;
  for (let month = 0; month < COUNT_MONTHS; month += 1) {
    const year = start.year + Math.floor((start.month - 1 + month) / 12);
    const monthOfYear = ((start.month - 1 + month) % 12) + 1;
    for (let days = kept(year, monthOfYear); days !== 0; days &= days - 1) {
      left -= 1;
      if (left === 0) return dayNumber(year, monthOfYear, 1) + 31 - Math.clz32(days & -days);
    }
  }
  return null;
}

/** Days up to the one of this index, the first being 0. */
function cutAfter(days: number, last: number): number {
  if (last < 0) return 0;
  return last >= 30 ? days : days & ((1 << (last + 1)) - 1);
}

function orNull<T>(list: readonly T[]): T[] | null {
  return list.length === 0 ? null : [...list];
}
