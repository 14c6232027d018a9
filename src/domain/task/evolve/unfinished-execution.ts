/** A task's unfinished execution, as the events of its run leave it. */
import type { CreditMicros } from '../../shared/credits.ts';
import type { UnopenedTaskEvent } from '../../shared/event.ts';
import type { Instant } from '../../shared/instant.ts';
import type { ExecutionFailed, ExecutionRequested, ExecutionStarted } from '../events/execution-events.ts';
import type { UnfinishedExecution } from '../state.ts';

export function requested(
  data: Omit<ExecutionRequested, 'personal'>,
  { time, traceparent }: UnopenedTaskEvent['meta'],
  credits_per_run_micros: CreditMicros,
): UnfinishedExecution {
  return {
    state: 'requested',
    execution_id: data.execution_id,
    number: data.number,
    attempt: 1,
    trigger_type: data.trigger_type,
    scheduled_for: data.scheduled_for,
    ...ofSchedule(data.schedule_ids?.[0]),
    requested_at: time,
    due_at: data.due_at,
    start_by: data.start_by,
    timeout_seconds: data.timeout_seconds,
    credits_reserved_micros: data.credits_reserved_micros ?? credits_per_run_micros,
    lost_attempts: 0,
    completed_meanwhile: false,
    shown_running: false,
    ...(traceparent === null ? {} : { traceparent }),
  };
}

export function started(
  execution: UnfinishedExecution | null,
  data: ExecutionStarted,
  time: Instant,
): UnfinishedExecution {
  if (execution === null) throw new Error(`execution ${data.execution_id} started without a request`);
  return {
    state: 'running',
    execution_id: execution.execution_id,
    number: execution.number,
    attempt: data.attempt,
    trigger_type: execution.trigger_type,
    scheduled_for: execution.scheduled_for,
    ...ofSchedule(execution.schedule_id),
    requested_at: execution.requested_at,
    due_at: execution.due_at,
    start_by: execution.start_by,
    timeout_seconds: execution.timeout_seconds,
    credits_reserved_micros: execution.credits_reserved_micros,
    lost_attempts: data.lost_attempts,
    completed_meanwhile: execution.completed_meanwhile,
    worker_id: data.worker_id,
    claim: data.claim,
    started_at: time,
    deadline: data.deadline,
    ...traceOf(execution),
  };
}

export function awaitingRetry(
  execution: UnfinishedExecution | null,
  data: Omit<ExecutionFailed, 'personal'>,
): UnfinishedExecution | null {
  if (execution === null || data.next_attempt === null) return null;
  return {
    state: 'requested',
    execution_id: execution.execution_id,
    number: execution.number,
    attempt: data.attempt + 1,
    trigger_type: execution.trigger_type,
    scheduled_for: execution.scheduled_for,
    ...ofSchedule(execution.schedule_id),
    requested_at: execution.requested_at,
    due_at: data.next_attempt.due_at,
    start_by: data.next_attempt.start_by,
    credits_reserved_micros: execution.credits_reserved_micros,
    timeout_seconds: execution.timeout_seconds,
    lost_attempts: data.lost_attempts,
    completed_meanwhile: execution.completed_meanwhile,
    shown_running: true,
    ...traceOf(execution),
  };
}

/** Of several schedules alone. */
function ofSchedule(schedule_id: string | undefined): { readonly schedule_id?: string } {
  return schedule_id === undefined ? {} : { schedule_id };
}

function traceOf({ traceparent }: UnfinishedExecution): { readonly traceparent?: string } {
  return traceparent === undefined ? {} : { traceparent };
}
