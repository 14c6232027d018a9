/**
 * What becomes of slots that are due.
 *
 *     a run is going? --yes--> waits its turn (catch-up one by one), or overlap: skip | buffer | cancel the run
 *           |no
 *     a slot is buffered? --yes--> it runs
 *           |no
 *     due for less than a minute, or within the catch-up window? --no--> skipped as missed, the whole range at once
 *           |yes
 *     it runs
 *
 * A slot is due at its nominal instant and its jitter, which is always before the next slot, so slots come due in
 * their order. Every answer takes the slots from `next_run_time` on and advances it past them.
 */

import { dueAt } from '../../schedule/jitter.ts';
import { countSlots, latestSlot, nextSlot, nextSlotWithin } from '../../schedule/slots.ts';
import type { Schedule, ThinnedSchedule } from '../../schedule/types.ts';
import { type Instant, msBetween, plusMs } from '../../shared/instant.ts';
import type { TakeDue } from '../commands.ts';
import type { ExecutionRequested, SkippedRange, TaskEvent } from '../events/events.ts';
import { isTicked, overdueFrom } from '../occurrences.ts';
import { thinned } from '../skipped-slots.ts';
import { type SchedulingState, slotsSpokenFor, type UnfinishedExecution } from '../state.ts';
import { armedByEnd } from './armed.ts';
import { endedByTime } from './execution.ts';
import { restingWhenSlotsEnd } from './resting.ts';

/** A slot due less than this ago is late and simply runs; beyond it, catch-up decides. */
const LATE_MS = 60_000;

/** When `takeSlot` has an answer; null where no slot is awaited, or only the end of a run. */
export function slotDueAt(state: SchedulingState): Instant | null {
  const { schedule, execution, buffered_slot, next_run_time } = state;
  if (state.resting_status !== 'scheduled' || state.deleted_at !== null || schedule === null) return null;
  if (execution === null && buffered_slot !== null) return buffered_slot;
  if (next_run_time === null) return null;
  const due = dueOf(state, schedule, next_run_time);
  return execution !== null && waitsItsTurn(schedule, execution, due) ? null : due;
}

/** Asked only once `slotDueAt` has come. */
export function takeSlot(state: SchedulingState, command: TakeDue): TaskEvent {
  const { execution, buffered_slot, next_run_time } = state;
  const schedule = state.schedule === null ? null : thinned(state.schedule, state);
  if (schedule === null) throw new Error(`${state.task_id} has no schedule to take slots of`);
  if (execution === null && buffered_slot !== null) {
    return requestSlot(state, schedule, buffered_slot, next_run_time, command);
  }
  if (next_run_time === null) throw new Error(`${state.task_id} has no slot to take`);
  const due: DueSlots = { schedule, first: next_run_time, now: command.now };
  if (execution !== null) return overlapping(state, due, execution);
  const missed = lastMissed(state, due);
  if (missed !== null) return skip(state, due, 'missed', missed);
  return requestSlot(state, schedule, next_run_time, afterTaking(state, schedule, next_run_time), command);
}

/** The next slot of the backfill; asked only while it has one. */
export function requestBackfill(state: SchedulingState, command: TakeDue): TaskEvent {
  const { schedule, backfill } = state;
  if (schedule === null || backfill === null) throw new Error(`${state.task_id} has nothing to backfill`);
  const following = nextSlot(schedule, backfill.next);
  return {
    type: 'task.execution_requested',
    data: {
      ...requestOf(state, schedule, command),
      trigger_type: 'backfill',
      scheduled_for: backfill.next,
      next_run_time: state.next_run_time,
      next_backfill: following !== null && following <= backfill.to ? following : null,
      due_at: command.now,
    },
  };
}

/** The slots due now: those from `first` on that have come. */
interface DueSlots {
  /** Without the slots that are skipped. */
  readonly schedule: ThinnedSchedule;
  readonly first: Instant;
  readonly now: Instant;
}

/** The jitter of a slot is that of the whole schedule, whatever is skipped. */
function dueOf(state: SchedulingState, schedule: ThinnedSchedule, slot: Instant): Instant {
  return dueAt(state.schedule ?? schedule, state.task_id, state.schedule_version, slot);
}

/**
 * Slots that were due already when the run was requested are caught up one after another; only one that came due
 * since overlaps with it.
 */
function waitsItsTurn(schedule: Schedule, execution: UnfinishedExecution, due: Instant): boolean {
  return schedule.catch_up === 'all' && due <= execution.requested_at;
}

function overlapping(state: SchedulingState, due: DueSlots, execution: UnfinishedExecution): TaskEvent {
  const { schedule, first } = due;
  // A backfill runs what was; it takes nothing away from what is due now.
  const overlap = execution.trigger_type === 'backfill' ? 'buffer_one' : schedule.overlap;
  switch (overlap) {
    case 'cancel_running': {
      // No run is ended for a slot that does not run itself.
      const missed = lastMissed(state, due);
      return missed === null ? endedByTime(state, execution, 'OVERLAP') : skip(state, due, 'missed', missed);
    }
    case 'buffer_one': {
      if (state.buffered_slot !== null) return skip(state, due, 'overlap', latestDue(state, due));
      const { schedule_version } = state;
      const next_run_time = afterTaking(state, schedule, first);
      return { type: 'task.slot_buffered', data: { slot: first, schedule_version, next_run_time } };
    }
    case 'skip':
      return skip(state, due, 'overlap', latestDue(state, due));
  }
}

/** The last of the due slots that nothing will run for; null where the first of them runs. */
function lastMissed(state: SchedulingState, due: DueSlots): Instant | null {
  const { schedule, first, now } = due;
  const window = schedule.catch_up_window_seconds * 1000;
  if (schedule.catch_up === 'all') {
    if (lateness(state, due, first) <= window) return null;
    return latestDue(state, { ...due, now: plusMs(now, -window - 1) });
  }
  const latest = latestDue(state, due);
  const late = lateness(state, due, latest);
  const runs = late < LATE_MS || (schedule.catch_up === 'latest' && late <= window);
  if (!runs) return latest;
  return latest > first ? (latestSlot(schedule, plusMs(latest, -1), first) ?? first) : null;
}

function lateness(state: SchedulingState, { schedule, now }: DueSlots, slot: Instant): number {
  return msBetween(dueOf(state, schedule, slot), now);
}

/** The last slot that is due; `first` is. */
function latestDue(state: SchedulingState, { schedule, first, now }: DueSlots): Instant {
  const latest = latestSlot(schedule, now, first) ?? first;
  if (latest === first || dueOf(state, schedule, latest) <= now) return latest;
  return latestSlot(schedule, plusMs(latest, -1), first) ?? first;
}

function afterTaking(state: SchedulingState, schedule: ThinnedSchedule, slot: Instant): Instant | null {
  return nextSlotWithin(schedule, slot, state.slots_taken + 1);
}

function requestSlot(
  state: SchedulingState,
  schedule: Schedule,
  slot: Instant,
  next_run_time: Instant | null,
  command: TakeDue,
): TaskEvent {
  return {
    type: 'task.execution_requested',
    data: {
      ...requestOf(state, schedule, command),
      trigger_type: 'scheduled',
      scheduled_for: slot,
      next_run_time,
      next_backfill: null,
      due_at: dueOf(state, schedule, slot),
      ...(isTicked(state) ? { occurrence: { overdue_at: overdueFrom(schedule, slot, next_run_time) } } : {}),
    },
  };
}

function requestOf(
  state: SchedulingState,
  schedule: Schedule,
  command: TakeDue,
): Omit<ExecutionRequested, 'trigger_type' | 'scheduled_for' | 'next_run_time' | 'next_backfill' | 'due_at'> {
  return {
    execution_id: command.execution_id,
    number: state.executions_requested + 1,
    schedule_version: state.schedule_version,
    start_by: plusMs(command.now, schedule.catch_up_window_seconds * 1000),
    timeout_seconds: schedule.timeout_seconds ?? command.default_timeout_seconds,
    credits_reserved_micros: state.credits_per_run_micros,
    term: command.term,
    personal: { trigger_data: {} },
  };
}

function skip(
  state: SchedulingState,
  { schedule, first: from }: DueSlots,
  reason: SkippedRange['reason'],
  to: Instant,
): TaskEvent {
  const next_run_time = nextSlotWithin(schedule, to, slotsSpokenFor(state));
  const ended = next_run_time === null && state.execution === null && state.buffered_slot === null;
  const status = ended ? { from: state.resting_status, to: restingWhenSlotsEnd(state) } : null;
  return {
    type: 'task.slots_skipped',
    data: {
      reason,
      ...countSlots(schedule, from, to),
      from,
      to,
      schedule_version: state.schedule_version,
      next_run_time,
      status,
      armed: armedByEnd(state, status?.to),
    },
  };
}
