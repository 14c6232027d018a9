/**
 * Excluded dates as spans of time. A slot is excluded by the date that the wall shows at its instant, after all
 * that daylight saving does to it. Each date is read off the stretches of constant offset that show it, so a day
 * without its midnight, or one that clocks set back make the wall show in two pieces, is cut out exactly.
 */
import { BoundedCache } from './bounded-cache.ts';
import { MS_PER_DAY } from './civil.ts';
import { stretchAt } from './zone.ts';

/** `from <= instant < to`, epoch ms. */
export interface ExcludedSpan {
  readonly from: number;
  readonly to: number;
}

/** Offsets stay within this. */
const REACH_MS = 24 * 3_600_000;

const spans = new BoundedCache<string, readonly ExcludedSpan[]>(500);

/** Ascending and apart from each other. */
export function excludedSpans(dates: readonly string[], timezone: string): readonly ExcludedSpan[] {
  return spans.get(`${timezone} ${dates.join()}`, () =>
    merged(dates.flatMap((date) => spansOf(date, timezone))),
  );
}

/** Single instants beside those spans. */
export function withInstants(
  excluded: readonly ExcludedSpan[],
  instants: readonly number[],
): readonly ExcludedSpan[] {
  return merged([...excluded, ...instants.map((instant) => ({ from: instant, to: instant + 1 }))]);
}

/** The span that the instant lies in. */
export function spanAround(excluded: readonly ExcludedSpan[], instant: number): ExcludedSpan | null {
  let low = 0;
  let high = excluded.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((excluded[middle]?.to ?? 0) <= instant) low = middle + 1;
    else high = middle;
  }
  const span = excluded[low];
  return span !== undefined && span.from <= instant ? span : null;
}

/** The parts of `from <= instant <= to` that are not excluded; ends inclusive. */
export function outside(excluded: readonly ExcludedSpan[], from: number, to: number): ExcludedSpan[] {
  const parts: ExcludedSpan[] = [];
  let start = from;
  for (const span of excluded) {
    if (span.to <= start) continue;
    if (span.from > to) break;
    if (span.from > start) parts.push({ from: start, to: span.from - 1 });
    start = span.to;
  }
  if (start <= to) parts.push({ from: start, to });
  return parts;
}

function spansOf(date: string, timezone: string): ExcludedSpan[] {
  const wall = Date.parse(`${date}T00:00:00Z`);
  const found: ExcludedSpan[] = [];
  for (let instant = wall - REACH_MS; instant < wall + MS_PER_DAY + REACH_MS; ) {
    const stretch = stretchAt(timezone, instant);
    const from = Math.max(stretch.from, wall - stretch.offset);
    const to = Math.min(stretch.to, wall + MS_PER_DAY - stretch.offset);
    if (from < to) found.push({ from, to });
    instant = stretch.to;
  }
  return found;
}

function merged(all: readonly ExcludedSpan[]): ExcludedSpan[] {
  const apart: ExcludedSpan[] = [];
  for (const span of [...all].sort((a, b) => a.from - b.from)) {
    const last = apart.at(-1);
    if (last === undefined || span.from > last.to) apart.push(span);
    else apart[apart.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
  }
  return apart;
}
