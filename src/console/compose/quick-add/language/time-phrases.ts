/** Whole phrases for when: a day, a time, both in either order, or a rule with its times and bounds. */
import { clockAt, inHalf } from './clock-phrases.ts';
import { countAt, type DayPhrase, type DayReference, dayAt, isShielded } from './day-phrases.ts';
import { narrowed, type RepeatRule, type RulePhrase, ruleAt } from './repeat-phrases.ts';
import type { Standing } from './standing.ts';
import { type Matched, meaningAt, past, type WordReading } from './vocabulary.ts';

export type TimePhrase =
  | {
      readonly kind: 'moment';
      /** Null: the next time that the clock shows `minutes`. */
      readonly day: DayReference | null;
      /** After midnight; null: the whole day. */
      readonly minutes: number | null;
    }
  | {
      readonly kind: 'repeat';
      readonly rule: RepeatRule;
      /** Minutes after midnight, in order; all of them at one minute of the hour. */
      readonly clocks: readonly number[];
      readonly from: DayReference | null;
      readonly until: DayReference | null;
      readonly times: number | null;
    };

export interface StandingPhrase {
  readonly phrase: TimePhrase;
  readonly standing: Standing;
}

type PhraseRead = Matched<StandingPhrase> | null;

/** The longest phrase that begins at a word; what repeats before what does not. */
export function phraseAt(reading: WordReading, at: number): PhraseRead {
  const repeat = repeatAt(reading, at);
  const moment = momentAt(reading, at);
  if (repeat === null || moment === null) return repeat ?? moment;
  return moment.next > repeat.next ? moment : repeat;
}

/** One phrase of two that stand apart, where one says a day or a rule without a time and the other only a time. */
export function joinedPhrase(one: TimePhrase, other: TimePhrase): TimePhrase | null {
  return timed(one, other) ?? timed(other, one);
}

function timed(days: TimePhrase, clock: TimePhrase): TimePhrase | null {
  if (clock.kind !== 'moment' || clock.day !== null || clock.minutes === null) return null;
  if (days.kind === 'moment') {
    const isOpen = days.day !== null && !isExact(days.day) && days.minutes === null;
    return isOpen ? { ...days, minutes: clock.minutes } : null;
  }
  const isOpen = days.clocks.length === 0 && days.rule.kind !== 'interval';
  return isOpen ? { ...days, clocks: [clock.minutes] } : null;
}

/** Hours and minutes from now have their time already. */
function isExact(day: DayReference): boolean {
  return day.kind === 'after' && (day.unit === 'hour' || day.unit === 'minute');
}

function momentAt(reading: WordReading, at: number): PhraseRead {
  const begin = past(reading, at, 'by');
  const isLed = begin > at;
  const read = dayFirst(reading, begin) ?? clockFirst(reading, begin);
  if (read === null) return null;
  return isLed ? { ...read, value: { ...read.value, standing: 'sure' } } : read;
}

/** `friday`, `friday evening`, `friday at 8`. */
function dayFirst(reading: WordReading, at: number): PhraseRead {
  const day = dayAt(reading, at);
  if (day === null) return null;
  const part = day.value.part ? null : meaningAt(reading, day.next, 'daypart');
  const afterPart = part?.next ?? day.next;
  const clock = clockAt(reading, afterPart);
  if (clock !== null && !isExact(day.value.day) && !isAbout(reading, at, afterPart)) {
    const said = part?.value ?? day.value.part;
    const minutes = said ? inHalf(clock.value.minutes, said.half) : clock.value.minutes;
    return moment(day.value.day, minutes, 'sure', clock.next);
  }
  const minutes = part?.value.minutes ?? day.value.part?.minutes ?? null;
  return moment(day.value.day, minutes, withPart(day.value, part !== null), afterPart);
}

/** A part of the day says no time that would bear out a risky word: "the sun evening". */
function withPart({ standing, day }: DayPhrase, hasPart: boolean): Standing {
  return hasPart && standing === 'edge' && day.kind !== 'weekday' ? 'sure' : standing;
}

/** "So um 8": about 8, where no capital can tell the weekday. */
function isAbout({ words, vocabulary }: WordReading, at: number, clockWord: number): boolean {
  const [word, next] = [words[at], words[clockWord]];
  if (word === undefined || vocabulary.language !== 'de' || word.folded.length > 2) return false;
  return word.isFirst && !word.hasDot && next?.folded === 'um';
}

/** `8am`, `8am tomorrow`. */
function clockFirst(reading: WordReading, at: number): PhraseRead {
  const clock = clockAt(reading, at);
  if (clock === null) return null;
  const day = dayAt(reading, clock.next);
  // In an hour at 8 is neither.
  if (day !== null && day.value.day.kind !== 'after') {
    const minutes = day.value.part ? inHalf(clock.value.minutes, day.value.part.half) : clock.value.minutes;
    return moment(day.value.day, minutes, 'sure', day.next);
  }
  if (isShielded(reading, at) && past(reading, at, 'at') === at) return null;
  return moment(null, clock.value.minutes, clock.value.standing, clock.next);
}

function moment(
  day: DayReference | null,
  minutes: number | null,
  standing: Standing,
  next: number,
): PhraseRead {
  return { value: { phrase: { kind: 'moment', day, minutes }, standing }, next };
}

/** `every monday at 8 until 31 December`, `8am and 8pm every day`, `alle 2 Tage ab morgen`. */
function repeatAt(reading: WordReading, at: number): PhraseRead {
  const before = clocksAt(reading, at);
  const late = before === null ? null : ruleAt(reading, before.next);
  if (before !== null && late !== null) return withRest(reading, late, before.value);
  const rule = ruleAt(reading, at);
  return rule && withRest(reading, rule, null);
}

interface Rest {
  rule: RepeatRule;
  /** Null: none said yet. */
  clocks: readonly number[] | null;
  from: DayReference | null;
  until: DayReference | null;
  times: number | null;
}

/** The rule with all that follows it, in any order, each once. */
function withRest(
  reading: WordReading,
  { value, next }: Matched<RulePhrase>,
  before: readonly number[] | null,
): PhraseRead {
  const clocks = before?.map((minutes) => halved(minutes, value.part)) ?? null;
  const rest: Rest = { rule: value.rule, clocks, from: null, until: null, times: null };
  let end = next;
  for (let more = restAt(reading, rest, value.part, end); more !== null; ) {
    end = more;
    more = restAt(reading, rest, value.part, end);
  }
  const standing = end > next || before !== null ? 'sure' : value.standing;
  const all = rest.clocks ?? (value.part ? [value.part.minutes] : []);
  return { value: { phrase: { kind: 'repeat', ...rest, clocks: all }, standing }, next: end };
}

/** Takes one more part of the phrase into `rest`; the word after it, or null where there is none. */
function restAt(reading: WordReading, rest: Rest, part: RulePhrase['part'], at: number): number | null {
  const rule = narrowed(reading, rest.rule, at);
  if (rule !== null) {
    rest.rule = rule.value;
    return rule.next;
  }
  if (rest.clocks === null && rest.rule.kind !== 'interval') {
    const clocks = halvedClocks(clocksAt(reading, at), part) ?? partAt(reading, at, part);
    if (clocks !== null) {
      rest.clocks = clocks.value;
      return clocks.next;
    }
  }
  return boundAt(reading, rest, at);
}

function boundAt(reading: WordReading, rest: Rest, at: number): number | null {
  for (const name of ['until', 'from'] as const) {
    const word = past(reading, at, name === 'from' ? 'starting' : 'until');
    const day = rest[name] === null && word > at ? dayAt(reading, word) : null;
    if (day === null) continue;
    rest[name] = day.value.day;
    return day.next;
  }
  const count = rest.times === null ? countAt(reading, at) : null;
  const times = count && meaningAt(reading, count.next, 'times');
  if (!count || !times) return null;
  rest.times = count.value;
  return times.next;
}

/** `at 8am`, `8am and 8pm`: one rule has hours, but one minute, so an hour with other minutes is not taken. */
function clocksAt(reading: WordReading, at: number): Matched<readonly number[]> | null {
  const first = clockAt(reading, at);
  if (first === null) return null;
  const clocks = [first.value.minutes];
  let next = first.next;
  for (;;) {
    const and = past(reading, next, 'and');
    const more = and > next ? clockAt(reading, and) : null;
    if (more === null || more.value.minutes % 60 !== first.value.minutes % 60) break;
    clocks.push(more.value.minutes);
    next = more.next;
  }
  return { value: [...new Set(clocks)].sort((a, b) => a - b), next };
}

function halvedClocks(
  read: Matched<readonly number[]> | null,
  part: RulePhrase['part'],
): Matched<readonly number[]> | null {
  return read && { ...read, value: read.value.map((minutes) => halved(minutes, part)) };
}

function partAt(
  reading: WordReading,
  at: number,
  said: RulePhrase['part'],
): Matched<readonly number[]> | null {
  const part = said === null ? meaningAt(reading, at, 'daypart') : null;
  return part && { value: [part.value.minutes], next: part.next };
}

function halved(minutes: number, part: RulePhrase['part']): number {
  return part === null ? minutes : inHalf(minutes, part.half);
}
