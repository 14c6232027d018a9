/** What people, and others who are no scheduler and no worker, did: asked of a task that is not as it was then. */
import { type Decision, decided, NOTHING } from '../../shared/decision.ts';
import type { Instant } from '../../shared/instant.ts';
import type { TaskChanges, UpdateTask } from '../commands.ts';
import { deleteTask, updateTask } from '../decide/decide.ts';
import { cancelExecution, requestExecution } from '../decide/execution.ts';
import { restoreTask } from '../decide/restore.ts';
import { backfillTask } from '../decide/slots/backfill.ts';
import { followCalendars } from '../decide/slots/follow-calendars.ts';
import { markOccurrence } from '../decide/slots/occurrence.ts';
import { skipSlot } from '../decide/slots/skip-slot.ts';
import type { TaskEvent } from '../events/events.ts';
import { scheduleIn } from '../evolve/schedule-set.ts';
import type { TaskState } from '../state.ts';
import type { RestingStatus } from '../status.ts';

/** `keepsSchedule`: a change of the schedule is left out, for another one is tried. */
export function askedAgain(
  state: TaskState,
  event: TaskEvent,
  now: Instant,
  keepsSchedule: boolean,
): Decision<TaskEvent> {
  const edit = { now, if_match: null, reason: null };
  switch (event.type) {
    case 'task.updated': {
      const { schedule, schedules: _, ...others } = event.data.changes;
      const changes =
        keepsSchedule || schedule === undefined
          ? others
          : { ...others, schedule: scheduleIn(event.data.changes) };
      return updateTask(state, {
        ...edit,
        changes: changes as TaskChanges,
        status: askable(state, event.data.status?.to),
      });
    }
    case 'task.status_changed':
      return updateTask(state, { ...edit, changes: {}, status: askable(state, event.data.status.to) });
    case 'task.deleted':
      return deleteTask(state, edit);
    case 'task.restored':
      return restoreTask(state, edit);
    case 'task.backfill_requested':
      return backfillTask(state, { now, ...event.data });
    case 'task.execution_requested': {
      const { execution_id, trigger_type, timeout_seconds, personal } = event.data;
      return requestExecution(state, {
        now,
        execution_id,
        trigger_type: trigger_type === 'backfill' ? 'manual' : trigger_type,
        trigger_data: personal.trigger_data,
        default_timeout_seconds: timeout_seconds,
      });
    }
    case 'task.execution_cancelled':
      return cancelExecution(state, { now, execution_id: event.data.execution_id, reason: null });
    case 'task.slot_skip_changed':
      return skipSlot(state, { ...edit, slot: event.data.slot, skip: event.data.skip });
    case 'task.occurrence_marked':
      return markOccurrence(state, { ...edit, slot: event.data.slot, done: event.data.done, series: false });
    case 'task.webhook_issued':
    case 'task.webhook_revoked':
      return decided(event);
    // The zone data is that of today.
    case 'task.rescheduled': {
      const { calendars } = event.data;
      return calendars === undefined ? NOTHING : followCalendars(state, { now, calendars });
    }
    // Limits are not counted again.
    case 'task.slots_skipped':
    // What follows is nobody's to ask.
    case 'task.created':
    case 'task.execution_started':
    case 'task.execution_completed':
    case 'task.execution_failed':
    case 'task.slot_buffered':
    case 'task.reminder_triggered':
    case 'task.overdue':
      return NOTHING;
  }
}

function askable(state: TaskState, to: RestingStatus | undefined): UpdateTask['status'] {
  return to === undefined || to === 'failed' || to === state.resting_status ? null : to;
}
