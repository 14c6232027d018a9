/**
 * Events of version 1 did not say what they armed: whoever folded them worked it out. Those events are in people's logs
 * for ever, so the rules of then stay here as they were, whatever the rules of today become (`armed.ts`). Nothing but
 * the reading of such events may use them.
 */

import { secondsOfDuration } from '../../schedule/parse/duration.ts';
import type { UnopenedTaskEvent } from '../../shared/event.ts';
import { epochMs, type Instant, instantOf, plusMs } from '../../shared/instant.ts';
import type { SchedulingState } from '../state.ts';
import type { RestingStatus, TaskType } from '../status.ts';
import type { ArmedTimers } from './armed-timers.ts';
import type { OpenChanges } from './events.ts';

const JUST_PASSED_MS = 60_000;

/** The events that left it to their reader. */
export type LeftToReader = Extract<
  UnopenedTaskEvent,
  {
    type:
      | 'task.updated'
      | 'task.status_changed'
      | 'task.restored'
      | 'task.execution_completed'
      | 'task.execution_failed'
      | 'task.reminder_triggered';
  }
>;

export function leavesArmedToReader(event: UnopenedTaskEvent): event is LeftToReader {
  return 'armed' in event.data && event.data.armed === 'as_in_version_1';
}

/** `after` is the task with all else that the event says; it is still armed as before. */
export function armedInVersion1(
  before: SchedulingState,
  after: SchedulingState,
  event: LeftToReader,
): ArmedTimers {
  const { time } = event.meta;
  switch (event.type) {
    case 'task.updated': {
      const changed = isDone(after.resting_status)
        ? armedOf(before)
        : whereChanged(before, after, event.data.changes, time);
      return moved(before, { ...after, ...changed }, time);
    }
    case 'task.status_changed':
    case 'task.execution_completed':
    case 'task.execution_failed':
      return moved(before, after, time);
    case 'task.restored':
      return isDone(after.resting_status) ? armedOf(before) : ahead(after, time);
    case 'task.reminder_triggered': {
      const { reminder_time } = event.data;
      return { ...armedOf(before), before_due: firstBefore(before, plusMs(reminder_time, 1)) };
    }
  }
}

/** The upcaster's part: what a new task has armed hangs on nothing before it. */
export function armedByCreationInVersion1(
  task: {
    readonly task_type: TaskType;
    readonly due_date: Instant | null;
    readonly reminder_time: Instant | null;
    readonly remind_before: readonly string[] | null;
  },
  time: Instant,
): ArmedTimers {
  return {
    reminder_due: notLongPast(task.reminder_time, time),
    before_due: firstBefore(task, plusMs(time, -JUST_PASSED_MS)),
    overdue_due: overdueAt(task.task_type, task.due_date),
  };
}

function whereChanged(
  before: SchedulingState,
  after: SchedulingState,
  { reminder_time, due_date, remind_before }: OpenChanges,
  time: Instant,
): ArmedTimers {
  const recounted = due_date !== undefined || remind_before !== undefined;
  return {
    reminder_due: reminder_time === undefined ? before.reminder_due : notLongPast(reminder_time, time),
    before_due: recounted ? firstUntold(before, after, time) : before.before_due,
    overdue_due: due_date === undefined ? before.overdue_due : overdueAt(before.task_type, due_date),
  };
}

function moved(before: SchedulingState, after: SchedulingState, time: Instant): ArmedTimers {
  if (isDone(after.resting_status)) return { reminder_due: null, before_due: null, overdue_due: null };
  if (!isDone(before.resting_status)) return armedOf(after);
  const still = ahead(after, time);
  return {
    reminder_due: after.reminder_due ?? still.reminder_due,
    before_due: after.before_due ?? still.before_due,
    overdue_due: after.overdue_due ?? still.overdue_due,
  };
}

function ahead(task: SchedulingState, time: Instant): ArmedTimers {
  return {
    reminder_due: later(task.reminder_time, time),
    before_due: firstBefore(task, plusMs(time, 1)),
    overdue_due: overdueAt(task.task_type, later(task.due_date, time)),
  };
}

function armedOf({ reminder_due, before_due, overdue_due }: ArmedTimers): ArmedTimers {
  return { reminder_due, before_due, overdue_due };
}

function firstUntold(before: SchedulingState, after: SchedulingState, time: Instant): Instant | null {
  const wasTold = (at: Instant) =>
    firstBefore(before, at) === at && (before.before_due === null || at < before.before_due);
  let at = firstBefore(after, plusMs(time, -JUST_PASSED_MS));
  while (at !== null && wasTold(at)) at = firstBefore(after, plusMs(at, 1));
  return at;
}

/** Durations before the due date, the longest first. */
function firstBefore(
  { due_date, remind_before }: Pick<SchedulingState, 'due_date' | 'remind_before'>,
  notBefore: Instant,
): Instant | null {
  if (due_date === null || remind_before === null) return null;
  for (const duration of remind_before) {
    const at = epochMs(due_date) - (secondsOfDuration(duration) ?? 0) * 1000;
    if (at >= epochMs(notBefore)) return instantOf(at);
  }
  return null;
}

function overdueAt(type: TaskType, dueDate: Instant | null): Instant | null {
  return type === 'calendar_event' ? null : dueDate;
}

function notLongPast(instant: Instant | null, time: Instant): Instant | null {
  return instant !== null && instant >= plusMs(time, -JUST_PASSED_MS) ? instant : null;
}

function later(instant: Instant | null, time: Instant): Instant | null {
  return instant !== null && instant > time ? instant : null;
}

function isDone(status: RestingStatus): boolean {
  return status === 'completed' || status === 'cancelled';
}
