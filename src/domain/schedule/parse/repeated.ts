import { type JsonObject, sameJson } from '../../shared/json.ts';
import type { Schedule } from '../types.ts';

/**
 * Whether a document says again what is stored: what it leaves out and is otherwise taken from the time at which it is
 * read, the first instant of an interval and the first day of a recurrence, stands as it did.
 */
export function isRepeated(document: JsonObject, parsed: Schedule, stored: Schedule): boolean {
  return sameJson(begunAs(document, parsed, stored), stored);
}

function begunAs(document: JsonObject, parsed: Schedule, stored: Schedule): Schedule {
  if (parsed.type === 'interval' && stored.type === 'interval' && (document.anchor ?? null) === null) {
    return { ...parsed, anchor: stored.anchor };
  }
  if (parsed.type === 'rrule' && stored.type === 'rrule' && (document.start_date ?? null) === null) {
    return { ...parsed, start_date: stored.start_date };
  }
  return parsed;
}
