/**
 * Up to where the slots of a task have their fate. Next slots are stored, but zone data changes, so what lies between
 * the last decided slot and the stored next one is not known to be empty for ever: whoever works the next slot out anew
 * begins here, and forgets none.
 */
import { type Instant, plusMs } from '../../shared/instant.ts';

/** Of slots that begin at this time: just before the next one where that has passed already. */
export function beforeSlots(next_run_time: Instant | null, time: Instant): Instant {
  return next_run_time !== null && next_run_time <= time ? plusMs(next_run_time, -1) : time;
}

/** After a slot was taken: slots are taken in their order, but for a buffered one. */
export function throughSlot(before: Instant | null, slot: Instant): Instant {
  return before !== null && before > slot ? before : slot;
}

/**
 * Where a task is taken up again. What a clock that is behind now has taken before keeps its fate: it is not decided
 * again, whenever the slots are worked out anew.
 */
export function takenUpThrough(
  next_run_time: Instant | null,
  time: Instant,
  taken_through: Instant | null = null,
): Instant {
  const through = beforeSlots(next_run_time, time);
  const isAhead = taken_through !== null && next_run_time !== null && taken_through < next_run_time;
  return isAhead && taken_through > through ? taken_through : through;
}

/** Behind which a task that is taken up again has its next slot. */
export function freeBehind(taken_through: Instant | null | undefined, now: Instant): Instant {
  return taken_through != null && taken_through > now ? taken_through : now;
}
