/**
 * Schedule documents as callers write them, to normalised schedules: aliases, defaults and shorthand resolved,
 * every fault found listed. A normalised schedule read again gives itself, as long as it still has a slot ahead.
 */
import { type Instant, msBetween } from '../instant.ts';
import type { JsonObject } from '../json.ts';
import { Reading, shortened } from './members.ts';
import { readShape, type ScheduleType, SHAPE_MEMBERS } from './shapes.ts';
import { nextSlot } from './slots.ts';
import type { ParsedSchedule, Schedule, ScheduleOptions } from './types.ts';
import { knownZone } from './zone.ts';

const OPTION_MEMBERS = [
  'timezone',
  'start_at',
  'end_at',
  'dst_gap',
  'dst_fold',
  'catch_up',
  'catch_up_window_seconds',
  'overlap',
  'timeout_seconds',
];
/** Known to the format, without effect so far: refused, so that nobody relies on them. */
const LATER_MEMBERS = ['max_runs', 'jitter_seconds', 'exclude_dates', 'pause_on_failure', 'retry'];

const DEFAULT_CATCH_UP_WINDOW = 3600;
const MAX_CATCH_UP_WINDOW = 31 * 86_400;
const MAX_TIMEOUT = 3600;
/** Members that do not belong here and are reported one by one. */
const MAX_OTHERS = 20;

/**
 * Reads a schedule document at an instant (the default anchor, and what "future" is measured against).
 * Fault types: `missing`, `wrong_type`, `invalid_value`, `out_of_range`, `unknown_member`, `unsupported`
 * (part of the format, not implemented), `conflict` (two members that exclude each other), `no_future_slot`.
 */
export function parseSchedule(document: JsonObject, now: Instant): ParsedSchedule {
  const reading = new Reading(document);
  const type = readType(reading);
  refuseOthers(reading, type);
  const options = readOptions(reading, now);
  const shape = type === null ? null : readShape(reading, type, now);
  if (shape === null || reading.faults.length > 0) return { ok: false, faults: reading.faults };
  const schedule: Schedule = { ...shape, ...options };
  const first = firstSlot(schedule, now);
  if (first !== null) return { ok: true, schedule, first };
  reading.fault(
    [],
    'no_future_slot',
    'the schedule has no future slot: no time that it names comes within its bounds',
  );
  return { ok: false, faults: reading.faults };
}

/** The first slot: for a one-off now at the earliest, else strictly after now. */
function firstSlot(schedule: Schedule, now: Instant): Instant | null {
  if (schedule.type !== 'once') return nextSlot(schedule, now);
  const { run_time: slot, start_at, end_at } = schedule;
  return (start_at === null || slot >= start_at) && (end_at === null || slot <= end_at) ? slot : null;
}

function readType(reading: Reading): ScheduleType | null {
  const types = Object.keys(SHAPE_MEMBERS) as ScheduleType[];
  if (!reading.has('type'))
    return reading.fault(['type'], 'missing', `is required: one of ${types.join(', ')}`);
  return reading.choice('type', types);
}

/** Members that no schedule, or none of this type, has; all types' members pass where the type is unknown. */
function refuseOthers(reading: Reading, type: ScheduleType | null): void {
  const shape = type === null ? Object.values(SHAPE_MEMBERS).flat() : SHAPE_MEMBERS[type];
  const known = new Set(['type', ...shape, ...OPTION_MEMBERS]);
  const others = Object.keys(reading.document).filter((name) => !known.has(name));
  const owner = type === null ? 'a schedule' : `a schedule of type ${type}`;
  for (const name of others.slice(0, MAX_OTHERS)) {
    if (!LATER_MEMBERS.includes(name)) {
      reading.fault([shortened(name)], 'unknown_member', `is not a member of ${owner}`);
    } else if (reading.has(name)) {
      reading.fault([name], 'unsupported', 'is not supported yet');
    }
  }
  if (others.length > MAX_OTHERS) {
    reading.fault([], 'unknown_member', `has ${others.length - MAX_OTHERS} more unknown members`);
  }
}

function readOptions(reading: Reading, now: Instant): ScheduleOptions {
  const timezone = readZone(reading);
  const start_at = reading.instant('start_at');
  const end_at = reading.instant('end_at');
  if (start_at !== null && end_at !== null && end_at < start_at) {
    reading.fault(['end_at'], 'conflict', 'must not be before start_at');
  } else if (end_at !== null && msBetween(now, end_at) < 0) {
    reading.fault(['end_at'], 'no_future_slot', 'is in the past, so the schedule has no future slot');
  }
  return {
    timezone,
    start_at,
    end_at,
    dst_gap: reading.choice('dst_gap', ['shift', 'end', 'skip']) ?? 'shift',
    dst_fold: reading.choice('dst_fold', ['first', 'second', 'both']) ?? 'first',
    catch_up: reading.choice('catch_up', ['skip', 'latest'], ['all']) ?? 'latest',
    catch_up_window_seconds:
      reading.wholeNumber('catch_up_window_seconds', 60, MAX_CATCH_UP_WINDOW) ?? DEFAULT_CATCH_UP_WINDOW,
    overlap: reading.choice('overlap', ['skip'], ['buffer_one', 'cancel_running']) ?? 'skip',
    timeout_seconds: reading.wholeNumber('timeout_seconds', 1, MAX_TIMEOUT),
  };
}

function readZone(reading: Reading): string {
  const name = reading.text('timezone');
  if (name === null) return 'UTC';
  const known = knownZone(name);
  if (known !== null) return known;
  reading.fault(
    ['timezone'],
    'invalid_value',
    `${JSON.stringify(shortened(name))} is not a known IANA time zone, such as Europe/Berlin`,
  );
  return 'UTC';
}
