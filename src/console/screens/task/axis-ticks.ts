/** Where an axis of time is labelled: at whole hours, days, weeks or months of the zone that is shown. */
import { clockText, dayKey, dayText } from '../../parts/time-text.ts';

const QUARTER_MS = 900_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Labels closer to an end than this part of the axis would stick out. */
const EDGE = 0.05;

export interface AxisTick {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly label: string;
}

/** @param from epoch milliseconds of the left end */
export function axisTicks(from: number, spanMs: number, zone: string): AxisTick[] {
  const first = from + EDGE * spanMs;
  const last = from + (1 - EDGE) * spanMs;
  const ticks: AxisTick[] = [];
  if (spanMs > 2 * DAY_MS) {
    for (let at = midnightFrom(first, zone); at <= last; at = midnightNear(at + DAY_MS, zone)) {
      if (isLabelled(at, spanMs, zone)) ticks.push({ at, label: dayText(at, zone, at) });
    }
    return ticks;
  }
  // Every offset that is in use is a whole number of quarters.
  for (let at = Math.ceil(first / QUARTER_MS) * QUARTER_MS; at <= last; at += QUARTER_MS) {
    const time = clockText(at, zone, at);
    const isWhole = spanMs <= 2 * HOUR_MS || (time.endsWith(':00') && Number(time.slice(0, 2)) % 4 === 0);
    if (isWhole) ticks.push({ at, label: time === '00:00' ? dayText(at, zone, at) : time });
  }
  return ticks;
}

/** Each day of a week, each Monday of a month, the first of every other month of a year. */
function isLabelled(midnight: number, spanMs: number, zone: string): boolean {
  if (spanMs <= 8 * DAY_MS) return true;
  if (spanMs <= 60 * DAY_MS) return dayText(midnight, zone, midnight).startsWith('Mon');
  const [, month, day] = dayKey(midnight, zone).split('-');
  return day === '01' && Number(month) % 2 === 1;
}

function midnightFrom(at: number, zone: string): number {
  for (let candidate = Math.ceil(at / QUARTER_MS) * QUARTER_MS; ; candidate += QUARTER_MS) {
    if (clockText(candidate, zone, candidate) === '00:00' || candidate > at + 2 * DAY_MS) return candidate;
  }
}

/** A day after midnight it is an hour off where the clocks have changed. */
function midnightNear(at: number, zone: string): number {
  const hour = Number(clockText(at, zone, at).slice(0, 2));
  return at + (hour === 0 ? 0 : hour > 12 ? 24 - hour : -hour) * HOUR_MS;
}
