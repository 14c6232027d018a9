import { dueAt } from '../../schedule/jitter.ts';
import { mergedSlots } from '../../schedule/merged-slots.ts';
import { type NamedPreview, previewSlots, type SlotPreview } from '../../schedule/preview.ts';
import { MAIN_SCHEDULE, namedSchedules } from '../../schedule/several.ts';
import { countSlots } from '../../schedule/slots.ts';
import type { NamedSchedule, Schedule } from '../../schedule/types.ts';
import { type Instant, plusMs } from '../../shared/instant.ts';
import { isSkipped, thinned } from '../skipped-slots.ts';
import type { SchedulingState } from '../state.ts';
import { beginOf, leftFrom } from './planned-slots.ts';

export type SlotAheadPreview = NamedPreview & {
  /** With its jitter. */
  readonly due_at: Instant;
  /** Its owner took it out: it will not run. */
  readonly skipped: boolean;
};

export interface SlotsAheadQuery {
  readonly count: number;
  /** Both inclusive; null: from now, without end. */
  readonly from?: Instant | null;
  readonly to?: Instant | null;
}

/**
 * The next slots of a task's schedule as people read them: as many as `max_runs` leaves, and of a scheduled task from
 * its next one on, where a limit has skipped those before it. Those that its owner took out are among them.
 */
export function slotsAhead(state: SchedulingState, now: Instant, query: SlotsAheadQuery): SlotAheadPreview[] {
  const { schedule, task_id, schedule_version } = state;
  if (schedule === null) return [];
  const all = namedSchedules(schedule);
  const ahead: SlotAheadPreview[] = [];
  for (const { index, ...slot } of mergedSlots(
    all.map((one) => aheadOfOne(state, one, now, query).values()),
  )) {
    if (ahead.length >= query.count) break;
    const schedule_id = all[index]?.id ?? MAIN_SCHEDULE;
    const due_at = dueAt(schedule, task_id, schedule_version, slot.at, schedule_id);
    ahead.push({ ...slot, due_at, skipped: isSkipped(state, slot.at), schedule_id });
  }
  return ahead;
}

/** Those of one schedule. */
function aheadOfOne(
  state: SchedulingState,
  schedule: NamedSchedule,
  now: Instant,
  { count, from = null, to = null }: SlotsAheadQuery,
): SlotPreview[] {
  const begin = beginOf(state, now);
  const start = from === null || from <= begin ? begin : plusMs(from, -1);
  const left = leftFrom(state, schedule, now) - passedOver(state, schedule, begin, start);
  const previews = previewSlots(schedule, start, Math.min(count, left + skipsAfter(state, start)), to);
  const asked = { from: from === null || from <= now ? plusMs(now, 1) : from, to };
  return [...skippedBefore(state, schedule, begin, asked), ...withinRuns(state, previews, left)].slice(
    0,
    count,
  );
}

/** What slots before the range use up of `max_runs`. */
function passedOver(state: SchedulingState, schedule: Schedule, begin: Instant, start: Instant): number {
  if (schedule.max_runs === null || start <= begin) return 0;
  return countSlots(thinned(schedule, state), plusMs(begin, 1), start).count;
}

function skipsAfter({ skipped_slots = [] }: SchedulingState, start: Instant): number {
  return skipped_slots.filter((slot) => slot > start).length;
}

/** Those that were the next one when they were taken out. */
function skippedBefore(
  { skipped_slots = [] }: SchedulingState,
  schedule: Schedule,
  begin: Instant,
  { from, to }: { readonly from: Instant; readonly to: Instant | null },
): SlotPreview[] {
  return skipped_slots
    .filter((slot) => slot <= begin && slot >= from && (to === null || slot <= to))
    .flatMap((slot) => previewSlots(schedule, plusMs(slot, -1), 1, slot));
}

/** A slot that is skipped uses up nothing. */
function withinRuns(state: SchedulingState, previews: readonly SlotPreview[], left: number): SlotPreview[] {
  let runs = 0;
  return previews.filter(({ at }) => {
    if (!isSkipped(state, at)) runs += 1;
    return runs <= left;
  });
}
