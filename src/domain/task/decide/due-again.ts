/**
 * A clock that was days ahead, and was believed, has slots taken that have not come: missed in their hundreds, or run too
 * early. When it is put back, they were not due after all, and are due again: under a new version of the schedule, so that
 * none is requested twice under one.
 *
 * Only who has seen the clock leap knows that it was ahead: to anybody else a clock that is put back may be wrong now.
 */
import { nextSlotWithin } from '../../schedule/slots.ts';
import { type Decision, decided, NOTHING } from '../../shared/decision.ts';
import { type Instant, msBetween } from '../../shared/instant.ts';
import type { TaskEvent } from '../events/events.ts';
import { thinned } from '../skipped-slots.ts';
import { slotsSpokenFor } from '../slots-used.ts';
import type { SchedulingState } from '../state.ts';
import { endedByTime } from './execution.ts';

const AHEAD_MS = 60_000;

/** Asked once the clock was put back, and again after each event. Nothing where no slot was taken ahead of its time. */
export function dueAgain(state: SchedulingState, now: Instant): Decision<TaskEvent> {
  const { schedule, next_run_time: previous, execution, schedule_version } = state;
  if (schedule === null || previous === null || state.deleted_at !== null) return NOTHING;
  if (!wasTakenAhead(state, now)) return NOTHING;
  // It would wait for the time by which it was requested, and all slots for it.
  const waits = execution?.state === 'requested' && !execution.shown_running;
  if (waits && execution.trigger_type === 'scheduled' && msBetween(now, execution.due_at) > AHEAD_MS) {
    return decided(endedByTime(state, execution, 'NOT_STARTED'));
  }
  const next_run_time = nextSlotWithin(thinned(schedule, state), now, slotsSpokenFor(state));
  if (next_run_time === null || next_run_time >= previous) return NOTHING;
  const data = { schedule_version: schedule_version + 1, previous, next_run_time };
  return decided({ type: 'task.rescheduled', data });
}

function wasTakenAhead({ taken_through = null, resting_status }: SchedulingState, now: Instant): boolean {
  return taken_through !== null && resting_status === 'scheduled' && msBetween(now, taken_through) > AHEAD_MS;
}
