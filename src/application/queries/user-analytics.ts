/**
 * A user's analytics, current: the months of the view with the user's events after it added by the same sums, and the
 * user's tasks. Months and answers are kept: as long as the log shows no newer event of the user, an answer stands, for
 * five minutes at most (BR-ANA-005); otherwise the newer events are added on top.
 */
import { LRUCache } from 'lru-cache';
import type { ExecutionState } from '../../domain/execution/state.ts';
import type { RecordedTaskEvent } from '../../domain/shared/event.ts';
import type { Sequence, TaskId, UserId } from '../../domain/shared/ids.ts';
import { dayOf, type Instant, monthOf, msBetween } from '../../domain/shared/instant.ts';
import { executionNumberOf } from '../../domain/task/event-accessors.ts';
import type { TaskType } from '../../domain/task/status.ts';
import {
  type Counted,
  type Month,
  needsFactsOf,
  type RunFacts,
  runTallyOf,
  type UserMonth,
} from '../../projections/analytics.ts';
import { addToMonth } from '../../projections/analytics-sums.ts';
import type { EventLog } from '../ports/log.ts';
import type { AnalyticsViews } from '../ports/views.ts';
import { type AnalyticsFigures, analyticsFigures } from './analytics-figures.ts';
import type { TaskQueries } from './queries.ts';
import { PAGE } from './task-events.ts';

export interface UserAnalyticsOptions {
  readonly log: Pick<EventLog, 'lastOfUser' | 'readUser'>;
  readonly views: Pick<AnalyticsViews, 'userMonths'>;
  readonly queries: Pick<TaskQueries, 'tasksOf' | 'executions'>;
}

export interface CurrentAnalytics {
  /** Of the user's last event when the figures were worked out; null where events came without pause meanwhile. */
  readonly sequence: Sequence | null;
  readonly figures: AnalyticsFigures;
}

export const MAX_DAYS = 365;
const KEPT_FOR_MS = 5 * 60_000;
/** All that the longest period touches, and one month that another's clock may have begun already. */
const MONTHS = 14;
const USERS_KEPT = 500;
const ANSWERS_KEPT = 500;
/** Looks at a user whose events come without pause. */
const TRIES = 3;
const LOOKED_UP_AT_ONCE = 50;

interface Kept {
  /** The newest month when the months were read: in another month they are read anew. */
  readonly newest: Month;
  readonly upTo: Sequence;
  readonly months: ReadonlyMap<Month, Counted<UserMonth>>;
}

interface Answer extends CurrentAnalytics {
  readonly sequence: Sequence;
}

/** All throw LogUnavailable. */
export class UserAnalytics {
  readonly #options: UserAnalyticsOptions;
  readonly #kept = new LRUCache<UserId, Kept>({ max: USERS_KEPT });
  readonly #answers = new LRUCache<string, Answer>({ max: ANSWERS_KEPT });

  constructor(options: UserAnalyticsOptions) {
    this.#options = options;
  }

  /** What tells whether anything has changed for the user. */
  sequence(userId: UserId): Promise<Sequence> {
    return this.#options.log.lastOfUser(userId);
  }

  /** Of the last `days` days until `now`, 1 to `MAX_DAYS`, with every event that was in the log when this was called. */
  async of(userId: UserId, days: number, now: Instant): Promise<CurrentAnalytics> {
    const key = `${days} ${userId}`;
    for (let tries = 1; ; tries++) {
      const sequence = await this.sequence(userId);
      const kept = this.#answers.get(key);
      if (kept?.sequence === sequence && stands(kept.figures.created_at, now)) return kept;
      const [{ months }, tasks] = await Promise.all([
        this.#read(userId, sequence, now),
        this.#options.queries.tasksOf(userId),
      ]);
      const figures = analyticsFigures({
        user_id: userId,
        tasks,
        months: (month) => months.get(month)?.state,
        days,
        now,
      });
      const parts = [...tasks, ...months.values()];
      if (parts.every((part) => part.sequence <= sequence)) {
        const answer = { sequence, figures };
        this.#answers.set(key, answer);
        return answer;
      }
      if (tries === TRIES) return { sequence: null, figures };
    }
  }

  /** `last`: of the user's events. */
  async #read(userId: UserId, last: Sequence, now: Instant): Promise<Kept> {
    const newest = monthOf(now);
    let kept = this.#kept.get(userId);
    if (kept?.newest !== newest) kept = await this.#fromView(userId, newest);
    while (last > kept.upTo) kept = await this.#withMore(userId, kept, last);
    this.#kept.set(userId, kept);
    return kept;
  }

  async #fromView(userId: UserId, newest: Month): Promise<Kept> {
    const wanted = Array.from({ length: MONTHS }, (_, index) => monthsAfter(newest, 2 - MONTHS + index));
    const { upTo, months } = await this.#options.views.userMonths(userId, wanted);
    return { newest, upTo, months };
  }

  /** With the next page of the user's events after it, of which `last` is the last. */
  async #withMore(userId: UserId, kept: Kept, last: Sequence): Promise<Kept> {
    const tail = await this.#options.log.readUser(userId, kept.upTo, PAGE);
    const facts = await this.#factsOf(userId, tail);
    const months = new Map(kept.months);
    for (const event of tail) {
      const { sequence } = event.meta;
      const run = runTallyOf(event, () => facts(event));
      if (run === null) continue;
      const month = monthOf(run.requested_at);
      const value = months.get(month) ?? null;
      // A value may hold more than the checkpoint that it was read with says.
      if (value !== null && value.sequence >= sequence) continue;
      months.set(month, { sequence, state: addToMonth(value?.state ?? null, run) });
    }
    const through = tail.at(-1)?.meta.sequence ?? last;
    return { ...kept, months, upTo: through < last && tail.length < PAGE ? last : through };
  }

  /** The executions that the events are about: as requested among them, or before them. */
  async #factsOf(userId: UserId, tail: readonly RecordedTaskEvent[]) {
    const facts = new Map<string, RunFacts>();
    const before = new Map<string, { readonly taskId: TaskId; readonly number: number }>();
    const types = await this.#typesOf(userId, tail);
    const typeOf = (taskId: TaskId): TaskType => {
      const type = types.get(taskId);
      if (type === undefined) throw new Error(`${taskId} has events and is no task`);
      return type;
    };
    for (const event of tail) {
      const { task_id: taskId, time } = event.meta;
      if (event.type === 'task.execution_requested') {
        const { number, trigger_type, scheduled_for } = event.data;
        const task_type = typeOf(taskId);
        facts.set(`${taskId} ${number}`, { task_type, trigger_type, scheduled_for, requested_at: time });
      }
      const number = needsFactsOf(event);
      if (number !== null && !facts.has(`${taskId} ${number}`)) {
        before.set(`${taskId} ${number}`, { taskId, number });
      }
    }
    const all = [...before];
    for (let from = 0; from < all.length; from += LOOKED_UP_AT_ONCE) {
      await Promise.all(
        all.slice(from, from + LOOKED_UP_AT_ONCE).map(async ([key, { taskId, number }]) => {
          const execution = await this.#execution(userId, taskId, number);
          const { trigger_type, scheduled_for, created_at: requested_at } = execution;
          facts.set(key, { task_type: typeOf(taskId), trigger_type, scheduled_for, requested_at });
        }),
      );
    }
    return (event: RecordedTaskEvent): RunFacts => {
      const found = facts.get(`${event.meta.task_id} ${executionNumberOf(event)}`);
      if (found === undefined) throw new Error(`${event.type} at ${event.meta.sequence} has no execution`);
      return found;
    };
  }

  async #typesOf(userId: UserId, tail: readonly RecordedTaskEvent[]): Promise<Map<TaskId, TaskType>> {
    if (!tail.some((event) => executionNumberOf(event) !== null)) return new Map();
    // Read after the tail: no task of the tail is missing.
    const tasks = await this.#options.queries.tasksOf(userId);
    return new Map(tasks.map(({ state }) => [state.task_id, state.task_type]));
  }

  async #execution(userId: UserId, taskId: TaskId, number: number): Promise<ExecutionState> {
    const query = { limit: 1, beforeNumber: number + 1 };
    const [execution] = await this.#options.queries.executions(userId, taskId, query);
    if (execution?.number !== number) throw new Error(`the log lacks run ${number} of ${taskId}`);
    return execution;
  }
}

function stands(createdAt: Instant, now: Instant): boolean {
  const age = msBetween(createdAt, now);
  return age >= 0 && age < KEPT_FOR_MS && dayOf(createdAt) === dayOf(now);
}

function monthsAfter(month: Month, months: number): Month {
  const [year = 0, of = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, of - 1 + months, 1)).toISOString().slice(0, 7);
}
