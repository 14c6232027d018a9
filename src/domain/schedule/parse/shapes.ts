/** The members of each type of schedule, and how they are read. */
import { epochMs, type Instant, msBetween, plusMs } from '../../shared/instant.ts';
import type { Json } from '../../shared/json.ts';
import { says, shownAs } from '../../shared/says.ts';
import { offsetAt } from '../calendar/zone.ts';
import { readCron } from '../recurrence/cron.ts';
import { readRule, ruleText } from '../recurrence/recurrence-rule.ts';
import type { ScheduleShape } from '../types.ts';
import { secondsOfDuration } from './duration.ts';
import { type DocumentReading, kindOf, type Path, quotedForFault } from './members.ts';
import { isDate, type ReadOptions } from './options.ts';

export type ScheduleType = ScheduleShape['type'];

/** The members that a document of each type may have, besides `type` and the common options. */
export const SHAPE_MEMBERS: Readonly<Record<ScheduleType, readonly string[]>> = {
  cron: ['expression', 'cron_expression', 'days'],
  interval: ['interval_seconds', 'interval_minutes', 'every', 'anchor'],
  once: ['run_time'],
  daily: ['run_time', 'time'],
  weekly: ['weekdays', 'weekday', 'run_time', 'time'],
  monthly: ['day', 'run_time', 'time'],
  rrule: ['rrule', 'start_date', 'run_time', 'time'],
};

const MIN_INTERVAL = 60;
/** A century, as far as slots are looked for. */
const MAX_INTERVAL = 36_525 * 86_400;
/** A `run_time` this far in the past still means now: clocks differ, requests take time. */
const PAST_GRACE_MS = 60_000;
const DAY_MS = 86_400_000;
const DEFAULT_TIME = '09:00';
const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
/** Longer lists only repeat themselves. */
const MAX_WEEKDAYS = 20;

/** Null where the shape has a fault, which is then noted in the reading. */
export function readShape(
  reading: DocumentReading,
  type: ScheduleType,
  now: Instant,
  options: ReadOptions,
): ScheduleShape | null {
  switch (type) {
    case 'cron':
      return readCronShape(reading);
    case 'interval':
      return readInterval(reading, options.start_at ?? now);
    case 'once':
      return readOnce(reading, now);
    case 'daily': {
      const run_time = readTimeOfDay(reading);
      return run_time === null ? null : { type, run_time };
    }
    case 'weekly': {
      const weekdays = readWeekdays(reading);
      const run_time = readTimeOfDay(reading);
      return weekdays === null || run_time === null ? null : { type, weekdays, run_time };
    }
    case 'monthly': {
      const day = readDay(reading);
      const run_time = readTimeOfDay(reading);
      return day === null || run_time === null ? null : { type, day, run_time };
    }
    case 'rrule': {
      const rrule = readRecurrence(reading);
      const begins = options.start_at ?? now;
      const start_date = readStartDate(reading, begins, options.timezone);
      const run_time = readTimeOfDay(reading);
      if (rrule === null || start_date === null || run_time === null) return null;
      const isGiven = reading.text('start_date') !== null;
      const isCounted = /COUNT=/.test(rrule) && !/BYHOUR=|BYMINUTE=/.test(rrule);
      if (isGiven || !isCounted) return { type, rrule, start_date, run_time };
      // A slot at `start_at` itself is one; one at this very moment is none.
      const from = options.start_at ?? plusMs(now, 1);
      return { type, rrule, start_date: countedFrom(from, options.timezone, run_time), run_time };
    }
  }
}

function readCronShape(reading: DocumentReading): ScheduleShape | null {
  const name = reading.oneOf(['expression', 'cron_expression'], true);
  const text = name === null ? null : reading.text(name);
  const days = reading.choice('days', ['either', 'all']);
  if (name === null || text === null) return null;
  const cron = readCron(text);
  if (cron.ok) return { type: 'cron', expression: cron.expression, ...(days === 'all' ? { days } : {}) };
  for (const reason of cron.reasons) {
    reading.fault([name], cron.never ? 'no_future_slot' : 'invalid_value', reason);
  }
  return null;
}

/** Counted from its anchor; without one, from when the schedule begins. */
function readInterval(reading: DocumentReading, begins: Instant): ScheduleShape | null {
  const seconds = readIntervalSeconds(reading);
  const anchor = reading.has('anchor') ? reading.instant('anchor') : begins;
  return seconds === null || anchor === null ? null : { type: 'interval', interval_seconds: seconds, anchor };
}

function readIntervalSeconds(reading: DocumentReading): number | null {
  const name = reading.oneOf(['interval_minutes', 'interval_seconds', 'every'], true);
  switch (name) {
    case 'interval_minutes': {
      const minutes = reading.wholeNumber(name, 1, MAX_INTERVAL / 60);
      return minutes === null ? null : minutes * 60;
    }
    case 'interval_seconds':
      return reading.wholeNumber(name, MIN_INTERVAL, MAX_INTERVAL);
    case 'every':
      return readDuration(reading, name);
    default:
      return null;
  }
}

function readDuration(reading: DocumentReading, name: string): number | null {
  const text = reading.text(name);
  if (text === null) return null;
  const total = secondsOfDuration(text);
  if (total === null) {
    return reading.fault(
      [name],
      'invalid_value',
      says`must be an ISO 8601 duration in whole weeks, days, hours, minutes and seconds, such as PT90M; months and years have no fixed length`,
    );
  }
  if (total >= MIN_INTERVAL && total <= MAX_INTERVAL) return total;
  return reading.fault(
    [name],
    'out_of_range',
    says`must be at least ${shownAs('PT60S', { minimum_seconds: MIN_INTERVAL })} and at most ${shownAs('a century', { maximum_seconds: MAX_INTERVAL })}`,
  );
}

function readOnce(reading: DocumentReading, now: Instant): ScheduleShape | null {
  const name = reading.oneOf(['run_time'], true);
  const run_time = name === null ? null : reading.instant(name);
  if (name === null || run_time === null) return null;
  const ago = msBetween(run_time, now);
  if (ago <= PAST_GRACE_MS) return { type: 'once', run_time: ago > 0 ? now : run_time };
  return reading.fault([name], 'no_future_slot', says`is in the past, so the schedule has no future slot`);
}

const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$/;

function readTimeOfDay(reading: DocumentReading): string | null {
  const name = reading.oneOf(['run_time', 'time'], false);
  if (name === null) return DEFAULT_TIME;
  const text = reading.text(name);
  if (text === null || TIME_OF_DAY.test(text)) return text;
  return reading.fault(
    [name],
    'invalid_value',
    says`must be a time of day from "${{ minimum: '00:00' }}" to "${{ maximum: '23:59' }}"`,
  );
}

function readWeekdays(reading: DocumentReading): readonly number[] | null {
  const name = reading.oneOf(['weekdays', 'weekday'], true);
  if (name === null) return null;
  const value = reading.member(name);
  if (name === 'weekday') {
    const weekday = readWeekday(reading, [name], value);
    return weekday === null ? null : [weekday];
  }
  if (!isList(value))
    return reading.fault([name], 'wrong_type', says`must be a list, not ${{ given: kindOf(value) }}`);
  if (value.length === 0 || value.length > MAX_WEEKDAYS) {
    return reading.fault(
      [name],
      'out_of_range',
      says`must have ${{ minimum: 1 }} to ${{ maximum: MAX_WEEKDAYS }} weekdays`,
    );
  }
  const weekdays = value.map((item, index) => readWeekday(reading, [name, index], item));
  const valid = weekdays.filter((weekday) => weekday !== null);
  return valid.length < weekdays.length ? null : [...new Set(valid)].sort((a, b) => a - b);
}

function readWeekday(reading: DocumentReading, path: Path, value: Json): number | null {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 7) return value;
  if (typeof value === 'string') {
    const name = quotedForFault(value).toLowerCase();
    const index = WEEKDAYS.findIndex((weekday) => weekday === name || weekday.slice(0, 3) === name);
    if (index >= 0) return index + 1;
  }
  const wrong = typeof value !== 'number' && typeof value !== 'string';
  return reading.fault(
    path,
    wrong ? 'wrong_type' : 'invalid_value',
    says`must be a weekday: ${{ minimum: 1 }} (Monday) to ${{ maximum: 7 }} (Sunday), or an English name such as "monday" or "mon"`,
  );
}

function readDay(reading: DocumentReading): number | 'last' | null {
  const name = reading.oneOf(['day'], true);
  if (name === null) return null;
  const value = reading.member(name);
  if (typeof value === 'string' && quotedForFault(value).toLowerCase() === 'last') return 'last';
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 31) return value;
  const wrong = typeof value !== 'number' && typeof value !== 'string';
  return reading.fault(
    [name],
    wrong ? 'wrong_type' : 'invalid_value',
    says`must be a day from ${{ minimum: 1 }} to ${{ maximum: 31 }}, or "last" (a day that a month lacks is its last day)`,
  );
}

function readRecurrence(reading: DocumentReading): string | null {
  const name = reading.oneOf(['rrule'], true);
  const text = name === null ? null : reading.text(name);
  if (name === null || text === null) return null;
  const read = readRule(text);
  if (read.ok) return ruleText(read.rule);
  for (const { said, supported } of read.reasons) {
    reading.fault([name], supported ? 'invalid_value' : 'unsupported', said);
  }
  return null;
}

/** Where intervals and counts begin; the local day of now, or of `start_at`, unless it is given. */
function readStartDate(reading: DocumentReading, now: Instant, timezone: string): string | null {
  const text = reading.text('start_date');
  if (text === null) return wallTime(now, timezone).slice(0, 10);
  if (isDate(text)) return text;
  return reading.fault(['start_date'], 'invalid_value', says`must be a date such as "2027-01-31"`);
}

/** A day whose time has passed takes nothing from a count: a rule that was given no first day begins with the next. */
function countedFrom(from: Instant, timezone: string, run_time: string): string {
  const wall = wallTime(from, timezone);
  if (wall.slice(11, 23) <= `${run_time.slice(0, 5)}:00.000`) return wall.slice(0, 10);
  return new Date(Date.parse(`${wall.slice(0, 10)}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
}

/** `YYYY-MM-DDTHH:MM…`, as clocks show it there. */
function wallTime(now: Instant, timezone: string): string {
  return new Date(epochMs(now) + offsetAt(timezone, epochMs(now))).toISOString();
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
