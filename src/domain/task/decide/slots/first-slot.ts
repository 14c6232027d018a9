import { namedSchedules } from '../../../schedule/several.ts';
import { nextSlot } from '../../../schedule/slots.ts';
import type { TaskSchedule } from '../../../schedule/types.ts';
import { earliest, type Instant, plusMs } from '../../../shared/instant.ts';

/** A one-off whose time has passed by no more than this is due now. */
const JUST_PASSED_MS = 60_000;
const NONE: ReadonlySet<string> = new Set();

/**
 * The slot that a schedule set now begins with; null where none is ahead. `staying`: ids of several that were set before,
 * and have had what has just passed.
 */
export function firstSlot(
  schedule: TaskSchedule,
  now: Instant,
  staying: ReadonlySet<string> = NONE,
): Instant | null {
  return earliest(
    ...namedSchedules(schedule).map((one) => {
      const mayHavePassed = one.type === 'once' && !staying.has(one.id);
      return nextSlot(one, mayHavePassed ? plusMs(now, -JUST_PASSED_MS) : now);
    }),
  );
}
