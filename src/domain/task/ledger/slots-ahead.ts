import { previewSlots, type SlotPreview } from '../../schedule/preview.ts';
import { countSlots } from '../../schedule/slots.ts';
import { type Instant, plusMs } from '../../shared/instant.ts';
import { type SchedulingState, slotsSpokenFor } from '../state.ts';

/**
 * The next slots of a task's schedule, at most `count`, as people read them: as many as `max_runs` leaves, and of a
 * scheduled task from its next one on, where a limit has skipped those before it.
 */
export function slotsAhead(state: SchedulingState, now: Instant, count: number): SlotPreview[] {
  const { schedule } = state;
  if (schedule === null) return [];
  const left =
    (schedule.max_runs ?? Number.POSITIVE_INFINITY) - slotsSpokenFor(state) - slotsWaiting(state, now);
  return previewSlots(schedule, beforeNext(state, now), Math.min(count, left));
}

/** Slots that have come and are to run still: a jittered one, or those that are caught up one after another. */
function slotsWaiting(
  { schedule, resting_status, next_run_time: next }: SchedulingState,
  now: Instant,
): number {
  if (schedule === null || resting_status !== 'scheduled' || next === null || next > now) return 0;
  return schedule.catch_up === 'all' ? countSlots(schedule, next, now).count : 1;
}

function beforeNext({ resting_status, next_run_time: next }: SchedulingState, now: Instant): Instant {
  return resting_status === 'scheduled' && next !== null && next > now ? plusMs(next, -1) : now;
}
