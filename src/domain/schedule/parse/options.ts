/** The options that every type of schedule takes: their defaults, and how they are read. */
import { type Instant, msBetween } from '../../shared/instant.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import { says } from '../../shared/says.ts';
import { knownZone } from '../calendar/zone.ts';
import type { Retry, ScheduleOptions } from '../types.ts';
import { type CalendarLookup, readCalendars } from './calendars.ts';
import { DocumentReading, kindOf, quotedForFault } from './members.ts';

export const DEFAULT_OPTIONS: ScheduleOptions = {
  timezone: 'UTC',
  start_at: null,
  end_at: null,
  dst_gap: 'shift',
  dst_fold: 'first',
  catch_up: 'latest',
  // Of schedules stored without it: a new one has a window by its period (`catch-up-window.ts`).
  catch_up_window_seconds: 3600,
  overlap: 'skip',
  max_runs: null,
  jitter_seconds: 0,
  exclude_dates: null,
  pause_on_failure: null,
  retry: null,
  timeout_seconds: null,
};

export const OPTION_MEMBERS = [...Object.keys(DEFAULT_OPTIONS), 'exclude_calendars', 'only_calendars'];

const DAY = 86_400;
const MAX_CATCH_UP_WINDOW = 31 * DAY;
const MAX_TIMEOUT = 3600;
const MAX_RUNS = 1_000_000;
const MAX_JITTER = DAY;
const MAX_EXCLUDED = 366;
const MAX_FAILURES = 1000;

const RETRY_MEMBERS = ['max_attempts', 'initial_seconds', 'multiplier', 'max_seconds'];
const MAX_ATTEMPTS = 20;
const MAX_BACKOFF = DAY;
const MAX_MULTIPLIER = 10;
const DEFAULT_INITIAL = 10;
const DEFAULT_MULTIPLIER = 2;
const DEFAULT_MAX_BACKOFF = 3600;

/** `catch_up_window_seconds` null: by the schedule. */
export type ReadOptions = Omit<ScheduleOptions, 'catch_up_window_seconds'> & {
  readonly catch_up_window_seconds: number | null;
};

/** Faults are noted in the reading; what is faulty has its default. */
export function readOptions(reading: DocumentReading, now: Instant, calendars: CalendarLookup): ReadOptions {
  const timezone = readZone(reading);
  const start_at = reading.instant('start_at');
  const end_at = reading.instant('end_at');
  if (start_at !== null && end_at !== null && end_at < start_at) {
    reading.fault(['end_at'], 'conflict', says`must not be before start_at`);
  } else if (end_at !== null && msBetween(now, end_at) < 0) {
    reading.fault(['end_at'], 'no_future_slot', says`is in the past, so the schedule has no future slot`);
  }
  return {
    timezone,
    start_at,
    end_at,
    dst_gap: reading.choice('dst_gap', ['shift', 'end', 'skip']) ?? DEFAULT_OPTIONS.dst_gap,
    dst_fold: reading.choice('dst_fold', ['first', 'second', 'both']) ?? DEFAULT_OPTIONS.dst_fold,
    catch_up: reading.choice('catch_up', ['skip', 'latest', 'all']) ?? DEFAULT_OPTIONS.catch_up,
    catch_up_window_seconds: reading.wholeNumber('catch_up_window_seconds', 60, MAX_CATCH_UP_WINDOW),
    overlap: reading.choice('overlap', ['skip', 'buffer_one', 'cancel_running']) ?? DEFAULT_OPTIONS.overlap,
    max_runs: reading.wholeNumber('max_runs', 1, MAX_RUNS),
    jitter_seconds: reading.wholeNumber('jitter_seconds', 0, MAX_JITTER) ?? DEFAULT_OPTIONS.jitter_seconds,
    exclude_dates: readExcludedDates(reading),
    ...readCalendars(reading, calendars),
    pause_on_failure: reading.wholeNumber('pause_on_failure', 1, MAX_FAILURES),
    retry: readRetry(reading),
    timeout_seconds: reading.wholeNumber('timeout_seconds', 1, MAX_TIMEOUT),
  };
}

function readZone(reading: DocumentReading): string {
  const name = reading.text('timezone');
  if (name === null) return DEFAULT_OPTIONS.timezone;
  const known = knownZone(name);
  if (known !== null) return known;
  reading.fault(
    ['timezone'],
    'invalid_value',
    says`"${{ given: quotedForFault(name) }}" is not a known IANA time zone, such as Europe/Berlin`,
  );
  return DEFAULT_OPTIONS.timezone;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Whether the text is a day that exists, as "YYYY-MM-DD". */
export function isDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function readExcludedDates(reading: DocumentReading): readonly string[] | null {
  const value = reading.member('exclude_dates');
  if (value === null) return null;
  if (!Array.isArray(value)) {
    return reading.fault(
      ['exclude_dates'],
      'wrong_type',
      says`must be a list, not ${{ given: kindOf(value) }}`,
    );
  }
  const items: readonly Json[] = value;
  if (items.length > MAX_EXCLUDED) {
    return reading.fault(
      ['exclude_dates'],
      'out_of_range',
      says`must have at most ${{ maximum: MAX_EXCLUDED }} dates`,
    );
  }
  const dates = items.map((item, index) => {
    if (typeof item === 'string' && isDate(item)) return item;
    const wrong = typeof item === 'string' ? 'invalid_value' : 'wrong_type';
    return reading.fault(['exclude_dates', index], wrong, says`must be a date such as "2027-12-24"`);
  });
  const valid = [...new Set(dates.filter((date) => date !== null))].sort();
  return valid.length === 0 ? null : valid;
}

/** One attempt is no retry, and is kept as none. */
function readRetry(reading: DocumentReading): Retry | null {
  const value = reading.member('retry');
  if (value === null) return null;
  if (typeof value !== 'object' || Array.isArray(value)) {
    return reading.fault(['retry'], 'wrong_type', says`must be an object, not ${{ given: kindOf(value) }}`);
  }
  const within = new DocumentReading(value as JsonObject);
  for (const name of Object.keys(value)
    .filter((member) => !RETRY_MEMBERS.includes(member))
    .slice(0, 20)) {
    within.fault([quotedForFault(name)], 'unknown_member', says`is not a member of retry`);
  }
  const max_attempts = within.wholeNumber('max_attempts', 1, MAX_ATTEMPTS) ?? 1;
  const initial_seconds = within.wholeNumber('initial_seconds', 1, MAX_BACKOFF) ?? DEFAULT_INITIAL;
  const multiplier = within.number('multiplier', 1, MAX_MULTIPLIER) ?? DEFAULT_MULTIPLIER;
  const max_seconds =
    within.wholeNumber('max_seconds', 1, MAX_BACKOFF) ?? Math.max(initial_seconds, DEFAULT_MAX_BACKOFF);
  if (max_seconds < initial_seconds && within.faults.length === 0) {
    within.fault(['max_seconds'], 'conflict', says`must not be less than initial_seconds`);
  }
  if (!within.has('max_attempts') && within.faults.length === 0) {
    within.fault(['max_attempts'], 'missing', says`is required`);
  }
  for (const fault of within.faults) reading.faults.push({ ...fault, path: ['retry', ...fault.path] });
  return max_attempts === 1 ? null : { max_attempts, initial_seconds, multiplier, max_seconds };
}
