/** Whether slots of a task come, and from when on. */
import { type Instant, plusMs } from '../../shared/instant.ts';
import type { SchedulingState } from '../state.ts';

/** Whether the task has slots that come: it is scheduled, or paused, when they are skipped. */
export function hasSlotsThatCome(state: SchedulingState): boolean {
  const { resting_status, deleted_at, schedule } = state;
  if (deleted_at !== null || schedule === null) return false;
  return resting_status === 'scheduled' || resting_status === 'paused';
}

/** Before the next slot, which was decided on a little before the event was stored. */
export function slotsEndAt({ next_run_time }: SchedulingState, time: Instant): Instant {
  return next_run_time !== null && next_run_time <= time ? plusMs(next_run_time, -1) : time;
}
