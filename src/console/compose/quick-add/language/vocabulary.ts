/** What words mean in a language, and how meanings are looked up in a run of words. */
import type { Word } from './words.ts';

export type CalendarUnit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';

/**
 * How easily a word is taken for what it does not mean. `plain`: it means nothing else (`monday`). `short`: an
 * abbreviation that is no other word (`tue`). `risky`: another word too (`sun`, `may`), so it wants a time beside it or
 * a word before it. `tiny`: two letters (`so`, `do`), so it wants a capital or a dot as well.
 */
export type Risk = 'plain' | 'short' | 'risky' | 'tiny';

/** Monday is 1. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

export type Meaning =
  /** `of`: what may follow. Germans say `alle 2 Tage`, but `jeden Tag`. */
  | { readonly is: 'every'; readonly of: 'one' | 'several' | 'any' }
  | { readonly is: 'other' }
  | { readonly is: 'number'; readonly value: number }
  /** -1: the last. */
  | { readonly is: 'ordinal'; readonly value: number }
  /** `number`: of which it is said; null where the word is the same for one and several. */
  | { readonly is: 'unit'; readonly unit: CalendarUnit; readonly number: 'one' | 'several' | null }
  | { readonly is: 'weekday'; readonly weekday: Weekday; readonly risk: Risk }
  /** Days of the week by a name of their own: weekday, weekend. */
  | { readonly is: 'dayset'; readonly weekdays: readonly Weekday[] }
  /** Said of what happens on those days each week: mondays, montags. `alone`: it needs no word before it. */
  | { readonly is: 'habit'; readonly weekdays: readonly Weekday[]; readonly alone: boolean }
  | { readonly is: 'frequency'; readonly unit: CalendarUnit; readonly alone: boolean }
  | { readonly is: 'month'; readonly month: number; readonly risk: Risk }
  /** Days from today. `notAfter`: words before it that make it something else (`guten morgen`). */
  | { readonly is: 'relative'; readonly days: number; readonly notAfter: readonly string[] }
  /** `minutes` after midnight where nothing more is said; `half` of the day that an hour beside it is in. */
  | { readonly is: 'daypart'; readonly minutes: number; readonly half: 'am' | 'pm' }
  /** A weekday and a part of the day in one word: Montagabend. */
  | {
      readonly is: 'dayAndPart';
      readonly weekday: Weekday;
      readonly minutes: number;
      readonly half: 'am' | 'pm';
    }
  /** A time of the day by name. */
  | { readonly is: 'hour'; readonly minutes: number }
  /** Minutes to be added to the hour that follows: half past 8, halb 9. */
  | { readonly is: 'offset'; readonly minutes: number }
  | { readonly is: 'meridiem'; readonly half: 'am' | 'pm' }
  /** What follows the period: next week. */
  | { readonly is: 'period'; readonly unit: 'week' | 'month' | 'year' }
  | {
      readonly is:
        | 'at'
        | 'on'
        | 'the'
        | 'by'
        | 'in'
        | 'and'
        | 'next'
        | 'this'
        | 'until'
        | 'starting'
        | 'times'
        | 'oclock'
        | 'to'
        | 'tonight'
        | 'halfHour'
        | 'article'
        | 'of'
        | 'ofMonth'
        | 'thisWeekend';
    };

export type MeaningKind = Meaning['is'];
export type MeaningOf<K extends MeaningKind> = Extract<Meaning, { readonly is: K }>;

export interface Vocabulary {
  readonly language: 'en' | 'de';
  /** By words, folded, one space apart. */
  readonly meanings: ReadonlyMap<string, readonly Meaning[]>;
  /** After these, a risky word is that other word: "the sun", "they wed". */
  readonly shields: ReadonlySet<string>;
  /** Nouns, which a capital within a sentence tells: Morgen is a morning, morgen is tomorrow. */
  readonly nouns: ReadonlySet<string>;
}

/** The most words of one meaning. */
const LONGEST = 5;

/** A run of words as one vocabulary reads it. */
export interface WordReading {
  readonly words: readonly Word[];
  readonly vocabulary: Vocabulary;
  /** What begins at each word, the longest first. */
  readonly meanings: readonly (readonly Matched<Meaning>[])[];
}

export interface Matched<T> {
  readonly value: T;
  /** The word after it. */
  readonly next: number;
}

export function readingOf(words: readonly Word[], vocabulary: Vocabulary): WordReading {
  return { words, vocabulary, meanings: words.map((_, at) => meaningsFrom(words, at, vocabulary)) };
}

function meaningsFrom(words: readonly Word[], at: number, { meanings }: Vocabulary): Matched<Meaning>[] {
  const found: Matched<Meaning>[] = [];
  let text = '';
  for (let next = at + 1; next <= Math.min(words.length, at + LONGEST); next += 1) {
    text = `${text}${text && ' '}${words[next - 1]?.folded}`;
    for (const value of meanings.get(text) ?? []) found.push({ value, next });
  }
  return found.sort((a, b) => b.next - a.next);
}

/** The longest meaning of that kind that begins at a word. */
export function meaningAt<K extends MeaningKind>(
  { meanings }: WordReading,
  at: number,
  kind: K,
): Matched<MeaningOf<K>> | null {
  const found = meanings[at]?.find(({ value }) => value.is === kind);
  return found ? (found as Matched<MeaningOf<K>>) : null;
}

/** The word after an optional one of that kind. */
export function past(reading: WordReading, at: number, kind: MeaningKind): number {
  return meaningAt(reading, at, kind)?.next ?? at;
}

/** `words`: alternatives apart by `|`. */
export function meaningsOf(
  rows: readonly (readonly [words: string, meaning: Meaning])[],
): ReadonlyMap<string, readonly Meaning[]> {
  const meanings = new Map<string, Meaning[]>();
  for (const [words, meaning] of rows) {
    for (const word of words.split('|').filter((each) => each !== ''))
      meanings.set(word, [...(meanings.get(word) ?? []), meaning]);
  }
  return meanings;
}

/** The first is Monday. */
export function asWeekday(index: number): Weekday {
  return (index + 1) as Weekday;
}
