/** One planned slot that will not run, because its owner says so, and that same slot brought back. */
import { namedSchedules, usedBy } from '../../../schedule/several.ts';
import { countSlots, nextSlot, nextSlotWithin, schedulesAt } from '../../../schedule/slots.ts';
import { type Decision, decided, NOTHING, type Rejection, rejected } from '../../../shared/decision.ts';
import { earliest, type Instant, plusMs } from '../../../shared/instant.ts';
import type { SkipSlot } from '../../commands.ts';
import type { TaskEvent } from '../../events/events.ts';
import { isSkipped, MOST_SKIPPED_SLOTS, thinned, withSkip } from '../../skipped-slots.ts';
import { slotsSpokenFor, wholeOpenSchedule } from '../../slots-used.ts';
import type { TaskState } from '../../state.ts';
import { staleEdit } from '../decide.ts';

type NotPlanned = Extract<Rejection, { readonly code: 'SLOT_NOT_PLANNED' }>['reason'];

export function skipSlot(state: TaskState | null, command: SkipSlot): Decision<TaskEvent> {
  if (state === null || state.deleted_at !== null) return rejected({ code: 'TASK_NOT_FOUND' });
  const stale = staleEdit(state, command.if_match);
  if (stale !== null) return rejected(stale);
  const { slot, skip, now, reason } = command;
  if (state.schedule === null) return rejected({ code: 'NO_SCHEDULE' });
  const why = notPlanned(state, slot, now);
  if (why !== null) return rejected({ code: 'SLOT_NOT_PLANNED', slot, reason: why });
  if (isSkipped(state, slot) === skip) return NOTHING;
  const skipped_slots = withSkip(state, slot, skip);
  if (skipped_slots.length > MOST_SKIPPED_SLOTS) {
    return rejected({ code: 'TOO_MANY_SKIPS', limit: MOST_SKIPPED_SLOTS });
  }
  const next_run_time = nextAfter(state, slot, skip);
  // A task that waits for nothing has come to its end, and that is not what was asked for.
  if (next_run_time === null) return rejected({ code: 'NO_FUTURE_SLOT' });
  const { schedule_version } = state;
  return decided({
    type: 'task.slot_skip_changed',
    data: { slot, skip, schedule_version, next_run_time, personal: { reason } },
  });
}

/** Why the slot is none that is ahead; null where it is one, skipped or not. */
function notPlanned(state: TaskState, slot: Instant, now: Instant): NotPlanned | null {
  const { next_run_time, resting_status } = state;
  const schedule = wholeOpenSchedule(state);
  if (resting_status !== 'scheduled') return resting_status;
  if (schedule === null || nextSlot(schedule, plusMs(slot, -1)) !== slot) return 'no_slot';
  if (slot <= now) return 'past';
  if (isSkipped(state, slot)) return null;
  if (next_run_time === null || slot < next_run_time) return 'taken';
  const used = slotsSpokenFor(state);
  const isLeft = schedulesAt(namedSchedules(schedule), slot).some((one) => {
    const left = (one.max_runs ?? Number.POSITIVE_INFINITY) - usedBy(used, one.id);
    return countSlots(thinned(one, state), next_run_time, slot).count <= left;
  });
  return isLeft ? null : 'no_slot';
}

function nextAfter(state: TaskState, slot: Instant, skip: boolean): Instant | null {
  const { schedule, next_run_time } = state;
  if (!skip) return earliest(slot, next_run_time);
  if (schedule === null || slot !== next_run_time) return next_run_time;
  return nextSlotWithin(thinned(schedule, state), slot, slotsSpokenFor(state));
}
