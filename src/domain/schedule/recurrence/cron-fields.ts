/**
 * The five fields of a cron expression, each for itself: numbers, names, ranges (`22-2` and `SAT-SUN` go round the end),
 * steps, lists, `?`; of days of the month `L`, `L-3`, `LW`, `15W`; of days of the week `5L` and `5#3`.
 */
import { allDays, dayNumber, daysInMonth, daysOnWeekday, weekdayOf } from '../calendar/civil.ts';

/** Days of a month, as bits. */
export type DaysOf = (year: number, month: number) => number;

export interface CronField {
  /** Plain values, ascending, no repeats; Sunday is 0. */
  readonly values: readonly number[];
  /** It has all plain values there are, however that is spelt: it restricts nothing. */
  readonly full: boolean;
  /** Made of steps only, each with more than one value. */
  readonly stepped: boolean;
  /** Days that depend on the month. */
  readonly days: readonly DaysOf[];
  /** Of steps that reach beyond all values; expressions stored before these were refused have some. */
  readonly oversized: readonly number[];
}

interface FieldKind {
  readonly name: string;
  /** For messages. */
  readonly allowed: string;
  readonly min: number;
  readonly max: number;
  /** The first stands for `min`. */
  readonly names: readonly string[];
  /** Null where the item is no such day. */
  readonly dayRule?: (item: string) => DaysOf | null;
}

const SUNDAY_AGAIN = 7;
/** More than a field has values is long for nothing. */
const MAX_ITEMS = 60;
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAY_OF_WEEK: FieldKind = {
  name: 'day of week',
  allowed: '0-7 or SUN-SAT, 5L, 5#3',
  min: 0,
  max: 6,
  names: WEEKDAYS,
  dayRule: weekdayRule,
};

export const CRON_FIELDS: readonly [FieldKind, FieldKind, FieldKind, FieldKind, FieldKind] = [
  { name: 'minute', allowed: '0-59', min: 0, max: 59, names: [] },
  { name: 'hour', allowed: '0-23', min: 0, max: 23, names: [] },
  {
    name: 'day of month',
    allowed: '1-31, L, L-3, LW or 15W',
    min: 1,
    max: 31,
    names: [],
    dayRule: monthDayRule,
  },
  { name: 'month', allowed: '1-12 or JAN-DEC', min: 1, max: 12, names: MONTHS },
  DAY_OF_WEEK,
];

/** Null where the text is no such field. */
export function readField(kind: FieldKind, text: string): CronField | null {
  const values = new Set<number>();
  const days: DaysOf[] = [];
  const oversized: number[] = [];
  const size = kind.max - kind.min + 1;
  let stepped = true;
  const items = text.split(',');
  if (items.length > MAX_ITEMS) return null;
  for (const each of new Set(items)) {
    const rule = kind.dayRule?.(each) ?? null;
    const item = rule === null ? readItem(kind, each) : null;
    if (rule === null && item === null) return null;
    if (rule !== null) days.push(rule);
    if (item !== null && item.step > size) oversized.push(item.step);
    for (const value of item?.values ?? []) values.add(value);
    stepped = stepped && item?.stepped === true;
  }
  return { values: [...values].sort((a, b) => a - b), full: values.size === size, stepped, days, oversized };
}

interface Item {
  readonly values: readonly number[];
  readonly step: number;
  readonly stepped: boolean;
}

const ITEM = /^(?:([*?])|(\w+)(?:-(\w+))?)(?:\/(\d{1,6}))?$/;

function readItem(kind: FieldKind, text: string): Item | null {
  const [, all, first = '', last, steps] = ITEM.exec(text) ?? [];
  const step = steps === undefined ? 1 : Number(steps);
  const from = all === undefined ? fieldValue(kind, first) : kind.min;
  if (from === null || step === 0) return null;
  const single = all === undefined && last === undefined;
  const open = single && steps === undefined ? from : Math.max(kind.max, from);
  const to = last === undefined ? open : fieldValue(kind, last);
  if (to === null) return null;
  const values = valuesBetween(kind, from, to, step);
  return { values, step, stepped: (all !== undefined || steps !== undefined) && values.length > 1 };
}

/** A range whose end comes before its beginning goes round. */
function valuesBetween(kind: FieldKind, from: number, to: number, step: number): number[] {
  const size = kind.max - kind.min + 1;
  const end = to < from ? to + size : to;
  const values: number[] = [];
  for (let value = from; value <= end; value += step) values.push(((value - kind.min) % size) + kind.min);
  return values;
}

function fieldValue(kind: FieldKind, text: string): number | null {
  const named = kind.names.indexOf(text);
  if (named >= 0) return kind.min + named;
  if (!/^\d{1,4}$/.test(text)) return null;
  const value = Number(text);
  const max = kind === DAY_OF_WEEK ? SUNDAY_AGAIN : kind.max;
  return value >= kind.min && value <= max ? value : null;
}

/** `L`, `L-3` (so many days before the last), `LW` (the last from Monday to Friday), `15W` (the nearest of those). */
function monthDayRule(item: string): DaysOf | null {
  const [, before, lastWorkday, workday] = /^(?:L(?:-(\d{1,2}))?(W)?|(\d{1,2})W)$/.exec(item) ?? [];
  if (workday !== undefined) {
    const day = Number(workday);
    return day < 1 || day > 31 ? null : (year, month) => nearestWorkday(year, month, day);
  }
  if (!item.startsWith('L')) return null;
  const back = Number(before ?? 0);
  if (Number.isNaN(back) || back > 30 || !/^L(-\d{1,2})?W?$/.test(item)) return null;
  return (year, month) => {
    const day = daysInMonth(year, month) - back;
    if (day < 1) return 0;
    return lastWorkday === undefined ? 1 << (day - 1) : nearestWorkday(year, month, day);
  };
}

/** Within the month; none where the month lacks the day. */
function nearestWorkday(year: number, month: number, day: number): number {
  const length = daysInMonth(year, month);
  if (day > length) return 0;
  const weekday = weekdayOf(dayNumber(year, month, day));
  const saturday = day === 1 ? 3 : day - 1;
  const sunday = day === length ? day - 2 : day + 1;
  return 1 << ((weekday === 6 ? saturday : weekday === 0 ? sunday : day) - 1);
}

/** `5L`, the last Friday of the month; `5#3`, the third. */
function weekdayRule(item: string): DaysOf | null {
  const [, name = '', last, nth] = /^(\w+?)(?:(L)|#([1-5]))$/.exec(item) ?? [];
  const weekday = fieldValue(DAY_OF_WEEK, name);
  if (weekday === null) return null;
  return (year, month) => {
    const week = last === undefined ? (Number(nth) - 1) * 7 : daysInMonth(year, month) - 7;
    const days = daysOnWeekday(year, month, weekday % 7) & (ONE_WEEK << week);
    return days & allDays(year, month);
  };
}

const ONE_WEEK = 0b1111111;
