/** A task as REST shows it: every member there, null where it has no value, secrets masked. */
import type { TaskTypeCatalog } from '../../application/ports/task-types.ts';
import { shownSchedule } from '../../domain/schedule/parse/calendars.ts';
import { namedSchedules } from '../../domain/schedule/several.ts';
import type { TaskSchedule } from '../../domain/schedule/types.ts';
import { creditsOf } from '../../domain/shared/credits.ts';
import type { Snapshot } from '../../domain/shared/event.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { openOccurrences } from '../../domain/task/occurrences.ts';
import { noNextRunReason, statusOf, type TaskState } from '../../domain/task/state.ts';

export function taskOf({ state, revision }: Snapshot<TaskState>, catalog: TaskTypeCatalog) {
  return {
    id: state.id,
    task_id: state.task_id,
    user_id: state.user_id,
    name: state.name,
    description: state.description,
    task_type: state.task_type,
    status: statusOf(state),
    priority: state.priority,
    config: catalog.masked(state.task_type, state.config),
    ...shownSchedules(state.schedule),
    credits_per_run: creditsOf(state.credits_per_run_micros),
    tags: state.tags,
    metadata: state.metadata,
    next_run_time: nextRunOf(state),
    no_next_run_reason: noNextRunReason(state),
    last_run_time: state.last_run_time,
    last_success_time: state.last_success_time,
    last_error: state.last_error,
    last_result: state.last_result,
    run_count: state.run_count,
    success_count: state.success_count,
    failure_count: state.failure_count,
    total_credits_consumed: creditsOf(state.total_credits_consumed_micros),
    due_date: state.due_day?.date ?? state.due_date,
    due_timezone: state.due_day?.timezone ?? null,
    due_at: state.due_date,
    reminder_time: state.reminder_time,
    created_at: state.created_at,
    updated_at: state.updated_at,
    deleted_at: state.deleted_at,
    revision,
    current_execution_id: state.execution?.execution_id ?? null,
    paused_reason: state.paused_reason,
    template_id: state.template_id,
    trigger: state.trigger && { ...state.trigger, filter: state.trigger_filter },
    remind_before: state.remind_before,
    notify: state.notify,
    open_occurrences: openOccurrences(state).map(({ slot, overdue_at }) => ({ slot, overdue_at })),
  };
}

/** One as ever, and all of them by their ids. */
export function shownSchedules(schedule: TaskSchedule | null) {
  return {
    schedule: schedule === null || schedule.type === 'several' ? null : shownSchedule(schedule),
    schedules:
      schedule === null
        ? []
        : namedSchedules(schedule).map(({ id, ...one }) => ({ ...shownSchedule(one), id })),
  };
}

/** As in lists that leave out what may be large. */
export function taskSummaryOf(task: Snapshot<TaskState>, catalog: TaskTypeCatalog) {
  const { config: _, metadata: __, last_result: ___, ...summary } = taskOf(task, catalog);
  return summary;
}

/** While a task is paused its state remembers the first slot that has no fate yet: none of it will run. */
export function nextRunOf(state: TaskState): Instant | null {
  return state.resting_status === 'scheduled' && state.deleted_at === null ? state.next_run_time : null;
}
