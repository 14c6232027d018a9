import { nextSlot } from '../../schedule/slots.ts';
import type { Schedule } from '../../schedule/types.ts';
import { type Instant, plusMs } from '../../shared/instant.ts';

/** A one-off whose time has passed by no more than this is due now. */
const JUST_PASSED_MS = 60_000;

/** The slot that a schedule set now begins with; null where none is ahead. */
export function firstSlot(schedule: Schedule, now: Instant): Instant | null {
  return nextSlot(schedule, schedule.type === 'once' ? plusMs(now, -JUST_PASSED_MS) : now);
}
