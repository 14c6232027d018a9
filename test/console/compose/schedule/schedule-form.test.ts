import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ScheduleDocument } from '../../../../src/console/compose/schedule/schedule-document.ts';
import {
  newScheduleForm,
  type ScheduleForm,
  scheduleDocumentOf,
  scheduleFieldOf,
  scheduleFormOf,
} from '../../../../src/console/compose/schedule/schedule-form.ts';
import { shownSchedule } from '../../../../src/domain/schedule/parse/calendars.ts';
import { parseSchedule } from '../../../../src/domain/schedule/parse/parse.ts';
import type { CalendarId } from '../../../../src/domain/shared/ids.ts';
import type { Instant } from '../../../../src/domain/shared/instant.ts';
import type { JsonObject } from '../../../../src/domain/shared/json.ts';

const NOW = '2026-12-02T10:00:00.000Z' as Instant;
const AT = Date.parse(NOW);

const CALENDARS = ['cal_01ARZ3NDEKTSV4RRFFQ69G5FAV', 'cal_01ARZ3NDEKTSV4RRFFQ69G5FAW'];
const days = (calendar_id: CalendarId) => ({ calendar_id, revision: 1, dates: '2036:0101', weekdays: [] });
const allDays = (calendar_id: CalendarId) => ({ ...days(calendar_id), weekdays: [1, 2, 3, 4, 5, 6, 7] });

function normalised(document: object): ScheduleDocument {
  const lookup = (id: CalendarId) => (id === CALENDARS[0] ? days(id) : allDays(id));
  const parsed = parseSchedule(document as JsonObject, NOW, lookup);
  if (!parsed.ok) throw new Error(JSON.stringify([document, parsed.faults]));
  return { ...shownSchedule(parsed.schedule) };
}

const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute]) => {
    return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
  });
const instant = fc
  .integer({ min: Date.parse('2027-01-01'), max: Date.parse('2030-01-01') })
  .map((at) => new Date(at).toISOString());
const shape = fc.oneof(
  fc.record({ type: fc.constant('daily'), run_time: time }),
  fc.record({
    type: fc.constant('weekly'),
    weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    run_time: time,
  }),
  fc.record({
    type: fc.constant('monthly'),
    day: fc.oneof(fc.integer({ min: 1, max: 31 }), fc.constant('last')),
    run_time: time,
  }),
  fc.record({
    type: fc.constant('interval'),
    interval_seconds: fc.integer({ min: 60, max: 900_000 }),
    anchor: instant,
  }),
  fc.record({ type: fc.constant('once'), run_time: instant }),
  fc.record({
    type: fc.constant('cron'),
    expression: fc.constantFrom('0 9 * * 1-5', '*/15 * 1 * MON', '@daily'),
    days: fc.constantFrom('either', 'all'),
  }),
  fc.record({
    type: fc.constant('rrule'),
    rrule: fc.constantFrom('FREQ=DAILY;INTERVAL=3'),
    start_date: fc.constant('2026-12-01'),
    run_time: time,
  }),
);
const options = fc.record(
  {
    timezone: fc.constantFrom('UTC', 'Europe/Zurich', 'Australia/Lord_Howe', 'America/New_York'),
    max_runs: fc.integer({ min: 1, max: 50 }),
    jitter_seconds: fc.integer({ min: 0, max: 600 }),
    exclude_dates: fc.constant(['2027-12-24', '2027-12-25']),
    exclude_calendars: fc.constant([CALENDARS[0]]),
    only_calendars: fc.constant([CALENDARS[1]]),
    catch_up: fc.constantFrom('skip', 'latest', 'all'),
    catch_up_window_seconds: fc.integer({ min: 60, max: 3600 }),
    overlap: fc.constantFrom('skip', 'buffer_one', 'cancel_running'),
    dst_gap: fc.constantFrom('shift', 'end', 'skip'),
    dst_fold: fc.constantFrom('first', 'second', 'both'),
    retry: fc.record({
      max_attempts: fc.integer({ min: 1, max: 5 }),
      multiplier: fc.constantFrom(1, 1.5, 2),
    }),
    pause_on_failure: fc.integer({ min: 1, max: 9 }),
    timeout_seconds: fc.integer({ min: 1, max: 3600 }),
    start_at: fc.constant('2026-12-05T07:30:17.000Z'),
    end_at: fc.constant('2031-12-05T07:30:59.123Z'),
  },
  { requiredKeys: [] },
);

describe('the fields of a schedule', () => {
  test('that are not changed send the same schedule', () => {
    fc.assert(
      fc.property(shape, options, (one, other) => {
        const stored = normalised({ ...one, ...other });
        const sent = scheduleDocumentOf(scheduleFormOf(stored, 'Asia/Kathmandu', AT));
        expect(normalised(sent)).toEqual(stored);
      }),
      { numRuns: 300 },
    );
  });

  test('of a new one are a schedule that the service takes, of each kind', () => {
    const form = newScheduleForm('Europe/Zurich', AT);
    for (const kind of ['weekly', 'daily', 'monthly', 'interval', 'once', 'cron', 'rrule'] as const) {
      expect(normalised(scheduleDocumentOf({ ...form, kind })), kind).toMatchObject({
        type: kind,
        timezone: 'Europe/Zurich',
      });
    }
  });

  test('say a time of their own zone', () => {
    const form: ScheduleForm = {
      ...newScheduleForm('Europe/Zurich', AT),
      kind: 'once',
      once: '2027-06-01T08:00',
    };
    expect(scheduleDocumentOf(form)).toMatchObject({ run_time: '2027-06-01T06:00:00.000Z' });
    expect(scheduleDocumentOf({ ...form, timezone: 'America/New_York' })).toMatchObject({
      run_time: '2027-06-01T12:00:00.000Z',
    });
  });

  test('keep the second of two equal times, until the time is changed', () => {
    const second = '2027-10-31T01:30:00.000Z';
    const form = scheduleFormOf(
      normalised({ type: 'once', run_time: second, timezone: 'Europe/Zurich' }),
      'UTC',
      AT,
    );
    expect(form.once).toBe('2027-10-31T02:30');
    expect(scheduleDocumentOf(form).run_time).toBe(second);
    expect(scheduleDocumentOf({ ...form, once: '2027-10-30T02:30' }).run_time).toBe(
      '2027-10-30T00:30:00.000Z',
    );
  });

  test('count from the same anchor only while the interval is the same', () => {
    const stored = normalised({ type: 'interval', interval_seconds: 5400, anchor: '2026-12-01T00:07:00Z' });
    const form = scheduleFormOf(stored, 'UTC', AT);
    expect(form).toMatchObject({ count: '90', unit: 'minutes' });
    expect(scheduleDocumentOf(form).anchor).toBe('2026-12-01T00:07:00.000Z');
    expect(scheduleDocumentOf({ ...form, count: '60' })).not.toHaveProperty('anchor');
  });

  test('hold what the service finds wrong', () => {
    const form: ScheduleForm = {
      ...newScheduleForm('UTC', AT),
      kind: 'monthly',
      day: 'x',
      attempts: '3',
      retryInitial: '-1',
    };
    const parsed = parseSchedule(scheduleDocumentOf(form) as unknown as JsonObject, NOW);
    const faults = parsed.ok ? [] : parsed.faults;
    expect(faults.map(({ path }) => scheduleFieldOf(path, 'monthly')).sort()).toEqual([
      'day',
      'retryInitial',
    ]);
  });
});
