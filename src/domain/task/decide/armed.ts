/**
 * What a task waits for beside its slots: its reminders and its due date. Which of them are armed is decided with each
 * event that may change it, and stored in that event: a fold writes it down, and looks at no clock.
 */
import { type Instant, plusMs } from '../../shared/instant.ts';
import { overdueAt } from '../calendar-event.ts';
import type { ArmedChange, ArmedTimers } from '../events/armed-timers.ts';
import type { OpenChanges, TaskCreated } from '../events/events.ts';
import { reminderBefore } from '../remind-before.ts';
import type { SchedulingState } from '../state.ts';
import { isDone, type RestingStatus } from '../status.ts';

const NOTHING_ARMED: ArmedTimers = { reminder_due: null, before_due: null, overdue_due: null };

/** A reminder set for a moment that has only just passed still fires. */
const JUST_PASSED_MS = 60_000;

type Reminders = Pick<SchedulingState, 'due_date' | 'due_day' | 'remind_before' | 'before_due'>;

export function armedByCreation(
  task: Pick<TaskCreated, 'task_type' | 'due_date' | 'due_day' | 'reminder_time' | 'remind_before'>,
  now: Instant,
): ArmedTimers {
  return {
    reminder_due: notLongPast(task.reminder_time, now),
    before_due: firstBefore(task, justPassed(now)),
    overdue_due: overdueAt(task),
  };
}

/** An update: `to` is the resting status that it leaves. What is set anew is armed anew, unless the task is done. */
export function armedByChanges(
  state: SchedulingState,
  changes: OpenChanges,
  to: RestingStatus,
  now: Instant,
): ArmedChange {
  const moved = armedByMove(state, to, now);
  if (isDone(to)) return moved;
  const { reminder_time, due_date, due_day, remind_before } = changes;
  const changed = {
    ...state,
    ...(due_date === undefined ? {} : { due_date }),
    ...(due_day === undefined ? {} : { due_day }),
    ...(remind_before === undefined ? {} : { remind_before }),
  };
  const armed = { ...state, ...moved };
  const isDueAnew = due_date !== undefined || due_day !== undefined;
  const countsAnew = isDueAnew || remind_before !== undefined;
  const again = isDone(state.resting_status) ? firstBefore(changed, plusMs(now, 1)) : null;
  return differing(state, {
    reminder_due: reminder_time === undefined ? armed.reminder_due : notLongPast(reminder_time, now),
    before_due: countsAnew ? (firstUntold(state, changed, now) ?? again) : armed.before_due,
    overdue_due: isDueAnew ? overdueAt(changed) : armed.overdue_due,
  });
}

/** Done tasks remind of nothing; one that is taken up again reminds of what is still ahead. */
export function armedByMove(state: SchedulingState, to: RestingStatus, now: Instant): ArmedChange {
  if (isDone(to)) return differing(state, NOTHING_ARMED);
  return isDone(state.resting_status) ? differing(state, ahead(state, now)) : {};
}

/** The same where nothing takes a done task up again: its slots have ended, or a run without an outcome. */
export function armedByEnd(state: SchedulingState, to: RestingStatus | undefined): ArmedChange {
  return to !== undefined && isDone(to) ? differing(state, NOTHING_ARMED) : {};
}

/** Of the reminders of a deleted task only those ahead come back, which no one has been reminded of before. */
export function armedByRestoration(state: SchedulingState, to: RestingStatus, now: Instant): ArmedChange {
  return isDone(to) ? {} : differing(state, ahead(state, now));
}

/** A reminder was told. */
export function armedByReminder(
  state: SchedulingState,
  told: 'reminder_time' | 'remind_before',
  at: Instant,
): ArmedChange {
  return told === 'reminder_time'
    ? { reminder_due: null }
    : { before_due: firstBefore(state, plusMs(at, 1)) };
}

function ahead(state: SchedulingState, now: Instant): ArmedTimers {
  return {
    reminder_due: later(state.reminder_time, now),
    before_due: firstBefore(state, plusMs(now, 1)),
    overdue_due: later(overdueAt(state), now),
  };
}

/** The first of the reminders before a due date, one of which was changed, that has not been told. */
function firstUntold(before: Reminders, changed: Reminders, now: Instant): Instant | null {
  let at = firstBefore(changed, justPassed(now));
  while (at !== null && wasTold(before, at)) at = firstBefore(changed, plusMs(at, 1));
  return at;
}

function wasTold(task: Reminders, at: Instant): boolean {
  return firstBefore(task, at) === at && (task.before_due === null || at < task.before_due);
}

/** The first of the reminders before the due date that is not earlier. */
function firstBefore(
  task: Pick<SchedulingState, 'due_date' | 'due_day' | 'remind_before'>,
  notBefore: Instant,
): Instant | null {
  return reminderBefore(task, notBefore)?.at ?? null;
}

function differing(state: ArmedTimers, armed: ArmedTimers): ArmedChange {
  const { reminder_due, before_due, overdue_due } = armed;
  return {
    ...(reminder_due === state.reminder_due ? {} : { reminder_due }),
    ...(before_due === state.before_due ? {} : { before_due }),
    ...(overdue_due === state.overdue_due ? {} : { overdue_due }),
  };
}

function notLongPast(instant: Instant | null, now: Instant): Instant | null {
  return instant !== null && instant >= justPassed(now) ? instant : null;
}

function later(instant: Instant | null, now: Instant): Instant | null {
  return instant !== null && instant > now ? instant : null;
}

function justPassed(now: Instant): Instant {
  return plusMs(now, -JUST_PASSED_MS);
}
