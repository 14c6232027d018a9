/**
 * Matches of a schedule on a clock on the wall, before any time zone comes in. A wall time is given as the
 * epoch milliseconds at which a clock in UTC would show it; every match is a whole minute.
 *
 * A pattern is a set of days and a set of times that is the same on each of them, so that the next match is
 * a bit scan over days and a binary search over times, and counting is a multiplication.
 */
import { civilDate, dayNumber, MINUTES_PER_DAY, MS_PER_MINUTE } from './civil.ts';

export interface WallPattern {
  /** Minutes of the day, ascending, no repeats, at least one. */
  readonly times: readonly number[];
  /** Bit m is set where the pattern has days in month m (1 to 12). */
  readonly months: number;
  /** Days of a month of `months` that match: bit 0 is the first day. */
  daysOf(year: number, month: number): number;
  /** No match is later, epoch ms of the wall; absent: they go on. */
  readonly lastWall?: number;
}

/**
 * How far ahead a match is looked for, in months. The rarest patterns that match at all (29 February on one
 * weekday, across a century without a leap day) come within 40 years; past a century there is none.
 */
const HORIZON_MONTHS = 1200;

/** The first match at or after the wall time; null where none comes within a century. */
export function nextMatch(pattern: WallPattern, wall: number): number | null {
  const minute = Math.ceil(wall / MS_PER_MINUTE);
  const day = Math.floor(minute / MINUTES_PER_DAY);
  const index = firstAtLeast(pattern.times, minute - day * MINUTES_PER_DAY);
  const timeLeft = pattern.times[index];
  const today = timeLeft !== undefined && matchesDay(pattern, day) ? wallOf(day, timeLeft) : null;
  const match = today ?? matchOnNextDay(pattern, day + 1);
  return match !== null && match <= (pattern.lastWall ?? Number.POSITIVE_INFINITY) ? match : null;
}

function matchOnNextDay(pattern: WallPattern, from: number): number | null {
  if (pattern.lastWall !== undefined && from * MINUTES_PER_DAY * MS_PER_MINUTE > pattern.lastWall)
    return null;
  const next = nextDay(pattern, from);
  return next === null ? null : wallOf(next, pattern.times[0] ?? 0);
}

/** How many matches lie in `from <= wall < until`; may stop counting beyond `cap`. */
export function countMatches(pattern: WallPattern, from: number, until: number, cap: number): number {
  const to = Math.min(until, (pattern.lastWall ?? Number.POSITIVE_INFINITY) + 1);
  if (to <= from) return 0;
  const first = Math.ceil(from / MS_PER_MINUTE);
  const end = Math.ceil(to / MS_PER_MINUTE);
  const firstDay = Math.floor(first / MINUTES_PER_DAY);
  const endDay = Math.floor(end / MINUTES_PER_DAY);
  const before = matchesDay(pattern, firstDay)
    ? firstAtLeast(pattern.times, first - firstDay * MINUTES_PER_DAY)
    : 0;
  const within = matchesDay(pattern, endDay)
    ? firstAtLeast(pattern.times, end - endDay * MINUTES_PER_DAY)
    : 0;
  const days = countDays(pattern, firstDay, endDay, Math.ceil(cap / pattern.times.length) + 1);
  return days * pattern.times.length - before + within;
}

export function matches(pattern: WallPattern, wall: number): boolean {
  return nextMatch(pattern, wall) === wall;
}

function wallOf(day: number, minuteOfDay: number): number {
  return (day * MINUTES_PER_DAY + minuteOfDay) * MS_PER_MINUTE;
}

function matchesDay(pattern: WallPattern, dayOfEpoch: number): boolean {
  const { year, month, day } = civilDate(dayOfEpoch);
  return (daysIn(pattern, year, month) & (1 << (day - 1))) !== 0;
}

function daysIn(pattern: WallPattern, year: number, month: number): number {
  return (pattern.months & (1 << month)) === 0 ? 0 : pattern.daysOf(year, month);
}

/** The first matching day at or after the day number. */
function nextDay(pattern: WallPattern, from: number): number | null {
  let { year, month, day } = civilDate(from);
  for (let scanned = 0; scanned <= HORIZON_MONTHS; scanned += 1) {
    const left = daysIn(pattern, year, month) & (-1 << (day - 1));
    if (left !== 0) return dayNumber(year, month, 1) + lowestBit(left);
    day = 1;
    month += 1;
    if (month > 12) {
      month = 1;
      year += 1;
    }
  }
  return null;
}

/** Matching days in `from <= day < to`; stops beyond `cap`. */
function countDays(pattern: WallPattern, from: number, to: number, cap: number): number {
  let count = 0;
  let { year, month, day } = civilDate(from);
  let start = from - (day - 1);
  while (start < to && count <= cap) {
    let days = daysIn(pattern, year, month) & (-1 << (day - 1));
    if (to - start < 31) days &= (1 << (to - start)) - 1;
    count += bitCount(days);
    day = 1;
    month += 1;
    if (month > 12) {
      month = 1;
      year += 1;
    }
    start = dayNumber(year, month, 1);
  }
  return count;
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

function bitCount(bits: number): number {
  let left = bits;
  let count = 0;
  for (; left !== 0; left &= left - 1) count += 1;
  return count;
}

/** Index of the first element that is at least `value`; the length where none is. */
function firstAtLeast(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
