/** The days of a month or a week in a zone, and what of the service's slots falls on each. Nothing is planned here. */
import { civilDate, dayNumber, MS_PER_DAY, weekdayOf } from '../../../domain/schedule/calendar/civil.ts';
import { instantOfWall } from '../../../domain/schedule/calendar/local-day.ts';
import { shiftedDay } from '../../parts/time-text.ts';

export type CalendarView = 'month' | 'week';

export interface CalendarDate {
  /** `2026-12-07`. */
  readonly date: string;
  /** Epoch ms: its first instant in the zone, and that of the next day. */
  readonly from: number;
  readonly to: number;
  /** Of the month that is shown, and not of one beside it. */
  readonly isInside: boolean;
}

/** Whole weeks from Monday on: those that the month of `date` touches, or that of `date`. */
export function calendarDays(view: CalendarView, date: string, zone: string): CalendarDate[] {
  const day = dayOfText(date);
  const { year, month } = civilDate(day);
  const [first, last] =
    view === 'week'
      ? [day, day]
      : [
          dayNumber(year, month, 1),
          (month === 12 ? dayNumber(year + 1, 1, 1) : dayNumber(year, month + 1, 1)) - 1,
        ];
  const begin = mondayOf(first);
  const count = mondayOf(last) + 7 - begin;
  return Array.from({ length: count }, (_, index) => {
    const each = begin + index;
    return {
      date: textOfDay(each),
      from: instantOfWall(zone, each * MS_PER_DAY),
      to: instantOfWall(zone, (each + 1) * MS_PER_DAY),
      isInside: view === 'week' || civilDate(each).month === month,
    };
  });
}

/** The same day one view on or back; a day that the month lacks is its last one. */
export function stepped(view: CalendarView, date: string, by: 1 | -1): string {
  if (view === 'week') return shiftedDay(date, 7 * by);
  const { year, month, day } = civilDate(dayOfText(date));
  const months = year * 12 + month - 1 + by;
  const [toYear, toMonth] = [Math.floor(months / 12), (months % 12) + 1];
  const last = civilDate(
    (toMonth === 12 ? dayNumber(toYear + 1, 1, 1) : dayNumber(toYear, toMonth + 1, 1)) - 1,
  ).day;
  return textOfDay(dayNumber(toYear, toMonth, Math.min(day, last)));
}

/** Whether the text is a day that there is. */
export function isCalendarDate(text: string): boolean {
  return (
    /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && textOfDay(dayOfText(text)) === text
  );
}

function dayOfText(date: string): number {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  return dayNumber(year, month, day);
}

function textOfDay(day: number): string {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
}

function mondayOf(day: number): number {
  return day - ((weekdayOf(day) + 6) % 7);
}

export interface RunCounts {
  readonly completed: number;
  readonly failed: number;
  /** To come, or under way. */
  readonly planned: number;
  /** Skipped, missed, cancelled, void: no run that ended. */
  readonly leftOut: number;
}

/** Of the service's timeline: slots, or counts of them by buckets that no day's end cuts. */
export interface ShownTimeline {
  readonly slots:
    | readonly { readonly at: string; readonly fate: string; readonly execution_status: string | null }[]
    | null;
  readonly buckets:
    | readonly { readonly from: string; readonly counts: Readonly<Record<string, number | undefined>> }[]
    | null;
}

const GROUPS: Readonly<Record<string, keyof RunCounts>> = {
  completed: 'completed',
  failed: 'failed',
  planned: 'planned',
  due: 'planned',
  requested: 'planned',
  running: 'planned',
};

/** By the date of each day; days without slots are not in it. */
export function countsByDay(
  days: readonly CalendarDate[],
  timelines: readonly ShownTimeline[],
): ReadonlyMap<string, RunCounts> {
  const counts = new Map<string, Record<keyof RunCounts, number>>();
  const add = (at: string, kind: string, count: number) => {
    const instant = Date.parse(at);
    const day = days.find(({ from, to }) => instant >= from && instant < to);
    if (day === undefined || kind === 'excluded') return;
    const known = counts.get(day.date) ?? { completed: 0, failed: 0, planned: 0, leftOut: 0 };
    known[GROUPS[kind] ?? 'leftOut'] += count;
    counts.set(day.date, known);
  };
  for (const { slots, buckets } of timelines) {
    for (const slot of slots ?? []) add(slot.at, slot.execution_status ?? slot.fate, 1);
    for (const bucket of buckets ?? []) {
      for (const [kind, count] of Object.entries(bucket.counts)) add(bucket.from, kind, count ?? 0);
    }
  }
  return counts;
}
