/**
 * What the passing of time brings to a task. The scheduler asks `takeDue` whenever `nextDueAt` has come, and
 * again after each event, until it answers nothing.
 *
 * A slot is requested only as the task's `next_run_time`, and the same event advances that, under the lock on
 * the task's subject: so no slot is requested twice, however many schedulers ask. What becomes of a slot that is
 * due is in `take-slot.ts`.
 */
import { type Decision, decided, NOTHING } from '../../shared/decision.ts';
import { earliest, type Instant, plusMs } from '../../shared/instant.ts';
import type { TakeDue } from '../commands.ts';
import type { ReminderTriggered, TaskEvent, TaskOverdue } from '../events/events.ts';
import { reminderBefore } from '../remind-before.ts';
import { mayBackfill, type SchedulingState } from '../state.ts';
import { armedByReminder } from './armed.ts';
import { endedByTime, workerLost } from './execution.ts';
import { rescheduleTask } from './slots/reschedule.ts';
import { requestBackfill, slotDueAt, takeSlot } from './slots/take-slot.ts';

/** A live worker ends its attempt at the deadline itself; this much later it counts as lost. */
const DEADLINE_GRACE_MS = 5_000;

/** The earliest instant at which `takeDue` may have an answer; null where nothing is awaited. */
export function nextDueAt(state: SchedulingState): Instant | null {
  return earliest(
    executionDueAt(state),
    slotDueAt(state),
    backfillDueAt(state),
    state.reminder_due,
    state.before_due,
    state.overdue_due,
  );
}

/** When an execution command for the awaited attempt is wanted; null where none is. */
export function commandDueAt(state: SchedulingState): Instant | null {
  return state.execution?.state === 'requested' ? state.execution.due_at : null;
}

/** Whether a run is due: a slot or backfill to be requested, or a requested execution that awaits its start. */
export function isRunDue(state: SchedulingState, now: Instant): boolean {
  return (
    isPast(commandDueAt(state), now) ||
    (state.execution === null && (isPast(slotDueAt(state), now) || isPast(backfillDueAt(state), now)))
  );
}

export function takeDue(state: SchedulingState, command: TakeDue): Decision<TaskEvent> {
  const { now } = command;
  const execution = state.execution;
  if (execution?.state === 'running' && command.worker_gone === true) {
    return decided(workerLost(state, execution, now));
  }
  if (execution !== null && isPast(executionDueAt(state), now)) {
    return decided(
      execution.state === 'running'
        ? workerLost(state, execution, now)
        : endedByTime(state, execution, 'NOT_STARTED'),
    );
  }
  if (isPast(slotDueAt(state), now)) {
    const moved = rescheduleTask(state);
    return moved.kind === 'event' ? moved : decided(takeSlot(state, command));
  }
  if (isPast(backfillDueAt(state), now)) return decided(requestBackfill(state, command));
  if (isPast(state.reminder_due, now)) return decided(remindOf(state, 'reminder_time', state.reminder_due));
  if (isPast(state.before_due, now)) return decided(remindOf(state, 'remind_before', state.before_due));
  if (state.overdue_due !== null && state.overdue_due <= now) {
    return decided({ type: 'task.overdue', data: overdueOf(state, state.overdue_due) });
  }
  return NOTHING;
}

function executionDueAt(state: SchedulingState): Instant | null {
  const execution = state.execution;
  if (execution === null) return null;
  // One millisecond past `start_by`: until then a worker may still start it.
  return execution.state === 'running'
    ? plusMs(execution.deadline, DEADLINE_GRACE_MS)
    : plusMs(execution.start_by, 1);
}

/** A backfill goes on as soon as nothing else runs. */
function backfillDueAt(state: SchedulingState): Instant | null {
  return state.execution === null && mayBackfill(state) ? (state.backfill?.requested_at ?? null) : null;
}

function remindOf(
  state: SchedulingState,
  reminder_type: ReminderTriggered['reminder_type'],
  at: Instant,
): TaskEvent {
  const told = reminder_type === 'reminder_time' ? null : reminderBefore(state, at);
  return {
    type: 'task.reminder_triggered',
    data: {
      reminder_type,
      reminder_time: at,
      remind_before: told?.remind_before ?? null,
      armed: armedByReminder(state, reminder_type, at),
    },
  };
}

function overdueOf({ due_date, due_day = null }: SchedulingState, at: Instant): TaskOverdue {
  return due_day === null ? { due_date: at } : { due_date: due_date ?? at, due_day };
}

function isPast(instant: Instant | null, now: Instant): instant is Instant {
  return instant !== null && instant <= now;
}
