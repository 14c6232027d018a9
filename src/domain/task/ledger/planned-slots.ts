/** The slots of a task that are still ahead, as things stand. */
import { dueAt } from '../../schedule/jitter.ts';
import { mergedSlots } from '../../schedule/merged-slots.ts';
import { MAIN_SCHEDULE, namedSchedules, usedBy } from '../../schedule/several.ts';
import { countSlots, slotsFrom } from '../../schedule/slots.ts';
import type { NamedSchedule } from '../../schedule/types.ts';
import { type Instant, plusMs } from '../../shared/instant.ts';
import { isSkipped, thinned } from '../skipped-slots.ts';
import { slotsSpokenFor } from '../slots-used.ts';
import type { SchedulingState } from '../state.ts';
import type { SlotRange } from './slot-fates.ts';

export interface PlannedSlot {
  readonly at: Instant;
  /** With its jitter: when it will be taken at the earliest. */
  readonly due_at: Instant;
  /** Its owner took it out: it will not run, and uses up nothing. */
  readonly skipped: boolean;
  /** The schedule that it is of: of several the first that has it. */
  readonly schedule_id: string;
}

/**
 * Those after `now` and within the range, in order, worked out as they are taken: of a scheduled task as many as
 * `max_runs` leaves; of a paused one those that would be, were it resumed; of any other none.
 */
export function* plannedSlots(
  state: SchedulingState,
  now: Instant,
  range: SlotRange,
): Generator<PlannedSlot, void, undefined> {
  const { schedule, schedule_version, task_id } = state;
  if (schedule === null || !isOpen(state)) return;
  const all = namedSchedules(schedule);
  for (const { at, index } of mergedSlots(all.map((one) => plannedOf(state, one, now, range)))) {
    const schedule_id = all[index]?.id ?? MAIN_SCHEDULE;
    const due_at = dueAt(schedule, task_id, schedule_version, at, schedule_id);
    yield { at, due_at, skipped: isSkipped(state, at), schedule_id };
  }
}

/** Those of one schedule. */
function* plannedOf(
  state: SchedulingState,
  schedule: NamedSchedule,
  now: Instant,
  { from, to }: SlotRange,
): Generator<Pick<PlannedSlot, 'at'>, void, undefined> {
  const begin = beginOf(state, now);
  const start = from <= begin ? begin : plusMs(from, -1);
  let left = leftFrom(state, schedule, now);
  // Those before the range use up `max_runs` as well.
  if (left !== Number.POSITIVE_INFINITY && start > begin) {
    left -= countSlots(thinned(schedule, state), plusMs(begin, 1), start).count;
  }
  for (const at of slotsFrom(schedule, start)) {
    if (at > to || left <= 0) return;
    if (!isSkipped(state, at)) left -= 1;
    if (at > now) yield { at };
  }
}

export function isOpen({ resting_status, deleted_at }: SchedulingState): boolean {
  return deleted_at === null && (resting_status === 'scheduled' || resting_status === 'paused');
}

/** What `max_runs` leaves one schedule for slots after `now`. */
export function leftFrom(state: SchedulingState, schedule: NamedSchedule, now: Instant): number {
  if (schedule.max_runs === null) return Number.POSITIVE_INFINITY;
  return schedule.max_runs - usedBy(slotsSpokenFor(state), schedule.id) - slotsWaiting(state, schedule, now);
}

/** Slots that have come and are to run still: a jittered one, or those that are caught up one after another. */
function slotsWaiting(state: SchedulingState, schedule: NamedSchedule, now: Instant): number {
  const { resting_status, next_run_time: next } = state;
  if (resting_status !== 'scheduled' || next === null || next > now) return 0;
  if (schedule.catch_up !== 'all' && state.schedule?.type !== 'several') return 1;
  const { count } = countSlots(thinned(schedule, state), next, now);
  return schedule.catch_up === 'all' ? count : Math.min(count, 1);
}

/** After this the slots are that have no fate yet: a limit may have skipped some that are ahead. */
export function beginOf({ resting_status, next_run_time: next }: SchedulingState, now: Instant): Instant {
  return resting_status === 'scheduled' && next !== null && next > now ? plusMs(next, -1) : now;
}
