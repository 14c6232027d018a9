import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/domain/shared/json.ts';
import { faultsOf, NOW, schedule } from '../given.ts';

/** What people read about a document: where, and the sentence. */
function told(document: JsonObject): string[] {
  return faultsOf(document).map(({ path, msg }) => `${path.join('.')}: ${msg}`);
}
const daily = (options: JsonObject) => ({ type: 'daily', ...options });
const cron = (expression: string) => ({ type: 'cron', expression });
const TYPES = 'cron, interval, once, daily, weekly, monthly, rrule';

describe('a fault says in a sentence what is wrong', () => {
  it.each<[JsonObject, string]>([
    [{}, `type: Is required: one of ${TYPES}`],
    [{ type: 'hourly' }, `type: Must be one of ${TYPES}`],
    [daily({ colour: 1 }), 'colour: Is not a member of a schedule of type daily'],
    [daily({ expression: '* * * * *' }), 'expression: Is not a member of a schedule of type daily'],
    [daily({ ['x'.repeat(70)]: 1 }), `${'x'.repeat(64)}…: Is not a member of a schedule of type daily`],
    [
      daily({ timezone: 'Mars/Olympus' }),
      'timezone: "Mars/Olympus" is not a known IANA time zone, such as Europe/Berlin',
    ],
    [
      daily({ timezone: 'x'.repeat(70) }),
      `timezone: "${'x'.repeat(64)}…" is not a known IANA time zone, such as Europe/Berlin`,
    ],
    [
      daily({ start_at: '2027-01-02T00:00:00Z', end_at: '2027-01-01T23:59:59.999Z' }),
      'end_at: Must not be before start_at',
    ],
    [
      daily({ end_at: '2026-03-20T09:59:59.999Z' }),
      'end_at: Is in the past, so the schedule has no future slot',
    ],
    [daily({ dst_gap: 'later' }), 'dst_gap: Must be one of shift, end, skip'],
    [daily({ dst_fold: 'third' }), 'dst_fold: Must be one of first, second, both'],
    [daily({ catch_up: 'some' }), 'catch_up: Must be one of skip, latest, all'],
    [daily({ overlap: 'allow' }), 'overlap: Must be one of skip, buffer_one, cancel_running'],
    [
      daily({ catch_up_window_seconds: 59 }),
      'catch_up_window_seconds: Must be a whole number from 60 to 2678400',
    ],
    [daily({ max_runs: 1_000_001 }), 'max_runs: Must be a whole number from 1 to 1000000'],
    [daily({ jitter_seconds: -1 }), 'jitter_seconds: Must be a whole number from 0 to 86400'],
    [daily({ pause_on_failure: 1001 }), 'pause_on_failure: Must be a whole number from 1 to 1000'],
    [daily({ timeout_seconds: 3601 }), 'timeout_seconds: Must be a whole number from 1 to 3600'],
    [daily({ exclude_dates: '2026-12-25' }), 'exclude_dates: Must be a list, not a string'],
    [daily({ exclude_dates: Array(367).fill(1) }), 'exclude_dates: Must have at most 366 dates'],
    [daily({ exclude_dates: ['25.12.2026'] }), 'exclude_dates.0: Must be a date such as "2027-12-24"'],
    [daily({ retry: [] }), 'retry: Must be an object, not a list'],
    [daily({ retry: 'often' }), 'retry: Must be an object, not a string'],
    [daily({ retry: {} }), 'retry.max_attempts: Is required'],
    [daily({ retry: { max_attempts: 21 } }), 'retry.max_attempts: Must be a whole number from 1 to 20'],
    [daily({ retry: { max_attempts: 2, times: 3 } }), 'retry.times: Is not a member of retry'],
    [
      daily({ retry: { max_attempts: 2, initial_seconds: 0 } }),
      'retry.initial_seconds: Must be a whole number from 1 to 86400',
    ],
    [
      daily({ retry: { max_attempts: 2, multiplier: 10.5 } }),
      'retry.multiplier: Must be a number from 1 to 10',
    ],
    [
      daily({ retry: { max_attempts: 2, max_seconds: 86_401 } }),
      'retry.max_seconds: Must be a whole number from 1 to 86400',
    ],
    [
      daily({ retry: { max_attempts: 2, initial_seconds: 61, max_seconds: 60 } }),
      'retry.max_seconds: Must not be less than initial_seconds',
    ],
    [
      cron('* * * *'),
      'expression: Must have 5 fields (minute, hour, day of month, month, day of week), not 4',
    ],
    [cron('0 0 0 * * *'), 'expression: Must have 5 fields, not 6: seconds are not supported'],
    [cron(''), 'expression: Must not be empty'],
    [cron(` ${'1'.repeat(1000)}`), 'expression: Must be at most 1000 characters long'],
    [cron('0 9 * * ſUN'), 'expression: Must be plain ASCII in one line'],
    [
      cron('@reboot'),
      'expression: Must be one of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually where it starts with @',
    ],
    [cron('H * * * *'), 'expression: Minute: H (a random value) is not supported'],
    [cron('60 * * * *'), 'expression: Minute: "60" is not valid here (0-59)'],
    [cron('0 24 * * *'), 'expression: Hour: "24" is not valid here (0-23)'],
    [cron('0 0 32 * *'), 'expression: Day of month: "32" is not valid here (1-31, L, L-3, LW or 15W)'],
    [cron('0 0 * JAM *'), 'expression: Month: "JAM" is not valid here (1-12 or JAN-DEC)'],
    [cron('0 0 * * 8'), 'expression: Day of week: "8" is not valid here (0-7 or SUN-SAT, 5L, 5#3)'],
    [cron(`${'9'.repeat(40)} * * * *`), `expression: Minute: "${'9'.repeat(40)}" is not valid here (0-59)`],
    [cron(`${'9'.repeat(41)} * * * *`), `expression: Minute: "${'9'.repeat(40)}…" is not valid here (0-59)`],
    [
      cron('0 0 30 2 *'),
      'expression: Names a day that none of its months has, so the schedule has no future slot',
    ],
    [
      { type: 'cron', cron_expression: '60 * * * *' },
      'cron_expression: Minute: "60" is not valid here (0-59)',
    ],
    [{ type: 'cron' }, 'expression: Is required: one of expression, cron_expression'],
    [{ type: 'interval' }, 'interval_minutes: Is required: one of interval_minutes, interval_seconds, every'],
    [
      { type: 'interval', interval_seconds: 59 },
      'interval_seconds: Must be a whole number from 60 to 3155760000',
    ],
    [
      { type: 'interval', interval_minutes: 52_596_001 },
      'interval_minutes: Must be a whole number from 1 to 52596000',
    ],
    [{ type: 'interval', every: 'PT59S' }, 'every: Must be at least PT60S and at most a century'],
    [
      { type: 'interval', every: 'P1M' },
      'every: Must be an ISO 8601 duration in whole weeks, days, hours, minutes and seconds, such as PT90M; ' +
        'months and years have no fixed length',
    ],
    [{ type: 'once' }, 'run_time: Is required'],
    [
      { type: 'once', run_time: '2026-03-20T09:58:59.999Z' },
      'run_time: Is in the past, so the schedule has no future slot',
    ],
    [daily({ time: '24:00' }), 'time: Must be a time of day from "00:00" to "23:59"'],
    [{ type: 'weekly' }, 'weekdays: Is required: one of weekdays, weekday'],
    [{ type: 'weekly', weekdays: 1 }, 'weekdays: Must be a list, not a number'],
    [{ type: 'weekly', weekdays: [] }, 'weekdays: Must have 1 to 20 weekdays'],
    [{ type: 'weekly', weekdays: Array(21).fill(1) }, 'weekdays: Must have 1 to 20 weekdays'],
    [
      { type: 'weekly', weekday: 'mo' },
      'weekday: Must be a weekday: 1 (Monday) to 7 (Sunday), or an English name such as "monday" or "mon"',
    ],
    [{ type: 'monthly' }, 'day: Is required'],
    [
      { type: 'monthly', day: 32 },
      'day: Must be a day from 1 to 31, or "last" (a day that a month lacks is its last day)',
    ],
    [{ type: 'rrule' }, 'rrule: Is required'],
    [
      { type: 'rrule', rrule: 'FREQ=DAILY', start_date: '2027-02-29' },
      'start_date: Must be a date such as "2027-01-31"',
    ],
    [
      { type: 'once', run_time: '2026-04-01T00:00:00Z', start_at: '2026-05-01T00:00:00Z' },
      ': Has no future slot: no time that it names comes within its bounds',
    ],
  ])('%j', (document, sentence) => {
    expect(told(document)).toEqual([sentence]);
  });

  it('of members that no type of schedule has, where the type is not known', () => {
    expect(told({ type: 'hourly', expression: '* * * * *', every: 'PT1H', colour: 1 })).toEqual([
      `type: Must be one of ${TYPES}`,
      'colour: Is not a member of a schedule',
    ]);
  });

  it('of at most 20 members that do not belong here, and counts the others', () => {
    const others = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`m${index}`, 1]));
    const one = (index: number) => `m${index}: Is not a member of a schedule of type daily`;
    const twenty = Array.from({ length: 20 }, (_, index) => one(index));
    expect(told(daily(others(20)))).toEqual(twenty);
    expect(told(daily(others(22)))).toEqual([...twenty, ': Has 2 more unknown members']);
    expect(new Set(faultsOf(daily(others(22))).map(({ type }) => type))).toEqual(new Set(['unknown_member']));
  });

  it('of at most 20 members that do not belong to retry', () => {
    const others = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`m${index}`, 1]));
    const faults = told(daily({ retry: { max_attempts: 2, ...others, ['x'.repeat(70)]: 1 } }));
    expect(faults).toHaveLength(20);
    expect(told(daily({ retry: { max_attempts: 2, ['x'.repeat(70)]: 1 } }))).toEqual([
      `retry.${'x'.repeat(64)}…: Is not a member of retry`,
    ]);
  });

  it('of each wrong field of a cron expression, and of none that is fine', () => {
    expect(told(cron('61 H 0 JAN MOO'))).toEqual([
      'expression: Minute: "61" is not valid here (0-59)',
      'expression: Hour: H (a random value) is not supported',
      'expression: Day of month: "0" is not valid here (1-31, L, L-3, LW or 15W)',
      'expression: Day of week: "MOO" is not valid here (0-7 or SUN-SAT, 5L, 5#3)',
    ]);
  });

  it('of all that is wrong with retry, and then not of what is missing or conflicts', () => {
    expect(told(daily({ retry: { initial_seconds: 90, max_seconds: 60, multiplier: 0 } }))).toEqual([
      'retry.multiplier: Must be a number from 1 to 10',
    ]);
    expect(told(daily({ retry: { multiplier: 0, max_seconds: 'x' } }))).toEqual([
      'retry.multiplier: Must be a number from 1 to 10',
      'retry.max_seconds: Must be a whole number, not a string',
    ]);
  });
});

describe('at its bounds a value is taken', () => {
  it.each<[JsonObject, JsonObject]>([
    [daily({ catch_up_window_seconds: 60 }), { catch_up_window_seconds: 60 }],
    [daily({ catch_up_window_seconds: 2_678_400 }), { catch_up_window_seconds: 2_678_400 }],
    [daily({ max_runs: 1 }), { max_runs: 1 }],
    [daily({ max_runs: 1_000_000 }), { max_runs: 1_000_000 }],
    [daily({ jitter_seconds: 86_400 }), { jitter_seconds: 86_400 }],
    [daily({ pause_on_failure: 1000 }), { pause_on_failure: 1000 }],
    [daily({ timeout_seconds: 1 }), { timeout_seconds: 1 }],
    [daily({ timeout_seconds: 3600 }), { timeout_seconds: 3600 }],
    [daily({ end_at: '2026-03-21T09:00:00Z', start_at: '2026-03-21T09:00:00Z' }), {}],
    [{ type: 'once', run_time: NOW, end_at: NOW }, { run_time: NOW }],
    [daily({ exclude_dates: Array(366).fill('2026-12-25') }), { exclude_dates: ['2026-12-25'] }],
    [
      daily({ retry: { max_attempts: 20, initial_seconds: 86_400, multiplier: 10, max_seconds: 86_400 } }),
      { retry: { max_attempts: 20, initial_seconds: 86_400, multiplier: 10, max_seconds: 86_400 } },
    ],
    [
      daily({ retry: { max_attempts: 2, initial_seconds: 1, multiplier: 1, max_seconds: 1 } }),
      { retry: { max_attempts: 2, initial_seconds: 1, multiplier: 1, max_seconds: 1 } },
    ],
    [{ type: 'interval', interval_seconds: 60 }, { interval_seconds: 60 }],
    [{ type: 'interval', interval_seconds: 3_155_760_000 }, { interval_seconds: 3_155_760_000 }],
    [{ type: 'interval', interval_minutes: 1 }, { interval_seconds: 60 }],
    [{ type: 'interval', interval_minutes: 52_596_000 }, { interval_seconds: 3_155_760_000 }],
    [{ type: 'interval', every: 'PT60S' }, { interval_seconds: 60 }],
    [{ type: 'interval', every: 'P36525D' }, { interval_seconds: 3_155_760_000 }],
    [daily({ time: '00:00' }), { run_time: '00:00' }],
    [daily({ time: '19:59' }), { run_time: '19:59' }],
    [{ type: 'weekly', weekdays: Array(20).fill(7) }, { weekdays: [7] }],
    [{ type: 'weekly', weekday: 1 }, { weekdays: [1] }],
    [{ type: 'monthly', day: 1 }, { day: 1 }],
    [{ type: 'monthly', day: 'LAST' }, { day: 'last' }],
  ])('%j', (document, taken) => {
    expect(schedule(document)).toMatchObject(taken);
  });
});

describe('whether a fault is one of the value or of its type', () => {
  it.each<[JsonObject, string]>([
    [{ type: 'weekly', weekday: 1.5 }, 'invalid_value'],
    [{ type: 'weekly', weekday: 'x' }, 'invalid_value'],
    [{ type: 'weekly', weekday: {} }, 'wrong_type'],
    [{ type: 'monthly', day: 1.5 }, 'invalid_value'],
    [{ type: 'monthly', day: 'x' }, 'invalid_value'],
    [{ type: 'monthly', day: {} }, 'wrong_type'],
    [daily({ exclude_dates: ['x'] }), 'invalid_value'],
    [daily({ exclude_dates: [{}] }), 'wrong_type'],
  ])('%j: %s', (document, type) => {
    expect(faultsOf(document).map((fault) => fault.type)).toEqual([type]);
  });
});
