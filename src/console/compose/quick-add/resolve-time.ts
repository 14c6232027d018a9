/** A phrase to what the API takes, as seen from an instant in a zone. */
import {
  civilDate,
  dayNumber,
  daysInMonth,
  MS_PER_DAY,
  weekdayOf,
} from '../../../domain/schedule/calendar/civil.ts';
import { instantOfWall } from '../../../domain/schedule/calendar/local-day.ts';
import { offsetAt } from '../../../domain/schedule/calendar/zone.ts';
import type { ScheduleDocument } from '../schedule/schedule-document.ts';
import type { DayReference } from './language/day-phrases.ts';
import type { RepeatRule } from './language/repeat-phrases.ts';
import type { TimePhrase } from './language/time-phrases.ts';

/** Where and when a line is read. */
export interface Here {
  /** Epoch ms. */
  readonly now: number;
  /** IANA name. */
  readonly zone: string;
}

export type When =
  /** `time` null: the whole day. `at`: its first instant, or that of the time, RFC 3339 in UTC. */
  | { readonly kind: 'once'; readonly at: string; readonly date: string; readonly time: string | null }
  | { readonly kind: 'repeat'; readonly schedule: ScheduleDocument };

/** Of a rule that says none, as in the API. */
const DEFAULT_TIME = 9 * 60;
const RRULE_DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** Null for a day that there is not: "on the 31st" within a year always is, 30 February never. */
export function resolveTime(phrase: TimePhrase, here: Here): When | null {
  return phrase.kind === 'moment' ? resolveMoment(phrase, here) : resolveRepeat(phrase, here);
}

function resolveMoment(phrase: Extract<TimePhrase, { kind: 'moment' }>, here: Here): When | null {
  const { day, minutes } = phrase;
  if (day?.kind === 'after' && (day.unit === 'minute' || day.unit === 'hour')) {
    return onceAt(here.now + day.count * (day.unit === 'hour' ? 3_600_000 : 60_000), here.zone);
  }
  const today = todayIn(here);
  const wallNow = here.now + offsetAt(here.zone, here.now);
  const isAhead = (date: number) => minutes === null || date * MS_PER_DAY + minutes * 60_000 > wallNow;
  const date = day === null ? (isAhead(today) ? today : today + 1) : dateOf(day, today, isAhead);
  if (date === null) return null;
  const at = instantOfWall(here.zone, date * MS_PER_DAY + (minutes ?? 0) * 60_000);
  return {
    kind: 'once',
    at: new Date(at).toISOString(),
    date: dateText(date),
    time: minutes === null ? null : timeText(minutes),
  };
}

/** To the whole minute that comes: a slot has no seconds. */
function onceAt(instant: number, zone: string): When {
  const at = Math.ceil(instant / 60_000) * 60_000;
  const wall = new Date(at + offsetAt(zone, at)).toISOString();
  return { kind: 'once', at: new Date(at).toISOString(), date: wall.slice(0, 10), time: wall.slice(11, 16) };
}

function resolveRepeat(phrase: Extract<TimePhrase, { kind: 'repeat' }>, here: Here): When | null {
  const today = todayIn(here);
  const first = phrase.from === null ? today : dateOf(phrase.from, today, () => true);
  const last = phrase.until === null ? null : dateOf(phrase.until, first ?? today, () => true);
  if (first === null || (phrase.until !== null && last === null)) return null;
  const start = phrase.from === null ? {} : { start_at: instantText(here.zone, first) };
  const end = last === null ? {} : { end_at: instantText(here.zone, last + 1, -1000) };
  const times = phrase.times === null ? {} : { max_runs: phrase.times };
  const shape = shapeOf(phrase.rule, phrase.clocks, first);
  return { kind: 'repeat', schedule: { ...shape, timezone: here.zone, ...start, ...end, ...times } };
}

/** `first`: the day that an open rule takes its weekday, day or date from. */
function shapeOf(rule: RepeatRule, clocks: readonly number[], first: number): ScheduleDocument {
  const run_time = timeText(clocks[0] ?? DEFAULT_TIME);
  if (rule.kind === 'interval') return { type: 'interval', interval_seconds: rule.seconds };
  if (clocks.length <= 1 && rule.kind === 'daily' && rule.every === 1) return { type: 'daily', run_time };
  if (clocks.length <= 1 && rule.kind === 'weekly' && rule.every === 1) {
    return { type: 'weekly', weekdays: weekdaysOf(rule.weekdays, first), run_time };
  }
  if (clocks.length <= 1 && rule.kind === 'monthly' && rule.every === 1) {
    return { type: 'monthly', day: rule.day ?? civilDate(first).day, run_time };
  }
  const several = clocks.length > 1 ? byHours(clocks) : '';
  return { type: 'rrule', rrule: ruleParts(rule, first) + several, start_date: dateText(first), run_time };
}

function byHours(clocks: readonly number[]): string {
  const hours = clocks.map((minutes) => Math.floor(minutes / 60));
  return `;BYHOUR=${hours.join(',')};BYMINUTE=${(clocks[0] ?? 0) % 60}`;
}

function ruleParts(rule: Exclude<RepeatRule, { kind: 'interval' }>, first: number): string {
  const every = rule.every === 1 ? '' : `;INTERVAL=${rule.every}`;
  switch (rule.kind) {
    case 'daily':
      return `FREQ=DAILY${every}`;
    case 'weekly': {
      const days = weekdaysOf(rule.weekdays, first).map((weekday) => RRULE_DAYS[weekday - 1]);
      return `FREQ=WEEKLY${every};BYDAY=${days.join(',')}`;
    }
    case 'monthly': {
      const day = rule.day === 'last' ? -1 : (rule.day ?? civilDate(first).day);
      return `FREQ=MONTHLY${every};BYMONTHDAY=${day}`;
    }
    case 'monthlyWeekday':
      return `FREQ=MONTHLY${every};BYDAY=${rule.nth}${RRULE_DAYS[rule.weekday - 1]}`;
    case 'yearly': {
      const { month, day } = rule.date ?? civilDate(first);
      return `FREQ=YEARLY${every};BYMONTH=${month};BYMONTHDAY=${day}`;
    }
  }
}

function weekdaysOf(weekdays: readonly number[], first: number): readonly number[] {
  return weekdays.length > 0 ? weekdays : [isoWeekday(first)];
}

/** Day numbers (0 is 1970-01-01); `isAhead`: whether that day has not passed the time that is meant. */
function dateOf(day: DayReference, today: number, isAhead: (date: number) => boolean): number | null {
  switch (day.kind) {
    case 'relative':
      return today + day.days;
    case 'weekday': {
      if (day.inNextWeek) return today + 8 - isoWeekday(today) + (day.weekday - 1);
      const away = (day.weekday - isoWeekday(today) + 7) % 7;
      return away === 0 && !isAhead(today) ? today + 7 : today + away;
    }
    case 'period':
      return periodAfter(day.unit, today);
    case 'after':
      return dayAfter(day.count, day.unit, today);
    case 'date':
      return nextDate(day, today, isAhead);
  }
}

function periodAfter(unit: 'week' | 'month' | 'year', today: number): number {
  const { year, month } = civilDate(today);
  switch (unit) {
    case 'week':
      return today + 8 - isoWeekday(today);
    case 'month':
      return month === 12 ? dayNumber(year + 1, 1, 1) : dayNumber(year, month + 1, 1);
    case 'year':
      return dayNumber(year + 1, 1, 1);
  }
}

/** Months and years keep the day, or end with the month. */
function dayAfter(
  count: number,
  unit: Extract<DayReference, { kind: 'after' }>['unit'],
  today: number,
): number {
  if (unit === 'day' || unit === 'week') return today + count * (unit === 'week' ? 7 : 1);
  const { year, month, day } = civilDate(today);
  const months = year * 12 + month - 1 + count * (unit === 'year' ? 12 : 1);
  const [toYear, toMonth] = [Math.floor(months / 12), (months % 12) + 1];
  return dayNumber(toYear, toMonth, Math.min(day, daysInMonth(toYear, toMonth)));
}

/** A 29 February is at most eight years away. */
const YEARS_AHEAD = 8;

function nextDate(
  { year, month, day }: Extract<DayReference, { kind: 'date' }>,
  today: number,
  isAhead: (date: number) => boolean,
): number | null {
  if (year !== null && month !== null) return dayNumber(year, month, day);
  const begin = civilDate(today);
  for (let index = 0; index <= YEARS_AHEAD * 12; index += 1) {
    const at = begin.year * 12 + begin.month - 1 + index;
    const [atYear, atMonth] = [Math.floor(at / 12), (at % 12) + 1];
    if ((month !== null && atMonth !== month) || day > daysInMonth(atYear, atMonth)) continue;
    const date = dayNumber(atYear, atMonth, day);
    if (date > today || (date === today && isAhead(date))) return date;
  }
  return null;
}

function todayIn({ now, zone }: Here): number {
  return Math.floor((now + offsetAt(zone, now)) / MS_PER_DAY);
}

/** Monday is 1. */
function isoWeekday(date: number): number {
  return weekdayOf(date) || 7;
}

function instantText(zone: string, date: number, plus = 0): string {
  return new Date(instantOfWall(zone, date * MS_PER_DAY) + plus).toISOString();
}

function dateText(date: number): string {
  return new Date(date * MS_PER_DAY).toISOString().slice(0, 10);
}

function timeText(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
