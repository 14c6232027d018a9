import { isTimed, type SchedulingState, type TaskState } from '../domain/task/state.ts';

/**
 * Every task with a timer or an unfinished execution, with all that deciding its slots needs and nothing personal.
 * A task that has neither has no value: it would come back with the next event that gives it one, from the task.
 */
export const SCHEDULE = { name: 'SCHEDULE', version: 8 } as const;

/** What the view holds for a task in this state; null for nothing. */
export function scheduledPart(task: TaskState): SchedulingState | null {
  return isTimed(task) ? schedulingOf(task) : null;
}

/** The part of a task that its scheduling is decided on. */
export function schedulingOf(task: TaskState): SchedulingState {
  return {
    task_id: task.task_id,
    user_id: task.user_id,
    task_type: task.task_type,
    priority: task.priority,
    resting_status: task.resting_status,
    deleted_at: task.deleted_at,
    schedule: task.schedule,
    schedule_version: task.schedule_version,
    next_run_time: task.next_run_time,
    decided_through: task.decided_through,
    ...(task.taken_through === undefined ? {} : { taken_through: task.taken_through }),
    ...(task.skipped_slots === undefined ? {} : { skipped_slots: task.skipped_slots }),
    slots_taken: task.slots_taken,
    ...(task.slots_taken_by === undefined ? {} : { slots_taken_by: task.slots_taken_by }),
    buffered_slot: task.buffered_slot,
    ...(task.buffered_by === undefined ? {} : { buffered_by: task.buffered_by }),
    backfill: task.backfill,
    failures_in_a_row: task.failures_in_a_row,
    execution: task.execution,
    executions_requested: task.executions_requested,
    credits_per_run_micros: task.credits_per_run_micros,
    due_date: task.due_date,
    ...(task.due_day === undefined ? {} : { due_day: task.due_day }),
    reminder_time: task.reminder_time,
    remind_before: task.remind_before,
    reminder_due: task.reminder_due,
    before_due: task.before_due,
    overdue_due: task.overdue_due,
    trigger: task.trigger,
    webhook: task.webhook,
  };
}
