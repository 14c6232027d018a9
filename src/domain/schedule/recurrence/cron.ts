/**
 * Cron expressions as patterns of wall time. Five fields (`cron-fields.ts`) or `@daily` and the like. A field that covers
 * its whole range, however it is spelt, restricts nothing. Day of month and day of week both restricted: either one, or
 * with `days: "all"` both. Refused: seconds, an empty expression, `H` (random), a step beyond its field.
 */
import { type Said, says } from '../../shared/says.ts';
import { BoundedCache } from '../calendar/bounded-cache.ts';
import { allDays, daysOnWeekday } from '../calendar/civil.ts';
import type { WallPattern } from '../calendar/wall-pattern.ts';
import { CRON_FIELDS, type CronField, readField } from './cron-fields.ts';

export interface CronPattern extends WallPattern {
  /**
   * True where the hour field is `*` or made of steps only (`*\/2`): such a pattern means "every so often", so
   * it runs on real elapsed time through changes of the clock. A step that leaves one hour is a fixed hour.
   */
  readonly elapsed: boolean;
}

export type CronReading =
  | { readonly ok: true; readonly expression: string }
  | {
      readonly ok: false;
      readonly reasons: readonly Said[];
      /** Well-formed, but its date never comes. */
      readonly never: boolean;
    };

/** How the day of the month and the day of the week go together where both are restricted. */
export type CronDays = 'either' | 'all';

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
const FIELDS = 5;
const PLAIN = /^[\x20-\x7e\t]*$/;
const LEAP_YEAR = 2028;

/** Checks an expression; what comes back is upper-case, single-spaced, with `@daily` and the like resolved. */
export function readCron(text: string): CronReading {
  if (text.length > MAX_LENGTH)
    return refused(says`must be at most ${{ maximum: MAX_LENGTH }} characters long`);
  const trimmed = text.trim();
  if (trimmed === '') return refused(says`must not be empty`);
  if (!PLAIN.test(trimmed)) return refused(says`must be plain ASCII in one line`);
  if (trimmed.startsWith('@')) {
    const expression = MACROS.get(trimmed.toLowerCase());
    if (expression !== undefined) return { ok: true, expression };
    return refused(says`must be one of ${{ allowed: [...MACROS.keys()] }} where it starts with @`);
  }
  const fields = trimmed.toUpperCase().split(/[ \t]+/);
  if (fields.length === FIELDS) return readFields(fields);
  if (namesZone(fields))
    return refused(says`must have ${{ expected: FIELDS }} fields and no zone: a zone belongs in timezone`);
  if (fields.length === FIELDS + 1)
    return refused(
      says`must have ${{ expected: FIELDS }} fields, not ${{ given: fields.length }}: seconds are not supported`,
    );
  return refused(
    says`must have ${{ expected: FIELDS }} fields (minute, hour, day of month, month, day of week), not ${{ given: fields.length }}`,
  );
}

/** As some programs have it, first (`CRON_TZ=Europe/Paris`) or last. */
function namesZone(fields: readonly string[]): boolean {
  const last = fields.at(-1) ?? '';
  return /^(CRON_)?TZ=/.test(fields[0] ?? '') || /^(UTC|GMT|Z|[A-Z_]{2,}\/[A-Z_/+-]+\d*)$/.test(last);
}

function readFields(fields: readonly string[]): CronReading {
  const reasons = CRON_FIELDS.flatMap((kind, index) => {
    const text = fields[index] ?? '';
    const field = readField(kind, text);
    const reason = field === null ? faultOf(kind, text) : oversizedFault(kind, field);
    return reason ?? [];
  });
  if (reasons.length > 0) return { ok: false, reasons, never: false };
  const expression = fields.join(' ');
  if (hasSomeDay(expression)) return { ok: true, expression };
  return {
    ok: false,
    reasons: [says`names a day that none of its months has, so the schedule has no future slot`],
    never: true,
  };
}

type FieldKind = (typeof CRON_FIELDS)[number];

function faultOf(kind: FieldKind, text: string): Said {
  const field = { field: kind.name };
  const items = text.split(',');
  if (items.some((item) => /^H(\(|\/|$)/.test(item)))
    return says`${field}: H (a random value) is not supported`;
  const names = text.match(/[A-Z]{4,}/g) ?? [];
  const long = names.find((name) => kind.names.includes(name.slice(0, 3)));
  if (long !== undefined) {
    const expected = long.slice(0, 3);
    return says`${field}: names are three letters: ${{ expected }}, not "${{ given: shown(long) }}"`;
  }
  return says`${field}: "${{ given: shown(text) }}" is not valid here (${{ allowed: kind.allowed }})`;
}

function oversizedFault({ name, min, max }: FieldKind, { oversized: [step] }: CronField): Said | null {
  if (step === undefined) return null;
  return says`${{ field: name }}: a step of ${{ given: step }} reaches beyond the field (${{ minimum: min }}-${{ maximum: max }})`;
}

/** Whether a day of the month that is asked for is in one of the months. */
function hasSomeDay(expression: string): boolean {
  const { monthDay, month, weekday } = fieldsOf(expression);
  if (monthDay.full || !weekday.full) return true;
  return month.values.some((each) => daysNamed(monthDay, LEAP_YEAR, each) !== 0);
}

function refused(reason: Said): CronReading {
  return { ok: false, reasons: [reason], never: false };
}

function shown(field: string): string {
  return field.length > 40 ? `${field.slice(0, 40)}…` : field;
}

const patterns = new BoundedCache<string, CronPattern>(1000);

/** The pattern of an expression that `readCron` gave, now or in an earlier build; throws where it is none. */
export function cronPattern(expression: string, days: CronDays = 'either'): CronPattern {
  return patterns.get(`${days} ${expression}`, () => compile(expression, days));
}

function compile(expression: string, days: CronDays): CronPattern {
  const { minute, hour, monthDay, month, weekday } = fieldsOf(expression);
  const daysOf = (year: number, monthOfYear: number): number => {
    const all = allDays(year, monthOfYear);
    const onMonthDays = monthDay.full ? all : daysNamed(monthDay, year, monthOfYear) & all;
    if (weekday.full) return onMonthDays;
    const onWeekdays = weekdaysNamed(weekday, year, monthOfYear) & all;
    if (monthDay.full) return onWeekdays;
    return days === 'all' ? onMonthDays & onWeekdays : onMonthDays | onWeekdays;
  };
  return {
    times: hour.values.flatMap((h) => minute.values.map((m) => h * 60 + m)),
    months: month.values.reduce((bits, value) => bits | (1 << value), 0),
    daysOf,
    elapsed: hour.full || hour.stepped,
  };
}

function fieldsOf(expression: string) {
  const texts = expression.split(' ');
  const read = (index: 0 | 1 | 2 | 3 | 4): CronField => {
    const field = readField(CRON_FIELDS[index], texts[index] ?? '');
    if (field === null || texts.length !== CRON_FIELDS.length)
      throw new Error(`no expression: ${expression}`);
    return field;
  };
  return { minute: read(0), hour: read(1), monthDay: read(2), month: read(3), weekday: read(4) };
}

function daysNamed(field: CronField, year: number, month: number): number {
  const plain = field.values.reduce((bits, day) => bits | (1 << (day - 1)), 0);
  return field.days.reduce((bits, days) => bits | days(year, month), plain) & allDays(year, month);
}

function weekdaysNamed(field: CronField, year: number, month: number): number {
  const plain = field.values.reduce((bits, weekday) => bits | daysOnWeekday(year, month, weekday), 0);
  return field.days.reduce((bits, days) => bits | days(year, month), plain);
}
