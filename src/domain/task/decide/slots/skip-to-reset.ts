/**
 * A slot that a limit of the task's owner keeps from running. It, and all that come before the limit begins anew, are
 * skipped at once; the task goes on with the first slot after that.
 */

import { withRunsLeft } from '../../../schedule/several.ts';
import { countSlots, latestSlot, nextSlotWithin } from '../../../schedule/slots.ts';
import type { LimitExceeded } from '../../../shared/decision.ts';
import { earliest, type Instant, plusMs } from '../../../shared/instant.ts';
import type { LimitReason, TaskEvent } from '../../events/events.ts';
import { thinned } from '../../skipped-slots.ts';
import { slotGivenBack, slotsTaken } from '../../slots-used.ts';
import type { SchedulingState } from '../../state.ts';
import { armedByEnd } from '../armed.ts';
import { restingWhenSlotsEnd } from '../resting.ts';

/** `exceeded` is what stood in the way of requesting the slot that is due, or the buffered one. */
export function skipToReset(state: SchedulingState, exceeded: LimitExceeded): TaskEvent {
  const { buffered_slot } = state;
  const taken = slotsTaken(state);
  const whole = state.schedule && thinned(state.schedule, state);
  // What the buffered slot was to use up is left again.
  const schedule = whole && (withRunsLeft(whole, taken) ?? whole);
  const first = buffered_slot ?? state.next_run_time;
  if (schedule === null || first === null || exceeded.resets_at === null) {
    throw new Error(`${state.task_id} has no slot that could wait for a limit`);
  }
  const next = earliest(state.next_run_time, slotGivenBack(state));
  const before = plusMs(exceeded.resets_at, -1);
  const last: Instant | null =
    next === null || next > before ? null : (latestSlot(schedule, before, next) ?? next);
  const ahead = last === null || next === null ? NONE : countSlots(schedule, next, last);
  const next_run_time = last === null ? next : nextSlotWithin(schedule, last, taken);
  const ended = next_run_time === null && state.execution === null;
  const status = ended ? { from: state.resting_status, to: restingWhenSlotsEnd(state) } : null;
  return {
    type: 'task.slots_skipped',
    data: {
      reason: reasonOf(exceeded),
      count: ahead.count + (buffered_slot === null ? 0 : 1),
      count_is_minimum: ahead.count_is_minimum,
      from: first,
      to: last ?? first,
      schedule_version: state.schedule_version,
      next_run_time,
      status,
      armed: armedByEnd(state, status?.to),
    },
  };
}

const NONE = { count: 0, count_is_minimum: false };

function reasonOf({ code }: LimitExceeded): LimitReason {
  return code === 'CREDIT_LIMIT_EXCEEDED' ? 'credit_limit' : 'execution_limit';
}
