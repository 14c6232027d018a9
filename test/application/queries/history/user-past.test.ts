import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserAnalytics } from '../../../../src/application/queries/analytics/user-analytics.ts';
import { surelyBefore } from '../../../../src/application/queries/history/past-place.ts';
import type { AsOf } from '../../../../src/application/queries/history/task-history.ts';
import { AsOfTooFar, UserPast } from '../../../../src/application/queries/history/user-past.ts';
import type { RecordedTaskEvent } from '../../../../src/domain/shared/event.ts';
import type { Sequence } from '../../../../src/domain/shared/ids.ts';
import { type Instant, plusMs } from '../../../../src/domain/shared/instant.ts';
import type { TaskSnapshot } from '../../../../src/domain/task/evolve/snapshot.ts';
import { AnalyticsWorld } from '../../../support/histories/analytics-world.ts';
import { play, START, USER } from '../../../support/histories/history.ts';
import { lives } from '../../../support/histories/lives.ts';
import { folded } from '../../../support/histories/naive-analytics.ts';

/** The past of a world, whose log has only so many of its events in its views. */
function past(world: AnalyticsWorld, events: readonly RecordedTaskEvent[], mostEvents?: number) {
  const options = world.options();
  let read = 0;
  const times = {
    lastSequence: async () => events.at(-1)?.meta.sequence ?? (0 as Sequence),
    timeFrom: async (sequence: Sequence) =>
      events.find(({ meta }) => meta.sequence >= sequence)?.meta.time ?? null,
  };
  const userPast = new UserPast({
    ...options,
    log: {
      ...options.log,
      readTask: async (user, task, after, limit) => {
        const from = typeof after === 'number' ? after : after.sequence;
        const found = world.of(user).filter(({ meta }) => meta.task_id === task && meta.sequence > from);
        read += Math.min(found.length, limit ?? found.length);
        return found.slice(0, limit);
      },
    },
    times,
    views: { ...options.views, milestoneIndex: async () => [], milestonePage: async () => [] },
    ...(mostEvents === undefined ? {} : { mostEvents }),
  });
  return { userPast, times, readOfTasks: () => read };
}

/** What was there, the long way. */
function eventsThen(events: readonly RecordedTaskEvent[], asOf: AsOf): RecordedTaskEvent[] {
  if ('sequence' in asOf) return events.filter(({ meta }) => meta.sequence <= asOf.sequence);
  const over = new Set<string>();
  return events.filter(({ meta }) => {
    if (meta.time > asOf.time) over.add(meta.task_id);
    return !over.has(meta.task_id);
  });
}

const byId = (tasks: readonly TaskSnapshot[]) =>
  tasks.toSorted((a, b) => (a.state.task_id < b.state.task_id ? -1 : 1));

/** Clocks of instances that differ by up to half a minute. */
const logs = fc
  .tuple(lives, fc.infiniteStream(fc.integer({ min: -30_000, max: 30_000 })))
  .map(([events, off]) =>
    events.map((event) => {
      const time = plusMs(event.meta.time, off.next().value ?? 0);
      return { ...event, meta: { ...event.meta, time } } as RecordedTaskEvent;
    }),
  );
const places = fc.oneof(
  fc.nat(250).map((sequence): AsOf => ({ sequence: sequence as Sequence })),
  fc.integer({ min: -10, max: 800 }).map((n): AsOf => ({ time: plusMs(START, n * 10_000) })),
);

describe('a user’s tasks and figures as they were', { timeout: 60_000 }, () => {
  it('are those that the events of then make, wherever the views are', async () => {
    await fc.assert(
      fc.asyncProperty(logs, places, fc.nat(120), async (events, asOf, inViews) => {
        const world = new AnalyticsWorld(events, events.length, Math.min(inViews, events.length));
        const { userPast } = past(world, events);
        const then = eventsThen(world.of(USER), asOf);
        const tasks = await userPast.tasksOf(USER, asOf);
        expect(byId(tasks)).toEqual(byId(folded(then).tasks));
        expect(await userPast.tasksOf(USER, asOf)).toBe(tasks);

        const period = { days: 3, timezone: 'Pacific/Kiritimati' };
        const figures = await userPast.analyticsOf(USER, period, asOf, START);
        const thenWorld = new AnalyticsWorld(then, then.length, 0);
        const wanted = await new UserAnalytics(thenWorld.options()).of(USER, period, figures.created_at);
        expect(figures).toEqual(wanted.figures);
      }),
      { numRuns: 200 },
    );
  });

  it('by time, begin where surely nothing happened later', async () => {
    await fc.assert(
      fc.asyncProperty(logs, fc.integer({ min: -10, max: 800 }), async (events, n) => {
        const time = plusMs(START, n * 10_000);
        const { times } = past(new AnalyticsWorld(events, events.length, 0), events);
        const before = await surelyBefore(times, time);
        for (const { meta } of events) if (meta.sequence <= before) expect(meta.time < time).toBe(true);
      }),
    );
  });

  it('cost what has changed since, and are refused where that is too much', async () => {
    const { events } = play(
      {},
      Array.from({ length: 30 }, (_, n) => ({
        after: 1_000,
        do: 'update' as const,
        changes: { name: `${n}` },
        status: null,
      })),
    );
    const world = new AnalyticsWorld(events, events.length, events.length);
    const last = events.at(-1)?.meta as RecordedTaskEvent['meta'];
    const now = past(world, events);
    await now.userPast.tasksOf(USER, { sequence: last.sequence });
    await now.userPast.tasksOf(USER, { time: plusMs(last.time as Instant, 120_000) });
    expect(now.readOfTasks()).toBe(0);
    const { userPast } = past(world, events, 10);
    await expect(userPast.tasksOf(USER, { sequence: (last.sequence - 1) as Sequence })).rejects.toThrow(
      AsOfTooFar,
    );
  });
});
