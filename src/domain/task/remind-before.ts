/** Reminders before a due date: ISO 8601 durations, kept in one spelling each. */

import { secondsOfDuration } from '../schedule/parse/duration.ts';
import { epochMs, type Instant, instantOf } from '../shared/instant.ts';
import { type DueDate, remindersFrom } from './due-day.ts';

/** The armed instant and the duration that leads to it. */
export interface ReminderBefore {
  readonly at: Instant;
  readonly remind_before: string;
}

/** The first reminder at or after an instant; null where none is. `remind_before` has the longest first. */
export function reminderBefore(
  task: DueDate & { readonly remind_before: readonly string[] | null },
  notBefore: Instant,
): ReminderBefore | null {
  const from = remindersFrom(task);
  if (from === null || task.remind_before === null) return null;
  for (const remind_before of task.remind_before) {
    const at = epochMs(from) - (secondsOfDuration(remind_before) ?? 0) * 1000;
    if (at >= epochMs(notBefore)) return { at: instantOf(at), remind_before };
  }
  return null;
}
