/**
 * The events of a task. Their names and shapes are the storage format: add members, never rename or
 * change what one means. `personal` holds what a person wrote or would not want read by strangers; the
 * codec seals it under the user's key, everything else stays readable in the log.
 *
 * An event carries all that was decided (the next slot, the status moved to), so that a fold never decides.
 */

import type { CalendarDays, NamedSchedule, Schedule } from '../../schedule/types.ts';
import type { CreditMicros } from '../../shared/credits.ts';
import type { Hash, TemplateId } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { DueDay } from '../due-day.ts';
import type { Notify } from '../notify.ts';
import type { Priority, RestingStatus, StatusMove, TaskType } from '../status.ts';
import type { Trigger, TriggerFilter } from '../trigger.ts';
import type { Armed, ArmedChange, ArmedTimers } from './armed-timers.ts';
import type {
  EndedExecution,
  ExecutionCancelled,
  ExecutionCompleted,
  ExecutionFailed,
  ExecutionRequested,
  ExecutionStarted,
} from './execution-events.ts';

export type TaskEvent =
  | { readonly type: 'task.created'; readonly data: TaskCreated }
  | { readonly type: 'task.updated'; readonly data: TaskUpdated }
  | { readonly type: 'task.status_changed'; readonly data: TaskStatusChanged }
  | { readonly type: 'task.deleted'; readonly data: TaskDeleted }
  | { readonly type: 'task.restored'; readonly data: TaskRestored }
  | { readonly type: 'task.execution_requested'; readonly data: ExecutionRequested }
  | { readonly type: 'task.execution_started'; readonly data: ExecutionStarted }
  | { readonly type: 'task.execution_completed'; readonly data: ExecutionCompleted }
  | { readonly type: 'task.execution_failed'; readonly data: ExecutionFailed }
  | { readonly type: 'task.execution_cancelled'; readonly data: ExecutionCancelled }
  | { readonly type: 'task.slots_skipped'; readonly data: SlotsSkipped }
  | { readonly type: 'task.slot_buffered'; readonly data: SlotBuffered }
  | { readonly type: 'task.slot_skip_changed'; readonly data: SlotSkipChanged }
  | { readonly type: 'task.occurrence_marked'; readonly data: OccurrenceMarked }
  | { readonly type: 'task.backfill_requested'; readonly data: BackfillRequested }
  | { readonly type: 'task.rescheduled'; readonly data: TaskRescheduled }
  | { readonly type: 'task.reminder_triggered'; readonly data: ReminderTriggered }
  | { readonly type: 'task.overdue'; readonly data: TaskOverdue }
  | { readonly type: 'task.webhook_issued'; readonly data: WebhookIssued }
  | { readonly type: 'task.webhook_revoked'; readonly data: WebhookRevoked };

export type TaskEventType = TaskEvent['type'];

export interface TaskCreated {
  readonly task_type: TaskType;
  readonly priority: Priority;
  readonly status: StatusMove<'pending', 'pending' | 'scheduled'>;
  readonly schedule: Schedule | null;
  /** Where the task has several, or one by an id of its own; `schedule` is null then. Absent: it has not. */
  readonly schedules?: readonly NamedSchedule[];
  readonly next_run_time: Instant | null;
  readonly credits_per_run_micros: CreditMicros;
  readonly due_date: Instant | null;
  /** Absent where the due date is a time, or there is none; also in events of before days were known. */
  readonly due_day?: DueDay;
  readonly reminder_time: Instant | null;
  readonly remind_before: readonly string[] | null;
  readonly trigger: Trigger | null;
  readonly notify: Notify | null;
  /** Null for a task that was made without one. */
  readonly template_id: TemplateId | null;
  readonly armed: ArmedTimers;
  readonly personal: {
    readonly name: string;
    readonly description: string | null;
    readonly config: JsonObject;
    readonly metadata: JsonObject;
    readonly tags: readonly string[];
    /** Absent in events of before there was such a thing. */
    readonly trigger_filter?: TriggerFilter | null;
  };
}

/** Fields of a task that an update may change and that anybody may read in the log. */
export interface OpenChanges {
  readonly priority?: Priority;
  readonly schedule?: Schedule | null;
  /** As in `TaskCreated`; `schedule` stands beside it, null. */
  readonly schedules?: readonly NamedSchedule[];
  readonly credits_per_run_micros?: CreditMicros;
  readonly due_date?: Instant | null;
  /** Null: the due date is a day no more. */
  readonly due_day?: DueDay | null;
  readonly reminder_time?: Instant | null;
  readonly remind_before?: readonly string[] | null;
  readonly trigger?: Trigger | null;
  readonly notify?: Notify | null;
}

export interface PersonalChanges {
  readonly name?: string;
  readonly description?: string | null;
  readonly config?: JsonObject;
  readonly metadata?: JsonObject;
  readonly tags?: readonly string[];
  readonly trigger_filter?: TriggerFilter | null;
}

export interface TaskUpdated {
  /** Names as the REST caller knows them, sorted. */
  readonly updated_fields: readonly string[];
  readonly changes: OpenChanges;
  /** The move of the resting status that came with it (schedule set or removed, `status` in the update). */
  readonly status: StatusMove<RestingStatus, RestingStatus> | null;
  readonly schedule_version: number;
  /** Slots that schedules have taken which were there before and stay as they are, by their ids; absent: none of any. */
  readonly slots_kept?: Readonly<Record<string, number>>;
  readonly next_run_time: Instant | null;
  readonly ended_execution: EndedExecution | null;
  /** Where the update resumed the task: the slots that passed while paused. */
  readonly slots_skipped: SkippedRange | null;
  readonly armed: Armed;
  readonly personal: PersonalChanges & { readonly reason: string | null };
}

export type StatusAction = 'pause' | 'resume' | 'cancel' | 'complete' | 'reopen';

export interface TaskStatusChanged {
  readonly action: StatusAction;
  /** Of the resting status: a task paused while it runs is shown as running until the run ends. */
  readonly status: StatusMove<RestingStatus, RestingStatus>;
  readonly next_run_time: Instant | null;
  readonly ended_execution: EndedExecution | null;
  /** On resume: the slots that passed while paused. */
  readonly slots_skipped: SkippedRange | null;
  readonly armed: Armed;
  readonly personal: { readonly reason: string | null };
}

export interface TaskDeleted {
  readonly ended_execution: EndedExecution | null;
  readonly personal: { readonly reason: string | null };
}

/** The task is as it was before it was deleted, but for what time has taken since: slots and reminders that passed. */
export interface TaskRestored {
  /** The first slot after the restoration; null where none is ahead. */
  readonly next_run_time: Instant | null;
  /** Where the schedule has no slot left to be scheduled for; null: it rests as it did. */
  readonly status: StatusMove<RestingStatus, RestingStatus> | null;
  readonly armed: Armed;
  readonly personal: { readonly reason: string | null };
}

/** The user's limit of executions for the day, or of credits for the month, was reached. */
export type LimitReason = 'execution_limit' | 'credit_limit';

/** A run of slots that nothing will run for. */
export interface SkippedRange {
  readonly reason: 'missed' | 'overlap' | 'paused' | LimitReason;
  readonly count: number;
  readonly count_is_minimum: boolean;
  readonly from: Instant;
  readonly to: Instant;
}

export interface SlotsSkipped extends SkippedRange {
  readonly schedule_version: number;
  readonly next_run_time: Instant | null;
  /** Where no slot is left after the skipped ones. */
  readonly status: StatusMove<RestingStatus, RestingStatus> | null;
  readonly armed: ArmedChange;
}

/** A slot that came due while a run was going: it runs when that has ended. */
export interface SlotBuffered {
  readonly slot: Instant;
  /** As in `ExecutionRequested`. */
  readonly schedule_ids?: readonly string[];
  readonly schedule_version: number;
  readonly next_run_time: Instant | null;
}

/** The owner took one slot out that is ahead, or put it back in. */
export interface SlotSkipChanged {
  readonly slot: Instant;
  readonly skip: boolean;
  readonly schedule_version: number;
  readonly next_run_time: Instant;
  readonly personal: { readonly reason: string | null };
}

/** Somebody ticked an occurrence, or took the tick back. */
export interface OccurrenceMarked {
  readonly slot: Instant;
  readonly done: boolean;
  readonly personal: { readonly reason: string | null };
}

/** The slots of the schedule in a past range are to be run again, one after another. */
export interface BackfillRequested {
  readonly from: Instant;
  readonly to: Instant;
  /** Of several schedules: the one whose slots they are; absent: all of them. */
  readonly schedule_id?: string;
  /** The first of them. */
  readonly first: Instant;
  readonly count: number;
  readonly schedule_version: number;
}

/** Newer zone data has moved the next slot, a clock that was ahead was put back, or a calendar has other days. */
export interface TaskRescheduled {
  /** Raised where slots that had been taken ahead of their time are due again. */
  readonly schedule_version: number;
  /** Null only where the calendars left the schedule no slot, or now leave it none. */
  readonly previous: Instant | null;
  readonly next_run_time: Instant | null;
  /** Calendars that the task follows, with the days that they have from then on; absent: all have those that they had. */
  readonly calendars?: readonly CalendarDays[];
}

export interface ReminderTriggered {
  readonly reminder_type: 'reminder_time' | 'remind_before';
  /** Of `remind_before`: how long before the due date, as it stands in the task. */
  readonly remind_before?: string | null;
  /** The instant that the reminder was set for. Its text is the task's own: whoever delivers it folds the task. */
  readonly reminder_time: Instant;
  readonly armed: Armed;
}

export interface TaskOverdue {
  readonly due_date: Instant;
  /** Absent where the due date is a time. */
  readonly due_day?: DueDay;
}

/** A URL that runs the task: the one before it, if any, is void. */
export interface WebhookIssued {
  /** Of the token in the URL, which nobody keeps. */
  readonly token_hash: Hash;
  /** Whether a run is told the headers of its call too. Absent: it is not. */
  readonly with_headers?: boolean;
  /** How callers prove, besides having the URL, who they are. Absent: not at all. */
  readonly verify?: HookScheme;
  /** Of `verify`: what callers sign with. */
  readonly personal?: { readonly secret: string };
}

/** Whose form of signatures: Standard Webhooks 1.0, or GitHub's `X-Hub-Signature-256`. */
export const HOOK_SCHEMES = ['standard-webhooks', 'github'] as const;
export type HookScheme = (typeof HOOK_SCHEMES)[number];

export type WebhookRevoked = Readonly<Record<string, never>>;

/** An event whose sealed member was left sealed: all that folds of scheduling state look at. */
export type Unopened<E> = E extends { readonly type: infer T; readonly data: infer D }
  ? { readonly type: T; readonly data: Omit<D, 'personal'> }
  : never;
