/** What a task rests at when a run, or the last slot, is over. */
import { nextSlotWithin } from '../../schedule/slots.ts';
import type { Instant } from '../../shared/instant.ts';
import { thinned } from '../skipped-slots.ts';
import { slotsTaken } from '../slots-used.ts';
import { hasSlotLeft, isTriggered, type SchedulingState, statusOf } from '../state.ts';
import type { RestingStatus, StatusMove } from '../status.ts';

/**
 * What a task rests at once all slots of its schedule have passed and the last of them had no outcome of its
 * own. A one-off that never ran waits for a person, and so do several of which none did; a series that has ended is
 * complete.
 */
export function restingWhenSlotsEnd({ schedule, slots_taken }: SchedulingState): RestingStatus {
  if (schedule?.type === 'several') {
    return slots_taken === 0 && schedule.schedules.every(({ type }) => type === 'once')
      ? 'pending'
      : 'completed';
  }
  return schedule?.type === 'once' ? 'pending' : 'completed';
}

/**
 * A task with a slot left, or with a trigger, returns to its resting status; any other becomes what its run was, as
 * does one whose slots are used up. A task that had failed and then ran well rests as pending.
 */
export function restingAfterRun(
  state: SchedulingState,
  outcome: 'completed' | 'failed',
  now: Instant,
): RestingStatus {
  switch (state.resting_status) {
    case 'scheduled':
      return hasSlotLeft(state) ? 'scheduled' : outcome;
    case 'paused':
      return state.next_run_time === null && isUsedUp(state, now) ? outcome : 'paused';
    case 'completed':
      return state.execution?.completed_meanwhile || isTriggered(state) ? 'completed' : outcome;
    case 'pending':
      return isTriggered(state) && !isUsedUp(state, now) ? 'pending' : outcome;
    case 'failed':
      return outcome === 'completed' && isTriggered(state) && !isUsedUp(state, now) ? 'pending' : outcome;
    case 'cancelled':
      return 'cancelled';
  }
}

/** Asked where no slot is awaited, as in a task that was put back to pending by hand: its schedule may have some left. */
function isUsedUp(state: SchedulingState, now: Instant): boolean {
  const { schedule } = state;
  return schedule !== null && nextSlotWithin(thinned(schedule, state), now, slotsTaken(state)) === null;
}

/** The status after a run that ended without an outcome: back to rest, unless no slot is left to rest for. */
export function statusAfterCancel(
  state: SchedulingState,
): StatusMove<'running' | RestingStatus, RestingStatus> | null {
  const from = statusOf(state);
  const ended = state.resting_status === 'scheduled' && !hasSlotLeft(state);
  const to = ended ? restingWhenSlotsEnd(state) : state.resting_status;
  return from === to ? null : { from, to };
}
