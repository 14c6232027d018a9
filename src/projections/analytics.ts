/**
 * What happened, counted. Each event has a *tally*, what it adds; a value is the sum of tallies:
 *
 *     user, month     `2026-11`     executions by day: by type, by hour, by duration
 *     user            `all`         the tasks there are
 *     service, day    `2026-11-23`  executions of all users, and tasks created
 *     service         `all`         the tasks and users there are, and since when
 *
 * An execution counts in whole on the UTC day on which it was requested, however late it ends: so the figures of a day
 * are those of its execution records. Deleting a task takes it out of the tasks there are; its executions stay.
 *
 * Every value is bounded: 31 days of ten types, 24 hours and the classes of durations, or one. All of the service has small values of its own, a day each, so that a step of the projector writes two of them and no more.
 */

import type { TriggerType } from '../domain/execution/types.ts';
import type { RecordedTaskEvent } from '../domain/shared/event.ts';
import type { Sequence, UserId } from '../domain/shared/ids.ts';
import { dayOf, type Instant } from '../domain/shared/instant.ts';
import { isOfExecution } from '../domain/task/events/event-accessors.ts';
import type { TaskState } from '../domain/task/state.ts';
import type { TaskType } from '../domain/task/status.ts';
import type { Durations } from './durations.ts';

export const ANALYTICS = { name: 'ANALYTICS', version: 8 } as const;

/** `2026-11-23` and `2026-11`, in UTC. */
export type Day = string;
export type Month = string;

export const COUNTERS = [
  'executions',
  'successes',
  'failures',
  'credits_micros',
  'tokens',
  'api_calls',
  /** Of executions that succeeded or failed: of their last attempt. */
  'duration_ms',
  /** Runs of slots by their first start: how many, how many of them in time, how late all together. */
  'slot_starts',
  'slot_starts_in_time',
  'slot_late_ms',
  /** Runs of slots that were given up because nothing had started them. */
  'slots_not_started',
] as const;
export type Counter = (typeof COUNTERS)[number];

/** In the order of `COUNTERS`: as arrays they are small in store, and quick to copy. */
export type Counts = readonly number[];

/** Those that are counted by hour too, so that they can be summed up by the days of any zone. */
export const HOUR_COUNTERS = [
  'executions',
  'successes',
  'failures',
  'credits_micros',
  'duration_ms',
] as const satisfies readonly Counter[];

/** In the order of `HOUR_COUNTERS`. */
export type HourCounts = readonly number[];

/** Of the executions requested on one day. */
export interface DayCounts {
  readonly by_type: Readonly<Partial<Record<TaskType, Counts>>>;
  /** By the hour of the request, 0 to 23; those without any are left out. */
  readonly hours: Readonly<Record<number, HourCounts>>;
  /** Of executions that succeeded or failed: of their last attempt. */
  readonly durations: Durations;
}

export interface UserMonth {
  /** Those on which something was requested. */
  readonly days: Readonly<Record<Day, DayCounts>>;
}

export interface UserTotals {
  /** When the user's first task was created. */
  readonly since: Day;
  /** Not deleted. */
  readonly tasks: number;
}

export interface ServiceDay extends DayCounts {
  /** Tasks of which at least one attempt started on this day. */
  readonly active_tasks: number;
  readonly tasks_created: number;
  readonly tasks_from_template: number;
}

export interface Cohort {
  readonly users: number;
  /** Those of them who have a task that is not deleted. */
  readonly with_tasks: number;
}

export interface ServiceTotals {
  /** Not deleted. */
  readonly tasks: Readonly<Partial<Record<TaskType, number>>>;
  /** Users by the day of their first task, for the newest days only. */
  readonly recent: Readonly<Record<Day, Cohort>>;
  /** All users of before those days. */
  readonly earlier: Cohort;
}

export type AnalyticsState = UserMonth | UserTotals | ServiceDay | ServiceTotals;

/** Where a value is: `user_id` null is the whole service, which no user can be. */
export interface AnalyticsPlace {
  readonly user_id: UserId | null;
  /** A month of a user, a day of the service, or `all`. */
  readonly period: Month | Day | typeof ALL;
}

/** A value, and the last event that is in it. */
export interface Counted<State extends AnalyticsState = AnalyticsState> {
  readonly sequence: Sequence;
  readonly state: State;
}

export const ALL = 'all';
/** "On time", from when a slot's run was due to its start. */
export const IN_TIME_MS = 5_000;
/** Days of which first tasks are told apart. */
export const RETENTION_DAYS = 30;

/** What is added to counters; those that are not there stay as they are. */
export type Added = Readonly<Partial<Record<Counter, number>>>;

/** What is counted of one execution, on the day of its request. */
export interface RunTally {
  readonly requested_at: Instant;
  readonly task_type: TaskType;
  readonly counts: Added;
}

/** What one event adds. */
export interface Tally {
  readonly user_id: UserId;
  readonly day: Day;
  readonly task_type: TaskType;
  readonly run: RunTally | null;
  /** The task is active on this day for the first time. */
  readonly activates: boolean;
  /** Whether a task was created, and from a template. */
  readonly created: { readonly from_template: boolean } | null;
  /** One task more or one less that is not deleted. */
  readonly tasks: 1 | -1 | 0;
}

/** What never changes in an execution, from its request on. */
export interface RunFacts {
  readonly task_type: TaskType;
  readonly trigger_type: TriggerType;
  readonly scheduled_for: Instant | null;
  readonly requested_at: Instant;
}

/** The tally of the event that made `after` of `before`; null where nothing is counted. */
export function tallyOf(before: TaskState | null, event: RecordedTaskEvent, after: TaskState): Tally | null {
  const { time, user_id } = event.meta;
  const day = dayOf(time);
  const run = runTallyOf(event, () => factsOf(event, before, after));
  const ranBefore = before?.last_run_time ?? null;
  const activates =
    event.type === 'task.execution_started' && (ranBefore === null || dayOf(ranBefore) !== day);
  const created = event.type === 'task.created' ? { from_template: after.template_id !== null } : null;
  const tasks = ((after.deleted_at === null ? 1 : 0) - (before?.deleted_at === null ? 1 : 0)) as 1 | -1 | 0;
  if (run === null && !activates && created === null && tasks === 0) return null;
  return { user_id, day, task_type: after.task_type, run, activates, created, tasks };
}

/** What two events of one task add together; null where they cannot be counted as one: of other runs or days, or of a task that comes or goes. */
export function tallyOfBoth(first: Tally, second: Tally): Tally | null {
  const a = first.run;
  const b = second.run;
  if (first.day !== second.day || first.task_type !== second.task_type) return null;
  if (first.created !== null || second.created !== null || first.tasks !== 0 || second.tasks !== 0)
    return null;
  const activates = first.activates || second.activates;
  if (a === null || b === null) return { ...first, run: a ?? b, activates };
  if (a.requested_at !== b.requested_at || a.task_type !== b.task_type) return null;
  // Each has a duration of its own.
  if (hasEnded(a.counts) && hasEnded(b.counts)) return null;
  const counts: Partial<Record<Counter, number>> = { ...a.counts };
  for (const counter of COUNTERS) {
    const more = b.counts[counter];
    if (more !== undefined) counts[counter] = (counts[counter] ?? 0) + more;
  }
  return { ...first, run: { ...a, counts }, activates };
}

/** Whether an outcome is among what is counted: then `duration_ms` is that of one run. */
export function hasEnded({ successes = 0, failures = 0 }: Added): boolean {
  return successes + failures > 0;
}

/** Number of the execution whose facts the tally of an event needs; null where it needs none, or brings them itself. */
export function needsFactsOf(event: RecordedTaskEvent): number | null {
  if (!isOfExecution(event) || event.type === 'task.execution_requested') return null;
  const { number, attempt } = event.data;
  const isLast = event.type === 'task.execution_completed' || event.type === 'task.execution_failed';
  return isLast || attempt === 1 ? number : null;
}

/** What an event adds to the day of its execution. `facts` is asked only where `needsFactsOf` is not null, or for a request. */
export function runTallyOf(event: RecordedTaskEvent, facts: () => RunFacts): RunTally | null {
  if (event.type === 'task.execution_requested') {
    const { task_type, requested_at } = facts();
    return { requested_at, task_type, counts: { executions: 1 } };
  }
  if (needsFactsOf(event) === null) return null;
  const { task_type, requested_at, ...slot } = facts();
  const counts = countsOf(event, slot.trigger_type === 'scheduled' && slot.scheduled_for !== null);
  return counts === null ? null : { requested_at, task_type, counts };
}

function countsOf(event: RecordedTaskEvent, isSlot: boolean): Added | null {
  if (!isOfExecution(event)) return null;
  switch (event.type) {
    case 'task.execution_started': {
      if (!isSlot) return null;
      const { late_by_ms } = event.data;
      const in_time = late_by_ms <= IN_TIME_MS ? 1 : 0;
      return { slot_starts: 1, slot_starts_in_time: in_time, slot_late_ms: late_by_ms };
    }
    case 'task.execution_cancelled':
      return isSlot && event.data.code === 'NOT_STARTED' ? { slots_not_started: 1 } : null;
    case 'task.execution_completed': {
      const { tokens_used, api_calls_made, credits_consumed_micros, duration_ms } = event.data;
      const usage = { tokens: tokens_used, api_calls: api_calls_made };
      return { successes: 1, credits_micros: credits_consumed_micros, duration_ms, ...usage };
    }
    case 'task.execution_failed': {
      const { tokens_used, api_calls_made, duration_ms, will_retry } = event.data;
      const usage = { tokens: tokens_used, api_calls: api_calls_made };
      return will_retry ? usage : { failures: 1, duration_ms, ...usage };
    }
    case 'task.execution_requested':
      return null;
  }
}

/** A request's execution is that of the task after it, any other event's that of the task before it. */
function factsOf(event: RecordedTaskEvent, before: TaskState | null, after: TaskState): RunFacts {
  const execution = event.type === 'task.execution_requested' ? after.execution : before?.execution;
  if (!execution) throw new Error(`${event.type} without an execution on ${event.meta.task_id}`);
  const { trigger_type, scheduled_for, requested_at } = execution;
  return { task_type: after.task_type, trigger_type, scheduled_for, requested_at };
}
