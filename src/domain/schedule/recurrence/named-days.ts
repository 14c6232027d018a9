/**
 * The days that a recurrence rule names, as if it had no interval, start or end: by RFC 5545, which takes from the start
 * what the rule does not say. A period (week, month or year) has its days, and BYSETPOS picks among them, from either
 * end; one that has fewer has none at that place.
 */
import { allDays, dayNumber, daysInMonth, daysOnWeekday, isLeapYear, weekdayOf } from '../calendar/civil.ts';
import type { RecurrenceRule, WeekdayPart } from './recurrence-rule.ts';

/** Days of a month, as bits. */
export type NamedDays = (year: number, month: number) => number;

/** The first day of a rule. */
export interface RuleStart {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly number: number;
}

const MONTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
/** Past any length of a year. */
const DAYS_OF_YEAR = 366;

export function namedDays(rule: RecurrenceRule, start: RuleStart): NamedDays {
  switch (rule.freq) {
    case 'DAILY':
      return (year, month) => dailyDays(rule, year, month);
    case 'WEEKLY':
      return rule.bySetPos.length === 0
        ? (year, month) => weeklyDays(rule, start, year, month)
        : (year, month) => pickedOfWeeks(rule, start, year, month);
    case 'MONTHLY':
      return (year, month) => {
        if (!isIn(rule.byMonth, month)) return 0;
        const first = dayNumber(year, month, 1);
        return toBits(
          picked(rule, fromBits(monthlyDays(rule, start, year, month), first)),
          first,
          year,
          month,
        );
      };
    case 'YEARLY':
      return yearlyDays(rule, start);
  }
}

function dailyDays({ byMonth, byMonthDay, byDay }: RecurrenceRule, year: number, month: number): number {
  if (!isIn(byMonth, month)) return 0;
  return monthDays(byMonthDay, year, month) & weekdays(byDay, year, month);
}

function weeklyDays(
  { byMonth, byDay }: RecurrenceRule,
  start: RuleStart,
  year: number,
  month: number,
): number {
  if (!isIn(byMonth, month)) return 0;
  if (byDay.length > 0) return weekdays(byDay, year, month);
  return daysOnWeekday(year, month, weekdayOf(start.number)) & allDays(year, month);
}

/** Weeks reach over the ends of months. */
function pickedOfWeeks(rule: RecurrenceRule, start: RuleStart, year: number, month: number): number {
  const first = dayNumber(year, month, 1);
  const last = first + daysInMonth(year, month) - 1;
  const near = [-1, 0, 1].flatMap((step) => {
    const index = year * 12 + month - 1 + step;
    const [y, m] = [Math.floor(index / 12), (index % 12) + 1];
    return fromBits(weeklyDays(rule, start, y, m), dayNumber(y, m, 1));
  });
  const found: number[] = [];
  for (let week = weekOf(rule, first); week <= weekOf(rule, last); week += 1) {
    found.push(
      ...picked(
        rule,
        near.filter((day) => weekOf(rule, day) === week),
      ),
    );
  }
  return toBits(found, first, year, month);
}

/** The week of a day, counted from some week on. */
export function weekOf({ weekStart }: Pick<RecurrenceRule, 'weekStart'>, day: number): number {
  // Day 0 is a Thursday.
  return Math.floor((day - (weekStart - 3)) / 7);
}

function monthlyDays(
  { byMonthDay, byDay }: RecurrenceRule,
  start: RuleStart,
  year: number,
  month: number,
): number {
  if (byMonthDay.length === 0 && byDay.length === 0) return monthDays([start.day], year, month);
  return monthDays(byMonthDay, year, month) & weekdays(byDay, year, month);
}

/** A year of the Gregorian calendar is one of fourteen: its first weekday, leap or not. */
function yearlyDays(rule: RecurrenceRule, start: RuleStart): NamedDays {
  const known = new Map<number, readonly number[]>();
  return (year, month) => {
    const kind = weekdayOf(dayNumber(year, 1, 1)) * 2 + (isLeapYear(year) ? 1 : 0);
    const days = known.get(kind) ?? daysOfYear(rule, start, year);
    known.set(kind, days);
    return days[month - 1] ?? 0;
  };
}

function daysOfYear(rule: RecurrenceRule, start: RuleStart, year: number): readonly number[] {
  const { byMonth, byMonthDay, byYearDay, byDay } = rule;
  const open = byMonthDay.length === 0 && byYearDay.length === 0 && byDay.length === 0;
  const months = open && byMonth.length === 0 ? [start.month] : byMonth;
  const days = MONTHS.flatMap((month) => {
    if (!isIn(months, month)) return [];
    const named = open
      ? monthDays([start.day], year, month)
      : monthDays(byMonthDay, year, month) & yearDays(byYearDay, year, month);
    const counted = byMonth.length > 0 ? weekdays(byDay, year, month) : weekdaysOfYear(byDay, year, month);
    return fromBits(named & counted, dayNumber(year, month, 1));
  });
  const found = picked(rule, days);
  return MONTHS.map((month) => toBits(found, dayNumber(year, month, 1), year, month));
}

/** All days where none is given. */
function monthDays(days: readonly number[], year: number, month: number): number {
  if (days.length === 0) return allDays(year, month);
  const length = daysInMonth(year, month);
  return days.reduce((bits, day) => bits | bitOf(day > 0 ? day : length + 1 + day, length), 0);
}

function yearDays(days: readonly number[], year: number, month: number): number {
  if (days.length === 0) return allDays(year, month);
  const length = isLeapYear(year) ? DAYS_OF_YEAR : DAYS_OF_YEAR - 1;
  const before = dayNumber(year, month, 1) - dayNumber(year, 1, 1);
  return days.reduce((bits, day) => {
    const ofYear = day > 0 ? day : length + 1 + day;
    return bits | bitOf(ofYear - before, daysInMonth(year, month));
  }, 0);
}

/** Weekdays of a month; with a number, the so many-th of them there. */
function weekdays(days: readonly WeekdayPart[], year: number, month: number): number {
  const all = allDays(year, month);
  if (days.length === 0) return all;
  return days.reduce((bits, { weekday, nth }) => {
    const each = daysOnWeekday(year, month, (weekday + 1) % 7) & all;
    if (nth === null) return bits | each;
    const dates = fromBits(each, 1);
    const date = dates.at(nth > 0 ? nth - 1 : nth);
    return date === undefined ? bits : bits | (1 << (date - 1));
  }, 0);
}

/** Those of a year that fall into the month. */
function weekdaysOfYear(days: readonly WeekdayPart[], year: number, month: number): number {
  if (days.length === 0) return allDays(year, month);
  const first = dayNumber(year, 1, 1);
  const last = dayNumber(year, 12, 31);
  return days.reduce((bits, { weekday, nth }) => {
    const sundayFirst = (weekday + 1) % 7;
    if (nth === null) return bits | (daysOnWeekday(year, month, sundayFirst) & allDays(year, month));
    const fromFirst = first + ((sundayFirst - weekdayOf(first) + 7) % 7) + (nth - 1) * 7;
    const fromLast = last - ((weekdayOf(last) - sundayFirst + 7) % 7) + (nth + 1) * 7;
    const day = nth > 0 ? fromFirst : fromLast;
    if (day < first || day > last) return bits;
    return bits | bitOf(day - dayNumber(year, month, 1) + 1, daysInMonth(year, month));
  }, 0);
}

/** Those of a period's days, ascending, that BYSETPOS names. */
function picked({ bySetPos }: RecurrenceRule, days: readonly number[]): readonly number[] {
  if (bySetPos.length === 0) return days;
  return bySetPos.flatMap((place) => {
    const day = place > 0 ? days[place - 1] : days[days.length + place];
    return day === undefined ? [] : [day];
  });
}

function fromBits(bits: number, first: number): number[] {
  const days: number[] = [];
  for (let left = bits; left !== 0; left &= left - 1) days.push(first + 31 - Math.clz32(left & -left));
  return days;
}

/** Day numbers as the days of the month that begins with `first`. */
function toBits(days: readonly number[], first: number, year: number, month: number): number {
  const length = daysInMonth(year, month);
  return days.reduce((bits, day) => bits | bitOf(day - first + 1, length), 0);
}

function bitOf(day: number, length: number): number {
  return day >= 1 && day <= length ? 1 << (day - 1) : 0;
}

function isIn(list: readonly number[], value: number): boolean {
  return list.length === 0 || list.includes(value);
}
