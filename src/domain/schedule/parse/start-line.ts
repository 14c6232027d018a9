/**
 * Recurrence rules as calendar programs and rule libraries print them, with a line before that says when they begin:
 *
 *     DTSTART;TZID=Europe/Paris:20270101T090000
 *     RRULE:FREQ=DAILY
 *
 * What that line says goes to the members that say it here: `start_at`, `timezone`, and, unless they are given, the local
 * day to `start_date` and the local time to `run_time`.
 */

import { instantFromRfc3339 } from '../../shared/instant.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import { says } from '../../shared/says.ts';
import { knownZone, offsetAt } from '../calendar/zone.ts';
import type { ScheduleFault } from '../types.ts';

const START_LINE =
  /^DTSTART(?:;VALUE=DATE(?:-TIME)?)?(?:;TZID=([^:;]+))?:(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z)?)?$/i;

/** Longer ones are no rule. */
const MAX_LENGTH = 1000;

export interface WithoutStartLine {
  readonly document: JsonObject;
  readonly fault: ScheduleFault | null;
}

/** The document itself where its rule has no such line. */
export function withoutStartLine(document: JsonObject): WithoutStartLine {
  const text = Object.hasOwn(document, 'rrule') ? document.rrule : null;
  if (document.type !== 'rrule' || typeof text !== 'string' || text.length > MAX_LENGTH) {
    return { document, fault: null };
  }
  const lines = text.split(/\r?\n|\\n/).map((line) => line.trim());
  const first = lines.find((line) => /^DTSTART[:;]/i.test(line));
  if (first === undefined) return { document, fault: null };
  const rrule = lines.filter((line) => line !== first && line !== '').join('\n');
  const read = startOf(first, document);
  if (read === null) {
    const said = says`must have DTSTART as a line such as DTSTART:20270101T090000Z or DTSTART;TZID=Europe/Paris:20270101T090000`;
    return { document: { ...document, rrule }, fault: { path: ['rrule'], type: 'invalid_value', ...said } };
  }
  const other = Object.keys(read).find((name) => isOther(name, document[name] ?? null, read[name] ?? null));
  const said = says`says something else than DTSTART in rrule: ${{ expected: String(other && read[other]) }}`;
  const fault: ScheduleFault | null =
    other === undefined ? null : { path: [other], type: 'conflict', ...said };
  const hasTime = (document.time ?? null) !== null || (document.run_time ?? null) !== null;
  const { run_time, ...others } = read;
  return {
    document: { ...document, rrule, ...others, ...(hasTime || !run_time ? {} : { run_time }) },
    fault,
  };
}

/** The members that the line says; null where it is none. */
function startOf(line: string, document: JsonObject): JsonObject | null {
  const [, tzid, year, month, day, hour, minute, utc] = START_LINE.exec(line) ?? [];
  const start_date = `${year}-${month}-${day}`;
  if (year === undefined || !isTime(`${start_date}T00:00:00Z`)) return null;
  if (hour === undefined) return { start_date };
  const said = `${start_date}T${hour}:${minute}:00Z`;
  if (!isTime(said) || (utc !== undefined && tzid !== undefined)) return null;
  const timezone = tzid ?? (typeof document.timezone === 'string' ? document.timezone : 'UTC');
  if (knownZone(timezone) === null) return tzid === undefined ? {} : { timezone };
  const at = utc === undefined ? instantAt(timezone, Date.parse(said)) : Date.parse(said);
  const local = new Date(at + offsetAt(timezone, at)).toISOString();
  return {
    ...(tzid === undefined ? {} : { timezone }),
    start_at: new Date(at).toISOString(),
    start_date: local.slice(0, 10),
    run_time: local.slice(11, 16),
  };
}

function isTime(text: string): boolean {
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && time.toISOString().slice(0, 16) === text.slice(0, 16);
}

function instantAt(zone: string, wall: number): number {
  return wall - offsetAt(zone, wall - offsetAt(zone, wall));
}

/** Whether a member of the document contradicts the line. A time of the day of its own is no contradiction. */
function isOther(name: string, given: Json, read: Json): boolean {
  if (given === null || name === 'run_time' || typeof given !== 'string') return false;
  return name === 'start_at' ? instantFromRfc3339(given) !== read : given !== read;
}
