import { dueAt } from '../../schedule/jitter.ts';
import { previewSlots, type SlotPreview } from '../../schedule/preview.ts';
import { countSlots } from '../../schedule/slots.ts';
import { type Instant, plusMs } from '../../shared/instant.ts';
import type { SchedulingState } from '../state.ts';
import { beginOf, leftFrom } from './planned-slots.ts';

export type SlotAheadPreview = SlotPreview & {
  /** With its jitter. */
  readonly due_at: Instant;
};

export interface SlotsAheadQuery {
  readonly count: number;
  /** Both inclusive; null: from now, without end. */
  readonly from?: Instant | null;
  readonly to?: Instant | null;
}

/**
 * The next slots of a task's schedule as people read them: as many as `max_runs` leaves, and of a scheduled task from
 * its next one on, where a limit has skipped those before it.
 */
export function slotsAhead(
  state: SchedulingState,
  now: Instant,
  { count, from = null, to = null }: SlotsAheadQuery,
): SlotAheadPreview[] {
  const { schedule, task_id, schedule_version } = state;
  if (schedule === null) return [];
  const begin = beginOf(state, now);
  const start = from === null || from <= begin ? begin : plusMs(from, -1);
  let left = leftFrom(state, schedule, now);
  if (left !== Number.POSITIVE_INFINITY && start > begin) {
    left -= countSlots(schedule, plusMs(begin, 1), start).count;
  }
  return previewSlots(schedule, start, Math.min(count, left), to).map((slot) => ({
    ...slot,
    due_at: dueAt(schedule, task_id, schedule_version, slot.at),
  }));
}
