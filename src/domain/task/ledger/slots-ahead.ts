import { previewSlots, type SlotPreview } from '../../schedule/preview.ts';
import type { Instant } from '../../shared/instant.ts';
import type { SchedulingState } from '../state.ts';
import { beginOf, leftFrom } from './planned-slots.ts';

/**
 * The next slots of a task's schedule, at most `count`, as people read them: as many as `max_runs` leaves, and of a
 * scheduled task from its next one on, where a limit has skipped those before it.
 */
export function slotsAhead(state: SchedulingState, now: Instant, count: number): SlotPreview[] {
  const { schedule } = state;
  if (schedule === null) return [];
  const left = leftFrom(state, schedule, now);
  return previewSlots(schedule, beginOf(state, now), Math.min(count, left));
}
