import type { JsonObject } from '../../shared/json.ts';
import type { Schedule } from '../types.ts';

/**
 * A schedule that is sent in the place of a stored one. What the document leaves out and is otherwise taken from the time
 * at which it is read, the first instant of an interval and the first day of a recurrence, stands as it did, as long as
 * the interval or the rule is the same: its phase does not hang on when some other option was changed.
 */
export function begunAsStored(document: JsonObject, parsed: Schedule, stored: Schedule): Schedule {
  if (parsed.start_at !== stored.start_at) return parsed;
  if (parsed.type === 'interval' && stored.type === 'interval' && (document.anchor ?? null) === null) {
    const same = parsed.interval_seconds === stored.interval_seconds;
    return same ? { ...parsed, anchor: stored.anchor } : parsed;
  }
  if (parsed.type === 'rrule' && stored.type === 'rrule' && (document.start_date ?? null) === null) {
    const same = parsed.rrule === stored.rrule;
    return same ? { ...parsed, start_date: stored.start_date } : parsed;
  }
  return parsed;
}
