import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DaySums } from '../../src/application/queries/analytics/analytics-figures.ts';
import type { RecordedTaskEvent } from '../../src/domain/shared/event.ts';
import type { UserId } from '../../src/domain/shared/ids.ts';
import {
  ALL,
  type AnalyticsPlace,
  type AnalyticsState,
  type ServiceDay,
  type ServiceTotals,
  type Tally,
  type UserMonth,
  type UserTotals,
} from '../../src/projections/analytics.ts';
import { addCohorts, addTally, placesOf } from '../../src/projections/analytics-sums.ts';
import { type TaskFold, TaskViews } from '../../src/projections/task-views.ts';
import { USER } from '../support/histories/history.ts';
import { lives, USERS } from '../support/histories/lives.ts';
import { folded, groupedBy, naiveFigures, naiveUsers } from '../support/histories/naive-analytics.ts';

/** The values that these events leave, by user (or none) and period. */
function count(events: readonly RecordedTaskEvent[]): Map<string, AnalyticsState> {
  const views = new TaskViews(3);
  const folds = new Map<string, TaskFold>();
  const values = new Map<string, AnalyticsState>();
  for (const event of events) {
    const { task_id } = event.meta;
    const { fold, tally } = views.project(folds.get(task_id) ?? null, event);
    folds.set(task_id, fold);
    if (tally !== null) add(values, tally);
  }
  return values;
}

function add(values: Map<string, AnalyticsState>, tally: Tally): void {
  const changes = addTally((place) => values.get(keyOf(place)) ?? null, tally);
  expect(changes.map(keyOf).sort()).toEqual(placesOf(tally).map(keyOf).sort());
  for (const change of changes) values.set(keyOf(change), change.state);
}

function keyOf({ user_id, period }: AnalyticsPlace): string {
  return `${user_id ?? 'service'} ${period}`;
}

/** The sums of the days that a user's months hold, or the service's days. */
function sumsOf(values: ReadonlyMap<string, AnalyticsState>, whose: UserId | 'service') {
  const sums = new DaySums();
  const days = new Map<string, DaySums>();
  const hours = new Map<string, number[]>();
  const take = (date: string, day: UserMonth['days'][string]) => {
    sums.add(day);
    const own = new DaySums();
    own.add(day);
    if (own.byType.size > 0) days.set(date, own);
    for (const [hour, counts] of Object.entries(day.hours))
      hours.set(
        hour,
        counts.map((count, at) => count + (hours.get(hour)?.[at] ?? 0)),
      );
  };
  for (const [key, state] of values) {
    const [who, period = ''] = key.split(' ');
    if (who !== whose || period === ALL) continue;
    if (whose === 'service') take(period, state as ServiceDay);
    else for (const [date, day] of Object.entries((state as UserMonth).days)) take(date, day);
  }
  return { sums, days, hours };
}

type Totals = Omit<ReturnType<typeof naiveFigures>, 'by_type' | 'by_day' | 'by_hour' | 'durations'>;

/** Seconds, as near as a duration is counted; null for none. */
function near(ms: number | undefined): unknown {
  if (ms === undefined) return null;
  return expect.toSatisfy((seconds: number) => Math.abs(seconds * 1_000 - ms) <= ms * 0.05);
}

function totalsOf({ all }: DaySums): Totals {
  return {
    executions: all.of('executions'),
    successes: all.of('successes'),
    failures: all.of('failures'),
    ended: all.ended(),
    credits_micros: all.of('credits_micros'),
    tokens: all.of('tokens'),
    api_calls: all.of('api_calls'),
    duration_ms: all.of('duration_ms'),
    slots: all.of('slot_starts') + all.of('slots_not_started'),
    slots_in_time: all.of('slot_starts_in_time'),
  };
}

describe('what is counted', () => {
  it('of each user, and of all, equals a naive count over the log', () => {
    fc.assert(
      fc.property(lives, (events) => {
        const values = count(events);
        const scopes = [
          ...USERS.map((user) => [user, events.filter(({ meta }) => meta.user_id === user)] as const),
          ['service', events] as const,
        ];
        for (const [whose, own] of scopes) {
          const { by_day, by_hour, by_type, durations, ...all } = naiveFigures(folded(own), '', '9999');
          const { sums, days, hours } = sumsOf(values, whose as UserId);
          expect(totalsOf(sums)).toEqual(all);
          expect(new Map([...days].map(([day, each]) => [day, totalsOf(each)]))).toEqual(by_day);
          expect(hours).toEqual(
            new Map(
              [...by_hour].map(([hour, each]) => [
                hour,
                [each.executions, each.successes, each.failures, each.credits_micros, each.duration_ms],
              ]),
            ),
          );
          expect([sums.secondsAt(0.5), sums.secondsAt(1)]).toEqual([
            near(durations[Math.ceil(durations.length / 2) - 1]),
            near(durations.at(-1)),
          ]);
          expect(new Map([...sums.byType].map(([type, sum]) => [type, sum.of('tokens')]))).toEqual(
            new Map([...by_type].map(([type, each]) => [type, each.tokens])),
          );
        }
      }),
    );
  });

  it('of tasks and users equals a naive count, deleted tasks left out', () => {
    fc.assert(
      fc.property(lives, (events) => {
        const values = count(events);
        const totals = values.get(`service ${ALL}`) as ServiceTotals;
        const tasks = folded(events).tasks.filter(({ state }) => state.deleted_at === null);
        const byType = groupedBy(tasks, ({ state }) => state.task_type);
        expect(totals.tasks).toEqual(
          Object.fromEntries([...byType].map(([type, all]) => [type, all.length])),
        );

        const users = naiveUsers(events);
        const all = Object.values(totals.recent).reduce(addCohorts, totals.earlier);
        expect(all).toEqual({
          users: users.length,
          with_tasks: users.filter((user) => user.tasks > 0).length,
        });
        for (const user of USERS) {
          const own = events.filter(({ meta }) => meta.user_id === user);
          const held = values.get(`${user} ${ALL}`) as UserTotals | undefined;
          expect(held).toEqual(naiveUsers(own)[0]);
        }
      }),
    );
  });

  it('of tasks created, and of those from templates, is on the day of their creation', () => {
    fc.assert(
      fc.property(lives, (events) => {
        const created = groupedBy(
          events.flatMap((event) => (event.type === 'task.created' ? [event] : [])),
          ({ meta }) => meta.time.slice(0, 10),
        );
        const naive = [...created].map(([day, all]) => {
          const fromTemplate = all.filter(({ data }) => (data.template_id ?? null) !== null);
          return [day, { all: all.length, fromTemplate: fromTemplate.length }] as const;
        });
        const counted = [...count(events)].flatMap(([key, state]) => {
          if (!/^service \d/.test(key)) return [];
          const { tasks_created: all, tasks_from_template: fromTemplate } = state as ServiceDay;
          return all === 0 ? [] : [[key.slice(8), { all, fromTemplate }] as const];
        });
        expect(new Map(counted)).toEqual(new Map(naive));
      }),
    );
  });

  it('as active tasks are the tasks of which an attempt started that day, each once', () => {
    fc.assert(
      fc.property(lives, (events) => {
        const active = new Map<string, Set<string>>();
        for (const { type, meta } of events) {
          const day = meta.time.slice(0, 10);
          if (type !== 'task.execution_started') continue;
          active.set(day, (active.get(day) ?? new Set()).add(meta.task_id));
        }
        const days = [...count(events)].filter(([key]) => /^service \d/.test(key));
        const counted = days
          .map(([key, state]) => [key.slice(8), (state as ServiceDay).active_tasks] as const)
          .filter(([, tasks]) => tasks > 0);
        expect(new Map(counted)).toEqual(new Map([...active].map(([day, tasks]) => [day, tasks.size])));
      }),
    );
  });

  it('stays small: first tasks of more than the last thirty days before the newest are one figure', () => {
    const values = new Map<string, AnalyticsState>();
    const tally = (n: number, day: string, tasks: 1 | -1): Tally => ({
      user_id: `${USER}${n}` as UserId,
      day,
      task_type: 'todo',
      run: null,
      activates: false,
      created: null,
      tasks,
    });
    const dayOf = (n: number) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10);
    for (let n = 0; n < 100; n++) add(values, tally(n, dayOf(n), 1));
    // One of long ago and one of lately delete their only task.
    add(values, tally(0, dayOf(100), -1));
    add(values, tally(99, dayOf(100), -1));
    const totals = values.get(`service ${ALL}`) as ServiceTotals;
    expect(Object.keys(totals.recent)).toHaveLength(31);
    expect(totals.recent[dayOf(99)]).toEqual({ users: 1, with_tasks: 0 });
    expect(totals.earlier).toEqual({ users: 69, with_tasks: 68 });
    expect(totals.tasks).toEqual({ todo: 98 });
  });
});
