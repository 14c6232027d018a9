/**
 * RFC 5545 recurrence rules as text: what is taken of them, in one spelling. They name days and times of the day (the
 * schedule's `run_time` is what they leave open), so the frequencies below a day are refused.
 */
import { type Said, says } from '../../shared/says.ts';
import { daysInMonth } from '../calendar/civil.ts';

export interface RecurrenceRule {
  readonly freq: Frequency;
  readonly interval: number;
  readonly count: number | null;
  readonly until: string | null;
  readonly byMonth: readonly number[];
  /** 1 to 31, or from the end: -1 to -31. */
  readonly byMonthDay: readonly number[];
  /** 1 to 366, or from the end. */
  readonly byYearDay: readonly number[];
  readonly byDay: readonly WeekdayPart[];
  readonly byHour: readonly number[];
  readonly byMinute: readonly number[];
  readonly bySetPos: readonly number[];
  /** First day of the week, Monday is 0. */
  readonly weekStart: number;
}

export interface WeekdayPart {
  /** Monday is 0. */
  readonly weekday: number;
  /** The n-th of the month or year, from its end if negative; null for each. */
  readonly nth: number | null;
}

const FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const;
export type Frequency = (typeof FREQUENCIES)[number];

export type RuleReading =
  | { readonly ok: true; readonly rule: RecurrenceRule }
  | {
      readonly ok: false;
      readonly reasons: readonly { readonly said: Said; readonly supported: boolean }[];
    };

const WEEKDAY_NAMES: readonly string[] = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const MAX_LENGTH = 500;
const MAX_ITEMS = 62;
const MAX_INTERVAL = 1_000;
const MAX_COUNT = 100_000;
const UNTIL = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?$/;
/** Parts of the format that name seconds, or days in ways that nobody has asked for. */
const UNSUPPORTED = ['BYSECOND', 'BYEASTER', 'BYWEEKNO', 'RSCALE', 'SKIP', 'DTSTART', 'EXDATE'];
const PARTS = [
  'FREQ',
  'INTERVAL',
  'COUNT',
  'UNTIL',
  'BYMONTH',
  'BYYEARDAY',
  'BYMONTHDAY',
  'BYDAY',
  'BYHOUR',
  'BYMINUTE',
  'BYSETPOS',
  'WKST',
];

/** Reads a rule, with or without `RRULE:` before it; every fault is named. */
export function readRule(text: string): RuleReading {
  if (text.length > MAX_LENGTH)
    return refused(says`must be at most ${{ maximum: MAX_LENGTH }} characters long`);
  const parts = new Map<string, string>();
  const reader = new RuleReader(parts);
  const trimmed = text.trim().toUpperCase();
  const rrule = trimmed.replace(/^RRULE:/, '').replace(/;$/, '');
  for (const part of rrule.split(';')) {
    const [name = '', value, ...more] = part.split('=');
    if (value === undefined || more.length > 0)
      reader.fault(says`"${{ given: shown(part) }}" is no part such as FREQ=WEEKLY`);
    else if (parts.has(name)) reader.fault(says`"${{ given: shown(name) }}" is given twice`);
    else if (UNSUPPORTED.includes(name)) reader.fault(says`${{ part: name }} is not supported`, false);
    else if (!PARTS.includes(name)) reader.fault(says`"${{ given: shown(name) }}" is no part of a rule`);
    else parts.set(name, value);
  }
  const rule = reader.rule();
  return reader.reasons.length > 0 ? { ok: false, reasons: reader.reasons } : { ok: true, rule };
}

/** The one spelling of a rule, which `readRule` reads back to it. */
export function ruleText(rule: RecurrenceRule): string {
  const parts = [
    ['FREQ', rule.freq],
    ['INTERVAL', rule.interval === 1 ? '' : String(rule.interval)],
    ['COUNT', rule.count === null ? '' : String(rule.count)],
    ['UNTIL', rule.until ?? ''],
    ['BYMONTH', rule.byMonth.join()],
    ['BYYEARDAY', rule.byYearDay.join()],
    ['BYMONTHDAY', rule.byMonthDay.join()],
    ['BYDAY', rule.byDay.map(({ nth, weekday }) => `${nth ?? ''}${WEEKDAY_NAMES[weekday]}`).join()],
    ['BYHOUR', rule.byHour.join()],
    ['BYMINUTE', rule.byMinute.join()],
    ['BYSETPOS', rule.bySetPos.join()],
    ['WKST', rule.weekStart === 0 ? '' : (WEEKDAY_NAMES[rule.weekStart] ?? '')],
  ] as const;
  return parts
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${value}`)
    .join(';');
}

/** An UNTIL that names an instant (it ends in `Z`), epoch ms; null for one that names a local day or time. */
export function untilInstant(until: string): number | null {
  const [, year, month, day, hour, minute, second, utc] = UNTIL.exec(until) ?? [];
  if (utc !== 'Z') return null;
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
}

/** An UNTIL that names a local day or time, as that time of the wall clock (ms); null for an instant. */
export function untilWall(until: string): number | null {
  const [, year, month, day, hour, minute, second, utc] = UNTIL.exec(until) ?? [];
  if (utc === 'Z') return null;
  const time = hour === undefined ? [23, 59, 59] : [Number(hour), Number(minute), Number(second)];
  return Date.UTC(Number(year), Number(month) - 1, Number(day), ...time);
}

class RuleReader {
  readonly reasons: { said: Said; supported: boolean }[] = [];
  readonly #parts: ReadonlyMap<string, string>;

  constructor(parts: ReadonlyMap<string, string>) {
    this.#parts = parts;
  }

  fault(said: Said, supported = true): void {
    if (this.reasons.length < 20) this.reasons.push({ said, supported });
  }

  rule(): RecurrenceRule {
    const freq = this.#freq();
    const rule: RecurrenceRule = {
      freq,
      interval: this.#number('INTERVAL', MAX_INTERVAL) ?? 1,
      count: this.#number('COUNT', MAX_COUNT),
      until: this.#until(),
      byMonth: this.#numbers('BYMONTH', 1, 12),
      byYearDay: this.#numbers('BYYEARDAY', -366, 366),
      byMonthDay: this.#numbers('BYMONTHDAY', -31, 31),
      byDay: this.#byDay(freq),
      byHour: this.#numbers('BYHOUR', 0, 23),
      byMinute: this.#numbers('BYMINUTE', 0, 59),
      bySetPos: this.#numbers('BYSETPOS', -366, 366),
      weekStart: this.#weekStart(),
    };
    if (rule.count !== null && rule.until !== null) this.fault(says`COUNT and UNTIL exclude each other`);
    if (freq === 'WEEKLY' && rule.byMonthDay.length > 0)
      this.fault(says`BYMONTHDAY has no place in a weekly rule`);
    if (freq !== 'YEARLY' && rule.byYearDay.length > 0)
      this.fault(says`BYYEARDAY has its place in yearly rules only`);
    if (rule.bySetPos.length > 0) this.#checkPlaces(rule);
    if (this.reasons.length === 0 && !hasSomeDay(rule)) {
      this.fault(says`names a day that none of its months has`);
    }
    return rule;
  }

  /** BYSETPOS picks days here, so it needs a period of several, each with one time. */
  #checkPlaces({ freq, byDay, byMonthDay, byYearDay, byHour, byMinute }: RecurrenceRule): void {
    if (freq === 'DAILY') {
      this.fault(says`BYSETPOS is supported in weekly, monthly and yearly rules only`, false);
    } else if (byDay.length + byMonthDay.length + byYearDay.length === 0) {
      this.fault(says`BYSETPOS needs BYDAY, BYMONTHDAY or BYYEARDAY`);
    }
    if (byHour.length > 1 || byMinute.length > 1) {
      this.fault(says`BYSETPOS is not supported together with several times of a day`, false);
    }
  }

  #freq(): Frequency {
    const text = this.#parts.get('FREQ');
    const freq = FREQUENCIES.find((each) => each === text);
    if (freq !== undefined) return freq;
    const short = text === 'HOURLY' || text === 'MINUTELY' || text === 'SECONDLY';
    if (short) this.fault(says`FREQ=${{ given: text }} is not supported: use an interval or cron`, false);
    else this.fault(says`FREQ must be one of ${{ allowed: FREQUENCIES }}`);
    return 'DAILY';
  }

  #number(name: string, max: number): number | null {
    const text = this.#parts.get(name);
    if (text === undefined) return null;
    const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
    if (value >= 1 && value <= max) return value;
    this.fault(says`${{ part: name }} must be a whole number from ${{ minimum: 1 }} to ${{ maximum: max }}`);
    return null;
  }

  #items(name: string): readonly string[] {
    const items = this.#parts.get(name)?.split(',') ?? [];
    if (items.length <= MAX_ITEMS) return items;
    this.fault(says`${{ part: name }} must have at most ${{ maximum: MAX_ITEMS }} values`);
    return [];
  }

  /** Where `min` is negative, from the end too, and 0 is none. */
  #numbers(name: string, min: number, max: number): readonly number[] {
    const fromEnd = min < 0;
    const values = this.#items(name).map((text) => {
      const value = /^[+-]?\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
      if (value >= min && value <= max && !(fromEnd && value === 0)) return value;
      const allowed = fromEnd ? `1 to ${max}, -1 to ${min}` : `${min} to ${max}`;
      this.fault(says`${{ part: name }}: "${{ given: shown(text) }}" is not valid here (${{ allowed }})`);
      return max;
    });
    return [...new Set(values)].sort((a, b) => a - b);
  }

  #byDay(freq: Frequency): readonly WeekdayPart[] {
    const days = new Map<string, WeekdayPart>();
    for (const text of this.#items('BYDAY')) {
      const [, nth, name] = /^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$/.exec(text) ?? [];
      const weekday = WEEKDAY_NAMES.indexOf(name ?? '');
      const number = nth === undefined ? null : Number(nth);
      const most = freq === 'MONTHLY' ? 5 : 53;
      const mayCount = freq === 'MONTHLY' || freq === 'YEARLY';
      if (weekday < 0) this.fault(says`BYDAY: "${{ given: shown(text) }}" is no weekday such as MO or -1FR`);
      else if (number !== null && !mayCount) {
        this.fault(says`BYDAY: ${{ given: text }} counts weekdays, which only monthly and yearly rules do`);
      } else if (number !== null && (number === 0 || Math.abs(number) > most)) {
        this.fault(says`BYDAY: there is no ${{ given: text }}`);
      } else days.set(`${number} ${weekday}`, { weekday, nth: number });
    }
    return [...days.values()].sort((a, b) => (a.nth ?? 0) - (b.nth ?? 0) || a.weekday - b.weekday);
  }

  #until(): string | null {
    const text = this.#parts.get('UNTIL');
    if (text === undefined) return null;
    const [, year, month, day, hour = '00', minute = '00', second = '00'] = UNTIL.exec(text) ?? [];
    const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
    const time = new Date(iso);
    if (!Number.isNaN(time.getTime()) && time.toISOString() === iso) return text;
    this.fault(says`UNTIL must be a day such as 20271231, or a time such as 20271231T235959Z`);
    return null;
  }

  #weekStart(): number {
    const text = this.#parts.get('WKST');
    if (text === undefined) return 0;
    const weekday = WEEKDAY_NAMES.indexOf(text);
    if (weekday < 0) this.fault(says`WKST must be a weekday such as SU`);
    return Math.max(0, weekday);
  }
}

/** Whether a month of the rule has a day of the rule; 2028 is a leap year. */
function hasSomeDay({ byMonth, byMonthDay }: RecurrenceRule): boolean {
  if (byMonthDay.length === 0) return true;
  const months = byMonth.length === 0 ? [1] : byMonth;
  return months.some((month) => byMonthDay.some((day) => Math.abs(day) <= daysInMonth(2028, month)));
}

function refused(said: Said): RuleReading {
  return { ok: false, reasons: [{ said, supported: true }] };
}

function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
