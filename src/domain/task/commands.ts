/**
 * What can be asked of a task. Every command carries the time it is decided at; ids come from outside too.
 * Values are valid in themselves already (lengths, shapes, a normalised schedule): the deciders look at what
 * they mean for the task's state.
 */

import type { CalendarDays, TaskSchedule } from '../schedule/types.ts';
import type { CreditMicros } from '../shared/credits.ts';
import type { RecordedTaskEvent } from '../shared/event.ts';
import type { ExecutionId, Hash, Revision, TemplateId, Term } from '../shared/ids.ts';
import type { Instant } from '../shared/instant.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import type { DueDay } from './due-day.ts';
import type { Notify } from './notify.ts';
import type { HookTerms, TaskState } from './state.ts';
import type { Priority, RestingStatus, TaskType } from './status.ts';
import type { Trigger, TriggerFilter } from './trigger.ts';

export interface CreateTask {
  readonly now: Instant;
  readonly task_type: TaskType;
  readonly name: string;
  readonly description: string | null;
  readonly priority: Priority;
  readonly config: JsonObject;
  readonly schedule: TaskSchedule | null;
  readonly credits_per_run_micros: CreditMicros;
  readonly tags: readonly string[];
  readonly metadata: JsonObject;
  readonly due_date: Instant | null;
  /** Absent: the due date is a time, or there is none. */
  readonly due_day?: DueDay | null;
  readonly reminder_time: Instant | null;
  /** As `TaskState` holds them. */
  readonly remind_before: readonly string[] | null;
  readonly trigger: Trigger | null;
  readonly trigger_filter: TriggerFilter | null;
  readonly notify: Notify | null;
  readonly template_id: TemplateId | null;
}

/** A change by a person or service; `if_match` is the revision that the caller saw, null for any. */
interface Edit {
  readonly now: Instant;
  readonly if_match: Revision | null;
  readonly reason: string | null;
}

/** Only members that are present change; null clears. */
export interface TaskChanges {
  readonly name?: string;
  readonly description?: string | null;
  readonly priority?: Priority;
  readonly config?: JsonObject;
  readonly schedule?: TaskSchedule | null;
  readonly credits_per_run_micros?: CreditMicros;
  readonly tags?: readonly string[];
  readonly metadata?: JsonObject;
  readonly due_date?: Instant | null;
  /** Absent beside a `due_date`: that is a time. */
  readonly due_day?: DueDay | null;
  readonly reminder_time?: Instant | null;
  readonly remind_before?: readonly string[] | null;
  readonly trigger?: Trigger | null;
  readonly trigger_filter?: TriggerFilter | null;
  readonly notify?: Notify | null;
}

export interface UpdateTask extends Edit {
  readonly changes: TaskChanges;
  /** A status that the caller asks for; `running` and `failed` are nobody's to set. */
  readonly status: Exclude<RestingStatus, 'failed'> | null;
}

export type PauseTask = Edit;
export type ResumeTask = Edit;
export type CancelTask = Edit;
export type DeleteTask = Edit;
export type RestoreTask = Edit;

/** An event of a task's past, with what is needed to undo it. */
export interface UndoneEvent {
  readonly event: RecordedTaskEvent;
  /** The task before it; null: it made the task. */
  readonly before: TaskState | null;
  /** Names of the fields that edits after it have changed, back and forth included; null: too many events to tell. */
  readonly edited_since: ReadonlySet<string> | null;
}

export interface UndoChange extends Edit {
  /** Null: the task has no such event. */
  readonly undone: UndoneEvent | null;
}

export interface SkipSlot extends Edit {
  readonly slot: Instant;
  /** False: it is to run after all. */
  readonly skip: boolean;
}

export interface MarkOccurrence extends Edit {
  /** Null: the oldest that is open. */
  readonly slot: Instant | null;
  /** False: it is open after all. */
  readonly done: boolean;
  /** The task itself is done, with all that would come. */
  readonly series: boolean;
}

export interface RequestExecution {
  readonly now: Instant;
  readonly execution_id: ExecutionId;
  /** `scheduled`: asked for by a scheduler of somebody's own; it is no slot. */
  readonly trigger_type: 'manual' | 'scheduled' | 'webhook' | 'event';
  readonly trigger_data: JsonObject;
  /** Where the schedule does not say. */
  readonly default_timeout_seconds: number;
}

export type RevokeWebhook = Omit<Edit, 'reason'>;

export interface IssueWebhook extends RevokeWebhook {
  readonly token_hash: Hash;
  /** Null: having the URL is all. */
  readonly terms: HookTerms | null;
}

export interface RequestByWebhook extends Omit<RequestExecution, 'trigger_type'> {
  /** Of the token that came. */
  readonly token_hash: Hash;
}

export interface RequestByEvent extends Omit<RequestExecution, 'trigger_type'> {
  /** Behind `events.<user>.`. */
  readonly subject: string;
  /** The message as JSON; undefined where it is none, and no filter can look into it. */
  readonly payload: Json | undefined;
  /** The task's history was looked through, and the message has not requested an execution yet. */
  readonly is_new: boolean;
}

/** Both ends inclusive. */
export interface RequestBackfill {
  readonly now: Instant;
  readonly from: Instant;
  readonly to: Instant;
  /** The one whose slots they are; null or absent: all of them. */
  readonly schedule_id?: string | null;
}

export interface CancelExecution {
  readonly now: Instant;
  readonly execution_id: ExecutionId;
  readonly reason: string | null;
}

/** The scheduler's question: is anything of this task due, and what follows from it? */
export interface TakeDue {
  readonly now: Instant;
  /** For the execution that a due slot may start. */
  readonly execution_id: ExecutionId;
  readonly default_timeout_seconds: number;
  readonly term: Term;
  /** The worker of the attempt that runs is known to be gone; absent: it is not. */
  readonly worker_gone?: boolean;
}

/** Calendars as they are now: those that the task does not follow are passed over. */
export interface FollowCalendars {
  readonly now: Instant;
  readonly calendars: readonly CalendarDays[];
}

/** A worker takes an attempt. */
export interface StartExecution {
  readonly now: Instant;
  readonly execution_id: ExecutionId;
  /** The attempt that the execution command names. */
  readonly attempt: number;
  readonly worker_id: string;
  /** Message id of the execution command. */
  readonly claim: string;
  /** The command was delivered before, to a worker that has gone silent. */
  readonly redelivered: boolean;
}

export type AttemptOutcome =
  | {
      readonly kind: 'completed';
      readonly result: Json;
      readonly result_truncated: boolean;
      readonly summary: string | null;
      /** Null: the task's `credits_per_run`; never more than that. */
      readonly credits_micros: CreditMicros | null;
      readonly tokens_used: number;
      readonly api_calls_made: number;
    }
  | {
      readonly kind: 'failed';
      readonly code: string;
      readonly message: string;
      readonly details: JsonObject;
      readonly retryable: boolean;
      /** Milliseconds before which another attempt will not succeed; null or absent: nobody says so. */
      readonly retry_after_ms?: number | null;
      /** It will never succeed again. */
      readonly gone?: boolean;
      readonly tokens_used: number;
      readonly api_calls_made: number;
    };

export interface FinishExecution {
  readonly now: Instant;
  readonly execution_id: ExecutionId;
  readonly attempt: number;
  readonly duration_ms: number;
  readonly outcome: AttemptOutcome;
}
