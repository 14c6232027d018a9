/**
 * A user's tasks and figures as they were. What has not changed since comes as it is now; the rest is folded from its
 * events, each task from the milestone before that point.
 */
import { LRUCache } from 'lru-cache';
import type { RecordedTaskEvent } from '../../../domain/shared/event.ts';
import { NO_SEQUENCE, type Sequence, type UserId } from '../../../domain/shared/ids.ts';
import { type Instant, monthOf, parseInstant } from '../../../domain/shared/instant.ts';
import type { TaskSnapshot } from '../../../domain/task/evolve/snapshot.ts';
import { type Counted, type Month, runTallyOf, type UserMonth } from '../../../projections/analytics.ts';
import { addToMonth } from '../../../projections/analytics-sums.ts';
import { SPACING } from '../../../projections/milestones.ts';
import type { EventLog, LogTimes } from '../../ports/log/log.ts';
import type { AnalyticsViews } from '../../ports/views.ts';
import { type AnalyticsFigures, analyticsFigures } from '../analytics/analytics-figures.ts';
import { lastDays } from '../analytics/local-hours.ts';
import { type AnalyticsPeriod, monthsUpTo } from '../analytics/user-analytics.ts';
import { taskBytes } from '../approximate-bytes.ts';
import { type RunQueries, runFactsOf } from '../run-facts.ts';
import { PAGE } from '../task-events.ts';
import type { MilestoneViews } from './milestone-history.ts';
import { EventsThen, surelyBefore, surelyIn } from './past-place.ts';
import { type AsOf, TaskHistory } from './task-history.ts';

/** More would have to be read than one answer may cost. */
export class AsOfTooFar extends Error {
  override readonly name = 'AsOfTooFar';
}

export interface UserPastOptions {
  readonly log: Pick<EventLog, 'readTask' | 'readUser' | 'lastOfUser'>;
  readonly times: LogTimes;
  readonly views: MilestoneViews & Pick<AnalyticsViews, 'userMonths'>;
  readonly queries: RunQueries;
  /** Events that one answer may read; default 200,000. */
  readonly mostEvents?: number;
}

const MOST_EVENTS = 200_000;
const KEPT_BYTES = 32 * 1024 * 1024;
const FOLDED_AT_ONCE = 32;
const NO_MILESTONES: MilestoneViews = {
  milestoneIndex: async () => [],
  milestonePage: async () => [],
};

interface KeptTasks {
  /** Of the user's last event when they were folded: as long as it is, they stand. */
  readonly last: Sequence;
  readonly tasks: readonly TaskSnapshot[];
}

/** All throw AsOfTooFar and LogUnavailable. */
export class UserPast {
  readonly #options: UserPastOptions;
  readonly #kept = new LRUCache<string, KeptTasks>({
    maxSize: KEPT_BYTES,
    sizeCalculation: ({ tasks }) => tasks.reduce((sum, { state }) => sum + taskBytes(state), 256),
  });

  constructor(options: UserPastOptions) {
    this.#options = options;
  }

  /**
   * Every task that was there, deleted ones too: by sequence as of one cut through the log, by time each as of its own
   * events. The same array is given out until something of the user changes.
   */
  async tasksOf(userId: UserId, asOf: AsOf): Promise<readonly TaskSnapshot[]> {
    const { log, times, queries } = this.#options;
    const key = `${userId}\n${JSON.stringify(asOf)}`;
    const last = await log.lastOfUser(userId);
    const kept = this.#kept.get(key);
    if (kept?.last === last) return kept.tasks;
    const unchanged = await surelyIn(times, asOf);
    const current = await queries.tasksOf(userId);
    const then = this.#tasksThen(asOf, unchanged);
    const tasks: TaskSnapshot[] = [];
    for (let from = 0; from < current.length; from += FOLDED_AT_ONCE) {
      const some = await Promise.all(current.slice(from, from + FOLDED_AT_ONCE).map(then));
      for (const task of some) if (task !== null) tasks.push(task);
    }
    this.#kept.set(key, { last, tasks });
    return tasks;
  }

  #tasksThen(asOf: AsOf, unchanged: Sequence): (task: TaskSnapshot) => Promise<TaskSnapshot | null> {
    const { log, views } = this.#options;
    const counted = this.#counted();
    const readTask: EventLog['readTask'] = async (...asked) => counted(await log.readTask(...asked));
    const long = new TaskHistory({ readTask }, views);
    const short = new TaskHistory({ readTask }, NO_MILESTONES);
    return async (task) => {
      if (task.sequence <= unchanged) return task;
      const { id, created_at } = task.state;
      if ('sequence' in asOf ? id > asOf.sequence : created_at > asOf.time) return null;
      return (task.revision > SPACING.events ? long : short).asOf(task, asOf);
    };
  }

  /** Of the `days` days until then: by sequence, until that event happened. */
  async analyticsOf(
    userId: UserId,
    { days, timezone }: AnalyticsPeriod,
    asOf: AsOf,
    now: Instant,
  ): Promise<AnalyticsFigures> {
    const { times } = this.#options;
    const then = 'time' in asOf ? asOf.time : ((await times.timeFrom(asOf.sequence)) ?? now);
    const tasks = await this.tasksOf(userId, asOf);
    const months = await this.#monthsThen(userId, asOf, monthsUpTo(monthOf(then)));
    return analyticsFigures({
      user_id: userId,
      tasks,
      months: (month) => months.get(month),
      period: lastDays(then, days, timezone),
    });
  }

  /** Months that have counted nothing since stand; the others are counted again from where they begin. */
  async #monthsThen(
    userId: UserId,
    asOf: AsOf,
    wanted: readonly Month[],
  ): Promise<ReadonlyMap<Month, UserMonth>> {
    const { log, times, views } = this.#options;
    const unchanged = await surelyIn(times, asOf);
    const { upTo, months } = await views.userMonths(userId, wanted);
    const stale = wanted.filter((month) => (months.get(month)?.sequence ?? NO_SEQUENCE) > unchanged);
    const begins = stale[0] === undefined ? null : parseInstant(`${stale[0]}-01T00:00:00.000Z`);
    const from = begins === null ? upTo : await surelyBefore(times, begins);
    const sums = new Map([...months].filter(([month]) => !stale.includes(month)));
    const counting = new MonthSums(sums, new Set(stale), upTo);
    const then = new EventsThen(asOf);
    const counted = this.#counted();
    for (let position = Math.min(from, upTo) as Sequence; !then.isOver; ) {
      const page = counted(await log.readUser(userId, position, PAGE));
      const there = page.filter((event) => then.has(event));
      const facts = await runFactsOf(this.#options.queries, userId, there);
      for (const event of there) {
        const run = runTallyOf(event, () => facts(event));
        if (run !== null) counting.add(event.meta.sequence, run);
      }
      if (page.length < PAGE) break;
      position = page.at(-1)?.meta.sequence ?? position;
    }
    return new Map([...counting.months].map(([month, { state }]) => [month, state]));
  }

  /** Passes events on as long as they are not too many together. */
  #counted(): (events: RecordedTaskEvent[]) => RecordedTaskEvent[] {
    let left = this.#options.mostEvents ?? MOST_EVENTS;
    return (events) => {
      left -= events.length;
      if (left < 0) throw new AsOfTooFar('too many events have come since');
      return events;
    };
  }
}

type RunTally = NonNullable<ReturnType<typeof runTallyOf>>;

class MonthSums {
  readonly months: Map<Month, Counted<UserMonth>>;
  readonly #anew: ReadonlySet<Month>;
  readonly #upTo: Sequence;

  /** `months` hold every event up to `upTo`, those of `anew` none at all. */
  constructor(months: Map<Month, Counted<UserMonth>>, anew: ReadonlySet<Month>, upTo: Sequence) {
    this.months = months;
    this.#anew = anew;
    this.#upTo = upTo;
  }

  add(sequence: Sequence, run: RunTally): void {
    const month = monthOf(run.requested_at);
    const value = this.months.get(month) ?? null;
    const holds = Math.max(value?.sequence ?? NO_SEQUENCE, this.#anew.has(month) ? NO_SEQUENCE : this.#upTo);
    if (sequence <= holds) return;
    this.months.set(month, { sequence, state: addToMonth(value?.state ?? null, run) });
  }
}
