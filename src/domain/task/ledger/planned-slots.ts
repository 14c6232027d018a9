/** The slots of a task that are still ahead, as things stand. */
import { dueAt } from '../../schedule/jitter.ts';
import { countSlots, slotsFrom } from '../../schedule/slots.ts';
import type { Schedule } from '../../schedule/types.ts';
import { type Instant, plusMs } from '../../shared/instant.ts';
import { isSkipped, thinned } from '../skipped-slots.ts';
import { type SchedulingState, slotsSpokenFor } from '../state.ts';
import type { SlotRange } from './slot-fates.ts';

export interface PlannedSlot {
  readonly at: Instant;
  /** With its jitter: when it will be taken at the earliest. */
  readonly due_at: Instant;
  /** Its owner took it out: it will not run, and uses up nothing. */
  readonly skipped: boolean;
}

/**
 * Those after `now` and within the range, in order, worked out as they are taken: of a scheduled task as many as
 * `max_runs` leaves; of a paused one those that would be, were it resumed; of any other none.
 */
export function* plannedSlots(
  state: SchedulingState,
  now: Instant,
  { from, to }: SlotRange,
): Generator<PlannedSlot, void, undefined> {
  const { schedule, schedule_version, task_id } = state;
  if (schedule === null || !isOpen(state)) return;
  const begin = beginOf(state, now);
  const start = from <= begin ? begin : plusMs(from, -1);
  let left = leftFrom(state, schedule, now);
  // Those before the range use up `max_runs` as well.
  if (left !== Number.POSITIVE_INFINITY && start > begin) {
    left -= countSlots(thinned(schedule, state), plusMs(begin, 1), start).count;
  }
  for (const at of slotsFrom(schedule, start)) {
    if (at > to || left <= 0) return;
    const skipped = isSkipped(state, at);
    if (!skipped) left -= 1;
    if (at > now) yield { at, due_at: dueAt(schedule, task_id, schedule_version, at), skipped };
  }
}

export function isOpen({ resting_status, deleted_at }: SchedulingState): boolean {
  return deleted_at === null && (resting_status === 'scheduled' || resting_status === 'paused');
}

/** What `max_runs` leaves for slots after `now`. */
export function leftFrom(state: SchedulingState, schedule: Schedule, now: Instant): number {
  const max = schedule.max_runs ?? Number.POSITIVE_INFINITY;
  return max - slotsSpokenFor(state) - slotsWaiting(state, schedule, now);
}

/** Slots that have come and are to run still: a jittered one, or those that are caught up one after another. */
function slotsWaiting(state: SchedulingState, schedule: Schedule, now: Instant): number {
  const { resting_status, next_run_time: next } = state;
  if (resting_status !== 'scheduled' || next === null || next > now) return 0;
  return schedule.catch_up === 'all' ? countSlots(thinned(schedule, state), next, now).count : 1;
}

/** After this the slots are that have no fate yet: a limit may have skipped some that are ahead. */
export function beginOf({ resting_status, next_run_time: next }: SchedulingState, now: Instant): Instant {
  return resting_status === 'scheduled' && next !== null && next > now ? plusMs(next, -1) : now;
}
