/** What is stored of a run: from its request to its outcome, or to the decision that ended it. As `events.ts` says of all. */
import type { TriggerType } from '../../execution/types.ts';
import type { CreditMicros } from '../../shared/credits.ts';
import type { ExecutionId, Term } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { RestingStatus, StatusMove, TaskStatus } from '../status.ts';
import type { Armed, ArmedChange } from './armed-timers.ts';

/** An execution that another decision ended: not started yet (its slot is void), or running and aborted. */
export interface EndedExecution {
  readonly execution_id: ExecutionId;
  readonly number: number;
  readonly code: 'TASK_PAUSED' | 'TASK_CANCELLED' | 'TASK_DELETED' | 'TASK_COMPLETED' | 'SCHEDULE_CHANGED';
}

export interface ExecutionRequested {
  readonly execution_id: ExecutionId;
  /** 1, 2, 3, … for each task. */
  readonly number: number;
  readonly trigger_type: TriggerType;
  /** The slot's nominal instant; null for a run that has none. Only `scheduled` uses it: a backfill runs it again. */
  readonly scheduled_for: Instant | null;
  /** Of several schedules: those that have the slot. The first decides for the run. Absent: the task has one. */
  readonly schedule_ids?: readonly string[];
  readonly schedule_version: number;
  /** The task's next slot after this one. */
  readonly next_run_time: Instant | null;
  /** Of a backfill: the slot that it runs after this one; null where this is its last. */
  readonly next_backfill?: Instant | null;
  /** When this attempt may start. */
  readonly due_at: Instant;
  /** Not started by then: cancelled, `NOT_STARTED`. */
  readonly start_by: Instant;
  readonly timeout_seconds: number;
  /** The slot is an occurrence for somebody to tick. Absent: it is none, also in events of before there was such a thing. */
  readonly occurrence?: { readonly overdue_at: Instant };
  /** What the run may consume at most; absent in events of before it was kept: the task's `credits_per_run`. */
  readonly credits_reserved_micros?: CreditMicros;
  /** Of the leader that requested it, for diagnosis; null by hand. */
  readonly term: Term | null;
  readonly personal: { readonly trigger_data: JsonObject };
}

export interface ExecutionStarted {
  readonly execution_id: ExecutionId;
  readonly number: number;
  readonly attempt: number;
  readonly worker_id: string;
  /** Message id of the execution command by which the worker took it: its redelivery means that the worker is lost. */
  readonly claim: string;
  /** The attempt is given up at this instant. */
  readonly deadline: Instant;
  /** From when the attempt was due to this start; never negative. */
  readonly late_by_ms: number;
  /** Attempts so far that a lost worker left without an outcome. */
  readonly lost_attempts: number;
  /** Null where an earlier attempt had moved it to running already. */
  readonly status: StatusMove<RestingStatus, 'running'> | null;
}

export interface ExecutionUsage {
  readonly tokens_used: number;
  readonly api_calls_made: number;
}

export interface ExecutionCompleted extends ExecutionUsage {
  readonly execution_id: ExecutionId;
  readonly number: number;
  readonly attempt: number;
  readonly status: StatusMove<'running', RestingStatus>;
  readonly credits_consumed_micros: CreditMicros;
  readonly duration_ms: number;
  readonly result_truncated: boolean;
  readonly armed: Armed;
  readonly personal: { readonly result: Json; readonly summary: string | null };
}

export interface ExecutionFailed extends ExecutionUsage {
  readonly execution_id: ExecutionId;
  readonly number: number;
  readonly attempt: number;
  /** Stable code: `TIMEOUT`, `WORKER_LOST`, or the executor's own. */
  readonly code: string;
  /** False: final, `failure_count` rises. True: `next_attempt` follows. */
  readonly will_retry: boolean;
  readonly next_attempt: { readonly due_at: Instant; readonly start_by: Instant } | null;
  readonly lost_attempts: number;
  /** So many failures in a row paused the task: the move is to `paused`. */
  readonly paused_after_failures: number | null;
  readonly status: StatusMove<'running', RestingStatus> | null;
  readonly duration_ms: number;
  readonly armed: Armed;
  readonly personal: { readonly error_message: string; readonly error_details: JsonObject };
}

export interface ExecutionCancelled {
  readonly execution_id: ExecutionId;
  readonly number: number;
  readonly attempt: number;
  /** `OVERLAP`: a slot came due, and its run takes the place of this one. */
  readonly code: 'NOT_STARTED' | 'CANCELLED_BY_USER' | 'OVERLAP';
  readonly status: StatusMove<TaskStatus, RestingStatus> | null;
  readonly armed: ArmedChange;
  readonly personal: { readonly reason: string | null };
}
