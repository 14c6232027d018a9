/** The days of a calendar in words and as they are typed; pure. */
import { scheduleWords } from '../../compose/schedule/schedule-words.ts';
import { dayText, shiftedDay } from '../../parts/time-text.ts';

interface Days {
  /** `2026-12-24`, sorted. */
  readonly dates: readonly string[];
  /** Monday is 1. */
  readonly weekdays: readonly number[];
}

/** As many as a calendar may have. */
export const MOST_CALENDAR_DATES = 2_000;

/** `3 days, Fri 25 Dec 2026 to Sat 1 Jan 2028; Saturdays and Sundays`. */
export function daysWords({ dates, weekdays }: Days): string {
  const parts = [
    datesWords(dates),
    weekdays.length === 0 ? null : scheduleWords({ type: 'weekly', weekdays }),
  ];
  return parts.filter((part) => part !== null).join('; ') || 'No days';
}

function datesWords(dates: readonly string[]): string | null {
  const [first, last] = [dates[0], dates.at(-1)];
  if (first === undefined || last === undefined) return null;
  if (dates.length === 1) return fullDay(first);
  return `${dates.length.toLocaleString('en')} days, ${fullDay(first)} to ${fullDay(last)}`;
}

function fullDay(date: string): string {
  return dayText(noon(date), 'UTC', 0);
}

/** Each year with its days: `25 Dec, 26 Dec`. */
export function daysByYear(dates: readonly string[]): readonly (readonly [year: string, days: string])[] {
  const years = [...new Set(dates.map((date) => date.slice(0, 4)))];
  return years.map((year) => {
    const days = dates.filter((date) => date.startsWith(year));
    return [year, days.map((date) => dayText(noon(date), 'UTC', noon(date))).join(', ')] as const;
  });
}

function noon(date: string): number {
  return Date.parse(`${date}T12:00:00Z`);
}

/** Dates apart by spaces, commas or lines, each once, in order. What is no date stays: the service says so. */
export function datesOf(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((date) => date !== ''))].sort();
}

/** Each day from one to another, both with it; none where the second is before the first. */
export function datesBetween(from: string, to: string): string[] {
  const dates: string[] = [];
  for (let date = from; date <= to && dates.length <= MOST_CALENDAR_DATES; date = shiftedDay(date, 1))
    dates.push(date);
  return dates;
}
