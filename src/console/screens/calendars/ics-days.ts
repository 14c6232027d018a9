/** The whole days of an iCalendar file, such as one of public holidays. Its library is loaded when there is one to read. */
import { shiftedDay } from '../../parts/time-text.ts';
import { datesBetween, MOST_CALENDAR_DATES } from './calendar-words.ts';

export interface ImportedDays {
  /** Sorted, each once; no more than one more than a calendar may have. */
  readonly dates: readonly string[];
  /** Events that have a time of day, or repeat by a rule: these are not taken. */
  readonly leftOut: number;
}

/** Characters of a file; one of a country's holidays for ten years has some 50,000. */
export const LONGEST_FILE = 2_000_000;

/** Throws where the text is no iCalendar file. */
export async function daysOfIcs(text: string): Promise<ImportedDays> {
  const { default: ICAL } = await import('ical.js');
  const parsed: unknown[] = ICAL.parse(text);
  // A file may have several calendars one after the other.
  const calendars = (Array.isArray(parsed[0]) ? parsed : [parsed]) as unknown[][];
  const events = calendars.flatMap((each) => new ICAL.Component(each).getAllSubcomponents('vevent'));
  const dates = new Set<string>();
  let leftOut = 0;
  for (const event of events) {
    if (event.getFirstPropertyValue('status') === 'CANCELLED') continue;
    const days = wholeDays(event);
    if (days === null) leftOut += 1;
    for (const date of days ?? []) if (dates.size <= MOST_CALENDAR_DATES) dates.add(date);
  }
  return { dates: [...dates].sort(), leftOut };
}

interface IcsEvent {
  hasProperty(name: string): boolean;
  getFirstPropertyValue(name: string): unknown;
}

/** The end is the day after the last one. */
function wholeDays(event: IcsEvent): readonly string[] | null {
  const start = dayOfValue(event.getFirstPropertyValue('dtstart'));
  if (start === null || event.hasProperty('rrule') || event.hasProperty('rdate')) return null;
  const end = dayOfValue(event.getFirstPropertyValue('dtend'));
  return end === null || end <= start ? [start] : datesBetween(start, shiftedDay(end, -1));
}

/** Null for what is no date, or has a time. */
function dayOfValue(value: unknown): string | null {
  const isDate =
    typeof value === 'object' && value !== null && (value as { isDate?: unknown }).isDate === true;
  const date = isDate ? String(value) : '';
  return /^\d{4}-\d\d-\d\d$/.test(date) ? date : null;
}
