import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../../../src/domain/schedule/parse/parse.ts';
import type { Json, JsonObject } from '../../../../src/domain/shared/json.ts';
import { faultsOf, faultTypes, NOW } from '../given.ts';

const cron = (expression: Json) => ({ type: 'cron', expression });

describe('a fault names its member and its type', () => {
  it.each<[JsonObject, string]>([
    [{}, 'type: missing'],
    [{ type: null }, 'type: missing'],
    [{ type: 5 }, 'type: wrong_type'],
    [{ type: 'rrule' }, 'rrule: missing'],
    [{ type: 'hourly' }, 'type: invalid_value'],
    [{ type: 'constructor' }, 'type: invalid_value'],
    [{ type: '__proto__' }, 'type: invalid_value'],
    [{ type: 'cron' }, 'expression: missing'],
    [cron(''), 'expression: invalid_value'],
    [cron('   '), 'expression: invalid_value'],
    [cron(5), 'expression: wrong_type'],
    [cron(['* * * * *']), 'expression: wrong_type'],
    [cron('* * * *'), 'expression: invalid_value'],
    [cron('0 * * * * *'), 'expression: invalid_value'],
    [cron('0 0 * * * * 2027'), 'expression: invalid_value'],
    [cron('@reboot'), 'expression: invalid_value'],
    [cron('@secondly'), 'expression: invalid_value'],
    [cron('@__proto__'), 'expression: invalid_value'],
    [cron('H * * * *'), 'expression: invalid_value'],
    [cron('h(0-29)/10 * * * *'), 'expression: invalid_value'],
    [cron('60 * * * *'), 'expression: invalid_value'],
    [cron('*/0 * * * *'), 'expression: invalid_value'],
    [cron('*/61 * * * *'), 'expression: invalid_value'],
    [{ ...cron('0 0 1 * 1'), days: 'both' }, 'days: invalid_value'],
    [cron('1.5 * * * *'), 'expression: invalid_value'],
    [cron('-1 * * * *'), 'expression: invalid_value'],
    [cron('0 9 * * FOO'), 'expression: invalid_value'],
    [cron('0 9 * * L'), 'expression: invalid_value'],
    [cron('0 9 * * 5#6'), 'expression: invalid_value'],
    [cron('0 9 32W * *'), 'expression: invalid_value'],
    [cron('0\n9 * * *'), 'expression: invalid_value'],
    [cron('０ 9 * * *'), 'expression: invalid_value'],
    [cron('0 9 * * ſUN'), 'expression: invalid_value'],
    [cron('0 0 30 2 *'), 'expression: no_future_slot'],
    [cron('0 0 31 4,6,9,11 *'), 'expression: no_future_slot'],
    [{ type: 'cron', expression: '* * * * *', cron_expression: '* * * * *' }, 'cron_expression: conflict'],
    [{ type: 'interval' }, 'interval_minutes: missing'],
    [{ type: 'interval', interval_seconds: 59 }, 'interval_seconds: out_of_range'],
    [{ type: 'interval', interval_seconds: 90.5 }, 'interval_seconds: out_of_range'],
    [{ type: 'interval', interval_seconds: '90' }, 'interval_seconds: wrong_type'],
    [{ type: 'interval', interval_seconds: 1e300 }, 'interval_seconds: out_of_range'],
    [{ type: 'interval', interval_minutes: 0 }, 'interval_minutes: out_of_range'],
    [{ type: 'interval', interval_minutes: -5 }, 'interval_minutes: out_of_range'],
    [{ type: 'interval', interval_minutes: 1.5 }, 'interval_minutes: out_of_range'],
    [{ type: 'interval', every: 'PT59S' }, 'every: out_of_range'],
    [{ type: 'interval', every: 'P9999999999W' }, 'every: out_of_range'],
    [{ type: 'interval', every: 'P1M' }, 'every: invalid_value'],
    [{ type: 'interval', every: 'P1Y' }, 'every: invalid_value'],
    [{ type: 'interval', every: 'P' }, 'every: invalid_value'],
    [{ type: 'interval', every: 'PT' }, 'every: invalid_value'],
    [{ type: 'interval', every: 'P1DT' }, 'every: invalid_value'],
    [{ type: 'interval', every: 'PT1.5H' }, 'every: invalid_value'],
    [{ type: 'interval', every: '-PT90M' }, 'every: invalid_value'],
    [{ type: 'interval', every: '90m' }, 'every: invalid_value'],
    [{ type: 'interval', every: 90 }, 'every: wrong_type'],
    [{ type: 'interval', every: 'PT5M', interval_minutes: 5 }, 'every: conflict'],
    [{ type: 'interval', interval_minutes: 5, anchor: '2026-01-01' }, 'anchor: invalid_value'],
    [{ type: 'once' }, 'run_time: missing'],
    [{ type: 'once', run_time: '2026-03-20T12:00:00' }, 'run_time: invalid_value'],
    [{ type: 'once', run_time: '2026-02-29T12:00:00Z' }, 'run_time: invalid_value'],
    [{ type: 'once', run_time: '2026-13-01T12:00:00Z' }, 'run_time: invalid_value'],
    [{ type: 'once', run_time: '12026-01-01T12:00:00Z' }, 'run_time: invalid_value'],
    [{ type: 'once', run_time: '9999-12-31T23:59:59-01:00' }, 'run_time: invalid_value'],
    [{ type: 'once', run_time: 1_774_000_000 }, 'run_time: wrong_type'],
    [{ type: 'once', run_time: '2026-03-20T09:58:59.999Z' }, 'run_time: no_future_slot'],
    [{ type: 'daily', run_time: '24:00' }, 'run_time: invalid_value'],
    [{ type: 'daily', run_time: '9:00' }, 'run_time: invalid_value'],
    [{ type: 'daily', run_time: '09:00:00' }, 'run_time: invalid_value'],
    [{ type: 'daily', time: '09:60' }, 'time: invalid_value'],
    [{ type: 'daily', time: 900 }, 'time: wrong_type'],
    [{ type: 'daily', time: '09:00', run_time: '09:00' }, 'time: conflict'],
    [{ type: 'weekly' }, 'weekdays: missing'],
    [{ type: 'weekly', weekday: 0 }, 'weekday: invalid_value'],
    [{ type: 'weekly', weekday: 8 }, 'weekday: invalid_value'],
    [{ type: 'weekly', weekday: 1.5 }, 'weekday: invalid_value'],
    [{ type: 'weekly', weekday: '1' }, 'weekday: invalid_value'],
    [{ type: 'weekly', weekday: 'toString' }, 'weekday: invalid_value'],
    [{ type: 'weekly', weekday: [1] }, 'weekday: wrong_type'],
    [{ type: 'weekly', weekdays: 1 }, 'weekdays: wrong_type'],
    [{ type: 'weekly', weekdays: {} }, 'weekdays: wrong_type'],
    [{ type: 'weekly', weekdays: [] }, 'weekdays: out_of_range'],
    [{ type: 'weekly', weekdays: [1, null] }, 'weekdays.1: wrong_type'],
    [{ type: 'weekly', weekdays: [1], weekday: 1 }, 'weekday: conflict'],
    [{ type: 'monthly' }, 'day: missing'],
    [{ type: 'monthly', day: 0 }, 'day: invalid_value'],
    [{ type: 'monthly', day: 32 }, 'day: invalid_value'],
    [{ type: 'monthly', day: 'first' }, 'day: invalid_value'],
    [{ type: 'monthly', day: true }, 'day: wrong_type'],
    [{ type: 'daily', timezone: 'Mars/Olympus' }, 'timezone: invalid_value'],
    [{ type: 'daily', timezone: '' }, 'timezone: invalid_value'],
    [{ type: 'daily', timezone: '+02:00' }, 'timezone: invalid_value'],
    [{ type: 'daily', timezone: 'PST' }, 'timezone: invalid_value'],
    [{ type: 'daily', timezone: 'SystemV/EST5' }, 'timezone: invalid_value'],
    [{ type: 'daily', timezone: 'Europe/Berlin\u0000' }, 'timezone: invalid_value'],
    [{ type: 'daily', timezone: '../../etc/localtime' }, 'timezone: invalid_value'],
    [{ type: 'daily', timezone: 2 }, 'timezone: wrong_type'],
    [{ type: 'daily', start_at: 'tomorrow' }, 'start_at: invalid_value'],
    [{ type: 'daily', end_at: '2026-03-20T09:59:59Z' }, 'end_at: no_future_slot'],
    [{ type: 'daily', start_at: '2027-01-02T00:00:00Z', end_at: '2027-01-01T00:00:00Z' }, 'end_at: conflict'],
    [{ type: 'daily', dst_gap: 'later' }, 'dst_gap: invalid_value'],
    [{ type: 'daily', dst_fold: 1 }, 'dst_fold: wrong_type'],
    [{ type: 'daily', catch_up: 'some' }, 'catch_up: invalid_value'],
    [{ type: 'daily', catch_up_window_seconds: 59 }, 'catch_up_window_seconds: out_of_range'],
    [{ type: 'daily', catch_up_window_seconds: 2_678_401 }, 'catch_up_window_seconds: out_of_range'],
    [{ type: 'daily', timeout_seconds: 0 }, 'timeout_seconds: out_of_range'],
    [{ type: 'daily', timeout_seconds: 3601 }, 'timeout_seconds: out_of_range'],
    [{ type: 'daily', expression: '* * * * *' }, 'expression: unknown_member'],
    [{ type: 'daily', Timezone: 'UTC' }, 'Timezone: unknown_member'],
    [{ type: 'daily', unheard_of: null }, 'unheard_of: unknown_member'],
  ])('%j: %s', (document, fault) => {
    expect(faultTypes(document)).toEqual([fault]);
  });

  it.each<[JsonObject, string[]]>([
    [{ overlap: 'buffer_all' }, ['overlap: invalid_value']],
    [{ max_runs: 0 }, ['max_runs: out_of_range']],
    [{ jitter_seconds: 86_401 }, ['jitter_seconds: out_of_range']],
    [{ jitter_seconds: 1.5 }, ['jitter_seconds: out_of_range']],
    [{ pause_on_failure: 0 }, ['pause_on_failure: out_of_range']],
    [{ exclude_dates: '2026-12-25' }, ['exclude_dates: wrong_type']],
    [
      { exclude_dates: ['2026-12-25', '2026-02-29', '26-12-25', 7, null] },
      [
        'exclude_dates.1: invalid_value',
        'exclude_dates.2: invalid_value',
        'exclude_dates.3: wrong_type',
        'exclude_dates.4: wrong_type',
      ],
    ],
    [{ exclude_dates: Array(367).fill('2026-12-25') }, ['exclude_dates: out_of_range']],
    [{ retry: 'often' }, ['retry: wrong_type']],
    [{ retry: {} }, ['retry.max_attempts: missing']],
    [{ retry: { max_attempts: 21 } }, ['retry.max_attempts: out_of_range']],
    [{ retry: { max_attempts: 2, multiplier: 0.5 } }, ['retry.multiplier: out_of_range']],
    [{ retry: { max_attempts: 2, initial_seconds: 90, max_seconds: 60 } }, ['retry.max_seconds: conflict']],
    [{ retry: { max_attempts: 2, forever: true } }, ['retry.forever: unknown_member']],
  ])('%j: %j', (option, faults) => {
    expect(faultTypes({ type: 'daily', ...option })).toEqual(faults);
  });

  it.each<[string, JsonObject]>([
    ['an end before the next slot', { type: 'daily', end_at: '2026-03-21T08:59:59Z' }],
    ['a start in the last hours of time', { type: 'daily', start_at: '9999-12-31T23:00:00Z' }],
    [
      'a one-off before its start',
      { type: 'once', run_time: '2026-04-01T00:00:00Z', start_at: '2026-05-01T00:00:00Z' },
    ],
    [
      'a one-off after its end',
      { type: 'once', run_time: '2026-06-01T00:00:00Z', end_at: '2026-05-01T00:00:00Z' },
    ],
    [
      'a one-off on an excluded date',
      {
        type: 'once',
        run_time: '2026-06-01T23:30:00Z',
        timezone: 'Europe/Berlin',
        exclude_dates: ['2026-06-02'],
      },
    ],
    [
      'an expression that only ever falls into a gap',
      { type: 'cron', expression: '30 2 * 3 0L', timezone: 'Europe/Berlin', dst_gap: 'skip' },
    ],
  ])('%s has no future slot', (_, document) => {
    expect(faultTypes(document)).toEqual([': no_future_slot']);
    expect(faultsOf(document)[0]?.msg).toContain('no future slot');
  });
});

describe('every fault is found at once', () => {
  it('in options, shape and unknown members', () => {
    const document = {
      type: 'weekly',
      weekdays: ['mon', 9, 'noday'],
      run_time: '25:00',
      timezone: 'Nowhere',
      start_at: 'x',
      timeout_seconds: 1e9,
      retry: {},
      color: 'red',
    };
    expect(faultTypes(document).sort()).toEqual([
      'color: unknown_member',
      'retry.max_attempts: missing',
      'run_time: invalid_value',
      'start_at: invalid_value',
      'timeout_seconds: out_of_range',
      'timezone: invalid_value',
      'weekdays.1: invalid_value',
      'weekdays.2: invalid_value',
    ]);
  });

  it('in each field of a cron expression, by name', () => {
    const messages = faultsOf(cron('61 25 0 13 9')).map((fault) => fault.msg);
    expect(messages.map((message) => message.split(':')[0])).toEqual([
      'Minute',
      'Hour',
      'Day of month',
      'Month',
      'Day of week',
    ]);
  });

  it('also where the type is not known', () => {
    expect(faultTypes({ type: 'hourly', expression: '* * * * *', timezone: 'Nowhere' })).toEqual([
      'type: invalid_value',
      'timezone: invalid_value',
    ]);
  });
});

describe('hostile documents get short answers', () => {
  const huge = 'x'.repeat(1 << 20);
  it.each<[string, JsonObject]>([
    ['a huge type', { type: huge }],
    ['a huge expression', cron(huge)],
    ['a huge expression of blanks', cron(' '.repeat(1 << 20))],
    ['fields of dashes', cron(`${'-'.repeat(190)} `.repeat(5))],
    ['a field of repeats', cron(`${Array(490).fill('1').join(',')} * * * *`)],
    ['a huge zone', { type: 'daily', timezone: huge }],
    ['a huge time', { type: 'daily', run_time: huge }],
    ['a huge timestamp', { type: 'once', run_time: `2026-03-20T12:00:00.${'0'.repeat(1 << 20)}Z` }],
    ['a huge duration', { type: 'interval', every: `P${'9'.repeat(1 << 20)}W` }],
    ['a long list', { type: 'weekly', weekdays: Array(100_000).fill('x') }],
    ['a huge name of a member', { type: 'daily', [huge]: 1 }],
    [
      'a deeply nested list',
      { type: 'once', run_time: JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`) },
    ],
    ['thousands of members', Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`m${i}`, i]))],
    ['a __proto__ member', JSON.parse('{"type":"cron","__proto__":{"expression":"* * * * *"}}')],
  ])('%s', (_, document) => {
    const parsed = parseSchedule(document, NOW);
    expect(parsed.ok).toBe(false);
    if (!parsed.ok) {
      expect(parsed.faults.length).toBeGreaterThan(0);
      expect(parsed.faults.length).toBeLessThanOrEqual(30);
      expect(JSON.stringify(parsed.faults).length).toBeLessThan(5000);
    }
  });
});
