/**
 * The times of a recurrence rule on the wall alone: the days that it names (`named-days.ts`), of which the interval keeps
 * some, from the day on which the rule begins to where COUNT or UNTIL ends it. All arithmetic: no rule, however odd,
 * costs more than some milliseconds, and none is walked from its start for each slot.
 */
import { BoundedCache } from '../calendar/bounded-cache.ts';
import { dayNumber, MS_PER_DAY, MS_PER_MINUTE } from '../calendar/civil.ts';
import type { WallPattern } from '../calendar/wall-pattern.ts';
import { type NamedDays, namedDays, type RuleStart, weekOf } from './named-days.ts';
import { type RecurrenceRule, readRule, untilWall } from './recurrence-rule.ts';

/** A rule begins on a day, and has its slots at one time of each day or, where it says so itself, at several. */
export interface RecurringDays {
  readonly rrule: string;
  /** "YYYY-MM-DD". */
  readonly start_date: string;
  /** "HH:MM": what BYHOUR and BYMINUTE leave open. */
  readonly run_time: string;
}

const LAST_YEAR = 9999;
const EVERY_MONTH = 0b1111111111110;

const patterns = new BoundedCache<string, WallPattern>(1000);

/** Throws where the rule is none that `readRule` takes. */
export function recurrencePattern(days: RecurringDays): WallPattern {
  return patterns.get(`${days.start_date} ${days.run_time} ${days.rrule}`, () => compile(days));
}

function compile({ rrule: text, start_date, run_time }: RecurringDays): WallPattern {
  const reading = readRule(text);
  if (!reading.ok) throw new Error(`no recurrence rule: ${text}`);
  const { rule } = reading;
  const start = startOf(start_date);
  const times = timesOf(rule, run_time);
  const named = namedDays(rule, start);
  const kept: NamedDays = (year, month) => keptDays(rule, start, year, month, named(year, month));
  const lastWall = lastOf(rule, start, times, kept);
  if (lastWall === null) return { times, months: EVERY_MONTH, daysOf: kept };
  const last = Math.floor((lastWall - (times[0] ?? 0) * MS_PER_MINUTE) / MS_PER_DAY);
  return {
    times,
    months: EVERY_MONTH,
    daysOf: (year, month) => {
      const first = dayNumber(year, month, 1);
      return first + 30 <= last ? kept(year, month) : cutAfter(kept(year, month), last - first);
    },
    lastWall,
  };
}

function startOf(date: string): RuleStart {
  const [year, month, day] = [Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8, 10))];
  return { year, month, day, number: dayNumber(year, month, day) };
}

/** Minutes of the day, ascending. */
function timesOf({ byHour, byMinute }: RecurrenceRule, run_time: string): number[] {
  const hours = byHour.length > 0 ? byHour : [Number(run_time.slice(0, 2))];
  const minutes = byMinute.length > 0 ? byMinute : [Number(run_time.slice(3, 5))];
  return hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute));
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
    case 'WEEKLY':
      return keep(days, (day) => (weekOf(rule, first + day) - weekOf(rule, start.number)) % interval === 0);
    case 'DAILY':
      return keep(days, (day) => (first + day - start.number) % interval === 0);
  }
}

function keep(days: number, keeps: (day: number) => boolean): number {
  let kept = 0;
  for (let left = days; left !== 0; left &= left - 1) {
    const bit = left & -left;
    if (keeps(31 - Math.clz32(bit))) kept |= bit;
  }
  return kept;
}

/** The last wall time that COUNT or a local UNTIL leaves; null for no end. An UNTIL in UTC is a bound on instants. */
function lastOf(
  rule: RecurrenceRule,
  start: RuleStart,
  times: readonly number[],
  kept: NamedDays,
): number | null {
  if (rule.until !== null) return untilWall(rule.until);
  if (rule.count === null) return null;
  const last = dayOf(Math.ceil(rule.count / times.length), rule, start, kept);
  const time = times[(rule.count - 1) % times.length];
  return last === null || time === undefined ? null : last * MS_PER_DAY + time * MS_PER_MINUTE;
}

/** The so many-th day of the rule; null where it does not come before the year 10,000. */
function dayOf(count: number, rule: RecurrenceRule, start: RuleStart, kept: NamedDays): number | null {
  const step = rule.freq === 'YEARLY' ? rule.interval : 1;
  let left = count;
  for (let year = start.year; year <= LAST_YEAR; year += step) {
    for (let month = 1; month <= 12; month += 1) {
      for (let days = kept(year, month); days !== 0; days &= days - 1) {
        left -= 1;
        if (left === 0) return dayNumber(year, month, 1) + 31 - Math.clz32(days & -days);
      }
    }
  }
  return null;
}

/** Days up to the one of this index, the first being 0. */
function cutAfter(days: number, last: number): number {
  if (last < 0) return 0;
  return last >= 30 ? days : days & ((1 << (last + 1)) - 1);
}
