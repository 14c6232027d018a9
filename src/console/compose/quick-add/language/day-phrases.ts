/** Days: `tomorrow`, `next friday`, `on 24 December`, `am 24.12.`, `in 3 days`. */
import type { Standing } from './standing.ts';
import {
  type CalendarUnit,
  type Matched,
  type MeaningOf,
  meaningAt,
  past,
  type Weekday,
  type WordReading,
} from './vocabulary.ts';

/** A day, seen from today. */
export type DayReference =
  | { readonly kind: 'relative'; readonly days: number }
  /** The coming one, or that of the next calendar week. */
  | { readonly kind: 'weekday'; readonly weekday: Weekday; readonly inNextWeek: boolean }
  /** `year`, `month` null: the next one that has it. */
  | {
      readonly kind: 'date';
      readonly year: number | null;
      readonly month: number | null;
      readonly day: number;
    }
  /** The first day of the next one. */
  | { readonly kind: 'period'; readonly unit: 'week' | 'month' | 'year' }
  | { readonly kind: 'after'; readonly count: number; readonly unit: CalendarUnit };

export interface DayPhrase {
  readonly day: DayReference;
  readonly standing: Standing;
  /** Minutes after midnight, where the word for the day says them too. */
  readonly part: { readonly minutes: number; readonly half: 'am' | 'pm' } | null;
}

type DayRead = Matched<DayPhrase> | null;

const ISO = /^(\d{4})-(\d\d)-(\d\d)$/;
const DOTTED = /^(\d{1,2})\.(\d{1,2})\.(\d{4}|\d\d)?$/;
const DOTTED_OPEN = /^(\d{1,2})\.(\d{1,2})$/;
const YEAR = /^(19|20)\d\d$/;

export function dayAt(reading: WordReading, at: number): DayRead {
  return (
    relativeDay(reading, at) ??
    ahead(reading, at) ??
    period(reading, at) ??
    dateAt(reading, at) ??
    weekdayAt(reading, at)
  );
}

function relativeDay(reading: WordReading, at: number): DayRead {
  const night = meaningAt(reading, at, 'tonight');
  if (night !== null) {
    return part({ kind: 'relative', days: 0 }, { minutes: 20 * 60, half: 'pm' }, 'sure', night.next);
  }
  const found = meaningAt(reading, at, 'relative');
  const word = reading.words[at];
  if (found === null || word === undefined) return null;
  if (found.value.notAfter.includes(reading.words[at - 1]?.folded ?? '')) return null;
  if (word.isCapital && !word.isFirst && reading.vocabulary.nouns.has(word.folded)) return null;
  return sure({ kind: 'relative', days: found.value.days }, found.next);
}

/** `in 3 days`, `in an hour`. */
function ahead(reading: WordReading, at: number): DayRead {
  const after = meaningAt(reading, at, 'in');
  if (after === null) return null;
  const half = meaningAt(reading, after.next, 'halfHour');
  if (half !== null) return sure({ kind: 'after', count: 30, unit: 'minute' }, half.next);
  const count = meaningAt(reading, after.next, 'article')
    ? { value: 1, next: after.next + 1 }
    : countAt(reading, after.next);
  const unit = count && meaningAt(reading, count.next, 'unit');
  if (!count || !unit || !agrees(unit.value, count.value)) return null;
  // "Back in a minute" says nothing about a minute.
  if (unit.value.unit === 'minute' && count.value === 1) return null;
  return sure({ kind: 'after', count: count.value, unit: unit.value.unit }, unit.next);
}

/** A number of units, in digits or a word. */
export function countAt(reading: WordReading, at: number): Matched<number> | null {
  const word = reading.words[at]?.folded ?? '';
  if (/^[1-9]\d{0,3}$/.test(word)) return { value: Number(word), next: at + 1 };
  const number = meaningAt(reading, at, 'number');
  return number && { value: number.value.value, next: number.next };
}

/** Two day is no period of time. */
export function agrees(unit: MeaningOf<'unit'>, count: number): boolean {
  return unit.number === null || (unit.number === 'one') === (count === 1);
}

/** `next week`, `nächsten Monat`, `this weekend`. */
function period(reading: WordReading, at: number): DayRead {
  const weekend = meaningAt(reading, at, 'thisWeekend');
  if (weekend !== null) return sure({ kind: 'weekday', weekday: 6, inNextWeek: false }, weekend.next);
  const next = meaningAt(reading, at, 'next');
  const unit = next && meaningAt(reading, next.next, 'period');
  return unit && sure({ kind: 'period', unit: unit.value.unit }, unit.next);
}

function weekdayAt(reading: WordReading, at: number): DayRead {
  const compound = meaningAt(reading, past(reading, at, 'on'), 'dayAndPart');
  if (compound !== null) {
    const { weekday, minutes, half } = compound.value;
    return part({ kind: 'weekday', weekday, inNextWeek: false }, { minutes, half }, 'sure', compound.next);
  }
  const on = past(reading, at, 'on');
  const next = meaningAt(reading, on, 'next');
  const isNext = next !== null;
  const begin = next?.next ?? past(reading, on, 'this');
  const found = meaningAt(reading, begin, 'weekday');
  if (found === null) return null;
  const standing = standingOf(reading, at, begin, found.value);
  if (standing === null) return null;
  const day: DayReference = { kind: 'weekday', weekday: found.value.weekday, inNextWeek: isNext };
  return { value: { day, standing, part: null }, next: found.next };
}

/** `begin`: the weekday itself; what stands from `at` to it says that it is one. */
function standingOf(
  reading: WordReading,
  at: number,
  begin: number,
  { risk }: MeaningOf<'weekday'>,
): Standing | null {
  const isLed = begin > at;
  switch (risk) {
    case 'plain':
    case 'short':
      if (isLed) return 'sure';
      return isShielded(reading, at) ? null : 'edge';
    case 'risky':
      if (isLed) return 'sure';
      return isShielded(reading, at) ? null : 'timed';
    case 'tiny': {
      const word = reading.words[begin];
      if (word === undefined || !isMeantTiny(reading, begin)) return null;
      const before = reading.words[at - 1]?.folded;
      return isLed && before !== 'i' ? 'sure' : 'timed';
    }
  }
}

/** Whether a two-letter weekday has what tells it from the word: a capital within the sentence, or a dot. */
export function isMeantTiny({ words }: WordReading, at: number): boolean {
  const word = words[at];
  return word !== undefined && (word.hasDot || word.isCapital);
}

/** Whether the word before makes it something else: "the sun", "Black Friday". */
export function isShielded({ words, vocabulary }: WordReading, at: number): boolean {
  return vocabulary.shields.has(words[at - 1]?.folded ?? '');
}

/** `24 December`, `December 24th, 2026`, `am 24.`, `24.12.`, `2026-12-24`. */
export function dateAt(reading: WordReading, at: number): DayRead {
  const on = past(reading, at, 'on');
  const begin = past(reading, on, 'the');
  return (
    numericDate(reading, begin, on > at) ??
    dayAndMonth(reading, begin) ??
    monthAndDay(reading, begin) ??
    dayOnly(reading, begin, on > at)
  );
}

function numericDate({ words }: WordReading, at: number, hasOn: boolean): DayRead {
  const word = words[at]?.folded ?? '';
  const iso = ISO.exec(word);
  if (iso) return date(Number(iso[1]), Number(iso[2]), Number(iso[3]), 'sure', at + 1);
  const dotted = DOTTED.exec(word) ?? (hasOn ? DOTTED_OPEN.exec(word) : null);
  if (dotted === null) return null;
  const [, day, month, written] = dotted;
  const year = written === undefined ? null : Number(written) + (written.length === 2 ? 2000 : 0);
  return date(year, Number(month), Number(day), 'sure', at + 1);
}

function dayAndMonth(reading: WordReading, at: number): DayRead {
  const day = dayNumberAt(reading, at);
  if (day === null) return null;
  const of = past(reading, day.next, 'of');
  const month = meaningAt(reading, of, 'month');
  if (month === null) return null;
  const isMeant = month.value.risk === 'plain' || of > day.next || reading.words[of]?.isCapital === true;
  return withYear(reading, month.value.month, day.value, isMeant ? 'sure' : 'edge', month.next);
}

function monthAndDay(reading: WordReading, at: number): DayRead {
  const month = meaningAt(reading, at, 'month');
  if (month === null || reading.vocabulary.language !== 'en') return null;
  const day = dayNumberAt(reading, past(reading, month.next, 'the'));
  if (day === null) return null;
  const word = reading.words[at];
  const isOrdinal = !/^\d+$/.test(reading.words[day.next - 1]?.folded ?? '');
  const isMeant = isOrdinal || month.value.risk === 'plain' || (word?.isCapital === true && !word.isFirst);
  return withYear(reading, month.value.month, day.value, isMeant ? 'sure' : 'edge', day.next);
}

/** `on the 24th`, `am 24.` */
function dayOnly(reading: WordReading, at: number, hasOn: boolean): DayRead {
  const day = hasOn ? dayNumberAt(reading, at) : null;
  if (day === null || !/^\d+(st|nd|rd|th|\.)$/.test(reading.words[at]?.folded ?? '')) return null;
  // Of something else than this month: "on the 1st of the meeting", or of a month that has no such day.
  if (meaningAt(reading, day.next, 'of') !== null || meaningAt(reading, day.next, 'month') !== null)
    return null;
  return date(null, null, day.value, 'sure', day.next);
}

/** The number of a day of the month, plain or as an ordinal. */
export function dayNumberAt(reading: WordReading, at: number): Matched<number> | null {
  const { vocabulary, words } = reading;
  const pattern = vocabulary.language === 'en' ? /^(\d{1,2})(st|nd|rd|th)?$/ : /^(\d{1,2})\.?$/;
  const digits = pattern.exec(words[at]?.folded ?? '');
  const day = digits ? Number(digits[1]) : null;
  return day === null || day < 1 || day > 31 ? null : { value: day, next: at + 1 };
}

function withYear(
  reading: WordReading,
  month: number,
  day: number,
  standing: Standing,
  next: number,
): DayRead {
  const word = reading.words[next]?.folded ?? '';
  if (YEAR.test(word)) return date(Number(word), month, day, 'sure', next + 1);
  return date(null, month, day, standing, next);
}

function date(
  year: number | null,
  month: number | null,
  day: number,
  standing: Standing,
  next: number,
): DayRead {
  // 2024 had a 29 February.
  const exists = month === null || isDay(year ?? 2024, month, day);
  return exists ? { value: { day: { kind: 'date', year, month, day }, standing, part: null }, next } : null;
}

function isDay(year: number, month: number, day: number): boolean {
  const found = new Date(Date.UTC(year, month - 1, day));
  return found.getUTCMonth() === month - 1 && found.getUTCDate() === day;
}

function sure(day: DayReference, next: number): DayRead {
  return { value: { day, standing: 'sure', part: null }, next };
}

function part(
  day: DayReference,
  said: { readonly minutes: number; readonly half: 'am' | 'pm' },
  standing: Standing,
  next: number,
): DayRead {
  return { value: { day, standing, part: said }, next };
}
