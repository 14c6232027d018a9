/**
 * A user's analytics, current: the months of the view with the user's events after it added by the same sums, and the
 * user's tasks. Months and answers are kept: as long as the log shows no newer event of the user, an answer stands, for
 * five minutes at most (BR-ANA-005); otherwise the newer events are added on top.
 */
import { LRUCache } from 'lru-cache';
import { localDateOf } from '../../../domain/schedule/calendar/local-day.ts';
import type { Sequence, UserId } from '../../../domain/shared/ids.ts';
import { type Instant, monthOf, msBetween } from '../../../domain/shared/instant.ts';
import { type Counted, type Month, runTallyOf, type UserMonth } from '../../../projections/analytics.ts';
import { addToMonth } from '../../../projections/analytics-sums.ts';
import type { EventLog } from '../../ports/log/log.ts';
import type { AnalyticsViews } from '../../ports/views.ts';
import type { TaskQueries } from '../queries.ts';
import { runFactsOf } from '../run-facts.ts';
import { PAGE } from '../task-events.ts';
import { type AnalyticsFigures, analyticsFigures } from './analytics-figures.ts';
import { type LocalHour, lastDays, localHours } from './local-hours.ts';

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

interface Kept {
  /** The newest month when the months were read: in another month they are read anew. */
  readonly newest: Month;
  readonly upTo: Sequence;
  readonly months: ReadonlyMap<Month, Counted<UserMonth>>;
}

interface Answer extends CurrentAnalytics {
  readonly sequence: Sequence;
}

/** The last days of a zone, 1 to `MAX_DAYS` of them. */
export interface AnalyticsPeriod {
  readonly days: number;
  /** IANA name. */
  readonly timezone: string;
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

  /** Of the last days until `now`, with every event that was in the log when this was called. */
  async of(userId: UserId, { days, timezone }: AnalyticsPeriod, now: Instant): Promise<CurrentAnalytics> {
    const key = `${days} ${timezone} ${userId}`;
    for (let tries = 1; ; tries++) {
      const sequence = await this.sequence(userId);
      const kept = this.#answers.get(key);
      if (kept?.sequence === sequence && stands(kept.figures.created_at, now, timezone)) return kept;
      const [{ months }, tasks] = await Promise.all([
        this.#read(userId, sequence, now),
        this.#options.queries.tasksOf(userId),
      ]);
      const figures = analyticsFigures({
        user_id: userId,
        tasks,
        months: (month) => months.get(month)?.state,
        period: lastDays(now, days, timezone),
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

  /** The hours of those days in which something was requested, with every event that was in the log likewise. */
  async hours(
    userId: UserId,
    { days, timezone }: AnalyticsPeriod,
    now: Instant,
  ): Promise<readonly LocalHour[]> {
    const { months } = await this.#read(userId, await this.sequence(userId), now);
    return [...localHours((month) => months.get(month)?.state, lastDays(now, days, timezone))];
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
    const { upTo, months } = await this.#options.views.userMonths(userId, monthsUpTo(newest));
    return { newest, upTo, months };
  }

  /** With the next page of the user's events after it, of which `last` is the last. */
  async #withMore(userId: UserId, kept: Kept, last: Sequence): Promise<Kept> {
    const tail = await this.#options.log.readUser(userId, kept.upTo, PAGE);
    const facts = await runFactsOf(this.#options.queries, userId, tail);
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
}

function stands(createdAt: Instant, now: Instant, timezone: string): boolean {
  const age = msBetween(createdAt, now);
  const isSameDay = localDateOf(timezone, createdAt) === localDateOf(timezone, now);
  return age >= 0 && age < KEPT_FOR_MS && isSameDay;
}

/** `MONTHS` of them, of which one is after `newest`. */
export function monthsUpTo(newest: Month): Month[] {
  return Array.from({ length: MONTHS }, (_, index) => monthsAfter(newest, 2 - MONTHS + index));
}

function monthsAfter(month: Month, months: number): Month {
  const [year = 0, of = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, of - 1 + months, 1)).toISOString().slice(0, 7);
}
