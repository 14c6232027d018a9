/**
 * What happened to a task in a range, taken apart into what a simulation is given and what it decides anew.
 *
 *     people, webhooks, events --> ticks: they are done again when they were done
 *     the scheduler            --> ticks at which it may take what is due, and absences at which it did not
 *     workers                  --> for each run when it started and ended, counted from its request
 *
 * An absence lasts from when something was due until the next event: as long as it is due and nobody takes it, nobody
 * looked.
 */
import type { RecordedTaskEvent } from '../../shared/event.ts';
import type { ExecutionId } from '../../shared/ids.ts';
import { epochMs, type Instant, msBetween } from '../../shared/instant.ts';
import { nextDueAt } from '../decide/due.ts';
import type { TaskEvent } from '../events/events.ts';
import { evolve } from '../evolve/evolve.ts';
import { isLimitReason } from '../limit-reason.ts';
import type { SchedulingState, TaskState } from '../state.ts';

export interface RecordedTick {
  readonly by: 'scheduler' | 'others';
  readonly event: RecordedTaskEvent;
  /** The task before it. */
  readonly before: TaskState;
}

/** What workers made of a run, in order. */
export interface RecordedRun {
  readonly execution_id: ExecutionId;
  readonly timeout_seconds: number;
  readonly steps: readonly RunStep[];
}

export interface RunStep {
  readonly afterMs: number;
  readonly event: RecordedTaskEvent;
}

export interface Absence {
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
}

export interface RecordedRange {
  readonly ticks: readonly RecordedTick[];
  /** By slot and what asked for it; of one slot under several versions of a schedule the first of them first. */
  readonly bySlot: ReadonlyMap<string, readonly ExecutionId[]>;
  readonly runs: ReadonlyMap<ExecutionId, RecordedRun>;
  readonly absences: readonly Absence[];
  /** Milliseconds that each final outcome took. */
  readonly durationsMs: readonly number[];
  readonly end: TaskState;
}

interface Building extends RecordedRun {
  readonly requested_at: Instant;
  readonly steps: RunStep[];
}

/** `events`: after `start`, none later than `until`. */
export function recordedRange(
  start: TaskState,
  events: readonly RecordedTaskEvent[],
  until: Instant,
): RecordedRange {
  const ticks: RecordedTick[] = [];
  const runs = new Map<ExecutionId, Building>();
  const bySlot = new Map<string, ExecutionId[]>();
  const absences: Absence[] = [];
  const durationsMs: number[] = [];
  if (start.execution !== null) begin(runs, start.execution, start.execution.requested_at);
  let state = start;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const event of events) {
    const timeMs = epochMs(event.meta.time);
    noteAbsence(absences, state, lastMs, timeMs);
    lastMs = Math.max(lastMs, timeMs);
    const run = runOfStep(runs, event);
    if (run !== null) run.steps.push({ afterMs: msBetween(run.requested_at, event.meta.time), event });
    else ticks.push({ by: isByScheduler(event) ? 'scheduler' : 'others', event, before: state });
    if (event.type === 'task.execution_requested') {
      begin(runs, event.data, event.meta.time);
      const { trigger_type, scheduled_for, execution_id } = event.data;
      const key = slotKey(trigger_type, scheduled_for);
      bySlot.set(key, [...(bySlot.get(key) ?? []), execution_id]);
    }
    if (isOutcome(event)) durationsMs.push(event.data.duration_ms);
    state = evolve(state, event);
  }
  noteAbsence(absences, state, lastMs, epochMs(until) + 1);
  return { ticks, bySlot, runs, absences, durationsMs, end: state };
}

export function slotKey(trigger: string, slot: Instant | null): string {
  return `${trigger} ${slot}`;
}

function begin(
  runs: Map<ExecutionId, Building>,
  of: { readonly execution_id: ExecutionId; readonly timeout_seconds: number },
  requested_at: Instant,
): void {
  const { execution_id, timeout_seconds } = of;
  runs.set(execution_id, { execution_id, timeout_seconds, requested_at, steps: [] });
}

function noteAbsence(absences: Absence[], state: SchedulingState, afterMs: number, toMs: number): void {
  const due = nextDueAt(state);
  if (due === null) return;
  const fromMs = Math.max(epochMs(due), afterMs);
  if (fromMs < toMs) absences.push({ fromMs, toMs });
}

/** The run that a worker, or its loss, took a step further. */
function runOfStep(runs: ReadonlyMap<ExecutionId, Building>, event: RecordedTaskEvent): Building | null {
  switch (event.type) {
    case 'task.execution_started':
    case 'task.execution_completed':
    case 'task.execution_failed':
      return runs.get(event.data.execution_id) ?? null;
    default:
      return null;
  }
}

function isOutcome(
  event: RecordedTaskEvent,
): event is Extract<RecordedTaskEvent, { type: 'task.execution_completed' | 'task.execution_failed' }> {
  return (
    event.type === 'task.execution_completed' ||
    (event.type === 'task.execution_failed' && !event.data.will_retry && event.data.code !== 'WORKER_LOST')
  );
}

/** By `takeDue`: what time alone brings about. */
function isByScheduler(event: TaskEvent): boolean {
  switch (event.type) {
    case 'task.execution_requested':
      return (
        event.data.trigger_type === 'backfill' ||
        (event.data.trigger_type === 'scheduled' && event.data.scheduled_for !== null)
      );
    case 'task.slots_skipped':
      return !isLimitReason(event.data.reason);
    case 'task.execution_cancelled':
      return event.data.code !== 'CANCELLED_BY_USER';
    case 'task.slot_buffered':
    case 'task.reminder_triggered':
    case 'task.overdue':
      return true;
    default:
      return false;
  }
}
