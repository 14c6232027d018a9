import { type ExecutionState, scheduleIdOf } from '../../domain/execution/state.ts';
import { scheduleBy } from '../../domain/schedule/several.ts';
import { creditsOf } from '../../domain/shared/credits.ts';
import type { TaskState } from '../../domain/task/state.ts';

/** An execution as REST shows it. */
export function executionOf(state: ExecutionState) {
  return {
    id: state.id,
    execution_id: state.execution_id,
    task_id: state.task_id,
    user_id: state.user_id,
    status: state.status,
    trigger_type: state.trigger_type,
    trigger_data: state.trigger_data,
    scheduled_for: state.scheduled_for,
    schedule_id: scheduleIdOf(state),
    late_by_ms: state.late_by_ms,
    attempt: state.attempt,
    summary: state.summary,
    result: state.result,
    result_truncated: state.result_truncated,
    error_message: state.error_message,
    error_details: state.error_details,
    credits_consumed: creditsOf(state.credits_consumed_micros),
    tokens_used: state.tokens_used,
    api_calls_made: state.api_calls_made,
    duration_ms: state.duration_ms,
    started_at: state.started_at,
    completed_at: state.completed_at,
    created_at: state.created_at,
  };
}

/** With what people know its task by. */
export function executionRowOf(state: ExecutionState, { name, task_type, schedule }: TaskState) {
  const task_timezone = schedule === null ? null : scheduleBy(schedule, state.schedule_id).timezone;
  return { ...executionOf(state), task_name: name, task_type, task_timezone };
}
