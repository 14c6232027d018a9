/**
 * The times that feeds give: RFC 3339 and RFC 822, and what publishers write in their place. Day and month are never
 * guessed at: `02/10/2024` is read only where the weekday beside it decides. Without a zone a time is taken as UTC.
 */
import { type Instant, instantOf } from '../../domain/shared/instant.ts';

const MOST_CHARACTERS = 64;
const MINUTE_MS = 60_000;

/** Null for what is no time, or could be two. */
export function publishedAt(date: string | undefined): Instant | null {
  const text = date?.trim() ?? '';
  if (text === '' || text.length > MOST_CHARACTERS) return null;
  const ms = epochIn(text) ?? timeIn(text);
  return ms !== null && ms >= 0 && ms < Date.UTC(10_000, 0) ? instantOf(ms) : null;
}

/** Seconds or milliseconds since 1970. */
function epochIn(text: string): number | null {
  if (/^\d{9,10}$/.test(text)) return Number(text) * 1_000;
  return /^\d{12,13}$/.test(text) ? Number(text) : null;
}

interface Day {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

const CLOCK =
  /(?:^|[T\s,-])(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d+))?)?\s*(?<half>[ap]\.?m\b\.?)?/i;

function timeIn(text: string): number | null {
  const clock = CLOCK.exec(text);
  const before = clock === null ? text : text.slice(0, clock.index);
  const after = clock === null ? '' : text.slice(clock.index + clock[0].length);
  // `Mon Nov 23 09:00:00 2026`: the year comes last.
  const late = /^(?<zone>.*?)\s*\b(?<year>\d{4})$/.exec(after)?.groups;
  const day = dayIn(before) ?? (late === undefined ? null : dayIn(`${before} ${late.year}`));
  if (day === null) return null;
  const zoneText = dayIn(before) === null ? (late?.zone ?? '') : after;
  const local = Date.UTC(day.year, day.month - 1, day.day) + millisecondsIn(clock);
  if (Number.isNaN(local)) return null;
  const offset = offsetIn(zoneText.trim(), local);
  return offset === null ? null : local - offset * MINUTE_MS;
}

/** Of the day; NaN where there is no such time. */
function millisecondsIn(clock: RegExpExecArray | null): number {
  if (clock === null) return 0;
  const { hour = '', minute = '', second = '0', fraction = '', half = '' } = clock.groups ?? {};
  const isAfternoon = /^p/i.test(half);
  const hours = half === '' ? Number(hour) : (Number(hour) % 12) + (isAfternoon ? 12 : 0);
  if (hours > 24 || Number(minute) > 59 || Number(second) > 60 || (half !== '' && Number(hour) > 12))
    return Number.NaN;
  return (
    (hours * 60 + Number(minute)) * MINUTE_MS +
    Number(second) * 1_000 +
    Number(fraction.slice(0, 3).padEnd(3, '0'))
  );
}

const NAMED_DAY =
  /(?<day>\d{1,2})(?:st|nd|rd|th|\.|º|er)?[\s-]*(?:de\s+|of\s+)?(?<month>\p{L}+)\.?,?[\s-]*(?:de\s+)?(?<year>\d{4}|\d{2})\b/iu;
const MONTH_FIRST = /(?<month>\p{L}+)\.?\s+(?<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?<year>\d{4})\b/iu;
const YEAR_FIRST = /(?<!\d)(?<year>\d{4})[-/.年](?<month>\d{1,2})[-/.月](?<day>\d{1,2})(?!\d)/u;
/** With points, days come first everywhere; with dashes and strokes not. */
const POINTED = /(?<!\d)(?<day>\d{1,2})\.\s?(?<month>\d{1,2})\.\s?(?<year>\d{4}|\d{2})(?!\d)/;
const STROKED = /(?<!\d)(?<one>\d{1,2})[/-](?<other>\d{1,2})[/-](?<year>\d{4})(?!\d)/;
const COMPACT = /^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})$/;

function dayIn(text: string): Day | null {
  const given = text.trim().replace(/T$/, '');
  for (const pattern of [YEAR_FIRST, COMPACT, POINTED]) {
    const found = pattern.exec(given)?.groups;
    if (found !== undefined) return dayOf(found.year, Number(found.month), found.day);
  }
  for (const pattern of [NAMED_DAY, MONTH_FIRST]) {
    const found = pattern.exec(given)?.groups;
    const month = monthCalled(found?.month ?? '');
    if (found !== undefined && month !== null) return dayOf(found.year, month, found.day);
  }
  const stroked = STROKED.exec(given)?.groups;
  return stroked === undefined ? null : decidedDay(given, stroked);
}

/** Day first or month first: by what there is, else by the weekday. */
function decidedDay(text: string, { one, other, year }: Record<string, string>): Day | null {
  const days = [dayOf(year, Number(other), one), dayOf(year, Number(one), other)].filter((it) => it !== null);
  const [first, second] = days;
  if (first === undefined || second === undefined || one === other) return first ?? null;
  const fitting = days.filter((day) => {
    const weekday = new Date(Date.UTC(day.year, day.month - 1, day.day)).toUTCString().slice(0, 3);
    return new RegExp(`\\b${weekday}`, 'i').test(text);
  });
  return fitting.length === 1 ? (fitting[0] ?? null) : null;
}

function dayOf(year: string | undefined, month: number, day: string | undefined): Day | null {
  const two = Number(year);
  const whole = year?.length === 2 ? (two < 70 ? 2_000 + two : 1_900 + two) : two;
  const date = new Date(Date.UTC(whole, month - 1, Number(day)));
  const isOne = date.getUTCMonth() === month - 1 && date.getUTCDate() === Number(day);
  return isOne ? { year: whole, month, day: Number(day) } : null;
}

/** Earlier ones win: Czech and Polish October is Croatian November. */
const LANGUAGES =
  'en de fr es it pt nl pl cs sk sl da nb sv fi et lv lt hu ro bg ru uk el tr ca gl eu id ms vi is ga cy sq sr mk az kk'.split(
    ' ',
  );
let months: ReadonlyMap<string, number> | null = null;

/** 1 to 12, by its name or the beginning of it in any of many languages. */
function monthCalled(name: string): number | null {
  months ??= monthNames();
  return months.get(bare(name)) ?? null;
}

function monthNames(): ReadonlyMap<string, number> {
  const names = new Map<string, number>();
  for (const language of LANGUAGES) {
    for (const form of ['long', 'short'] as const) {
      // With a day beside it a month has its other case in Slavic languages.
      for (const options of [{ month: form }, { month: form, day: 'numeric' }] as const) {
        const format = new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' });
        for (let month = 1; month <= 12; month++) {
          const parts = format.formatToParts(Date.UTC(2024, month - 1, 15));
          const name = bare(parts.find(({ type }) => type === 'month')?.value ?? '');
          if (/^\p{L}{2,}$/u.test(name) && !names.has(name)) names.set(name, month);
        }
      }
    }
  }
  // `Sept`, and three letters of German and French.
  for (const [name, month] of [
    ['sept', 9],
    ['mrz', 3],
    ['okt', 10],
    ['dez', 12],
    ['fev', 2],
    ['aou', 8],
  ] as const)
    if (!names.has(name)) names.set(name, month);
  return names;
}

/** Without marks and points, in small letters. */
function bare(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}|\./gu, '')
    .toLowerCase();
}

/** Minutes east of Greenwich, of names that mean one zone in feeds. */
const ZONES: Readonly<Record<string, number>> = {
  z: 0,
  ut: 0,
  utc: 0,
  gmt: 0,
  wet: 0,
  bst: 60,
  ist: 330,
  cet: 60,
  cest: 120,
  met: 60,
  mest: 120,
  mez: 60,
  mesz: 120,
  west: 60,
  eet: 120,
  eest: 180,
  msk: 180,
  sast: 120,
  pkt: 300,
  wib: 420,
  ict: 420,
  sgt: 480,
  hkt: 480,
  pht: 480,
  awst: 480,
  jst: 540,
  kst: 540,
  acst: 570,
  aest: 600,
  aedt: 660,
  nzst: 720,
  nzdt: 780,
  nst: -210,
  ast: -240,
  adt: -180,
  brt: -180,
  art: -180,
  est: -300,
  edt: -240,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
  akst: -540,
  akdt: -480,
  hst: -600,
};
const OFFSET =
  /^(?:GMT|UTC|Z)?\s*(?<sign>[+-])(?<hours>\d{1,2})(?::?(?<minutes>\d{2}))?\s*(?:Z|\(.*\)|[A-Z]{2,5})?$/i;

/** Null for a zone that nobody knows. */
function offsetIn(given: string, localMs: number): number | null {
  const text = given.replace(/\s*\([^)]*\)$/, '');
  if (text === '') return 0;
  const offset = OFFSET.exec(text)?.groups;
  if (offset !== undefined) {
    const minutes = Number(offset.hours) * 60 + Number(offset.minutes ?? 0);
    return minutes > 15 * 60 ? null : offset.sign === '-' ? -minutes : minutes;
  }
  const known = Object.hasOwn(ZONES, text.toLowerCase()) ? ZONES[text.toLowerCase()] : undefined;
  return known ?? (/^[A-Za-z]+\/[\w/+-]+$/.test(text) ? offsetOfPlace(text, localMs) : null);
}

/** Of a place in the zone database, at a time on its clocks. */
function offsetOfPlace(zone: string, localMs: number): number | null {
  try {
    const format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
    const at = (ms: number) => {
      const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
      return name === 'GMT' ? 0 : offsetIn(name, ms);
    };
    const near = at(localMs);
    return near === null ? null : at(localMs - near * MINUTE_MS);
  } catch {
    return null;
  }
}
