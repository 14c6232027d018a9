import { MAIN_SCHEDULE } from '../schedule/several.ts';
import type { CreditMicros } from '../shared/credits.ts';
import type { ExecutionId, Sequence, TaskId, UserId } from '../shared/ids.ts';
import type { Instant } from '../shared/instant.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import type { ExecutionStatus, TriggerType } from './types.ts';

/** An execution as it is shown, with the number that finds it among its task's executions. */
export interface ExecutionState {
  /** Log sequence of its request: the integer id that REST shows. */
  readonly id: Sequence;
  readonly execution_id: ExecutionId;
  /** 1, 2, 3, … for each task. */
  readonly number: number;
  readonly task_id: TaskId;
  readonly user_id: UserId;
  readonly status: ExecutionStatus;
  readonly trigger_type: TriggerType;
  readonly trigger_data: JsonObject;
  readonly scheduled_for: Instant | null;
  /** Of several schedules: the one that decided for the run; absent: the task had one, or the run is of no slot. */
  readonly schedule_id?: string;
  readonly late_by_ms: number | null;
  readonly attempt: number;
  readonly summary: string | null;
  readonly result: Json;
  readonly result_truncated: boolean;
  readonly error_message: string | null;
  /** Holds `code` once an attempt failed or the execution was cancelled. */
  readonly error_details: JsonObject | null;
  readonly credits_consumed_micros: CreditMicros;
  readonly tokens_used: number;
  readonly api_calls_made: number;
  readonly duration_ms: number | null;
  readonly started_at: Instant | null;
  readonly completed_at: Instant | null;
  readonly created_at: Instant;
}

/** The schedule that the run is of; null where it is of no slot. */
export function scheduleIdOf({
  schedule_id,
  scheduled_for,
}: Pick<ExecutionState, 'schedule_id' | 'scheduled_for'>): string | null {
  return schedule_id ?? (scheduled_for === null ? null : MAIN_SCHEDULE);
}

/** No further attempt follows. */
export function isFinished({ status }: Pick<ExecutionState, 'status'>): boolean {
  switch (status) {
    case 'pending':
    case 'running':
      return false;
    case 'completed':
    case 'failed':
    case 'cancelled':
      return true;
  }
}
