import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserAnalytics } from '../../../../src/application/queries/analytics/user-analytics.ts';
import { NO_SEQUENCE, type Sequence, type UserId } from '../../../../src/domain/shared/ids.ts';
import { dayOf, type Instant, plusMs } from '../../../../src/domain/shared/instant.ts';
import { statusOf } from '../../../../src/domain/task/state.ts';
import { daysBefore } from '../../../../src/projections/analytics-sums.ts';
import { AnalyticsWorld } from '../../../support/histories/analytics-world.ts';
import {
  everyMinute,
  History,
  play,
  START,
  type Step,
  success,
  USER,
} from '../../../support/histories/history.ts';
import { lives } from '../../../support/histories/lives.ts';
import { folded, naiveFigures, wallIn } from '../../../support/histories/naive-analytics.ts';

const DAY_MS = 86_400_000;
const MONTH = { days: 30, timezone: 'UTC' };
const WEEK = { days: 7, timezone: 'UTC' };

async function expectCurrent(
  world: AnalyticsWorld,
  analytics: UserAnalytics,
  userId: UserId,
  now: Instant,
  days: number,
  timezone = 'UTC',
) {
  const events = world.of(userId);
  const { sequence, figures } = await analytics.of(userId, { days, timezone }, now);
  expect(sequence).toBe(events.at(-1)?.meta.sequence ?? NO_SEQUENCE);
  const today = wallIn(timezone, Date.parse(now)).date;
  const first = daysBefore(today, days - 1);
  const { tasks, ...rest } = folded(events);
  const naive = naiveFigures({ tasks, ...rest }, first, today, timezone);
  const byUtc = naiveFigures({ tasks, ...rest }, first, dayOf(now));
  const kept = tasks.map(({ state }) => state).filter(({ deleted_at }) => deleted_at === null);
  const withStatus = (...statuses: string[]) => kept.filter((s) => statuses.includes(statusOf(s))).length;
  const percent = (part: number, whole: number) =>
    whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 100;
  const average = ({ duration_ms, ended }: { duration_ms: number; ended: number }) =>
    ended === 0 ? 0 : Math.round(duration_ms / ended) / 1_000;
  expect(figures).toMatchObject({
    user_id: userId,
    total_tasks: kept.length,
    active_tasks: withStatus('scheduled', 'running'),
    completed_tasks: withStatus('completed'),
    failed_tasks: withStatus('failed'),
    paused_tasks: withStatus('paused'),
    template_usage_rate: percent(kept.filter((task) => task.template_id !== null).length, kept.length),
    total_executions: naive.executions,
    successful_executions: naive.successes,
    failed_executions: naive.failures,
    success_rate: percent(naive.successes, naive.ended),
    average_execution_time: average(naive),
    total_credits_consumed: naive.credits_micros / 1_000_000,
    total_tokens_used: byUtc.tokens,
    total_api_calls: byUtc.api_calls,
    schedule_accuracy: byUtc.slots === 0 ? null : percent(byUtc.slots_in_time, byUtc.slots),
    by_type: Object.fromEntries(
      [...byUtc.by_type].map(([type, all]) => [
        type,
        {
          executions: all.executions,
          average_execution_time: average(all),
          tokens: all.tokens,
          credits: all.credits_micros / 1_000_000,
        },
      ]),
    ),
  });
  for (const [share, seconds] of [
    [0.5, figures.execution_time_p50],
    [0.95, figures.execution_time_p95],
  ] as const) {
    const exact = byUtc.durations[Math.ceil(byUtc.durations.length * share) - 1];
    if (exact === undefined) expect(seconds).toBeNull();
    else expect(Math.abs((seconds ?? 0) * 1_000 - exact)).toBeLessThanOrEqual(exact * 0.05);
  }
  expect(figures.daily.map(({ date }) => date)).toEqual(
    Array.from({ length: days }, (_, n) => daysBefore(today, days - 1 - n)),
  );
  const busyDays = figures.daily.filter(({ executions }) => executions > 0);
  expect(busyDays.map(({ date, successes }) => [date, successes]).sort()).toEqual(
    [...naive.by_day].map(([day, all]) => [day, all.successes]).sort(),
  );
  const busiest = [...naive.by_hour.values()].map(({ executions }) => executions).sort((a, b) => b - a);
  expect(figures.busiest_hours.map((hour) => naive.by_hour.get(String(hour))?.executions)).toEqual(
    busiest.slice(0, 5),
  );
}

describe('analytics of a user', () => {
  it('are right without a view too, and read its history page by page', async () => {
    const run: Step[] = [
      { after: 60_000, do: 'due' },
      { after: 5, do: 'start' },
      { after: 5, do: 'finish', outcome: success },
    ];
    const { events } = play({ schedule: everyMinute }, Array.from({ length: 500 }, () => run).flat());
    const world = new AnalyticsWorld(events, events.length, 0);
    const now = events.at(-1)?.meta.time ?? START;
    await expectCurrent(world, new UserAnalytics(world.options()), USER, now, 30);
    expect(world.largestRead).toBe(1_000);
  });

  it('equal a naive count over the log, wherever the views are and whatever comes in between (BR-ANA-003, BR-ANA-004)', async () => {
    const cuts = fc.tuple(fc.nat(1_000), fc.nat(1_000), fc.constantFrom(1, 2, 30, 365));
    const zones = fc.constantFrom('UTC', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Asia/Kathmandu');
    await fc.assert(
      fc.asyncProperty(lives, cuts, zones, async (events, [first, second, days], timezone) => {
        const [inViews = 0, there = 0] = [first, second]
          .map((n) => n % (events.length + 1))
          .sort((a, b) => a - b);
        const world = new AnalyticsWorld(events, there, inViews);
        const analytics = new UserAnalytics(world.options());
        const now = events.at(-1)?.meta.time ?? START;
        for (const all of [there, events.length]) {
          world.there = all;
          for (const userId of new Set(events.map(({ meta }) => meta.user_id))) {
            await expectCurrent(world, analytics, userId, now, days, timezone);
          }
        }
      }),
    );
  });

  function oneRun() {
    const history = new History().create();
    for (const step of ['request', 'start'] as const) history.step({ after: 10, do: step });
    history.step({ after: 10, do: 'finish', outcome: success });
    const { events } = history;
    const userId = events[0]?.meta.user_id as UserId;
    return { events, userId };
  }

  it('are kept while nothing happens, for five minutes and never into another day (BR-ANA-005)', async () => {
    const { events, userId } = oneRun();
    const world = new AnalyticsWorld(events, events.length, events.length);
    const analytics = new UserAnalytics(world.options());
    const { figures } = await analytics.of(userId, MONTH, START);
    expect((await analytics.of(userId, MONTH, plusMs(START, 299_999))).figures).toBe(figures);
    expect((await analytics.of(userId, WEEK, START)).figures).not.toBe(figures);
    const later = (await analytics.of(userId, MONTH, plusMs(START, 300_000))).figures;
    expect(later).toEqual({ ...figures, created_at: plusMs(START, 300_000) });
    const midnight = plusMs(START, DAY_MS / 2 - 1);
    await analytics.of(userId, MONTH, midnight);
    const { daily } = (await analytics.of(userId, MONTH, plusMs(midnight, 1))).figures;
    expect(daily.at(-1)).toMatchObject({ date: '2026-11-24', executions: 0 });
  });

  it('do not wait for the views: with every event a new answer, and the view is read once', async () => {
    const { events, userId } = oneRun();
    const world = new AnalyticsWorld(events, 1, 0);
    const analytics = new UserAnalytics(world.options());
    const seen: number[] = [];
    for (world.there = 1; world.there <= events.length; world.there++) {
      const { figures } = await analytics.of(userId, MONTH, START);
      seen.push(figures.total_executions, figures.successful_executions);
    }
    expect(seen).toEqual([0, 0, 1, 0, 1, 0, 1, 1]);
    expect(world.reads).toBe(1);
  });

  it('name no sequence while events come after every look at where the log ends', async () => {
    const { events, userId } = oneRun();
    const world = new AnalyticsWorld(events, events.length, 0);
    const options = world.options();
    const log = { ...options.log, lastOfUser: async () => 1 as Sequence };
    const analytics = new UserAnalytics({ ...options, log });
    expect(await analytics.of(userId, MONTH, START)).toMatchObject({
      sequence: null,
      figures: { successful_executions: 1 },
    });
  });

  it('show what is counted where nothing is', async () => {
    const world = new AnalyticsWorld([], 0, 0);
    const { figures } = await new UserAnalytics(world.options()).of(
      'usr_none' as UserId,
      { days: 2, timezone: 'UTC' },
      START,
    );
    expect(figures).toEqual({
      user_id: 'usr_none',
      time_period: 'Last 2 days',
      timezone: 'UTC',
      total_tasks: 0,
      active_tasks: 0,
      completed_tasks: 0,
      failed_tasks: 0,
      paused_tasks: 0,
      task_types_distribution: {},
      template_usage_rate: 0,
      storage_bytes: 0,
      total_executions: 0,
      successful_executions: 0,
      failed_executions: 0,
      success_rate: 0,
      average_execution_time: 0,
      execution_time_p50: null,
      execution_time_p95: null,
      total_credits_consumed: 0,
      total_tokens_used: 0,
      total_api_calls: 0,
      busiest_hours: [],
      busiest_days: [],
      schedule_accuracy: null,
      daily: ['2026-11-22', '2026-11-23'].map((date) => ({
        date,
        executions: 0,
        successes: 0,
        failures: 0,
        credits: 0,
        average_duration: 0,
      })),
      by_type: {},
      created_at: START,
    });
  });
});
