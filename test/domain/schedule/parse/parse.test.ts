import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../../../src/domain/schedule/parse/parse.ts';
import type { JsonObject } from '../../../../src/domain/shared/json.ts';
import { at, NOW, schedule } from '../given.ts';

const DEFAULTS = {
  timezone: 'UTC',
  start_at: null,
  end_at: null,
  dst_gap: 'shift',
  dst_fold: 'first',
  catch_up: 'latest',
  catch_up_window_seconds: expect.any(Number),
  overlap: 'skip',
  max_runs: null,
  jitter_seconds: 0,
  exclude_dates: null,
  pause_on_failure: null,
  retry: null,
  timeout_seconds: null,
};

describe('without catch_up_window_seconds a missed slot may run within one period, at most a day', () => {
  it.each<[JsonObject, number]>([
    [{ type: 'interval', interval_seconds: 60 }, 60],
    [{ type: 'interval', every: 'PT90M' }, 5_400],
    [{ type: 'interval', every: 'P3D' }, 86_400],
    [{ type: 'once', run_time: '2027-01-01T00:00:00Z' }, 86_400],
    [{ type: 'daily' }, 86_400],
    [{ type: 'weekly', weekdays: [1, 2] }, 86_400],
    [{ type: 'monthly', day: 'last' }, 86_400],
    [{ type: 'cron', expression: '* * * * *' }, 60],
    [{ type: 'cron', expression: '*/5 * * * *' }, 300],
    [{ type: 'cron', expression: '0 9,17 * * MON-FRI' }, 16 * 3_600],
    [{ type: 'cron', expression: '0 9 * * *', timezone: 'Africa/Cairo' }, 86_400],
    [{ type: 'rrule', rrule: 'FREQ=WEEKLY' }, 86_400],
    [{ type: 'rrule', rrule: 'FREQ=DAILY;BYHOUR=6,12,18' }, 12 * 3_600],
  ])('%j: %d s', (document, seconds) => {
    expect(schedule(document).catch_up_window_seconds).toBe(seconds);
    expect(schedule({ ...document, catch_up_window_seconds: 3_600 }).catch_up_window_seconds).toBe(3_600);
  });
});

describe('a schedule document is normalised', () => {
  it.each([
    [
      { type: 'cron', expression: '0 9 * * 1-5' },
      { type: 'cron', expression: '0 9 * * 1-5' },
    ],
    [
      { type: 'cron', cron_expression: ' 0  9 * jan\tmon ' },
      { type: 'cron', expression: '0 9 * JAN MON' },
    ],
    [
      { type: 'cron', expression: '0 0 l * 5l' },
      { type: 'cron', expression: '0 0 L * 5L' },
    ],
    [
      { type: 'cron', expression: '0 9 * * THU#2' },
      { type: 'cron', expression: '0 9 * * THU#2' },
    ],
    [
      { type: 'cron', expression: '@hourly' },
      { type: 'cron', expression: '0 * * * *' },
    ],
    [
      { type: 'cron', expression: '@Daily' },
      { type: 'cron', expression: '0 0 * * *' },
    ],
    [
      { type: 'cron', expression: '@midnight' },
      { type: 'cron', expression: '0 0 * * *' },
    ],
    [
      { type: 'cron', expression: '@weekly' },
      { type: 'cron', expression: '0 0 * * 0' },
    ],
    [
      { type: 'cron', expression: '@monthly' },
      { type: 'cron', expression: '0 0 1 * *' },
    ],
    [
      { type: 'cron', expression: '@yearly' },
      { type: 'cron', expression: '0 0 1 1 *' },
    ],
    [
      { type: 'cron', expression: '@annually' },
      { type: 'cron', expression: '0 0 1 1 *' },
    ],
    [
      { type: 'interval', interval_seconds: 90 },
      { type: 'interval', interval_seconds: 90, anchor: NOW },
    ],
    [
      { type: 'interval', interval_minutes: 5 },
      { type: 'interval', interval_seconds: 300, anchor: NOW },
    ],
    [
      { type: 'interval', every: 'PT90M' },
      { type: 'interval', interval_seconds: 5400, anchor: NOW },
    ],
    [
      { type: 'interval', every: 'P1WT1S' },
      { type: 'interval', interval_seconds: 604_801, anchor: NOW },
    ],
    [
      { type: 'interval', every: 'P1DT2H', anchor: '2026-01-01T02:00:00+02:00' },
      { type: 'interval', interval_seconds: 93_600, anchor: '2026-01-01T00:00:00.000Z' },
    ],
    [
      { type: 'once', run_time: '2026-03-20T12:00:00.25+01:00' },
      { type: 'once', run_time: '2026-03-20T11:00:00.250Z' },
    ],
    [{ type: 'daily' }, { type: 'daily', run_time: '09:00' }],
    [
      { type: 'daily', run_time: '23:59' },
      { type: 'daily', run_time: '23:59' },
    ],
    [
      { type: 'daily', time: '00:00' },
      { type: 'daily', run_time: '00:00' },
    ],
    [
      { type: 'weekly', weekday: 7 },
      { type: 'weekly', weekdays: [7], run_time: '09:00' },
    ],
    [
      { type: 'weekly', weekday: 'Tue' },
      { type: 'weekly', weekdays: [2], run_time: '09:00' },
    ],
    [
      { type: 'weekly', weekdays: ['FRIDAY', 1, 'mon', 5], time: '08:15' },
      { type: 'weekly', weekdays: [1, 5], run_time: '08:15' },
    ],
    [
      { type: 'monthly', day: 31 },
      { type: 'monthly', day: 31, run_time: '09:00' },
    ],
    [
      { type: 'monthly', day: 'Last', time: '18:00' },
      { type: 'monthly', day: 'last', run_time: '18:00' },
    ],
  ])('%j', (document, shape) => {
    expect(schedule(document)).toEqual({ ...DEFAULTS, ...shape });
  });

  it('with its options', () => {
    const options = {
      timezone: 'America/New_York',
      start_at: '2026-04-01T00:00:00-04:00',
      end_at: '2027-04-01T00:00:00Z',
      dst_gap: 'end',
      dst_fold: 'both',
      catch_up: 'all',
      catch_up_window_seconds: 7200,
      overlap: 'buffer_one',
      max_runs: 12,
      jitter_seconds: 300,
      exclude_dates: ['2026-12-25', '2026-12-24', '2026-12-25'],
      pause_on_failure: 3,
      retry: { max_attempts: 4, initial_seconds: 1, multiplier: 1.5, max_seconds: 60 },
      timeout_seconds: 300,
    };
    expect(schedule({ type: 'daily', ...options })).toEqual({
      type: 'daily',
      run_time: '09:00',
      ...options,
      start_at: '2026-04-01T04:00:00.000Z',
      end_at: '2027-04-01T00:00:00.000Z',
      exclude_dates: ['2026-12-24', '2026-12-25'],
    });
  });

  it('with retries filled up, one attempt being none, and no excluded date being null', () => {
    const retryOf = (retry: JsonObject) => schedule({ type: 'daily', retry }).retry;
    const backoff = { initial_seconds: 10, multiplier: 2, max_seconds: 3600 };
    expect(retryOf({ max_attempts: 3 })).toEqual({ max_attempts: 3, ...backoff });
    expect(retryOf({ max_attempts: 2, initial_seconds: 7200 })?.max_seconds).toBe(7200);
    expect(retryOf({ max_attempts: 1, initial_seconds: 7200 })).toBeNull();
    expect(schedule({ type: 'daily', exclude_dates: [] }).exclude_dates).toBeNull();
  });

  it('with null standing for an absent member', () => {
    const nulls = {
      timezone: null,
      start_at: null,
      timeout_seconds: null,
      catch_up: null,
      time: null,
      retry: null,
    };
    expect(schedule({ type: 'daily', ...nulls })).toEqual({ ...DEFAULTS, type: 'daily', run_time: '09:00' });
  });
});

describe('a time zone', () => {
  it.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['europe/berlin', 'Europe/Berlin'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['US/Eastern', 'US/Eastern'],
    ['EST5EDT', 'EST5EDT'],
    ['Etc/GMT+5', 'Etc/GMT+5'],
    ['America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['utc', 'UTC'],
    ['GMT', 'GMT'],
  ])('%s is taken and kept as %s', (timezone, kept) => {
    expect(schedule({ type: 'daily', timezone }).timezone).toBe(kept);
  });
});

describe('the first slot', () => {
  const first = (document: Parameters<typeof parseSchedule>[0]) => {
    const parsed = parseSchedule(document, NOW);
    return parsed.ok ? parsed.first : parsed.faults;
  };

  it('of a one-off in the last minute is now', () => {
    expect(first({ type: 'once', run_time: '2026-03-20T09:59:00Z' })).toBe(NOW);
    expect(schedule({ type: 'once', run_time: '2026-03-20T09:59:00Z' })).toMatchObject({ run_time: NOW });
    expect(first({ type: 'once', run_time: NOW })).toBe(NOW);
  });

  it('of an interval comes one interval after its creation, unless an anchor says otherwise', () => {
    expect(first({ type: 'interval', interval_minutes: 5 })).toBe('2026-03-20T10:05:00.000Z');
    expect(first({ type: 'interval', interval_minutes: 5, anchor: '2026-03-20T09:58:00Z' })).toBe(
      '2026-03-20T10:03:00.000Z',
    );
    expect(first({ type: 'interval', interval_minutes: 5, anchor: '2026-03-21T00:00:00Z' })).toBe(
      '2026-03-21T00:00:00.000Z',
    );
  });

  it('of any other schedule is strictly after now and not before start_at', () => {
    expect(first({ type: 'cron', expression: '0 10 * * *' })).toBe('2026-03-21T10:00:00.000Z');
    expect(first({ type: 'daily', start_at: '2026-05-01T09:00:00Z' })).toBe('2026-05-01T09:00:00.000Z');
    expect(first({ type: 'daily', end_at: '2026-03-21T09:00:00Z' })).toBe('2026-03-21T09:00:00.000Z');
  });

  it('of 29 February comes in the next leap year', () => {
    expect(first({ type: 'cron', expression: '0 0 29 2 *' })).toBe('2028-02-29T00:00:00.000Z');
    const parsed = parseSchedule({ type: 'cron', expression: '0 0 29 2 *' }, at('2096-03-01T00:00:00Z'));
    expect(parsed).toMatchObject({ first: '2104-02-29T00:00:00.000Z' });
  });
});
