/** Times of the day: `8am`, `at 8`, `half past 8`, `20 Uhr 15`, `halb neun`. */
import type { Standing } from './standing.ts';
import { type Matched, meaningAt, past, type WordReading } from './vocabulary.ts';

export interface ClockTime {
  /** After midnight, below 1440. */
  readonly minutes: number;
  /** How it may stand without a day. */
  readonly standing: Standing;
}

const WITH_COLON = /^([01]?\d|2[0-4]):([0-5]\d)(am|pm)?$/;
const WITH_DOT = /^([01]?\d|2[0-4])\.([0-5]\d)$/;
const WITH_MERIDIEM = /^(0?[1-9]|1[0-2])(?::|\.)?([0-5]\d)?(am|pm|a\.m|p\.m)$/;
const WHOLE_HOUR = /^([01]?\d|2[0-4])$/;

/** A time of the day that begins at a word, with the word for "at" before it where there is one. */
export function clockAt(reading: WordReading, at: number): Matched<ClockTime> | null {
  const begin = past(reading, at, 'at');
  const hasAt = begin > at;
  return named(reading, begin, hasAt) ?? offsetHour(reading, begin) ?? numeric(reading, begin, hasAt);
}

function named(reading: WordReading, begin: number, hasAt: boolean): Matched<ClockTime> | null {
  const hour = meaningAt(reading, begin, 'hour');
  return (
    hour && { value: { minutes: hour.value.minutes, standing: hasAt ? 'sure' : 'timed' }, next: hour.next }
  );
}

/** `half past 8`, `viertel vor neun`. */
function offsetHour(reading: WordReading, begin: number): Matched<ClockTime> | null {
  const offset = meaningAt(reading, begin, 'offset');
  const hour = offset && hourAt(reading, offset.next);
  if (!offset || !hour || hour.value < 1 || hour.value > 12) return null;
  const read = withHalf(reading, hour.value * 60 + offset.value.minutes, past(reading, hour.next, 'oclock'));
  return { value: { minutes: read.value, standing: 'sure' }, next: read.next };
}

function numeric(reading: WordReading, begin: number, hasAt: boolean): Matched<ClockTime> | null {
  const word = reading.words[begin]?.folded ?? '';
  const meridiem = reading.vocabulary.language === 'en' ? WITH_MERIDIEM.exec(word) : null;
  if (meridiem) {
    const [, hour, minute = '0', half = ''] = meridiem;
    return clock(
      inHalf(Number(hour) * 60 + Number(minute), half.startsWith('p') ? 'pm' : 'am'),
      true,
      begin + 1,
    );
  }
  const colon = WITH_COLON.exec(word);
  if (colon) return withMinutes(reading, begin, hasAt, Number(colon[1]), Number(colon[2]));
  const dotted = WITH_DOT.exec(word);
  const hasHourWord = meaningAt(reading, begin + 1, 'oclock') !== null;
  if (dotted && (hasAt || hasHourWord)) {
    return withMinutes(reading, begin, true, Number(dotted[1]), Number(dotted[2]));
  }
  return wholeHour(reading, begin, hasAt);
}

/** `8:30`. Without "at" it may be a ratio or a verse: full five minutes are asked for where it stands alone. */
function withMinutes(
  reading: WordReading,
  begin: number,
  hasAt: boolean,
  hour: number,
  minute: number,
): Matched<ClockTime> | null {
  if (hour * 60 + minute > 1440) return null;
  const afterHour = past(reading, begin + 1, 'oclock');
  const read = withHalf(reading, hour * 60 + minute, afterHour);
  const isMarked = hasAt || read.next > begin + 1;
  if (!isMarked && minute % 5 !== 0) return null;
  return clock(read.value, isMarked, read.next);
}

/** `at 8`, `8 pm`, `8 Uhr`, `8 Uhr 30`, `8 abends`. */
function wholeHour(reading: WordReading, begin: number, hasAt: boolean): Matched<ClockTime> | null {
  const hour = hourAt(reading, begin);
  if (hour === null) return null;
  const isWord = !WHOLE_HOUR.test(reading.words[begin]?.folded ?? '');
  const afterHour = past(reading, hour.next, 'oclock');
  const hasHourWord = afterHour > hour.next;
  const minute = hasHourWord ? minuteAt(reading, afterHour) : null;
  const read = withHalf(reading, hour.value * 60 + (minute?.value ?? 0), minute?.next ?? afterHour);
  const hasHalf = read.next > (minute?.next ?? afterHour);
  // "eine Stunde", "one pm": a number in words needs what makes it an hour.
  if (!hasAt && !hasHourWord && (!hasHalf || isWord)) return null;
  if (hour.value * 60 + (minute?.value ?? 0) > 1440) return null;
  return clock(read.value, hasHourWord || hasHalf, read.next);
}

function hourAt(reading: WordReading, at: number): Matched<number> | null {
  const digits = WHOLE_HOUR.exec(reading.words[at]?.folded ?? '');
  if (digits) return { value: Number(digits[1]), next: at + 1 };
  const number = meaningAt(reading, at, 'number');
  return number && { value: number.value.value, next: number.next };
}

function minuteAt(reading: WordReading, at: number): Matched<number> | null {
  const digits = /^[0-5]\d$/.exec(reading.words[at]?.folded ?? '');
  return digits && { value: Number(digits[0]), next: at + 1 };
}

/** With what says which half of the day is meant: `pm`, `in the evening`, `abends`. */
function withHalf(reading: WordReading, minutes: number, at: number): Matched<number> {
  const said = meaningAt(reading, at, 'meridiem') ?? meaningAt(reading, at, 'daypart');
  if (said === null || minutes > 12 * 60 + 59) return { value: minutes, next: at };
  return { value: inHalf(minutes, said.value.half), next: said.next };
}

/** 12 in the morning is midnight, 12 in the afternoon noon. */
export function inHalf(minutes: number, half: 'am' | 'pm'): number {
  if (minutes >= 13 * 60) return minutes;
  return (minutes % 720) + (half === 'pm' ? 720 : 0);
}

function clock(minutes: number, isSure: boolean, next: number): Matched<ClockTime> {
  return { value: { minutes: minutes % 1440, standing: isSure ? 'sure' : 'edge' }, next };
}
