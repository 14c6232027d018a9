/**
 * Schedule documents as callers write them, to normalised schedules: aliases, defaults and shorthand resolved,
 * every fault found listed. A normalised schedule read again gives itself, as long as it still has a slot ahead.
 */
import { type Instant, plusMs } from '../../shared/instant.ts';
import type { JsonObject } from '../../shared/json.ts';
import { says } from '../../shared/says.ts';
import { followsCalendars } from '../calendar/closed-days.ts';
import { nextSlot } from '../slots.ts';
import type { ParsedSchedule, Schedule } from '../types.ts';
import { type CalendarLookup, NO_CALENDARS } from './calendars.ts';
import { defaultCatchUpWindow } from './catch-up-window.ts';
import { DocumentReading, quotedForFault } from './members.ts';
import { OPTION_MEMBERS, readOptions } from './options.ts';
import { readShape, type ScheduleType, SHAPE_MEMBERS } from './shapes.ts';
import { withoutStartLine } from './start-line.ts';

/** Members that do not belong here and are reported one by one. */
const MAX_OTHERS = 20;

/**
 * Reads a schedule document at an instant (the default anchor, and what "future" is measured against). `calendars` finds
 * those that its author may follow, as they are now.
 * Fault types: `missing`, `wrong_type`, `invalid_value`, `out_of_range`, `unknown_member`, `unsupported`
 * (part of a format that is taken only in part), `conflict` (two members that exclude each other), `no_future_slot`.
 */
export function parseSchedule(
  document: JsonObject,
  now: Instant,
  calendars: CalendarLookup = NO_CALENDARS,
): ParsedSchedule {
  const { document: plain, fault } = withoutStartLine(document);
  const reading = new DocumentReading(plain);
  if (fault !== null) reading.faults.push(fault);
  const type = readType(reading);
  refuseOthers(reading, type);
  const options = readOptions(reading, now, calendars);
  const shape = type === null ? null : readShape(reading, type, now, options);
  if (shape === null || reading.faults.length > 0) return { ok: false, faults: reading.faults };
  const catch_up_window_seconds = options.catch_up_window_seconds ?? defaultCatchUpWindow(shape, options);
  const schedule: Schedule = { ...shape, ...options, catch_up_window_seconds };
  const first = firstSlot(schedule, now);
  if (first !== null) return { ok: true, schedule, first };
  reading.fault(
    [],
    'no_future_slot',
    followsCalendars(schedule)
      ? says`has no future slot: no time that it names comes within its bounds on a day that its calendars leave open`
      : says`has no future slot: no time that it names comes within its bounds`,
  );
  return { ok: false, faults: reading.faults };
}

/** The first slot: for a one-off now at the earliest, else strictly after now. */
function firstSlot(schedule: Schedule, now: Instant): Instant | null {
  return nextSlot(schedule, schedule.type === 'once' ? plusMs(now, -1) : now);
}

function readType(reading: DocumentReading): ScheduleType | null {
  const types = Object.keys(SHAPE_MEMBERS) as ScheduleType[];
  if (!reading.has('type'))
    return reading.fault(['type'], 'missing', says`is required: one of ${{ allowed: types }}`);
  return reading.choice('type', types);
}

/** Members that no schedule, or none of this type, has; all types' members pass where the type is unknown. */
function refuseOthers(reading: DocumentReading, type: ScheduleType | null): void {
  const shape = type === null ? Object.values(SHAPE_MEMBERS).flat() : SHAPE_MEMBERS[type];
  const known = new Set(['type', ...shape, ...OPTION_MEMBERS]);
  const others = Object.keys(reading.document).filter((name) => !known.has(name));
  for (const name of others.slice(0, MAX_OTHERS)) {
    reading.fault(
      [quotedForFault(name)],
      'unknown_member',
      type === null
        ? says`is not a member of a schedule`
        : says`is not a member of a schedule of type ${{ schedule_type: type }}`,
    );
  }
  if (others.length > MAX_OTHERS) {
    reading.fault(
      [],
      'unknown_member',
      says`has ${{ count: others.length - MAX_OTHERS }} more unknown members`,
    );
  }
}
