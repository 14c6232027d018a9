/** A run of a task from its request by hand to its outcome. What a slot requests is decided in `due.ts`. */

import { firstSchedule, scheduleBy } from '../../schedule/several.ts';
import type { Schedule } from '../../schedule/types.ts';
import { type CreditMicros, NO_CREDITS } from '../../shared/credits.ts';
import { type Decision, decided, rejected } from '../../shared/decision.ts';
import type { ExecutionId } from '../../shared/ids.ts';
import { type Instant, msBetween, plusMs } from '../../shared/instant.ts';
import type {
  AttemptOutcome,
  CancelExecution,
  FinishExecution,
  RequestExecution,
  StartExecution,
} from '../commands.ts';
import type { TaskEvent } from '../events/events.ts';
import type { ExecutionFailed } from '../events/execution-events.ts';
import { type SchedulingState, statusOf, type TaskState, type UnfinishedExecution } from '../state.ts';
import type { RestingStatus } from '../status.ts';
import { armedByEnd, armedByMove } from './armed.ts';
import { restingAfterRun, statusAfterCancel } from './resting.ts';
import { backoffMs } from './retry.ts';

/** A run asked for by hand that has not started by then is cancelled. */
export const MANUAL_START_WITHIN_MS = 5 * 60_000;
/** One that a webhook or an event asked for: nobody stands by who could ask again. */
const TRIGGERED_START_WITHIN_MS = 3_600_000;
/** Attempts that a lost worker may leave behind before the execution fails. */
export const LOST_ATTEMPTS_ALLOWED = 2;

/** What a webhook or an event starts; a person may run a task that is paused or completed too. */
const TRIGGERABLE: ReadonlySet<RestingStatus> = new Set(['pending', 'scheduled', 'failed']);

type RunningExecution = Extract<UnfinishedExecution, { state: 'running' }>;

export function requestExecution(state: TaskState | null, command: RequestExecution): Decision<TaskEvent> {
  if (state === null) return rejected({ code: 'TASK_NOT_FOUND' });
  if (state.deleted_at !== null) return rejected({ code: 'TASK_NOT_EXECUTABLE', status: 'deleted' });
  if (state.resting_status === 'cancelled') {
    return rejected({ code: 'TASK_NOT_EXECUTABLE', status: 'cancelled' });
  }
  const triggered = command.trigger_type === 'webhook' || command.trigger_type === 'event';
  if (triggered && !TRIGGERABLE.has(state.resting_status)) {
    return rejected({ code: 'TASK_NOT_EXECUTABLE', status: state.resting_status });
  }
  if (state.execution !== null) {
    return rejected({ code: 'TASK_ALREADY_RUNNING', execution_id: state.execution.execution_id });
  }
  return decided({
    type: 'task.execution_requested',
    data: {
      execution_id: command.execution_id,
      number: state.executions_requested + 1,
      trigger_type: command.trigger_type,
      scheduled_for: null,
      schedule_version: state.schedule_version,
      next_run_time: state.next_run_time,
      due_at: command.now,
      start_by: plusMs(command.now, triggered ? TRIGGERED_START_WITHIN_MS : MANUAL_START_WITHIN_MS),
      timeout_seconds: timeoutByHand(state) ?? command.default_timeout_seconds,
      credits_reserved_micros: state.credits_per_run_micros,
      term: null,
      personal: { trigger_data: command.trigger_data },
    },
  });
}

/**
 * A worker takes the attempt that its execution command names. A command that comes again although its own
 * start stands as running means that the worker which took it is lost: the next attempt starts, at most
 * twice. May also answer that it is too late to start (`NOT_STARTED`).
 */
export function startExecution(state: SchedulingState | null, command: StartExecution): Decision<TaskEvent> {
  const execution = state?.execution ?? null;
  if (state === null || execution === null || execution.execution_id !== command.execution_id) {
    return rejected({ code: 'STALE_ATTEMPT' });
  }
  if (execution.state === 'requested') {
    if (execution.attempt !== command.attempt) return rejected({ code: 'STALE_ATTEMPT' });
    if (command.now > execution.start_by) return decided(endedByTime(state, execution, 'NOT_STARTED'));
    return decided(started(state, execution, command, execution.attempt, execution.lost_attempts));
  }
  if (!command.redelivered || execution.claim !== command.claim) return rejected({ code: 'STALE_ATTEMPT' });
  const lost = execution.lost_attempts + 1;
  if (lost > LOST_ATTEMPTS_ALLOWED) return decided(workerLost(state, execution, command.now));
  return decided(started(state, execution, command, execution.attempt + 1, lost));
}

/** The outcome of an attempt; refused for any attempt but the one that runs. */
export function finishExecution(
  state: SchedulingState | null,
  command: FinishExecution,
): Decision<TaskEvent> {
  const execution = runningAttempt(state, command.execution_id, command.attempt);
  if (state === null || execution === null) return rejected({ code: 'STALE_ATTEMPT' });
  const { outcome, duration_ms } = command;
  const attempt = {
    execution_id: execution.execution_id,
    number: execution.number,
    attempt: execution.attempt,
    duration_ms,
    tokens_used: outcome.tokens_used,
    api_calls_made: outcome.api_calls_made,
  };
  if (outcome.kind === 'completed') {
    const to = restingAfterRun(state, 'completed', command.now);
    return decided({
      type: 'task.execution_completed',
      data: {
        ...attempt,
        status: { from: 'running', to },
        armed: armedByMove(state, to, command.now),
        credits_consumed_micros: creditsConsumed(execution, outcome),
        result_truncated: outcome.result_truncated,
        personal: { result: outcome.result, summary: outcome.summary },
      },
    });
  }
  return decided({
    type: 'task.execution_failed',
    data: {
      ...attempt,
      ...afterFailure(state, execution, outcome, command.now),
      code: outcome.code,
      personal: { error_message: outcome.message, error_details: outcome.details },
    },
  });
}

/** Stops a run, or takes back one that has not started. Rejected where it is not the task's unfinished execution. */
export function cancelExecution(state: TaskState | null, command: CancelExecution): Decision<TaskEvent> {
  if (state === null) return rejected({ code: 'TASK_NOT_FOUND' });
  const execution = state.execution;
  if (execution === null || execution.execution_id !== command.execution_id) {
    return rejected({ code: 'EXECUTION_NOT_FOUND' });
  }
  const status = statusAfterCancel(state);
  return decided({
    type: 'task.execution_cancelled',
    data: {
      execution_id: execution.execution_id,
      number: execution.number,
      attempt: execution.attempt,
      code: 'CANCELLED_BY_USER',
      status,
      armed: armedByEnd(state, status?.to),
      personal: { reason: command.reason },
    },
  });
}

/** An execution that time ends: it has not started when it had to, or a slot takes its place. */
export function endedByTime(
  state: SchedulingState,
  execution: UnfinishedExecution,
  code: 'NOT_STARTED' | 'OVERLAP',
): TaskEvent {
  const status = statusAfterCancel(state);
  return {
    type: 'task.execution_cancelled',
    data: {
      execution_id: execution.execution_id,
      number: execution.number,
      attempt: execution.attempt,
      code,
      status,
      armed: armedByEnd(state, status?.to),
      personal: { reason: null },
    },
  };
}

/** An attempt whose worker left no outcome: the next attempt is due at once, or the execution has failed. */
export function workerLost(
  state: SchedulingState,
  execution: RunningExecution,
  now: FinishExecution['now'],
): TaskEvent {
  const lost_attempts = execution.lost_attempts + 1;
  const final = lost_attempts > LOST_ATTEMPTS_ALLOWED;
  const next_attempt = {
    due_at: now,
    start_by: plusMs(now, startWithinMs(decisive(state, execution), execution)),
  };
  return {
    type: 'task.execution_failed',
    data: {
      execution_id: execution.execution_id,
      number: execution.number,
      attempt: execution.attempt,
      duration_ms: Math.max(0, msBetween(execution.started_at, now)),
      tokens_used: 0,
      api_calls_made: 0,
      code: 'WORKER_LOST',
      ...(final ? finalFailure(state, execution, lost_attempts, now) : goesOn(next_attempt, lost_attempts)),
      personal: { error_message: 'The worker that ran this attempt left no outcome.', error_details: {} },
    },
  };
}

function timeoutByHand({ schedule }: SchedulingState): number | null {
  return schedule === null ? null : firstSchedule(schedule).timeout_seconds;
}

/** The schedule that decides for a run: that of its slot; of any other run the first. */
function decisive({ schedule }: SchedulingState, { schedule_id }: UnfinishedExecution): Schedule | null {
  return schedule === null ? null : scheduleBy(schedule, schedule_id);
}

function started(
  state: SchedulingState,
  execution: UnfinishedExecution,
  command: StartExecution,
  attempt: number,
  lost_attempts: number,
): TaskEvent {
  return {
    type: 'task.execution_started',
    data: {
      execution_id: execution.execution_id,
      number: execution.number,
      attempt,
      worker_id: command.worker_id,
      claim: command.claim,
      deadline: plusMs(command.now, execution.timeout_seconds * 1000),
      late_by_ms: Math.max(0, msBetween(execution.due_at, command.now)),
      lost_attempts,
      status: statusOf(state) === 'running' ? null : { from: state.resting_status, to: 'running' },
    },
  };
}

function runningAttempt(
  state: SchedulingState | null,
  id: ExecutionId,
  attempt: number,
): RunningExecution | null {
  const execution = state?.execution;
  if (execution?.state !== 'running') return null;
  return execution.execution_id === id && execution.attempt === attempt ? execution : null;
}

/** An executor may charge less than was reserved, never more (BR-EXE-004: only for success). */
function creditsConsumed(
  execution: UnfinishedExecution,
  outcome: Extract<AttemptOutcome, { kind: 'completed' }>,
): CreditMicros {
  const reserved = execution.credits_reserved_micros;
  if (outcome.credits_micros === null) return reserved;
  return outcome.credits_micros < NO_CREDITS || outcome.credits_micros > reserved
    ? reserved
    : outcome.credits_micros;
}

type AfterFailure = Pick<
  ExecutionFailed,
  'will_retry' | 'next_attempt' | 'lost_attempts' | 'paused_after_failures' | 'status' | 'armed'
>;

/** Another attempt after its backoff, where it may help and one is left; else the run has failed. */
function afterFailure(
  state: SchedulingState,
  execution: RunningExecution,
  outcome: Extract<AttemptOutcome, { kind: 'failed' }>,
  now: Instant,
): AfterFailure {
  const { lost_attempts } = execution;
  const schedule = decisive(state, execution);
  // Who has completed the task meanwhile does not wait for another attempt.
  const mayRetry = outcome.retryable && !execution.completed_meanwhile;
  const backoff = mayRetry
    ? backoffMs(schedule?.retry ?? null, execution.attempt - lost_attempts, outcome.retry_after_ms)
    : null;
  if (schedule === null || backoff === null) {
    return finalFailure(state, execution, lost_attempts, now, outcome.gone);
  }
  const due_at = plusMs(now, backoff);
  const start_by = plusMs(due_at, startWithinMs(schedule, execution));
  return goesOn({ due_at, start_by }, lost_attempts);
}

function goesOn(next_attempt: ExecutionFailed['next_attempt'], lost_attempts: number): AfterFailure {
  return {
    will_retry: true,
    next_attempt,
    lost_attempts,
    paused_after_failures: null,
    status: null,
    armed: {},
  };
}

/** How long after it became due an attempt may still start. */
function startWithinMs(schedule: Schedule | null, { trigger_type }: UnfinishedExecution): number {
  switch (trigger_type) {
    case 'manual':
      return MANUAL_START_WITHIN_MS;
    case 'webhook':
    case 'event':
      return TRIGGERED_START_WITHIN_MS;
    case 'scheduled':
    case 'backfill':
      return schedule === null ? MANUAL_START_WITHIN_MS : schedule.catch_up_window_seconds * 1000;
  }
}

function finalFailure(
  state: SchedulingState,
  execution: RunningExecution,
  lost_attempts: number,
  now: Instant,
  isGone = false,
): AfterFailure {
  const rests = restingAfterRun(state, 'failed', now);
  const failures = state.failures_in_a_row + 1;
  // Whom nobody will ever answer again is not to be called again and again.
  const allowed = isGone ? 1 : (decisive(state, execution)?.pause_on_failure ?? null);
  const counts = rests === 'scheduled' && execution.trigger_type !== 'backfill';
  const pauses = counts && allowed !== null && failures >= allowed && state.next_run_time !== null;
  const to = pauses ? 'paused' : rests;
  return {
    will_retry: false,
    next_attempt: null,
    lost_attempts,
    paused_after_failures: pauses ? failures : null,
    status: { from: 'running', to },
    armed: armedByMove(state, to, now),
  };
}
