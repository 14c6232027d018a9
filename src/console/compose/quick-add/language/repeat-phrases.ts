/** What repeats: `every other monday`, `daily at 8`, `am 15. jedes Monats`, `alle 2 Wochen`. */
import { agrees, countAt, type DayReference, dateAt, dayNumberAt, isMeantTiny } from './day-phrases.ts';
import type { Standing } from './standing.ts';
import {
  asWeekday,
  type CalendarUnit,
  type Matched,
  meaningAt,
  past,
  type Weekday,
  type WordReading,
} from './vocabulary.ts';

export type RepeatRule =
  | { readonly kind: 'interval'; readonly seconds: number }
  | { readonly kind: 'daily'; readonly every: number }
  /** No weekdays: that of the first day. */
  | { readonly kind: 'weekly'; readonly every: number; readonly weekdays: readonly Weekday[] }
  /** `day` null: that of the first day. */
  | { readonly kind: 'monthly'; readonly every: number; readonly day: number | 'last' | null }
  | {
      readonly kind: 'monthlyWeekday';
      readonly every: number;
      readonly nth: number;
      readonly weekday: Weekday;
    }
  | { readonly kind: 'yearly'; readonly every: number; readonly date: { month: number; day: number } | null };

export interface RulePhrase {
  readonly rule: RepeatRule;
  readonly standing: Standing;
  /** Minutes after midnight, where the rule says them: every morning. */
  readonly part: { readonly minutes: number; readonly half: 'am' | 'pm' } | null;
}

type RuleRead = Matched<RulePhrase> | null;

export function ruleAt(reading: WordReading, at: number): RuleRead {
  return (
    everyRule(reading, at) ??
    ofMonthRule(reading, at) ??
    habitRule(reading, at) ??
    frequencyRule(reading, at) ??
    rangeRule(reading, at)
  );
}

function everyRule(reading: WordReading, at: number): RuleRead {
  const every = meaningAt(reading, at, 'every');
  if (every === null) return null;
  const several = every.value.of === 'one' ? null : severalUnits(reading, every.next);
  if (several !== null || every.value.of === 'several') return several;
  return (
    everyOther(reading, every.next) ??
    everyOrdinal(reading, every.next) ??
    everyYear(reading, every.next) ??
    everyWeekdays(reading, every.next) ??
    everyUnit(reading, every.next) ??
    everyPart(reading, every.next)
  );
}

/** `every 3 days`, `alle zwei Wochen`. */
function severalUnits(reading: WordReading, at: number): RuleRead {
  const count = countAt(reading, at);
  const unit = count && meaningAt(reading, count.next, 'unit');
  if (!count || !unit || !agrees(unit.value, count.value)) return null;
  return found(byUnit(count.value, unit.value.unit), unit.next);
}

/** `every other day`. */
function everyOther(reading: WordReading, at: number): RuleRead {
  const other = meaningAt(reading, at, 'other');
  return other && everyNth(reading, other.next, 2);
}

function everyNth(reading: WordReading, at: number, nth: number): RuleRead {
  const weekday = meaningAt(reading, at, 'weekday');
  if (weekday) return found({ kind: 'weekly', every: nth, weekdays: [weekday.value.weekday] }, weekday.next);
  const unit = meaningAt(reading, at, 'unit');
  if (!unit || unit.value.number === 'several') return null;
  return found(byUnit(nth, unit.value.unit), unit.next);
}

/** `every second week`, `every first monday`, `every 15th`, `jeden 24. Dezember`, `every last day of the month`. */
function everyOrdinal(reading: WordReading, at: number): RuleRead {
  const date = dateAt(reading, at);
  if (date?.value.day.kind === 'date' && date.value.day.month !== null) return null;
  const ordinal = ordinalAt(reading, at);
  if (ordinal === null) return null;
  const ofMonth = monthlyNth(reading, ordinal, false);
  if (ofMonth !== null) return ofMonth;
  const nth = ordinal.value >= 2 ? everyNth(reading, ordinal.next, ordinal.value) : null;
  if (nth !== null) return nth;
  const isNumber = /^\d/.test(reading.words[at]?.folded ?? '');
  if (!isNumber) return null;
  return found({ kind: 'monthly', every: 1, day: ordinal.value }, past(reading, ordinal.next, 'ofMonth'));
}

/**
 * Days and weekdays of the month by their number. Without "of the month", the second Monday is every other one, and
 * the first, third, fourth and last are of the month.
 */
function monthlyNth(
  reading: WordReading,
  { value: nth, next }: Matched<number>,
  needsMonth: boolean,
): RuleRead {
  const weekday = meaningAt(reading, next, 'weekday');
  const day = weekday ?? meaningAt(reading, next, 'unit');
  if (day === null) return null;
  const end = past(reading, day.next, 'ofMonth');
  const hasMonth = end > day.next;
  if (day.value.is === 'weekday') {
    if (nth > 5 || (!hasMonth && (needsMonth || nth === 2))) return null;
    return found({ kind: 'monthlyWeekday', every: 1, nth, weekday: day.value.weekday }, end);
  }
  if (day.value.unit !== 'day' || !hasMonth || nth > 31) return null;
  return found({ kind: 'monthly', every: 1, day: nth === -1 ? 'last' : nth }, end);
}

/** `every 24 December`. */
function everyYear(reading: WordReading, at: number): RuleRead {
  const date = dateAt(reading, at);
  const day = date && monthDay(date.value.day);
  return day && found({ kind: 'yearly', every: 1, date: day }, date.next);
}

function everyWeekdays(reading: WordReading, at: number): RuleRead {
  const compound = meaningAt(reading, at, 'dayAndPart');
  if (compound) {
    const { weekday, minutes, half } = compound.value;
    return found({ kind: 'weekly', every: 1, weekdays: [weekday] }, compound.next, { minutes, half });
  }
  const set = meaningAt(reading, at, 'dayset');
  if (set) return found({ kind: 'weekly', every: 1, weekdays: set.value.weekdays }, set.next);
  const list = weekdaysAt(reading, at);
  if (list === null) return null;
  const [only] = list.value;
  if (list.value.length === 1 && only !== undefined && isDoubtful(reading, at, list.next)) return null;
  return found({ kind: 'weekly', every: 1, weekdays: list.value }, list.next);
}

/** "jeden so": two letters without what tells a weekday, and not at the end. */
function isDoubtful(reading: WordReading, at: number, next: number): boolean {
  const isTiny = meaningAt(reading, at, 'weekday')?.value.risk === 'tiny';
  return isTiny && !isMeantTiny(reading, at) && next < reading.words.length;
}

function everyUnit(reading: WordReading, at: number): RuleRead {
  const unit = meaningAt(reading, at, 'unit');
  if (!unit || unit.value.number === 'several') return null;
  // "Make every minute count" says nothing about a schedule.
  const isTurnOfPhrase =
    reading.vocabulary.language === 'en' && byUnit(1, unit.value.unit).kind === 'interval';
  const standing = isTurnOfPhrase ? 'edge' : 'sure';
  return { value: { rule: byUnit(1, unit.value.unit), standing, part: null }, next: unit.next };
}

/** `every morning`. */
function everyPart(reading: WordReading, at: number): RuleRead {
  const part = meaningAt(reading, at, 'daypart');
  return part && found({ kind: 'daily', every: 1 }, part.next, part.value);
}

/** `on the 15th of every month`, `am ersten Montag im Monat`. */
function ofMonthRule(reading: WordReading, at: number): RuleRead {
  const begin = past(reading, past(reading, at, 'on'), 'the');
  const ordinal = ordinalAt(reading, begin);
  if (ordinal === null) return null;
  const nth = monthlyNth(reading, ordinal, true);
  if (nth !== null) return nth;
  const end = past(reading, ordinal.next, 'ofMonth');
  const isDay = end > ordinal.next && ordinal.value >= 1 && ordinal.value <= 31;
  return isDay ? found({ kind: 'monthly', every: 1, day: ordinal.value }, end) : null;
}

/** `on mondays and fridays`, `werktags`. */
function habitRule(reading: WordReading, at: number): RuleRead {
  const begin = past(reading, at, 'on');
  const first = meaningAt(reading, begin, 'habit');
  if (first === null) return null;
  let weekdays = first.value.weekdays;
  let next = first.next;
  for (;;) {
    const to = past(reading, next, 'to');
    const and = past(reading, next, 'and');
    const more = meaningAt(reading, to > next ? to : and, 'habit');
    if (more === null) break;
    weekdays =
      to > next ? weekdaysFrom(weekdays[0], more.value.weekdays[0]) : [...weekdays, ...more.value.weekdays];
    next = more.next;
  }
  const standing: Standing = first.value.alone || begin > at ? 'sure' : 'timed';
  return { value: { rule: { kind: 'weekly', every: 1, weekdays }, standing, part: null }, next };
}

function frequencyRule(reading: WordReading, at: number): RuleRead {
  const frequency = meaningAt(reading, at, 'frequency');
  if (frequency === null) return null;
  const { unit, alone } = frequency.value;
  return {
    value: { rule: byUnit(1, unit), standing: alone ? 'sure' : 'edge', part: null },
    next: frequency.next,
  };
}

/** `Mon-Fri`, beside a time or at the end; `mon and wed`, beside a time: one time cannot be on two days. */
function rangeRule(reading: WordReading, at: number): RuleRead {
  const range = weekdayRangeAt(reading, at);
  const list = range ?? weekdaysAt(reading, at);
  if (list === null || (range === null && !hasAnd(reading, at, list.next))) return null;
  const standing = range === null ? 'timed' : 'edge';
  return {
    value: { rule: { kind: 'weekly', every: 1, weekdays: list.value }, standing, part: null },
    next: list.next,
  };
}

function hasAnd(reading: WordReading, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (meaningAt(reading, at, 'and') !== null) return true;
  return false;
}

/** Where the rule is still open, what closes it: `weekly on monday`, `every 2 months on the 15th`. */
export function narrowed(reading: WordReading, rule: RepeatRule, at: number): Matched<RepeatRule> | null {
  const on = past(reading, at, 'on');
  if (rule.kind === 'weekly' && rule.weekdays.length === 0) {
    const habit = meaningAt(reading, on, 'habit');
    const list = habit ? { value: habit.value.weekdays, next: habit.next } : weekdaysAt(reading, on);
    return on > at && list ? { value: { ...rule, weekdays: list.value }, next: list.next } : null;
  }
  if (rule.kind === 'monthly' && rule.day === null && on > at) {
    const ordinal = ordinalAt(reading, past(reading, on, 'the'));
    return ordinal && monthlyOn(reading, rule.every, ordinal);
  }
  if (rule.kind === 'yearly' && rule.date === null && on > at) {
    const date = dateAt(reading, on);
    const day = date && monthDay(date.value.day);
    return day && { value: { ...rule, date: day }, next: date.next };
  }
  return null;
}

function monthlyOn(
  reading: WordReading,
  every: number,
  { value, next }: Matched<number>,
): Matched<RepeatRule> | null {
  const weekday = meaningAt(reading, next, 'weekday');
  if (weekday && value <= 5) {
    const rule: RepeatRule = { kind: 'monthlyWeekday', every, nth: value, weekday: weekday.value.weekday };
    return { value: rule, next: weekday.next };
  }
  const day = meaningAt(reading, next, 'unit');
  const end = day?.value.unit === 'day' ? day.next : next;
  if (value === -1) return end > next ? { value: { kind: 'monthly', every, day: 'last' }, next: end } : null;
  return { value: { kind: 'monthly', every, day: value }, next: end };
}

/** `mon, wed and fri`, `Mo-Fr`, `monday to friday`. */
export function weekdaysAt(reading: WordReading, at: number): Matched<readonly Weekday[]> | null {
  const range = weekdayRangeAt(reading, at);
  if (range !== null) return range;
  const first = meaningAt(reading, at, 'weekday');
  if (first === null) return null;
  const weekdays = [first.value.weekday];
  let next = first.next;
  for (;;) {
    const more = meaningAt(reading, past(reading, next, 'and'), 'weekday');
    if (more === null) break;
    weekdays.push(more.value.weekday);
    next = more.next;
  }
  return { value: [...new Set(weekdays)].sort((a, b) => a - b), next };
}

function weekdayRangeAt(reading: WordReading, at: number): Matched<readonly Weekday[]> | null {
  const joined = /^(\p{L}+)[-–—](\p{L}+)$/u.exec(reading.words[at]?.folded ?? '');
  if (joined !== null) {
    const [from, to] = [joined[1], joined[2]].map((name) => weekdayNamed(reading, name ?? ''));
    return from && to ? { value: weekdaysFrom(from, to), next: at + 1 } : null;
  }
  const from = meaningAt(reading, at, 'weekday');
  const to = from && past(reading, from.next, 'to');
  const end = from && to !== null && to > from.next ? meaningAt(reading, to, 'weekday') : null;
  return from && end ? { value: weekdaysFrom(from.value.weekday, end.value.weekday), next: end.next } : null;
}

function weekdayNamed({ vocabulary }: WordReading, name: string): Weekday | undefined {
  const meaning = vocabulary.meanings.get(name)?.find((each) => each.is === 'weekday');
  return meaning?.is === 'weekday' ? meaning.weekday : undefined;
}

/** Over the end of the week where the second is before the first. */
function weekdaysFrom(from: Weekday = 1, to: Weekday = 7): Weekday[] {
  const count = ((to - from + 7) % 7) + 1;
  return Array.from({ length: count }, (_, index) => asWeekday((from - 1 + index) % 7)).sort((a, b) => a - b);
}

function ordinalAt(reading: WordReading, at: number): Matched<number> | null {
  const word = meaningAt(reading, at, 'ordinal');
  if (word) return { value: word.value.value, next: word.next };
  const isOrdinal = /^\d+(st|nd|rd|th|\.)$/.test(reading.words[at]?.folded ?? '');
  return isOrdinal ? dayNumberAt(reading, at) : null;
}

function monthDay(day: DayReference): { month: number; day: number } | null {
  return day.kind === 'date' && day.month !== null && day.year === null
    ? { month: day.month, day: day.day }
    : null;
}

function byUnit(every: number, unit: CalendarUnit): RepeatRule {
  switch (unit) {
    case 'minute':
      return { kind: 'interval', seconds: every * 60 };
    case 'hour':
      return { kind: 'interval', seconds: every * 3600 };
    case 'day':
      return { kind: 'daily', every };
    case 'week':
      return { kind: 'weekly', every, weekdays: [] };
    case 'month':
      return { kind: 'monthly', every, day: null };
    case 'year':
      return { kind: 'yearly', every, date: null };
  }
}

function found(rule: RepeatRule, next: number, part: RulePhrase['part'] = null): Matched<RulePhrase> {
  return { value: { rule, standing: 'sure', part }, next };
}
