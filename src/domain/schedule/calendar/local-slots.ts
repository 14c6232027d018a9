/**
 * Slots of a wall-time pattern in a time zone, through changes of the clock.
 *
 * The search goes from stretch to stretch of constant offset. Within one, slots are the wall matches read
 * with its offset, and two things besides at its ends:
 *
 *     gap (clocks go forward)                 fold (clocks go back)
 *     wall 01:59 | 03:00                      wall 02:59 | 02:00 … 02:59 | 03:00
 *                 ^ stretch opens                         ^ stretch opens
 *     02:00-02:59 never shown: `shift` reads   02:00-02:59 shown twice: `first` leaves out the start of the
 *     them with the offset before, `end` takes opened stretch, `second` the end of the closed one, `both`
 *     the opening instant, `skip` drops them   neither
 *
 * Looked at that way slots come out in order and without repeats, although wall order is not instant order.
 * Patterns that run on elapsed time are the case `skip` with `both`: every instant whose wall time matches.
 */

import type { ScheduleOptions } from '../types.ts';
import { MS_PER_DAY } from './civil.ts';
import { countMatches, matches, nextMatch, type WallPattern } from './wall-pattern.ts';
import { type Stretch, stretchAt } from './zone.ts';

export interface LocalRule {
  readonly pattern: WallPattern;
  readonly timezone: string;
  readonly gap: ScheduleOptions['dst_gap'];
  readonly fold: ScheduleOptions['dst_fold'];
}

/** No wall time is further from its slot than this: the largest offsets and the longest gap. */
const REACH_MS = 48 * 3_600_000;
/**
 * Without a slot for so long there is none: the rarest date comes within 40 years, and what daylight saving
 * leaves out once (an expression that only ever falls into a gap) it does not leave out for a century.
 */
const CENTURY_MS = 36_525 * MS_PER_DAY;
/** Bounds the cost of counting: 18 years of a zone with daylight saving, more where the pattern is sparse. */
const MAX_STRETCHES = 300;

/** The first slot in `from <= slot <= to`, epoch ms; null where there is none, or none within a century. */
export function firstLocalSlot(rule: LocalRule, from: number, to: number): number | null {
  const last = Math.min(to, from + CENTURY_MS);
  let instant = from;
  while (instant <= last) {
    const stretch = stretchAt(rule.timezone, instant);
    const found = firstInStretch(rule, stretch, instant);
    if (found !== null) return found <= last ? found : null;
    const next = afterStretch(rule, stretch);
    if (next === null) return null;
    instant = next;
  }
  return null;
}

/**
 * How many slots lie in `from <= slot <= to`. Stops once the count is beyond `cap`, or after `MAX_STRETCHES`,
 * so that its cost is bounded; `complete` says whether it saw all.
 */
export function countLocalSlots(
  rule: LocalRule,
  from: number,
  to: number,
  cap: number,
): { readonly count: number; readonly complete: boolean } {
  let count = 0;
  let instant = from;
  for (let seen = 0; instant <= to; seen += 1) {
    if (count > cap || seen >= MAX_STRETCHES) return { count, complete: false };
    const stretch = stretchAt(rule.timezone, instant);
    count += countInStretch(rule, stretch, instant, Math.min(to + 1, stretch.to), cap);
    const next = afterStretch(rule, stretch);
    if (next === null) break;
    instant = next;
  }
  return { count, complete: true };
}

/**
 * The last slot in `from <= slot <= to`; null where there is none, or none within a century. Looks back in
 * windows, each four times as long as the one before, then halves the one that has slots.
 */
export function latestLocalSlot(rule: LocalRule, from: number, to: number): number | null {
  const first = Math.max(from, to - CENTURY_MS);
  let end = to;
  for (let size = MS_PER_DAY / 24; end >= first; size *= 4) {
    const start = Math.max(first, end - size);
    const found = firstLocalSlot(rule, start, end);
    if (found !== null) return lastFrom(rule, found, end);
    end = start - 1;
  }
  return null;
}

/** The last slot up to `end`, given one. */
function lastFrom(rule: LocalRule, found: number, end: number): number {
  let last = found;
  let none = end + 1;
  while (none - last > 1) {
    const middle = Math.floor((last + none) / 2);
    const slot = firstLocalSlot(rule, middle, none - 1);
    if (slot === null) none = middle;
    else last = slot;
  }
  return last;
}

/** Where the search goes on after a stretch, far ahead where no match comes for long; null where none does. */
function afterStretch(rule: LocalRule, stretch: Stretch): number | null {
  if (stretch.to === Infinity) return null;
  // Near a change the matches of one stretch can have slots in the next.
  if (stretch.opened !== null || stretch.closes !== null) return stretch.to;
  const next = nextMatch(rule.pattern, stretch.to + stretch.offset);
  return next === null ? null : Math.max(stretch.to, next - REACH_MS);
}

function firstInStretch(rule: LocalRule, stretch: Stretch, from: number): number | null {
  const [start, end] = shownRange(rule, stretch, from, stretch.to);
  const match = nextMatch(rule.pattern, start + stretch.offset);
  const shown = match === null || match - stretch.offset >= end ? null : match - stretch.offset;
  const moved = firstMoved(rule, stretch, from);
  if (shown === null || moved === null) return shown ?? moved;
  return Math.min(shown, moved);
}

/** The part of `from <= instant < to` in a stretch whose wall times count as they are shown. */
function shownRange(rule: LocalRule, stretch: Stretch, from: number, to: number): [number, number] {
  const { opened, closes, offset } = stretch;
  let start = from;
  let end = to;
  // Of a gap these lie outside of the stretch, and nothing is cut off.
  if (rule.fold === 'first' && opened !== null) start = Math.max(start, opened.at + (opened.before - offset));
  if (rule.fold === 'second' && closes !== null) end = Math.min(end, closes.at - (offset - closes.after));
  return [start, end];
}

/** The first slot at or after `from` that was moved into this stretch out of the gap that opened it. */
function firstMoved(rule: LocalRule, stretch: Stretch, from: number): number | null {
  const { opened } = stretch;
  if (rule.gap === 'skip' || opened === null) return null;
  if (rule.gap === 'end' && from > opened.at) return null;
  const match = nextMatch(rule.pattern, from + opened.before);
  // Of a fold all are: it ends earlier on the wall than it begins.
  if (match === null || match >= opened.at + opened.after) return null;
  const slot = rule.gap === 'end' ? opened.at : match - opened.before;
  return slot < stretch.to ? slot : null;
}

function countInStretch(rule: LocalRule, stretch: Stretch, from: number, to: number, cap: number): number {
  const [start, end] = shownRange(rule, stretch, from, to);
  let count = countMatches(rule.pattern, start + stretch.offset, end + stretch.offset, cap);
  let moved = firstMoved(rule, stretch, from);
  while (moved !== null && moved < to) {
    // One slot where a moved wall time falls on one that matches anyway.
    if (!matches(rule.pattern, moved + stretch.offset)) count += 1;
    moved = firstMoved(rule, stretch, moved + 1);
  }
  return count;
}
