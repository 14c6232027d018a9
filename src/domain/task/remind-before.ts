/** Reminders before a due date: ISO 8601 durations, kept in one spelling each. */

import { secondsOfDuration } from '../schedule/parse/duration.ts';
import { epochMs, type Instant, instantOf } from '../shared/instant.ts';

/** The armed instant and the duration that leads to it. */
export interface ReminderBefore {
  readonly at: Instant;
  readonly remind_before: string;
}

/** The first reminder at or after an instant; null where none is. `durations` has the longest first. */
export function reminderBefore(
  dueDate: Instant | null,
  durations: readonly string[] | null,
  notBefore: Instant,
): ReminderBefore | null {
  if (dueDate === null || durations === null) return null;
  for (const remind_before of durations) {
    const at = epochMs(dueDate) - (secondsOfDuration(remind_before) ?? 0) * 1000;
    if (at >= epochMs(notBefore)) return { at: instantOf(at), remind_before };
  }
  return null;
}
