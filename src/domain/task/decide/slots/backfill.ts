/** Running the slots of a past range again: one after another, beside the schedule, which goes on as it would. */

import { MAIN_SCHEDULE, scheduleBy } from '../../../schedule/several.ts';
import { countSlots, slotFrom } from '../../../schedule/slots.ts';
import type { TaskSchedule } from '../../../schedule/types.ts';
import { type Decision, decided, NOTHING, rejected } from '../../../shared/decision.ts';
import type { RequestBackfill } from '../../commands.ts';
import type { TaskEvent } from '../../events/events.ts';
import type { SchedulingState, TaskState } from '../../state.ts';

const MAX_BACKFILL_SLOTS = 1_000;

/** `to` is not after `now`. The slots are those of the schedule as it stands; changing it ends the backfill. */
export function backfillTask(state: TaskState | null, command: RequestBackfill): Decision<TaskEvent> {
  if (state === null || state.deleted_at !== null) return rejected({ code: 'TASK_NOT_FOUND' });
  const { backfill, schedule_version } = state;
  if (state.resting_status === 'cancelled') {
    return rejected({ code: 'TASK_NOT_EXECUTABLE', status: 'cancelled' });
  }
  if (state.schedule === null) return rejected({ code: 'NO_SCHEDULE' });
  const { from, to, schedule_id = null } = command;
  const schedule = backfillSchedule(state, schedule_id ?? undefined);
  if (schedule === null) return rejected({ code: 'SCHEDULE_NOT_FOUND', schedule_id });
  // Of one schedule its id says nothing.
  const named = state.schedule.type === 'several' && schedule_id !== null ? { schedule_id } : {};
  if (backfill !== null) {
    const isOfSame = backfill.schedule_id === named.schedule_id;
    const same = isOfSame && backfill.from === from && backfill.to === to;
    return same ? NOTHING : rejected({ code: 'BACKFILL_IN_PROGRESS', from: backfill.from, to: backfill.to });
  }
  const { count, count_is_minimum } = countSlots(schedule, from, to);
  if (count > MAX_BACKFILL_SLOTS || count_is_minimum) {
    return rejected({ code: 'TOO_MANY_SLOTS', limit: MAX_BACKFILL_SLOTS, count });
  }
  const first = slotFrom(schedule, from);
  if (first === null || first > to) return rejected({ code: 'NO_SLOTS' });
  return decided({
    type: 'task.backfill_requested',
    data: { from, to, ...named, first, count, schedule_version },
  });
}

/** Whose slots are run: all schedules', or that one's; null: the task has no such schedule. */
export function backfillSchedule(
  { schedule }: Pick<SchedulingState, 'schedule'>,
  id: string | undefined,
): TaskSchedule | null {
  if (schedule === null || id === undefined) return schedule;
  if (schedule.type !== 'several') return id === MAIN_SCHEDULE ? schedule : null;
  return schedule.schedules.some((one) => one.id === id) ? scheduleBy(schedule, id) : null;
}
