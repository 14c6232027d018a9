/**
 * What is used up of `max_runs`, and what that leaves of a task's schedule. Each of several schedules counts for itself: a
 * slot that two of them have is one of each.
 */
import { type SlotsUsed, scheduleBy, withRunsLeft, withSlotOf } from '../schedule/several.ts';
import { nextSlot, nextSlotWithin, schedulesAt } from '../schedule/slots.ts';
import type { Schedule, TaskSchedule, ThinnedSchedule } from '../schedule/types.ts';
import type { Instant } from '../shared/instant.ts';
import { thinned } from './skipped-slots.ts';
import type { SchedulingState } from './state.ts';

type Counting = Pick<
  SchedulingState,
  'schedule' | 'slots_taken' | 'slots_taken_by' | 'buffered_slot' | 'buffered_by'
>;

/** Slots that were requested. */
export function slotsTaken({ schedule, slots_taken, slots_taken_by = {} }: Counting): SlotsUsed {
  return schedule?.type === 'several' ? slots_taken_by : slots_taken;
}

/** Those, and the buffered one, which will be unless it becomes void. */
export function slotsSpokenFor(state: Counting): SlotsUsed {
  const taken = slotsTaken(state);
  return state.buffered_slot === null ? taken : withSlotOf(taken, state.buffered_by ?? []);
}

/** Whether that is all of `max_runs`: the schedule goes on only if a buffered slot becomes void. */
export function isSpokenFor(state: Counting): boolean {
  return state.schedule !== null && withRunsLeft(state.schedule, slotsSpokenFor(state)) === null;
}

/**
 * Where a buffered slot that becomes void was the last of the `max_runs` of a schedule: the slot after what is decided,
 * which takes its place.
 */
export function slotGivenBack(state: SchedulingState): Instant | null {
  const { schedule, buffered_slot, decided_through } = state;
  if (schedule === null || buffered_slot === null) return null;
  const open = withRunsLeft(schedule, slotsSpokenFor(state));
  const reopened = withRunsLeft(schedule, slotsTaken(state));
  if (reopened === null || open === reopened) return null;
  const behind =
    decided_through === null || decided_through < buffered_slot ? buffered_slot : decided_through;
  return nextSlot(thinned(reopened, state), behind);
}

/**
 * The schedule by which slots come, less those that are skipped: of several those with runs left, or all where none has.
 * Of one, whose slots end with its runs, itself.
 */
export function openSchedule(state: SchedulingState): ThinnedSchedule | null {
  const whole = wholeOpenSchedule(state);
  return whole === null ? null : thinned(whole, state);
}

/** The same with those that are skipped. */
export function wholeOpenSchedule(state: SchedulingState): TaskSchedule | null {
  const { schedule } = state;
  if (schedule?.type !== 'several') return schedule;
  return withRunsLeft(schedule, slotsSpokenFor(state)) ?? schedule;
}

/** The slot after one that a run takes. */
export function slotAfterTaking(state: SchedulingState, slot: Instant): Instant | null {
  const { schedule } = state;
  if (schedule === null) return null;
  const used = withSlotOf(slotsTaken(state), scheduleIdsAt(state, slot));
  return nextSlotWithin(thinned(schedule, state), slot, used);
}

/**
 * Of several schedules the ids of those that have the slot and may fire it; of one none. Where newer zone data has none
 * there, the slot is of the first.
 */
export function scheduleIdsAt(state: SchedulingState, slot: Instant): readonly string[] {
  const { schedule, buffered_slot, buffered_by } = state;
  if (schedule?.type !== 'several') return [];
  if (slot === buffered_slot && buffered_by !== undefined) return buffered_by;
  const open = wholeOpenSchedule(state);
  const schedules = open?.type === 'several' ? open.schedules : schedule.schedules;
  const found = schedulesAt(schedules, slot).map(({ id }) => id);
  return found.length > 0 ? found : schedules.slice(0, 1).map(({ id }) => id);
}

/** The schedule that decides what becomes of the slot. */
export function scheduleAt(state: SchedulingState, schedule: TaskSchedule, slot: Instant): Schedule {
  return schedule.type === 'several' ? scheduleBy(schedule, scheduleIdsAt(state, slot)[0]) : schedule;
}

/** As an event says it: nothing of one schedule. */
export function namedIds(ids: readonly string[]): { readonly schedule_ids?: readonly string[] } {
  return ids.length === 0 ? {} : { schedule_ids: ids };
}
