import type { TaskStatus } from '../task/status.ts';
import type { Revision } from './ids.ts';
import type { Instant } from './instant.ts';

/**
 * What a decider answers: the one event to append, nothing (a repeat of what is already so), or a refusal.
 * Refusals are values with a stable code; only the HTTP layer knows which status code each becomes.
 */
export type Decision<E> =
  | { readonly kind: 'event'; readonly event: E }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

export type Rejection =
  | { readonly code: 'TASK_NOT_FOUND' }
  | { readonly code: 'EXECUTION_NOT_FOUND' }
  | { readonly code: 'TEMPLATE_NOT_FOUND' }
  | { readonly code: 'TEMPLATE_EXISTS' }
  | { readonly code: 'REVISION_MISMATCH'; readonly current: Revision }
  | {
      readonly code: 'INVALID_STATUS_TRANSITION';
      readonly from: TaskStatus;
      readonly to: TaskStatus;
      readonly allowed: readonly TaskStatus[];
    }
  | { readonly code: 'TASK_NOT_EXECUTABLE'; readonly status: TaskStatus | 'deleted' }
  | { readonly code: 'TASK_ALREADY_RUNNING'; readonly execution_id: string }
  | { readonly code: 'EXECUTION_ALREADY_FINISHED'; readonly status: string }
  /** A schedule without a slot ahead. */
  | { readonly code: 'NO_FUTURE_SLOT' }
  /** What only a task with a schedule can be asked. */
  | { readonly code: 'NO_SCHEDULE' }
  /** What can only be asked of a slot that is ahead: it is none, was taken, or the task does not wait for its slots. */
  | {
      readonly code: 'SLOT_NOT_PLANNED';
      readonly slot: Instant;
      readonly reason: 'no_slot' | 'past' | 'taken' | Exclude<TaskStatus, 'scheduled' | 'running'>;
    }
  /** Single slots that are skipped ahead of their time. */
  | { readonly code: 'TOO_MANY_SKIPS'; readonly limit: number }
  /** The task has no such occurrence among its last ones, or, without a slot, none that is open. */
  | { readonly code: 'NO_OCCURRENCE'; readonly slot: Instant | null }
  /** A backfill of a range in which there are more slots than one may run, or none. */
  | { readonly code: 'TOO_MANY_SLOTS'; readonly limit: number; readonly count: number }
  | { readonly code: 'NO_SLOTS' }
  /** The task has no schedule of that id. */
  | { readonly code: 'SCHEDULE_NOT_FOUND'; readonly schedule_id: string | null }
  | { readonly code: 'BACKFILL_IN_PROGRESS'; readonly from: Instant; readonly to: Instant }
  /** No such webhook, or none any more. */
  | { readonly code: 'WEBHOOK_NOT_FOUND' }
  /** The message of an event trigger is older than what the task remembers of such messages. */
  | { readonly code: 'MESSAGE_MAY_BE_KNOWN' }
  /** The task has no event of this sequence. */
  | { readonly code: 'EVENT_NOT_FOUND' }
  /** Fields that an undo would have to bring back, by their names in REST: somebody, or a run, has changed them since. */
  | { readonly code: 'CHANGED_SINCE'; readonly fields: readonly string[] }
  /** `no_compensation`: it is no edit; `no_way_back`: no status leads back; `too_long_ago`: too much has happened since. */
  | {
      readonly code: 'NOT_UNDOABLE';
      readonly event_type: string;
      readonly reason: 'no_compensation' | 'no_way_back' | 'too_long_ago';
    }
  /** The user has no such event destination. */
  | { readonly code: 'DESTINATION_NOT_FOUND' }
  /** An event destination that is off gets nothing: it has to be turned on first. */
  | { readonly code: 'DESTINATION_OFF' }
  /** Neither the user nor the installation has such a calendar. */
  | { readonly code: 'CALENDAR_NOT_FOUND' }
  /** Its owner has another one of this name. */
  | { readonly code: 'CALENDAR_EXISTS' }
  | { readonly code: 'REPLAY_IN_PROGRESS'; readonly replay_id: string }
  /** A worker's start or outcome for an attempt that is not the current one. */
  | { readonly code: 'STALE_ATTEMPT' }
  | LimitExceeded
  | UserDeleted;

export type LimitType =
  | 'tasks'
  | 'executions_per_day'
  | 'credits_per_month'
  | 'existing_tasks'
  | 'edits_per_day'
  | 'stored_bytes'
  | 'event_destinations'
  | 'calendars';

/** More than the user's tier allows. */
export interface LimitExceeded {
  readonly code:
    | 'TASK_LIMIT_EXCEEDED'
    | 'EXECUTION_LIMIT_EXCEEDED'
    | 'CREDIT_LIMIT_EXCEEDED'
    | 'EDIT_LIMIT_EXCEEDED'
    | 'STORAGE_LIMIT_EXCEEDED'
    | 'DESTINATION_LIMIT_EXCEEDED'
    | 'CALENDAR_LIMIT_EXCEEDED';
  readonly limit_type: LimitType;
  /** Both in tasks, executions, credits, edits, bytes, destinations or calendars. */
  readonly limit: number;
  readonly used: number;
  /** When the count begins anew, and in how many seconds; null where it does not by itself. */
  readonly resets_at: Instant | null;
  readonly retry_after_seconds: number | null;
}

/** The user is no more: nothing new is begun. */
export interface UserDeleted {
  readonly code: 'USER_DELETED';
}

export type RejectionCode = Rejection['code'];

export const NOTHING = { kind: 'nothing' } as const;

export function decided<E>(event: E): Decision<E> {
  return { kind: 'event', event };
}

export function rejected(rejection: Rejection): { kind: 'rejected'; rejection: Rejection } {
  return { kind: 'rejected', rejection };
}
