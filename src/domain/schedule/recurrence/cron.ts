/**
 * Cron expressions as patterns of wall time. cron-parser reads and checks the fields; matching is ours, because
 * its own search takes 140 µs a step and loses whole days where a zone's clocks change.
 *
 * What is taken: five fields; numbers, names, ranges, lists, steps, `?`; `L` (last day of the month; `5L`, the
 * last Friday) and `#` (`5#3`, the third Friday) as cron-parser reads them. Day of month and day of week both
 * restricted (anything but a bare `*` or `?`): either one. Refused: seconds, an empty expression, `H` (random).
 */
import { CronExpressionParser } from 'cron-parser';
import { BoundedCache } from '../calendar/bounded-cache.ts';
import { allDays, daysInMonth, daysOnWeekday } from '../calendar/civil.ts';
import type { WallPattern } from '../calendar/wall-pattern.ts';

export interface CronPattern extends WallPattern {
  /**
   * True where the hour field is `*` or made of steps only (`*\/2`): such a pattern means "every so often", so
   * it runs on real elapsed time through changes of the clock.
   */
  readonly elapsed: boolean;
}

export type CronReading =
  | { readonly ok: true; readonly expression: string }
  | {
      readonly ok: false;
      readonly reasons: readonly string[];
      /** Well-formed, but its date never comes. */
      readonly never: boolean;
    };

const FIELDS = [
  { name: 'minute', values: '0-59' },
  { name: 'hour', values: '0-23' },
  { name: 'day of month', values: '1-31 or L' },
  { name: 'month', values: '1-12 or JAN-DEC' },
  { name: 'day of week', values: '0-7 or SUN-SAT, 5L, 5#3' },
] as const;

const MACROS = new Map([
  ['@hourly', '0 * * * *'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@weekly', '0 0 * * 0'],
  ['@monthly', '0 0 1 * *'],
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
]);

const MAX_LENGTH = 1000;
const PLAIN = /^[\x20-\x7e\t]*$/;
const NAMES = /SUN|MON|TUE|WED|THU|FRI|SAT|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC/g;

/** Checks an expression; what comes back is upper-case, single-spaced, with `@daily` and the like resolved. */
export function readCron(text: string): CronReading {
  if (text.length > MAX_LENGTH) return refused(`must be at most ${MAX_LENGTH} characters long`);
  const trimmed = text.trim();
  if (trimmed === '') return refused('must not be empty');
  if (!PLAIN.test(trimmed)) return refused('must be plain ASCII in one line');
  if (trimmed.startsWith('@')) {
    const expression = MACROS.get(trimmed.toLowerCase());
    if (expression !== undefined) return { ok: true, expression };
    return refused(`must be one of ${[...MACROS.keys()].join(', ')} where it starts with @`);
  }
  const fields = trimmed.toUpperCase().split(/[ \t]+/);
  if (fields.length === 6) return refused('must have 5 fields, not 6: seconds are not supported');
  if (fields.length !== 5) {
    return refused(
      `must have 5 fields (minute, hour, day of month, month, day of week), not ${fields.length}`,
    );
  }
  return readFields(fields);
}

function readFields(fields: readonly string[]): CronReading {
  const expression = fields.join(' ');
  if (!fields.some(isHashed) && compiles(expression)) return { ok: true, expression };
  const reasons: string[] = [];
  FIELDS.forEach(({ name, values }, index) => {
    const field = fields[index] ?? '';
    const alone = FIELDS.map((_, other) => (other === index ? field : '*')).join(' ');
    if (isHashed(field)) reasons.push(`${name}: H (a random value) is not supported`);
    else if (!compiles(alone)) reasons.push(`${name}: ${shown(field)} is not valid here (${values})`);
  });
  if (reasons.length > 0) return { ok: false, reasons, never: false };
  // Each field is fine by itself: what cron-parser refuses is a day that none of the months has.
  return { ok: false, reasons: ['names a day that none of its months has'], never: true };
}

function refused(reason: string): CronReading {
  return { ok: false, reasons: [reason], never: false };
}

function isHashed(field: string): boolean {
  return field.replace(NAMES, '').includes('H');
}

function shown(field: string): string {
  return field.length > 40 ? `"${field.slice(0, 40)}…"` : `"${field}"`;
}

const patterns = new BoundedCache<string, CronPattern>(1000);

/** The pattern of an expression that `readCron` gave; throws where it is none. */
export function cronPattern(expression: string): CronPattern {
  return patterns.get(expression, compile);
}

function compiles(expression: string): boolean {
  try {
    cronPattern(expression);
    return true;
  } catch {
    return false;
  }
}

function compile(expression: string): CronPattern {
  // A fixed date: without one cron-parser asks the clock.
  const { fields } = CronExpressionParser.parse(withoutRepeats(expression), { tz: 'UTC', currentDate: 0 });
  const { minute, hour, dayOfMonth, month, dayOfWeek } = fields;
  const times = numbers(hour.values).flatMap((h) => numbers(minute.values).map((m) => h * 60 + m));
  const monthDays = numbers(dayOfMonth.values).reduce((bits, day) => bits | (1 << (day - 1)), 0);
  const weekdays = weekdayRule(dayOfWeek);
  const daysOf = (year: number, monthOfYear: number): number => {
    const all = allDays(year, monthOfYear);
    const lastDay = dayOfMonth.hasLastChar ? 1 << (daysInMonth(year, monthOfYear) - 1) : 0;
    if (dayOfWeek.isWildcard) return (monthDays | lastDay) & all;
    const onWeekdays = weekdays(year, monthOfYear);
    return (dayOfMonth.isWildcard ? onWeekdays : monthDays | lastDay | onWeekdays) & all;
  };
  return {
    times,
    months: numbers(month.values).reduce((bits, value) => bits | (1 << value), 0),
    daysOf,
    elapsed: hourIsElapsed(expression),
  };
}

/**
 * cron-parser refuses a field that names a value twice, as `*\/10,*\/15` does: such a list is read item by item.
 * Throws where an item is not valid.
 */
function withoutRepeats(expression: string): string {
  const fields = expression.split(' ');
  return fields.map((field, index) => (mayRepeat(field) ? valuesOf(field, index) : field)).join(' ');
}

/** A list of more items than a field has values is long for nothing; what has a `#` is no list. */
function mayRepeat(field: string): boolean {
  if (!field.includes(',') || field.includes('#')) return false;
  const items = field.split(',');
  if (items.length > MAX_ITEMS || items.includes('')) return false;
  return new Set(items).size < items.length || !items.every((item) => PLAIN_VALUE.test(item));
}

/** Written in one way only: 7 is 0 too. */
const PLAIN_VALUE = /^([0-689]|[1-5]\d)$/;

const MAX_ITEMS = 60;

function valuesOf(field: string, index: number): string {
  const values = [...new Set(field.split(','))].flatMap((item) => {
    const alone = FIELDS.map((_, other) => (other === index ? item : '*')).join(' ');
    const { fields } = CronExpressionParser.parse(alone, { tz: 'UTC', currentDate: 0 });
    const { minute, hour, dayOfMonth, month, dayOfWeek } = fields;
    const read = [minute, hour, dayOfMonth, month, dayOfWeek][index]?.values ?? [];
    // Sunday has two numbers.
    return read.map((value) => (index === DAY_OF_WEEK && value === 7 ? 0 : value));
  });
  return [...new Set(values)].join();
}

const DAY_OF_WEEK = 4;

/** The days of a month that the day-of-week field names, as bits. */
function weekdayRule(field: {
  readonly values: readonly (number | string)[];
  readonly nthDay: number;
}): WallPattern['daysOf'] {
  const every = numbers(field.values);
  const last = field.values
    .filter((value) => typeof value === 'string')
    .map((value) => Number.parseInt(value, 10));
  const nthWeek = field.nthDay === 0 ? -1 : ONE_WEEK << ((field.nthDay - 1) * 7);
  return (year, month) => {
    const lastWeek = ONE_WEEK << (daysInMonth(year, month) - 7);
    let days = 0;
    for (const weekday of every) days |= daysOnWeekday(year, month, weekday % 7) & nthWeek;
    for (const weekday of last) days |= daysOnWeekday(year, month, weekday % 7) & lastWeek;
    return days;
  };
}

const ONE_WEEK = 0b1111111;

function hourIsElapsed(expression: string): boolean {
  const hour = expression.split(' ')[1] ?? '';
  return hour.split(',').every((item) => item === '*' || item === '?' || item.includes('/'));
}

function numbers(values: readonly (number | string)[]): number[] {
  return values.filter((value) => typeof value === 'number');
}
