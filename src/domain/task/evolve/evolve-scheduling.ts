/**
 * The fold of a task's events into its scheduling state, which the scheduler keeps for itself and which needs nothing
 * that is sealed. An event holds all that was decided, so the fold only writes it down: it never looks at a clock, a
 * schedule or the state machine.
 */
import { withDays } from '../../schedule/followed-calendars.ts';
import type { UnopenedTaskEvent } from '../../shared/event.ts';
import type { Instant } from '../../shared/instant.ts';
import { armedInVersion1, leavesArmedToReader } from '../events/armed-in-version-1.ts';
import type { ArmedChange } from '../events/armed-timers.ts';
import type { TaskCreated, TaskRescheduled, TaskUpdated } from '../events/events.ts';
import type { EndedExecution, ExecutionRequested } from '../events/execution-events.ts';
import { isLimitReason } from '../limit-reason.ts';
import { withoutPassedSkips, withoutSkips, withSkip } from '../skipped-slots.ts';
import type { SchedulingState, UnfinishedExecution } from '../state.ts';
import { isDone, type RestingStatus } from '../status.ts';
import { beforeSlots, takenUpThrough, throughSlot } from './decided-through.ts';
import { countedUp, scheduleIn, scheduleSet } from './schedule-set.ts';
import { awaitingRetry, requested, started } from './unfinished-execution.ts';

/** Folds one event into the scheduling part of a task. Throws where the first event is not `task.created`. */
export function evolveScheduling(state: SchedulingState | null, event: UnopenedTaskEvent): SchedulingState {
  if (event.type === 'task.created') return created(event.data, event.meta);
  if (state === null) throw new Error(`${event.type} before task.created on ${event.meta.task_id}`);
  return withoutPassedSkips(withArmed(state, withoutTimers(state, event), event));
}

/** What the event says, but for what it arms. */
function withoutTimers(
  state: SchedulingState,
  event: Exclude<UnopenedTaskEvent, { type: 'task.created' }>,
): SchedulingState {
  const time = event.meta.time;
  switch (event.type) {
    case 'task.updated':
      return updated(state, event.data, time);
    case 'task.status_changed': {
      const { action, status, next_run_time, ended_execution } = event.data;
      const decided_through = takenUp(state, status.to)
        ? takenUpThrough(next_run_time, time, state.taken_through)
        : state.decided_through;
      const moved = movedByPerson({ ...state, next_run_time, decided_through }, status.to);
      const execution = afterEnding(state.execution, ended_execution);
      const completed_meanwhile = action === 'complete';
      return { ...moved, execution: execution && { ...execution, completed_meanwhile } };
    }
    case 'task.deleted':
      return {
        ...state,
        deleted_at: time,
        next_run_time: null,
        buffered_slot: null,
        backfill: null,
        execution: null,
        reminder_due: null,
        before_due: null,
        overdue_due: null,
      };
    case 'task.restored': {
      const { next_run_time, status } = event.data;
      return {
        ...state,
        deleted_at: null,
        resting_status: status?.to ?? state.resting_status,
        next_run_time,
        decided_through:
          next_run_time === null
            ? state.decided_through
            : takenUpThrough(next_run_time, time, state.taken_through),
      };
    }
    case 'task.execution_requested':
      return afterRequest(state, event.data, requested(event.data, event.meta, state.credits_per_run_micros));
    case 'task.execution_started':
      return { ...state, execution: started(state.execution, event.data, time) };
    case 'task.execution_completed':
      return withRestingStatus({ ...state, execution: null, failures_in_a_row: 0 }, event.data.status.to);
    case 'task.execution_failed': {
      const execution = awaitingRetry(state.execution, event.data);
      if (event.data.status === null) return { ...state, execution };
      const counts = !event.data.will_retry && state.execution?.trigger_type !== 'backfill';
      const failures_in_a_row = state.failures_in_a_row + (counts ? 1 : 0);
      return withRestingStatus({ ...state, execution, failures_in_a_row }, event.data.status.to);
    }
    case 'task.execution_cancelled': {
      const idle = { ...state, execution: null };
      return event.data.status === null ? idle : withRestingStatus(idle, event.data.status.to);
    }
    case 'task.slots_skipped': {
      // Beyond a limit the buffered slot does not run either.
      const buffered_slot = isLimitReason(event.data.reason) ? null : state.buffered_slot;
      const skipped = {
        ...state,
        next_run_time: event.data.next_run_time,
        decided_through: throughSlot(state.decided_through, event.data.to),
        // A limit takes slots ahead of their time.
        taken_through: isLimitReason(event.data.reason) ? (state.taken_through ?? null) : event.data.to,
        buffered_slot,
      };
      return event.data.status === null ? skipped : withRestingStatus(skipped, event.data.status.to);
    }
    case 'task.slot_buffered':
      return {
        ...state,
        next_run_time: event.data.next_run_time,
        decided_through: throughSlot(state.decided_through, event.data.slot),
        taken_through: event.data.slot,
        buffered_slot: event.data.slot,
        ...(event.data.schedule_ids === undefined ? {} : { buffered_by: event.data.schedule_ids }),
      };
    case 'task.slot_skip_changed': {
      const { slot, skip, next_run_time } = event.data;
      return { ...state, next_run_time, skipped_slots: withSkip(state, slot, skip) };
    }
    case 'task.backfill_requested': {
      const { from, to, first, schedule_id } = event.data;
      const backfill = { requested_at: time, from, to, next: first };
      return { ...state, backfill: schedule_id === undefined ? backfill : { ...backfill, schedule_id } };
    }
    case 'task.rescheduled':
      return rescheduled(state, event.data, time);
    case 'task.reminder_triggered':
    case 'task.occurrence_marked':
      return state;
    case 'task.overdue':
      return { ...state, overdue_due: null };
    case 'task.webhook_issued':
      return { ...state, webhook: event.data.token_hash };
    case 'task.webhook_revoked':
      return { ...state, webhook: null };
  }
}

const NONE_ARMED: ArmedChange = {};

function withArmed(
  before: SchedulingState,
  after: SchedulingState,
  event: Exclude<UnopenedTaskEvent, { type: 'task.created' }>,
): SchedulingState {
  if (leavesArmedToReader(event)) return { ...after, ...armedInVersion1(before, after, event) };
  const armed = 'armed' in event.data ? (event.data.armed as ArmedChange) : NONE_ARMED;
  // Most events arm nothing, and what is not changed need not be copied.
  return Object.keys(armed).length === 0 ? after : { ...after, ...armed };
}

function created(data: Omit<TaskCreated, 'personal'>, meta: UnopenedTaskEvent['meta']): SchedulingState {
  const schedule = scheduleIn(data);
  return {
    task_id: meta.task_id,
    user_id: meta.user_id,
    task_type: data.task_type,
    priority: data.priority,
    resting_status: data.status.to,
    deleted_at: null,
    schedule,
    schedule_version: schedule === null ? 0 : 1,
    next_run_time: data.next_run_time,
    decided_through: schedule === null ? null : beforeSlots(data.next_run_time, meta.time),
    slots_taken: 0,
    buffered_slot: null,
    backfill: null,
    failures_in_a_row: 0,
    execution: null,
    executions_requested: 0,
    credits_per_run_micros: data.credits_per_run_micros,
    due_date: data.due_date,
    ...(data.due_day === undefined ? {} : { due_day: data.due_day }),
    reminder_time: data.reminder_time,
    remind_before: data.remind_before,
    reminder_due: data.armed.reminder_due,
    before_due: data.armed.before_due,
    overdue_due: data.armed.overdue_due,
    trigger: data.trigger,
    webhook: null,
  };
}

function updated(
  state: SchedulingState,
  data: Omit<TaskUpdated, 'personal'>,
  time: Instant,
): SchedulingState {
  const { changes, status, schedule_version, next_run_time, ended_execution } = data;
  const { notify: _, schedule: __, schedules: ___, ...ofScheduling } = changes;
  const fresh =
    changes.schedule === undefined
      ? {}
      : {
          ...scheduleSet(state, data),
          taken_through: null,
          buffered_slot: null,
          backfill: null,
          ...withoutSkips(state),
        };
  const changed: SchedulingState = {
    ...state,
    ...ofScheduling,
    ...fresh,
    schedule_version,
    next_run_time,
    decided_through: decidedAfterUpdate(state, data, time),
    execution: afterEnding(state.execution, ended_execution),
  };
  if (status === null) return changed;
  const moved = movedByPerson(changed, status.to);
  const completed_meanwhile = status.to === 'completed';
  return { ...moved, execution: moved.execution && { ...moved.execution, completed_meanwhile } };
}

/** Under a new version slots that had been taken ahead of their time are due again. */
function rescheduled(
  state: SchedulingState,
  { schedule_version, next_run_time, calendars }: TaskRescheduled,
  time: Instant,
): SchedulingState {
  if (calendars !== undefined) {
    const schedule = state.schedule && withDays(state.schedule, calendars);
    // What the days so far have left out stays left out, whatever the days are from now on.
    const decided_through = throughSlot(state.decided_through, beforeSlots(next_run_time, time));
    return { ...state, schedule, next_run_time, decided_through };
  }
  if (schedule_version === state.schedule_version) return { ...state, next_run_time };
  const decided_through = beforeSlots(next_run_time, time);
  return { ...state, schedule_version, next_run_time, decided_through, taken_through: null };
}

/** A new schedule begins anew; an update that takes the task up again goes on after it. */
function decidedAfterUpdate(
  state: SchedulingState,
  { changes, status, next_run_time }: Omit<TaskUpdated, 'personal'>,
  time: Instant,
): Instant | null {
  if (changes.schedule !== undefined) {
    return scheduleIn(changes) === null ? null : beforeSlots(next_run_time, time);
  }
  if (status === null || !takenUp(state, status.to)) return state.decided_through;
  return takenUpThrough(next_run_time, time, state.taken_through);
}

/** Slots that passed while nobody waited for any were skipped or void. */
function takenUp({ resting_status }: SchedulingState, to: RestingStatus): boolean {
  return to === 'scheduled' && resting_status !== 'scheduled';
}

/** A person or service moves a task: who is done with it wants no backfill, and resuming forgives failures. */
function movedByPerson(state: SchedulingState, to: RestingStatus): SchedulingState {
  return withRestingStatus(
    {
      ...state,
      backfill: isDone(to) ? null : state.backfill,
      failures_in_a_row: state.resting_status === 'paused' ? 0 : state.failures_in_a_row,
    },
    to,
  );
}

function withRestingStatus(from: SchedulingState, to: RestingStatus): SchedulingState {
  if (from.resting_status === to && (to === 'scheduled' || from.buffered_slot === null)) return from;
  return { ...from, resting_status: to, buffered_slot: to === 'scheduled' ? from.buffered_slot : null };
}

/** What a request uses up: the next slot, the buffered one, or a slot of the backfill. */
function afterRequest(
  state: SchedulingState,
  data: Omit<ExecutionRequested, 'personal'>,
  execution: UnfinishedExecution,
): SchedulingState {
  const { trigger_type, scheduled_for, next_run_time, next_backfill, number } = data;
  const executions_requested = number;
  if (trigger_type === 'backfill') {
    const backfill = state.backfill && next_backfill ? { ...state.backfill, next: next_backfill } : null;
    return { ...state, next_run_time, backfill, executions_requested, execution };
  }
  if (trigger_type !== 'scheduled' || scheduled_for === null) {
    return { ...state, next_run_time, executions_requested, execution };
  }
  const buffered_slot = scheduled_for === state.buffered_slot ? null : state.buffered_slot;
  const decided_through = throughSlot(state.decided_through, scheduled_for);
  const taken_through = throughSlot(state.taken_through ?? null, scheduled_for);
  const slots_taken = state.slots_taken + 1;
  const taken = { next_run_time, decided_through, taken_through, buffered_slot, slots_taken };
  const { schedule_ids } = data;
  const counted = schedule_ids === undefined ? {} : { slots_taken_by: countedUp(state, schedule_ids) };
  return { ...state, ...taken, ...counted, executions_requested, execution };
}

function afterEnding(
  execution: UnfinishedExecution | null,
  ended: EndedExecution | null,
): UnfinishedExecution | null {
  return ended === null ? execution : null;
}
