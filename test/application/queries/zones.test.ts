import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forecastOf } from '../../../src/application/queries/lists/credit-forecast.ts';
import { hoursOfWeek } from '../../../src/application/queries/lists/hours-of-week.ts';
import { creditsOf } from '../../../src/domain/shared/credits.ts';
import { instantOf } from '../../../src/domain/shared/instant.ts';
import type { TaskState } from '../../../src/domain/task/state.ts';
import { everyHour, History, START, withPolicy } from '../../support/histories/history.ts';

const ZONES = [
  'UTC',
  'Europe/Zurich',
  'America/New_York',
  'Pacific/Apia',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
];

function wallIn(timezone: string, instant: number): { date: string; weekday: string; hour: number } {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: timezone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    weekday: 'short',
    hour: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(instant);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return {
    date: `${of('year')}-${of('month')}-${of('day')}`,
    weekday: of('weekday'),
    hour: Number(of('hour')),
  };
}

describe('hours of the week', () => {
  it('are those that the clocks of the zone show, none lost, over changes of the clocks too', () => {
    const WEEK = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
    const days = fc.array(
      fc.record({
        date: fc.integer({ min: 0, max: 500 }).map((n) => instantOf(Date.UTC(2026, 0, 1 + n)).slice(0, 10)),
        hours: fc.array(fc.nat(3), { maxLength: 24 }),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(days, fc.constantFrom(...ZONES), (all, timezone) => {
        const expected = WEEK.map(() => Array.from({ length: 24 }, () => 0));
        for (const { date, hours } of all) {
          for (const [at, count] of hours.entries()) {
            const { weekday, hour } = wallIn(timezone, Date.parse(`${date}T00:00:00Z`) + at * 3_600_000);
            const row = expected[WEEK.indexOf(weekday)] ?? [];
            row[hour] = (row[hour] ?? 0) + count;
          }
        }
        expect(hoursOfWeek(all, timezone)).toEqual(expected);
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
