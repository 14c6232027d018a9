import type { TriggerType } from '../execution/types.ts';
import { followsCalendars } from '../schedule/calendar/closed-days.ts';
import { calendarsFollowed } from '../schedule/followed-calendars.ts';
import { partsOf } from '../schedule/several.ts';
import type { TaskSchedule } from '../schedule/types.ts';
import type { CreditMicros } from '../shared/credits.ts';
import type { ExecutionId, Hash, Revision, Sequence, TaskId, TemplateId, UserId } from '../shared/ids.ts';
import type { Instant } from '../shared/instant.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import type { DueDay } from './due-day.ts';
import type { HookScheme } from './events/events.ts';
import type { TaskUsage } from './evolve/usage.ts';
import type { Notify } from './notify.ts';
import type { Occurrence } from './occurrences.ts';
import type { Priority, RestingStatus, TaskStatus, TaskType } from './status.ts';
import type { Trigger, TriggerFilter } from './trigger.ts';

/**
 * What is needed to decide timers, slots and executions, and nothing personal: the scheduler holds this for
 * every task with a timer or an unfinished execution.
 */
export interface SchedulingState {
  readonly task_id: TaskId;
  readonly user_id: UserId;
  readonly task_type: TaskType;
  readonly priority: Priority;
  readonly resting_status: RestingStatus;
  readonly deleted_at: Instant | null;
  readonly schedule: TaskSchedule | null;
  /** Raised by every change of the schedule; 0 without one from the start. */
  readonly schedule_version: number;
  /** The next slot; while paused, the first slot that has not been given a fate yet. */
  readonly next_run_time: Instant | null;
  /** Slots up to here have their fate, or came before the schedule; null without a schedule. */
  readonly decided_through: Instant | null;
  /** The last slot that was taken as it came due: requested, missed or buffered. Absent: none of this schedule version. */
  readonly taken_through?: Instant | null;
  /** Slots ahead that its owner has taken out, ascending; absent: none so far. */
  readonly skipped_slots?: readonly Instant[];
  /** Slots requested under this schedule version: what `max_runs` is held against. */
  readonly slots_taken: number;
  /** Of several schedules: the same for each, by its id; one that is not named has taken none. */
  readonly slots_taken_by?: Readonly<Record<string, number>>;
  /** The slot that runs when the execution has ended; null while there is no such. */
  readonly buffered_slot: Instant | null;
  /** Of several schedules, while a slot is buffered: those that have it. */
  readonly buffered_by?: readonly string[];
  readonly backfill: Backfill | null;
  /** Final failures since the last success or resume. */
  readonly failures_in_a_row: number;
  readonly execution: UnfinishedExecution | null;
  /** How many executions were requested so far: the number of the last one. */
  readonly executions_requested: number;
  readonly credits_per_run_micros: CreditMicros;
  readonly due_date: Instant | null;
  /** Of a due date without a time: the day whose last instant it is. Null or absent: it is a time, or there is none. */
  readonly due_day?: DueDay | null;
  readonly reminder_time: Instant | null;
  /** ISO 8601 durations before the due date, the longest first; at least one, or null. */
  readonly remind_before: readonly string[] | null;
  /** Armed reminder; null when none is set, it fired, or the task is done. */
  readonly reminder_due: Instant | null;
  /** The next of the armed reminders before the due date; null likewise. */
  readonly before_due: Instant | null;
  /** Armed check of the due date; null likewise. */
  readonly overdue_due: Instant | null;
  readonly trigger: Trigger | null;
  /** Of the token of its webhook; null without one. */
  readonly webhook: Hash | null;
}

/** A backfill that has slots left: they run while nothing else does. */
export interface Backfill {
  readonly requested_at: Instant;
  readonly from: Instant;
  /** The slot that runs next. */
  readonly next: Instant;
  /** Inclusive. */
  readonly to: Instant;
  /** Of several schedules: the one whose slots they are; absent: all of them. */
  readonly schedule_id?: string;
}

interface RequestedPart {
  readonly execution_id: ExecutionId;
  readonly number: number;
  /** The attempt that runs or is awaited, 1 and up. */
  readonly attempt: number;
  readonly trigger_type: TriggerType;
  readonly scheduled_for: Instant | null;
  /** Of several schedules: the one that decides for the run; absent: the task has one, or the run is of no slot. */
  readonly schedule_id?: string;
  readonly requested_at: Instant;
  readonly due_at: Instant;
  readonly start_by: Instant;
  readonly timeout_seconds: number;
  /** The run may consume at most this, whatever becomes of the task's `credits_per_run` meanwhile. */
  readonly credits_reserved_micros: CreditMicros;
  readonly lost_attempts: number;
  /** A person completed the task while it ran, so a failing run does not make it failed. */
  readonly completed_meanwhile: boolean;
  /** Of its request, for what the execution does; absent: the request was part of no trace. */
  readonly traceparent?: string;
}

/** A task has at most one unfinished execution. */
export type UnfinishedExecution =
  | (RequestedPart & {
      readonly state: 'requested';
      /** True once an attempt has started: the task is shown as running while the next attempt is awaited. */
      readonly shown_running: boolean;
    })
  | (RequestedPart & {
      readonly state: 'running';
      readonly worker_id: string;
      readonly claim: string;
      readonly started_at: Instant;
      readonly deadline: Instant;
    });

/** A task as commands see it: scheduling, content, counters. */
export interface TaskState extends SchedulingState {
  /** Log sequence of its creation: the integer id that REST shows. */
  readonly id: Sequence;
  /** The template that it was made from, as that was then. */
  readonly template_id: TemplateId | null;
  readonly name: string;
  readonly description: string | null;
  readonly config: JsonObject;
  readonly metadata: JsonObject;
  readonly tags: readonly string[];
  /** Null without a trigger, and for a trigger that takes every message. */
  readonly trigger_filter: TriggerFilter | null;
  /** The largest ids of executions that messages have requested, smallest first: what a repeated message is known by. */
  readonly event_runs: readonly ExecutionId[];
  /** The last slots of a recurring to-do, oldest first; absent: it had none so far. */
  readonly occurrences?: readonly Occurrence[];
  /** Null: the defaults. */
  readonly notify: Notify | null;
  /** Of its webhook; absent: it has none, or one without any. */
  readonly hook_terms?: HookTerms;
  readonly paused_reason: string | null;
  readonly last_run_time: Instant | null;
  readonly last_success_time: Instant | null;
  readonly last_error: string | null;
  readonly last_result: Json;
  /** Always success_count + failure_count. */
  readonly run_count: number;
  readonly success_count: number;
  readonly failure_count: number;
  readonly total_credits_consumed_micros: CreditMicros;
  /** What its user's limits are counted from. */
  readonly usage: TaskUsage;
  readonly created_at: Instant;
  /** Last change by a person or service, or of the status (BR-UPD-005): not moved by runs. */
  readonly updated_at: Instant;
  /** Count of the task's events. */
  readonly revision: Revision;
  /** Revision of the last change by a person or service: what `If-Match` is held against. */
  readonly edit_revision: Revision;
}

/** What its owner wants of a webhook besides running the task. */
export interface HookTerms {
  /** Whether a run is told the headers of its call. */
  readonly with_headers: boolean;
  /** What callers prove themselves by; null: having the URL is enough. */
  readonly verify: { readonly scheme: HookScheme; readonly secret: string } | null;
}

/** How many ids `event_runs` holds. */
export const EVENT_RUNS_KEPT = 32;

/** Whether something other than a person or its schedule may start the task at any time. */
export function isTriggered(state: Pick<SchedulingState, 'trigger' | 'webhook'>): boolean {
  return state.trigger !== null || state.webhook !== null;
}

/** The status people see: `running` from the first start of an execution to its outcome. */
export function statusOf(state: Pick<SchedulingState, 'execution' | 'resting_status'>): TaskStatus {
  const execution = state.execution;
  if (execution === null) return state.resting_status;
  const shown = execution.state === 'running' || execution.shown_running;
  return shown ? 'running' : state.resting_status;
}

/** Whether a slot of the schedule is still to be run. */
export function hasSlotLeft(state: Pick<SchedulingState, 'next_run_time' | 'buffered_slot'>): boolean {
  return state.next_run_time !== null || state.buffered_slot !== null;
}

/** Why a task that is scheduled has no next run; null where it has one, or where it needs no reason. */
export type NoNextRunReason = 'no_open_day';

/**
 * A schedule that has run out ends its task. One that has no slot left and has not ended waits for days: the calendars
 * that it follows leave none open, and may again.
 */
export function noNextRunReason(
  state: Pick<
    SchedulingState,
    'schedule' | 'next_run_time' | 'buffered_slot' | 'execution' | 'resting_status' | 'deleted_at'
  >,
): NoNextRunReason | null {
  const { schedule, execution, resting_status, deleted_at } = state;
  const waits = resting_status === 'scheduled' && deleted_at === null && execution === null;
  return waits && !hasSlotLeft(state) && calendarsFollowed(schedule).length > 0 ? 'no_open_day' : null;
}

/** Whether a backfill may go on: not while the task is paused. */
export function mayBackfill(state: SchedulingState): boolean {
  const { backfill, resting_status, deleted_at } = state;
  return backfill !== null && deleted_at === null && resting_status !== 'paused';
}

/** Whether slots of its schedule may come, now or once it is resumed. */
export function awaitsSlots({
  resting_status,
  deleted_at,
}: Pick<SchedulingState, 'resting_status' | 'deleted_at'>): boolean {
  return deleted_at === null && (resting_status === 'scheduled' || resting_status === 'paused');
}

/** Whether the scheduler has something to wait for: a slot, a timer, an unfinished execution, or other days of a calendar. */
export function isTimed(state: SchedulingState): boolean {
  if (state.execution !== null) return true;
  if (state.deleted_at !== null) return false;
  return (
    (state.schedule !== null && awaitsSlots(state) && partsOf(state.schedule).some(followsCalendars)) ||
    (state.resting_status === 'scheduled' && hasSlotLeft(state)) ||
    mayBackfill(state) ||
    state.reminder_due !== null ||
    state.before_due !== null ||
    state.overdue_due !== null
  );
}
