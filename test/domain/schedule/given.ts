import { parseSchedule } from '../../../src/domain/schedule/parse/parse.ts';
import { slotsFrom } from '../../../src/domain/schedule/slots.ts';
import type { Schedule, ScheduleFault } from '../../../src/domain/schedule/types.ts';
import { type Instant, instantFromRfc3339 } from '../../../src/domain/shared/instant.ts';
import type { JsonObject } from '../../../src/domain/shared/json.ts';

/** RFC 3339 text with any offset as an instant. */
export function at(text: string): Instant {
  const instant = instantFromRfc3339(text);
  if (instant === null) throw new Error(`not an instant: ${text}`);
  return instant;
}

export const NOW = at('2026-03-20T10:00:00Z');

export function schedule(document: JsonObject, now: Instant = NOW): Schedule {
  const parsed = parseSchedule(document, now);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.schedule;
}

export function faultsOf(document: JsonObject, now: Instant = NOW): readonly ScheduleFault[] {
  const parsed = parseSchedule(document, now);
  return parsed.ok ? [] : parsed.faults;
}

/** Where and of what type, without the sentence. */
export function faultTypes(document: JsonObject, now: Instant = NOW): string[] {
  return faultsOf(document, now).map((fault) => `${fault.path.join('.')}: ${fault.type}`);
}

/** The slots strictly after `from`, as many as asked for. */
export function slots(document: JsonObject, from: string, count: number, now: Instant = NOW): string[] {
  const found: string[] = [];
  for (const slot of slotsFrom(schedule(document, now), at(from))) {
    found.push(slot);
    if (found.length >= count) break;
  }
  return found;
}

/** Each as it is kept, with its first slots, read when it is another day elsewhere: in the west, and in the east. */
export function whatTheyAre(documents: readonly JsonObject[]): unknown {
  return ['2026-03-20T00:30:00Z', '2026-03-20T23:30:00Z'].map((now) =>
    documents.map((document) => [schedule(document, at(now)), slots(document, now, 5, at(now))]),
  );
}
