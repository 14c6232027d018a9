/** Running the slots of a past range again: one after another, beside the schedule, which goes on as it would. */

import { countSlots, slotFrom } from '../../schedule/slots.ts';
import { type Decision, decided, NOTHING, rejected } from '../../shared/decision.ts';
import type { RequestBackfill } from '../commands.ts';
import type { TaskEvent } from '../events/events.ts';
import type { TaskState } from '../state.ts';

const MAX_BACKFILL_SLOTS = 1_000;

/** `to` is not after `now`. The slots are those of the schedule as it stands; changing it ends the backfill. */
export function backfillTask(state: TaskState | null, command: RequestBackfill): Decision<TaskEvent> {
  if (state === null || state.deleted_at !== null) return rejected({ code: 'TASK_NOT_FOUND' });
  const { schedule, backfill, schedule_version } = state;
  if (state.resting_status === 'cancelled') {
    return rejected({ code: 'TASK_NOT_EXECUTABLE', status: 'cancelled' });
  }
  if (schedule === null) return rejected({ code: 'NO_SCHEDULE' });
  const { from, to } = command;
  if (backfill !== null) {
    const same = backfill.from === from && backfill.to === to;
    return same ? NOTHING : rejected({ code: 'BACKFILL_IN_PROGRESS', from: backfill.from, to: backfill.to });
  }
  const { count, count_is_minimum } = countSlots(schedule, from, to);
  if (count > MAX_BACKFILL_SLOTS || count_is_minimum) {
    return rejected({ code: 'TOO_MANY_SLOTS', limit: MAX_BACKFILL_SLOTS, count });
  }
  const first = slotFrom(schedule, from);
  if (first === null || first > to) return rejected({ code: 'NO_SLOTS' });
  return decided({ type: 'task.backfill_requested', data: { from, to, first, count, schedule_version } });
}
