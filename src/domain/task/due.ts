/**
 * What the passing of time brings to a task. The scheduler asks `takeDue` whenever `nextDueAt` has come, and
 * again after each event, until it answers nothing.
 *
 * A slot is requested only as the task's `next_run_time`, and the same event advances that, under the lock on
 * the task's subject: so no slot is requested twice, however many schedulers ask.
 */
import { type Decision, decided, NOTHING } from '../decision.ts';
import { earliest, type Instant, msBetween, plusMs } from '../instant.ts';
import { countSlots, latestSlot, nextSlot } from '../schedule/slots.ts';
import type { Schedule } from '../schedule/types.ts';
import type { TakeDue } from './commands.ts';
import { notStarted, restingWhenSlotsEnd, workerLost } from './decide-execution.ts';
import type { SkippedRange, TaskEvent } from './events.ts';
import type { SchedulingState } from './state.ts';

/** A live worker ends its attempt at the deadline itself; this much later it counts as lost. */
const DEADLINE_GRACE_MS = 5_000;
/** A slot due less than this ago is late and simply runs; beyond it, catch-up decides. */
const LATE_MS = 60_000;

/** The earliest instant at which `takeDue` may have an answer; null where nothing is awaited. */
export function nextDueAt(state: SchedulingState): Instant | null {
  return earliest(executionDueAt(state), slotDueAt(state), state.reminder_due, state.overdue_due);
}

/** When an execution command for the awaited attempt is wanted; null where none is. */
export function commandDueAt(state: SchedulingState): Instant | null {
  return state.execution?.state === 'requested' ? state.execution.due_at : null;
}

export function takeDue(state: SchedulingState, command: TakeDue): Decision<TaskEvent> {
  const { now } = command;
  const execution = state.execution;
  if (execution !== null && isPast(executionDueAt(state), now)) {
    return decided(
      execution.state === 'running' ? workerLost(state, execution, now) : notStarted(state, execution),
    );
  }
  const slot = slotDueAt(state);
  if (slot !== null && state.schedule !== null && slot <= now) {
    return decided(takeSlot(state, state.schedule, slot, command));
  }
  if (state.reminder_due !== null && state.reminder_due <= now) {
    return decided({
      type: 'task.reminder_triggered',
      data: { reminder_type: 'reminder_time', reminder_time: state.reminder_due },
    });
  }
  if (state.overdue_due !== null && state.overdue_due <= now) {
    return decided({ type: 'task.overdue', data: { due_date: state.overdue_due } });
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

function slotDueAt(state: SchedulingState): Instant | null {
  return state.resting_status === 'scheduled' && state.deleted_at === null ? state.next_run_time : null;
}

function takeSlot(state: SchedulingState, schedule: Schedule, slot: Instant, command: TakeDue): TaskEvent {
  const { now } = command;
  const latest = latestSlot(schedule, now, slot) ?? slot;
  if (state.execution !== null) return skip(state, schedule, 'overlap', slot, latest);
  if (!mayRun(schedule, latest, now)) return skip(state, schedule, 'missed', slot, latest);
  if (latest > slot) {
    const last = latestSlot(schedule, plusMs(latest, -1), slot) ?? slot;
    return skip(state, schedule, 'missed', slot, last);
  }
  return {
    type: 'task.execution_requested',
    data: {
      execution_id: command.execution_id,
      number: state.executions_requested + 1,
      trigger_type: 'scheduled',
      scheduled_for: slot,
      schedule_version: state.schedule_version,
      next_run_time: nextSlot(schedule, slot),
      due_at: slot,
      start_by: plusMs(now, schedule.catch_up_window_seconds * 1000),
      timeout_seconds: schedule.timeout_seconds ?? command.default_timeout_seconds,
      term: command.term,
      personal: { trigger_data: {} },
    },
  };
}

/** Late slots run; of missed ones the most recent does, where catch-up says so and its window still holds it. */
function mayRun(schedule: Schedule, latest: Instant, now: Instant): boolean {
  const late = msBetween(latest, now);
  if (late < LATE_MS) return true;
  switch (schedule.catch_up) {
    case 'skip':
      return false;
    case 'latest':
      return late <= schedule.catch_up_window_seconds * 1000;
  }
}

function skip(
  state: SchedulingState,
  schedule: Schedule,
  reason: SkippedRange['reason'],
  from: Instant,
  to: Instant,
): TaskEvent {
  const next_run_time = nextSlot(schedule, to);
  const ended = next_run_time === null && state.execution === null;
  return {
    type: 'task.slots_skipped',
    data: {
      reason,
      ...countSlots(schedule, from, to),
      from,
      to,
      schedule_version: state.schedule_version,
      next_run_time,
      status: ended ? { from: state.resting_status, to: restingWhenSlotsEnd(state) } : null,
    },
  };
}

function isPast(instant: Instant | null, now: Instant): boolean {
  return instant !== null && instant <= now;
}
