import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hoursOfWeek } from '../../../src/application/queries/analytics/hours-of-week.ts';
import { lastDays, localHours } from '../../../src/application/queries/analytics/local-hours.ts';
import { forecastOf } from '../../../src/application/queries/lists/credit-forecast.ts';
import { creditsOf } from '../../../src/domain/shared/credits.ts';
import { instantOf } from '../../../src/domain/shared/instant.ts';
import type { TaskState } from '../../../src/domain/task/state.ts';
import type { UserMonth } from '../../../src/projections/analytics.ts';
import { everyHour, History, START, withPolicy } from '../../support/histories/history.ts';
import { wallIn } from '../../support/histories/naive-analytics.ts';

const ZONES = [
  'UTC',
  'Europe/Zurich',
  'America/New_York',
  'Pacific/Apia',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
];

describe('hours of the week', () => {
  it('are those that the clocks of the zone show, none lost, over changes of the clocks too', () => {
    const WEEK = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
    const end = instantOf(Date.UTC(2027, 5, 30, 13));
    const counted = fc.uniqueArray(
      fc.record({ ago: fc.integer({ min: 0, max: 500 * 24 }), count: fc.integer({ min: 1, max: 3 }) }),
      { maxLength: 60, selector: ({ ago }) => ago },
    );
    const periods = fc.integer({ min: 1, max: 365 });
    fc.assert(
      fc.property(counted, periods, fc.constantFrom(...ZONES), (all, days, timezone) => {
        const months = new Map<string, { days: Record<string, { hours: Record<number, number[]> }> }>();
        const expected = WEEK.map(() => Array.from({ length: 24 }, () => 0));
        const period = lastDays(end, days, timezone);
        expect(period.dates.at(-1)).toBe(wallIn(timezone, Date.parse(end)).date);
        for (const { ago, count } of all) {
          const instant = Date.UTC(2027, 5, 30, 13) - ago * 3_600_000;
          const utc = instantOf(instant);
          const month = months.get(utc.slice(0, 7)) ?? { days: {} };
          months.set(utc.slice(0, 7), month);
          const day = month.days[utc.slice(0, 10)] ?? { hours: {} };
          month.days[utc.slice(0, 10)] = day;
          day.hours[Number(utc.slice(11, 13))] = [count, 0, 0, 0, 0];
          const { date, weekday, hour } = wallIn(timezone, instant);
          const row = expected[WEEK.indexOf(weekday)] ?? [];
          if (date >= (period.dates[0] ?? '')) row[hour] = (row[hour] ?? 0) + count;
        }
        const hours = [...localHours((month) => months.get(month) as unknown as UserMonth, period)];
        expect(hoursOfWeek(hours)).toEqual(expected);
        for (const { date } of hours) expect(period.dates).toContain(date);
      }),
    );
  });
});

describe('a forecast', () => {
  const task = (change: Partial<TaskState> = {}) => {
    const { state } = new History().create({ schedule: everyHour, credits_per_run_micros: 250_000 as never });
    return { state: { ...(state as TaskState), ...change } };
  };

  it.each(ZONES)('counts slots by the days of %s, and what they cost', async (timezone) => {
    const days = 3;
    const { daily, is_complete } = await forecastOf([task()], { days, timezone, now: START });
    expect(is_complete).toBe(true);
    const dates = new Map([[wallIn(timezone, Date.parse(START)).date, 0]]);
    for (let at = Date.parse(START) + 3_600_000; dates.size <= days; at += 3_600_000) {
      const { date } = wallIn(timezone, at);
      dates.set(date, (dates.get(date) ?? 0) + 1);
    }
    const expected = [...dates].slice(0, days);
    expect(daily.map(({ date, runs }) => [date, runs])).toEqual(expected);
    expect(daily.map(({ credits_micros }) => creditsOf(credits_micros))).toEqual(
      expected.map(([, runs]) => runs * 0.25),
    );
  });

  it('leaves out what is paused, deleted or has no slots left, and says where it stops', async () => {
    const query = { days: 2, timezone: 'UTC', now: START };
    const none = [task({ resting_status: 'paused' }), task({ deleted_at: START }), task({ schedule: null })];
    const { daily } = await forecastOf(none, query);
    expect(daily.map(({ runs }) => runs)).toEqual([0, 0]);
    const many = Array.from({ length: 25 }, () => task({ schedule: withPolicy({}) }));
    const beyond = await forecastOf(many, query);
    expect(beyond.is_complete).toBe(false);
    expect(beyond.daily.reduce((sum, { runs }) => sum + runs, 0)).toBe(50_000);
  });
});
