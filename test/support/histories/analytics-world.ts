import type { UserAnalyticsOptions } from '../../../src/application/queries/analytics/user-analytics.ts';
import type { RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import { NO_SEQUENCE, type Sequence, type UserId } from '../../../src/domain/shared/ids.ts';
import type { AnalyticsState, Counted, UserMonth } from '../../../src/projections/analytics.ts';
import { addTally } from '../../../src/projections/analytics-sums.ts';
import { type TaskFold, TaskViews } from '../../../src/projections/task-views.ts';
import { folded } from './naive-analytics.ts';

/** A log of which so many events are there, and views of so many of them. */
export class AnalyticsWorld {
  there: number;
  inViews: number;
  reads = 0;
  largestRead = 0;
  readonly #events: readonly RecordedTaskEvent[];

  constructor(events: readonly RecordedTaskEvent[], there: number, inViews: number) {
    this.#events = events;
    this.there = there;
    this.inViews = inViews;
  }

  of(userId: UserId): RecordedTaskEvent[] {
    return this.#events.slice(0, this.there).filter(({ meta }) => meta.user_id === userId);
  }

  options(): UserAnalyticsOptions {
    return {
      log: {
        lastOfUser: async (userId) => this.of(userId).at(-1)?.meta.sequence ?? NO_SEQUENCE,
        readUser: async (userId, after, limit) => {
          const page = this.of(userId).filter(({ meta }) => meta.sequence > after);
          this.largestRead = Math.max(this.largestRead, page.slice(0, limit).length);
          return page.slice(0, limit);
        },
      },
      views: {
        userMonths: async (userId, months) => {
          this.reads++;
          return { upTo: this.#upTo(), months: this.#months(userId, months) };
        },
      },
      queries: {
        tasksOf: async (userId) => folded(this.of(userId)).tasks,
        executions: async (userId, taskId, { beforeNumber }) =>
          folded(this.of(userId))
            .records.map(({ execution }) => execution)
            .filter((one) => one.task_id === taskId && one.number + 1 === beforeNumber),
      },
    };
  }

  #upTo(): Sequence {
    return this.#events[this.inViews - 1]?.meta.sequence ?? NO_SEQUENCE;
  }

  #months(userId: UserId, wanted: readonly string[]): Map<string, Counted<UserMonth>> {
    const views = new TaskViews(3);
    const folds = new Map<string, TaskFold>();
    const states = new Map<string, AnalyticsState>();
    const months = new Map<string, Counted<UserMonth>>();
    for (const event of this.#events.slice(0, this.inViews)) {
      const { sequence, task_id } = event.meta;
      const { fold, tally } = views.project(folds.get(task_id) ?? null, event);
      folds.set(task_id, fold);
      if (tally === null) continue;
      const held = (at: object) => states.get(JSON.stringify(at)) ?? null;
      for (const { state, ...place } of addTally(held, tally)) {
        states.set(JSON.stringify(place), state);
        if (place.user_id !== userId || !wanted.includes(place.period)) continue;
        months.set(place.period, { sequence, state: state as UserMonth });
      }
    }
    return months;
  }
}
