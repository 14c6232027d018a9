/** The fold of a task's events into one of its executions. */
import { NO_CREDITS } from '../shared/credits.ts';
import type { RecordedTaskEvent } from '../shared/event.ts';
import { msBetween } from '../shared/instant.ts';
import { isOfExecution } from '../task/events/event-accessors.ts';
import type { ExecutionState } from './state.ts';

/**
 * Folds one event that touches this execution (`executionNumberOf`) into it. A request begins a new one
 * whatever stood there before; any other event on null is an error.
 */
export function evolveExecution(state: ExecutionState | null, event: RecordedTaskEvent): ExecutionState {
  const { time } = event.meta;
  if (event.type === 'task.execution_requested') return requested(event.data, event.meta);
  if (state === null) throw new Error(`${event.type} before its request on ${event.meta.task_id}`);
  if (!isOfExecution(event)) return endedWithTask(state, event);
  switch (event.type) {
    case 'task.execution_started':
      return {
        ...state,
        status: 'running',
        attempt: event.data.attempt,
        // How late the run began; later attempts have a due time of their own.
        late_by_ms: state.late_by_ms ?? event.data.late_by_ms,
        started_at: time,
      };
    case 'task.execution_completed':
      return {
        ...state,
        status: 'completed',
        result: event.data.personal.result,
        result_truncated: event.data.result_truncated,
        summary: event.data.personal.summary,
        error_message: null,
        error_details: null,
        credits_consumed_micros: event.data.credits_consumed_micros,
        tokens_used: state.tokens_used + event.data.tokens_used,
        api_calls_made: state.api_calls_made + event.data.api_calls_made,
        duration_ms: event.data.duration_ms,
        completed_at: time,
      };
    case 'task.execution_failed': {
      const failed: ExecutionState = {
        ...state,
        error_message: event.data.personal.error_message,
        error_details: { ...event.data.personal.error_details, code: event.data.code },
        tokens_used: state.tokens_used + event.data.tokens_used,
        api_calls_made: state.api_calls_made + event.data.api_calls_made,
        duration_ms: event.data.duration_ms,
      };
      return event.data.will_retry
        ? { ...failed, status: 'pending' }
        : { ...failed, status: 'failed', completed_at: time };
    }
    case 'task.execution_cancelled':
      return cancelled(state, event.data.code, event.data.personal.reason, time);
  }
}

/** A decision about the task ends its execution, and gives a reason. */
function endedWithTask(state: ExecutionState, { data, meta }: RecordedTaskEvent): ExecutionState {
  if (!('ended_execution' in data) || data.ended_execution === null) return state;
  return cancelled(state, data.ended_execution.code, data.personal.reason, meta.time);
}

type Requested = Extract<RecordedTaskEvent, { type: 'task.execution_requested' }>;

function requested(data: Requested['data'], meta: Requested['meta']): ExecutionState {
  return {
    id: meta.sequence,
    execution_id: data.execution_id,
    number: data.number,
    task_id: meta.task_id,
    user_id: meta.user_id,
    status: 'pending',
    trigger_type: data.trigger_type,
    trigger_data: data.personal.trigger_data,
    scheduled_for: data.scheduled_for,
    ...(data.schedule_ids?.[0] === undefined ? {} : { schedule_id: data.schedule_ids[0] }),
    late_by_ms: null,
    attempt: 1,
    summary: null,
    result: null,
    result_truncated: false,
    error_message: null,
    error_details: null,
    credits_consumed_micros: NO_CREDITS,
    tokens_used: 0,
    api_calls_made: 0,
    duration_ms: null,
    started_at: null,
    completed_at: null,
    created_at: meta.time,
  };
}

function cancelled(
  state: ExecutionState,
  code: string,
  reason: string | null,
  time: ExecutionState['created_at'],
): ExecutionState {
  return {
    ...state,
    status: 'cancelled',
    error_message: reason,
    error_details: { code },
    duration_ms: state.started_at === null ? null : Math.max(0, msBetween(state.started_at, time)),
    completed_at: time,
  };
}
