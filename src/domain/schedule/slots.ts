/**
 * The slots of a normalised schedule: when it is due. Slots are strictly ascending, at least a minute apart,
 * within `start_at` and `end_at`, on no excluded date, on days that its calendars leave open, and not later than the year
 * 9999. All of it is arithmetic or bounded search: no call loops over slots for more than some milliseconds.
 *
 * Several schedules have the slots of each of them, and one that they share once.
 */
import { epochMs, type Instant, instantOf } from '../shared/instant.ts';
import { ClosedDays } from './calendar/closed-days.ts';
import { type ExcludedSpan, excludedSpans, outside, spanAround, withInstants } from './calendar/excluded.ts';
import { countLocalSlots, firstLocalSlot, latestLocalSlot } from './calendar/local-slots.ts';
import { mergedSlots, type NominalSlot } from './merged-slots.ts';
import { localRule } from './recurrence/local-rule.ts';
import { untilInstant } from './recurrence/recurrence-rule.ts';
import { partsOf, type SlotsUsed, withRunsLeft } from './several.ts';
import type { NamedSchedule, SlotCount, ThinnedOne, ThinnedSchedule } from './types.ts';

/** The last millisecond that an instant can say. */
export const END_OF_TIME = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
/** Counting stops here; where it is one by one, as of several schedules, there. */
const MAX_COUNT = 10_000;
const MAX_COUNTED_ONE_BY_ONE = 1_000;
/** Closed spans that one call steps over: a schedule may fall on closed days for ever. */
const MAX_CLOSED_SPANS = 4_000;
const CENTURY_MS = 36_525 * 86_400_000;

/** The first slot strictly after the instant; null where none is left (or none comes within a century). */
export function nextSlot(schedule: ThinnedSchedule, after: Instant): Instant | null {
  const slot = firstOpenSlotMs(schedule, epochMs(after) + 1);
  return slot === null ? null : instantOf(slot);
}

/** The first slot after the instant that the schedule may still fire, `used` of its `max_runs` being used up. */
export function nextSlotWithin(schedule: ThinnedSchedule, after: Instant, used: SlotsUsed): Instant | null {
  const left = withRunsLeft(schedule, used);
  return left === null ? null : nextSlot(left, after);
}

/** The first slot at or after the instant; null likewise. */
export function slotFrom(schedule: ThinnedSchedule, from: Instant): Instant | null {
  const slot = firstOpenSlotMs(schedule, epochMs(from));
  return slot === null ? null : instantOf(slot);
}

/** Those of several schedules, in their order, that have a slot at the instant. */
export function schedulesAt(schedules: readonly NamedSchedule[], slot: Instant): readonly NamedSchedule[] {
  return schedules.filter((one) => firstOpenSlotMs(one, epochMs(slot)) === epochMs(slot));
}

/** All slots strictly after the instant, in order, worked out as they are taken. */
export function* slotsFrom(schedule: ThinnedSchedule, after: Instant): Generator<Instant, void, undefined> {
  if (schedule.type === 'several') {
    for (const { at } of mergedSlots(partsOf(schedule).map((one) => openSlots(one, after)))) yield at;
  } else {
    for (const { at } of openSlots(schedule, after)) yield at;
  }
}

function* openSlots(schedule: ThinnedOne, after: Instant): Generator<NominalSlot, void, undefined> {
  let slot = firstOpenSlotMs(schedule, epochMs(after) + 1);
  while (slot !== null) {
    yield { at: instantOf(slot), excluded: false };
    slot = firstOpenSlotMs(schedule, slot + 1);
  }
}

/** As `slotsFrom`, with those that fall on an excluded date or a closed day. */
export function* nominalSlotsFrom(
  schedule: ThinnedSchedule,
  after: Instant,
): Generator<NominalSlot, void, undefined> {
  if (schedule.type === 'several') {
    const { schedules } = schedule;
    const parts = partsOf(schedule).map((one) => nominalSlots(one, after));
    for (const { index, ...slot } of mergedSlots(parts)) {
      const schedule_id = schedules[index]?.id;
      yield schedule_id === undefined ? slot : { ...slot, schedule_id };
    }
  } else {
    yield* nominalSlots(schedule, after);
  }
}

function* nominalSlots(schedule: ThinnedOne, after: Instant): Generator<NominalSlot, void, undefined> {
  const excluded = excludedOf(schedule);
  const closed = ClosedDays.of(schedule);
  let slot = firstSlotMs(schedule, epochMs(after) + 1, END_OF_TIME);
  while (slot !== null) {
    const isExcluded = spanAround(excluded, slot) !== null;
    const closing = isExcluded ? null : (closed?.closing(slot) ?? null);
    const at = instantOf(slot);
    yield closing === null ? { at, excluded: isExcluded } : { at, excluded: true, closing };
    slot = firstSlotMs(schedule, slot + 1, END_OF_TIME);
  }
}

/**
 * How many slots lie in `from <= slot <= to`; a minimum beyond 10,000, or where the range spans decades, and of several
 * schedules beyond 1,000.
 */
export function countSlots(schedule: ThinnedSchedule, from: Instant, to: Instant): SlotCount {
  return schedule.type === 'several'
    ? countOfSeveral(schedule, from, to)
    : countOfOne(schedule, epochMs(from), epochMs(to));
}

function countOfOne(schedule: ThinnedOne, from: number, to: number): SlotCount {
  const range = boundedRange(schedule, from, to);
  const closed = ClosedDays.of(schedule);
  let count = 0;
  let complete = true;
  let parts = 0;
  for (const part of openParts(outside(excludedOf(schedule), range.from, range.to), closed)) {
    parts += 1;
    if (closed !== null && parts > MAX_CLOSED_SPANS) return { count, count_is_minimum: true };
    const counted = countInRange(schedule, part);
    count += counted.count;
    complete &&= counted.complete;
    if (count > MAX_COUNT) return { count: MAX_COUNT, count_is_minimum: true };
  }
  return { count, count_is_minimum: !complete };
}

/**
 * How many they share nobody can tell but by looking: at those of all but the busiest, or, where these are many, at all
 * up to a bound, beyond which there are no fewer than the busiest of them has.
 */
function countOfSeveral(schedule: ThinnedSchedule, from: Instant, to: Instant): SlotCount {
  const counted = partsOf(schedule)
    .map((part) => ({ part, ...countOfOne(part, epochMs(from), epochMs(to)) }))
    .sort((a, b) => b.count - a.count);
  const [busiest, ...others] = counted;
  const most = busiest?.count ?? 0;
  if (busiest?.count_is_minimum) return { count: most, count_is_minimum: true };
  if (others.reduce((sum, { count }) => sum + count, 0) > MAX_COUNTED_ONE_BY_ONE) {
    return countOneByOne(schedule, from, to, most);
  }
  const seen = new Set<number>();
  for (const { part } of others) {
    for (const { at } of openSlots(part, instantOf(epochMs(from) - 1))) {
      const slot = epochMs(at);
      if (at > to) break;
      if (busiest !== undefined && firstOpenSlotMs(busiest.part, slot) !== slot) seen.add(slot);
    }
  }
  const count = most + seen.size;
  return count > MAX_COUNT
    ? { count: MAX_COUNT, count_is_minimum: true }
    : { count, count_is_minimum: false };
}

function countOneByOne(schedule: ThinnedSchedule, from: Instant, to: Instant, least: number): SlotCount {
  let count = 0;
  for (const slot of slotsFrom(schedule, instantOf(epochMs(from) - 1))) {
    if (slot > to) return { count, count_is_minimum: false };
    count += 1;
    if (count > MAX_COUNTED_ONE_BY_ONE) return { count: Math.max(count, least), count_is_minimum: true };
  }
  return { count, count_is_minimum: false };
}

/** The most recent slot in `notBefore <= slot <= notAfter`; null where there is none, or none for a century. */
export function latestSlot(schedule: ThinnedSchedule, notAfter: Instant, notBefore: Instant): Instant | null {
  if (schedule.type !== 'several') return latestOfOne(schedule, epochMs(notAfter), epochMs(notBefore));
  const all = partsOf(schedule).map((one) => latestOfOne(one, epochMs(notAfter), epochMs(notBefore)));
  return latestOf(all);
}

function latestOfOne(schedule: ThinnedOne, notAfter: number, notBefore: number): Instant | null {
  const range = boundedRange(schedule, notBefore, notAfter);
  const closed = ClosedDays.of(schedule);
  let steps = 0;
  for (const part of outside(excludedOf(schedule), range.from, range.to).reverse()) {
    let slot = latestInRange(schedule, part);
    while (slot !== null) {
      const since = closed?.closedSince(slot) ?? null;
      if (since === null) return instantOf(slot);
      steps += 1;
      if (steps > MAX_CLOSED_SPANS) return null;
      slot = since > part.from ? latestInRange(schedule, { from: part.from, to: since - 1 }) : null;
    }
  }
  return null;
}

function latestOf(slots: readonly (Instant | null)[]): Instant | null {
  return slots.reduce<Instant | null>(
    (latest, slot) => (slot !== null && (latest === null || slot > latest) ? slot : latest),
    null,
  );
}

const NOTHING_EXCLUDED: readonly ExcludedSpan[] = [];

function excludedOf({ exclude_dates, timezone, without }: ThinnedOne): readonly ExcludedSpan[] {
  const dates = exclude_dates === null ? NOTHING_EXCLUDED : excludedSpans(exclude_dates, timezone);
  return without === undefined ? dates : withInstants(dates, without.map(epochMs));
}

/** The first slot from `from` on that no date excludes, on an open day. */
function firstOpenSlotMs(schedule: ThinnedSchedule, from: number): number | null {
  if (schedule.type === 'several') return firstOfSeveral(schedule, from);
  const excluded = excludedOf(schedule);
  const closed = ClosedDays.of(schedule);
  let slot = firstSlotMs(schedule, from, END_OF_TIME);
  let steps = 0;
  while (slot !== null) {
    const until: number | null = spanAround(excluded, slot)?.to ?? closed?.closedUntil(slot) ?? null;
    if (until === null) return slot;
    steps += 1;
    if (closed !== null && (steps > MAX_CLOSED_SPANS || until - from > CENTURY_MS)) return null;
    slot = firstSlotMs(schedule, until, END_OF_TIME);
  }
  return null;
}

function firstOfSeveral(schedule: ThinnedSchedule, from: number): number | null {
  let first: number | null = null;
  for (const one of partsOf(schedule)) {
    const slot = firstOpenSlotMs(one, from);
    if (slot !== null && (first === null || slot < first)) first = slot;
  }
  return first;
}

/** Of parts of time, what lies on open days: pieces in order, some of which touch. */
function* openParts(parts: readonly Range[], closed: ClosedDays | null): Generator<Range, void, undefined> {
  if (closed === null) {
    yield* parts;
    return;
  }
  for (const { from, to } of parts) {
    let start = from;
    while (start <= to) {
      const closedUntil: number | null = closed.closedUntil(start);
      if (closedUntil !== null) {
        start = closedUntil;
        continue;
      }
      const end = closed.openUntil(start);
      yield { from: start, to: Math.min(to, end - 1) };
      start = end;
    }
  }
}

interface Range {
  readonly from: number;
  /** Inclusive. */
  readonly to: number;
}

function boundedRange(schedule: ThinnedOne, from: number, to: number): Range {
  return {
    from: schedule.start_at === null ? from : Math.max(from, epochMs(schedule.start_at)),
    to: Math.min(to, schedule.end_at === null ? END_OF_TIME : epochMs(schedule.end_at), endOfRule(schedule)),
  };
}

/** Where a recurrence rule ends at an instant. */
function endOfRule(schedule: ThinnedOne): number {
  if (schedule.type !== 'rrule') return END_OF_TIME;
  const until = UNTIL.exec(schedule.rrule)?.[1];
  return (until === undefined ? null : untilInstant(until)) ?? END_OF_TIME;
}

const UNTIL = /UNTIL=([^;]+)/;

function firstSlotMs(schedule: ThinnedOne, from: number, to: number): number | null {
  const range = boundedRange(schedule, from, to);
  switch (schedule.type) {
    case 'once': {
      const slot = epochMs(schedule.run_time);
      return slot >= range.from && slot <= range.to ? slot : null;
    }
    case 'interval': {
      const { anchor, step } = beat(schedule);
      const slot = anchor + Math.max(0, Math.ceil((range.from - anchor) / step)) * step;
      return slot <= range.to ? slot : null;
    }
    case 'cron':
    case 'daily':
    case 'weekly':
    case 'monthly':
    case 'rrule':
      return firstLocalSlot(localRule(schedule), range.from, range.to);
  }
}

function countInRange(schedule: ThinnedOne, range: Range): { count: number; complete: boolean } {
  switch (schedule.type) {
    case 'once':
      return { count: firstSlotMs(schedule, range.from, range.to) === null ? 0 : 1, complete: true };
    case 'interval': {
      const { anchor, step } = beat(schedule);
      const first = Math.max(0, Math.ceil((range.from - anchor) / step));
      const last = Math.floor((range.to - anchor) / step);
      return { count: Math.max(0, last - first + 1), complete: true };
    }
    case 'cron':
    case 'daily':
    case 'weekly':
    case 'monthly':
    case 'rrule':
      return countLocalSlots(localRule(schedule), range.from, range.to, MAX_COUNT);
  }
}

function latestInRange(schedule: ThinnedOne, range: Range): number | null {
  switch (schedule.type) {
    case 'once':
      return firstSlotMs(schedule, range.from, range.to);
    case 'interval': {
      const { anchor, step } = beat(schedule);
      const slot = anchor + Math.floor((range.to - anchor) / step) * step;
      return slot >= Math.max(range.from, anchor) ? slot : null;
    }
    case 'cron':
    case 'daily':
    case 'weekly':
    case 'monthly':
    case 'rrule':
      return latestLocalSlot(localRule(schedule), range.from, range.to);
  }
}

function beat(schedule: { readonly anchor: Instant; readonly interval_seconds: number }) {
  return { anchor: epochMs(schedule.anchor), step: schedule.interval_seconds * 1000 };
}
