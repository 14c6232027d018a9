/**
 * Slots ahead that the owner of a task has taken out one by one. They stay slots of the schedule, so that the ledger can
 * tell of them, but nothing runs for them: next slots are worked out by a schedule without them.
 */
import type { TaskSchedule, ThinnedSchedule } from '../schedule/types.ts';
import type { Instant } from '../shared/instant.ts';
import type { SchedulingState } from './state.ts';

/** Ahead at once: more are another schedule. */
export const MOST_SKIPPED_SLOTS = 100;

type Skipping = Pick<SchedulingState, 'skipped_slots'>;

export function isSkipped({ skipped_slots }: Skipping, slot: Instant): boolean {
  return skipped_slots?.includes(slot) ?? false;
}

/** The schedule without the slots that are skipped: of these comes the next one, and by these runs are counted. */
export function thinned(schedule: TaskSchedule, { skipped_slots = [] }: Skipping): ThinnedSchedule {
  return skipped_slots.length === 0 ? schedule : { ...schedule, without: skipped_slots };
}

/** With the slot, or without it, ascending. */
export function withSkip({ skipped_slots = [] }: Skipping, slot: Instant, skip: boolean): readonly Instant[] {
  const others = skipped_slots.filter((each) => each !== slot);
  return skip ? [...others, slot].sort() : others;
}

/** Without those that have passed: of these the ledger tells. */
export function withoutPassedSkips(state: SchedulingState): SchedulingState {
  const { skipped_slots = [], decided_through } = state;
  if (decided_through === null || skipped_slots.every((slot) => slot > decided_through)) return state;
  return { ...state, skipped_slots: skipped_slots.filter((slot) => slot > decided_through) };
}

/** For a schedule that begins anew. The member comes with the first skip, and stays. */
export function withoutSkips({ skipped_slots }: Skipping): Skipping {
  return skipped_slots === undefined ? {} : { skipped_slots: [] };
}
