/**
 * Up to where the slots of a task have their fate. Next slots are stored, but zone data changes, so what lies between
 * the last decided slot and the stored next one is not known to be empty for ever: whoever works the next slot out anew
 * begins here, and forgets none.
 */
import { type Instant, plusMs } from '../shared/instant.ts';

/** Of slots that begin at this time: just before the next one where that has passed already. */
export function beforeSlots(next_run_time: Instant | null, time: Instant): Instant {
  return next_run_time !== null && next_run_time <= time ? plusMs(next_run_time, -1) : time;
}

/** After a slot was taken: slots are taken in their order, but for a buffered one. */
export function throughSlot(before: Instant | null, slot: Instant): Instant {
  return before !== null && before > slot ? before : slot;
}
