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
 *
 * Of several schedules each catches up its own slots, and the first that has a slot says what it does on meeting a run.
 */

import { dueAt } from '../../../schedule/jitter.ts';
import { partsOf, scheduleBy } from '../../../schedule/several.ts';
import {
  countSlots,
  latestSlot,
  nextSlot,
  nextSlotWithin,
  schedulesAt,
  slotFrom,
} from '../../../schedule/slots.ts';
import type { Schedule, TaskSchedule, ThinnedOne, ThinnedSchedule } from '../../../schedule/types.ts';
import { earliest, type Instant, msBetween, plusMs } from '../../../shared/instant.ts';
import type { TakeDue } from '../../commands.ts';
import type { SkippedRange, TaskEvent } from '../../events/events.ts';
import type { ExecutionRequested } from '../../events/execution-events.ts';
import { isTicked, overdueFrom } from '../../occurrences.ts';
import { thinned } from '../../skipped-slots.ts';
import {
  namedIds,
  openSchedule,
  scheduleAt,
  scheduleIdsAt,
  slotAfterTaking,
  slotsSpokenFor,
} from '../../slots-used.ts';
import type { Backfill, SchedulingState, UnfinishedExecution } from '../../state.ts';
import { armedByEnd } from '../armed.ts';
import { endedByTime } from '../execution.ts';
import { restingWhenSlotsEnd } from '../resting.ts';
import { backfillSchedule } from './backfill.ts';

/** A slot due less than this ago is late and simply runs; beyond it, catch-up decides. */
const LATE_MS = 60_000;

/** Slots that are looked at one by one for one answer: the next answer takes those after them. */
const MOST_LOOKED_AT = 200;

type Overlap = Schedule['overlap'];

/** When `takeSlot` has an answer; null where no slot is awaited, or only the end of a run. */
export function slotDueAt(state: SchedulingState): Instant | null {
  const { schedule, execution, buffered_slot, next_run_time } = state;
  if (state.resting_status !== 'scheduled' || state.deleted_at !== null || schedule === null) return null;
  if (execution === null && buffered_slot !== null) return buffered_slot;
  if (next_run_time === null) return null;
  const due = dueOf(state, next_run_time);
  if (execution === null || due > execution.requested_at) return due;
  return waitsItsTurn(state, schedule, next_run_time, execution) ? null : due;
}

/** Asked only once `slotDueAt` has come. */
export function takeSlot(state: SchedulingState, command: TakeDue): TaskEvent {
  const { execution, buffered_slot, next_run_time } = state;
  const schedule = openSchedule(state);
  if (schedule === null) throw new Error(`${state.task_id} has no schedule to take slots of`);
  if (execution === null && buffered_slot !== null) {
    return requestSlot(state, buffered_slot, next_run_time, command);
  }
  if (next_run_time === null) throw new Error(`${state.task_id} has no slot to take`);
  const due: DueSlots = { schedule, first: next_run_time, now: command.now };
  if (execution !== null) return overlapping(state, due, execution);
  const missed = lastMissed(state, due);
  if (missed !== null) return skip(state, due, 'missed', missed);
  return requestSlot(state, next_run_time, slotAfterTaking(state, next_run_time), command);
}

/** The next slot of the backfill; asked only while it has one. */
export function requestBackfill(state: SchedulingState, command: TakeDue): TaskEvent {
  const { backfill } = state;
  const schedule = backfill && backfillSchedule(state, backfill.schedule_id);
  if (!schedule) throw new Error(`${state.task_id} has nothing to backfill`);
  const following = nextSlot(schedule, backfill.next);
  const ids = idsOfBackfill(schedule, backfill);
  return {
    type: 'task.execution_requested',
    data: {
      ...requestOf(state, scheduleBy(schedule, ids[0]), command),
      ...namedIds(ids),
      trigger_type: 'backfill',
      scheduled_for: backfill.next,
      next_run_time: state.next_run_time,
      next_backfill: following !== null && following <= backfill.to ? following : null,
      due_at: command.now,
    },
  };
}

/** Of several schedules those that have the slot, whatever they have fired. */
function idsOfBackfill(schedule: TaskSchedule, { schedule_id, next }: Backfill): readonly string[] {
  if (schedule.type === 'several') return schedulesAt(schedule.schedules, next).map(({ id }) => id);
  return schedule_id === undefined ? [] : [schedule_id];
}

/** The slots due now: those from `first` on that have come. */
interface DueSlots {
  /** Without the slots that are skipped; of several those with runs left. */
  readonly schedule: ThinnedSchedule;
  readonly first: Instant;
  readonly now: Instant;
}

/** The jitter of a slot is that of the whole schedule, whatever is skipped. */
function dueOf(state: SchedulingState, slot: Instant): Instant {
  const { schedule, task_id, schedule_version } = state;
  if (schedule === null) return slot;
  if (schedule.type !== 'several') return dueAt(schedule, task_id, schedule_version, slot);
  // Which of them has the slot is only asked where it matters.
  if (schedule.schedules.every(({ jitter_seconds }) => jitter_seconds === 0)) return slot;
  return dueAt(schedule, task_id, schedule_version, slot, scheduleIdsAt(state, slot)[0]);
}

/**
 * Slots that were due already when the run was requested are caught up one after another; only one that came due
 * since overlaps with it. Of several schedules each has its turn: the run may be of another.
 */
function waitsItsTurn(
  state: SchedulingState,
  schedule: TaskSchedule,
  slot: Instant,
  execution: UnfinishedExecution,
): boolean {
  if (schedule.type === 'several' && execution.trigger_type === 'scheduled') return true;
  return scheduleAt(state, schedule, slot).catch_up === 'all';
}

function overlapping(state: SchedulingState, due: DueSlots, execution: UnfinishedExecution): TaskEvent {
  const { schedule, first } = due;
  // A backfill runs what was; it takes nothing away from what is due now.
  const isBackfill = execution.trigger_type === 'backfill';
  const overlap = isBackfill ? 'buffer_one' : scheduleAt(state, schedule, first).overlap;
  switch (overlap) {
    case 'cancel_running': {
      // No run is ended for a slot that does not run itself.
      const missed = lastMissed(state, due);
      return missed === null ? endedByTime(state, execution, 'OVERLAP') : skip(state, due, 'missed', missed);
    }
    case 'buffer_one': {
      if (state.buffered_slot !== null) {
        const others: readonly Overlap[] = isBackfill ? [] : ['cancel_running'];
        return skip(state, due, 'overlap', latestBefore(state, due, others));
      }
      const { schedule_version } = state;
      const ids = namedIds(scheduleIdsAt(state, first));
      const next_run_time = slotAfterTaking(state, first);
      return { type: 'task.slot_buffered', data: { slot: first, ...ids, schedule_version, next_run_time } };
    }
    case 'skip': {
      const others: readonly Overlap[] =
        state.buffered_slot === null ? ['buffer_one', 'cancel_running'] : ['cancel_running'];
      return skip(state, due, 'overlap', latestBefore(state, due, others));
    }
  }
}

/**
 * The last due slot before one that meets a run otherwise; of one schedule the last. A slot of such a schedule may be
 * another's too that comes before it in the list: then that one decides.
 */
function latestBefore(state: SchedulingState, due: DueSlots, others: readonly Overlap[]): Instant {
  const { schedule, first } = due;
  const latest = latestDue(state, due) ?? first;
  if (schedule.type !== 'several') return latest;
  const parts = partsOf(schedule).filter(({ overlap }) => others.includes(overlap));
  let before = first;
  for (let looked = 0; looked < MOST_LOOKED_AT; looked++) {
    const other = earliest(...parts.map((part) => slotFrom(part, plusMs(before, 1))));
    if (other === null || other > latest) return latest;
    if (others.includes(scheduleAt(state, schedule, other).overlap))
      return latestSlot(schedule, plusMs(other, -1), first) ?? first;
    before = other;
  }
  return before;
}

/** The last of the due slots that nothing will run for before one runs; null where the first of them runs. */
function lastMissed(state: SchedulingState, due: DueSlots): Instant | null {
  const { schedule, first } = due;
  const runs = earliest(...partsOf(schedule).map((part) => firstToRun(state, { ...due, schedule: part })));
  if (runs === first) return null;
  if (runs === null) return latestDue(state, due) ?? first;
  return latestSlot(schedule, plusMs(runs, -1), first) ?? first;
}

/** The first of the due slots of one schedule that runs; null where none does. */
function firstToRun(
  state: SchedulingState,
  due: DueSlots & { readonly schedule: ThinnedOne },
): Instant | null {
  const { schedule, first, now } = due;
  const isOnly = state.schedule?.type !== 'several';
  const latest = latestDue(state, due) ?? (isOnly ? first : null);
  if (latest === null) return null;
  const window = schedule.catch_up_window_seconds * 1000;
  const lateness = (slot: Instant) => msBetween(dueOf(state, slot), now);
  if (schedule.catch_up === 'all') {
    const own = isOnly ? first : (slotFrom(schedule, first) ?? latest);
    if (lateness(own) <= window) return own;
    const tooLate = latestDue(state, { ...due, now: plusMs(now, -window - 1) }) ?? own;
    const next = nextSlot(schedule, tooLate);
    return next === null || next > latest ? null : next;
  }
  const late = lateness(latest);
  const runs = late < LATE_MS || (schedule.catch_up === 'latest' && late <= window);
  return runs ? latest : null;
}

/** The last slot that is due; null where none is. */
function latestDue(state: SchedulingState, { schedule, first, now }: DueSlots): Instant | null {
  const latest = latestSlot(schedule, now, first);
  if (latest === null || dueOf(state, latest) <= now) return latest;
  return latestSlot(schedule, plusMs(latest, -1), first);
}

function requestSlot(
  state: SchedulingState,
  slot: Instant,
  next_run_time: Instant | null,
  command: TakeDue,
): TaskEvent {
  const { schedule } = state;
  if (schedule === null) throw new Error(`${state.task_id} has no schedule to take slots of`);
  const ids = scheduleIdsAt(state, slot);
  const decisive = scheduleBy(schedule, ids[0]);
  return {
    type: 'task.execution_requested',
    data: {
      ...requestOf(state, decisive, command),
      ...namedIds(ids),
      trigger_type: 'scheduled',
      scheduled_for: slot,
      next_run_time,
      next_backfill: null,
      due_at: dueOf(state, slot),
      ...(isTicked(state) ? { occurrence: { overdue_at: overdueFrom(decisive, slot, next_run_time) } } : {}),
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
  const whole = state.schedule ?? schedule;
  const next_run_time = nextSlotWithin(thinned(whole, state), to, slotsSpokenFor(state));
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
