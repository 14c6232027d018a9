import type { LogPlaces } from '../../application/ports/log/log-places.ts';
import { hoursOfWeek } from '../../application/queries/analytics/hours-of-week.ts';
import { taskFigures } from '../../application/queries/analytics/task-figures.ts';
import type { AnalyticsPeriod, UserAnalytics } from '../../application/queries/analytics/user-analytics.ts';
import type { UserPast } from '../../application/queries/history/user-past.ts';
import { forecastOf } from '../../application/queries/lists/credit-forecast.ts';
import type { TaskQueries } from '../../application/queries/queries.ts';
import { localDateOf } from '../../domain/schedule/calendar/local-day.ts';
import { addCredits, creditsOf, NO_CREDITS } from '../../domain/shared/credits.ts';
import type { Sequence } from '../../domain/shared/ids.ts';
import { requirePlaces } from '../events/log-places.ts';
import { hasTag } from '../router/preconditions.ts';
import type { Input, Router, UserCall } from '../router/route.ts';
import { type Answer, json } from '../server/answer.ts';
import * as routes from './routes.ts';
import { DEFAULT_DAYS, DEFAULT_FORECAST_DAYS, DEFAULT_TASK_FIGURES } from './schemas.ts';

export interface AnalyticsHandlersDeps {
  readonly analytics: Pick<UserAnalytics, 'sequence' | 'of' | 'hours'>;
  readonly queries: Pick<TaskQueries, 'tasksOf'>;
  readonly userPast: Pick<UserPast, 'analyticsOf'>;
  readonly logPlaces: Pick<LogPlaces, 'faultOfSequence'>;
}

export function mountAnalytics(router: Router, deps: AnalyticsHandlersDeps): void {
  const { analytics, userPast } = deps;
  for (const route of [routes.analyticsRoute, routes.tasksAnalyticsRoute]) {
    router.user(route, {
      handle: async (call, { query: { days = DEFAULT_DAYS, timezone = 'UTC', as_of } }) => {
        const period = { days, timezone };
        if (as_of === undefined) return answerOf(analytics, call, period);
        await requirePlaces(deps.logPlaces, as_of);
        const figures = await userPast.analyticsOf(call.caller.userId, period, as_of, call.now);
        return json(200, figures, { 'Cache-Control': 'private, no-cache' });
      },
    });
  }
  router.user(routes.hoursRoute, { handle: (call, { query }) => hours(deps, call, query) });
  router.user(routes.taskFiguresRoute, {
    handle: async ({ caller }, { query: { order = 'failures', limit = DEFAULT_TASK_FIGURES } }) =>
      json(200, taskFigures(await deps.queries.tasksOf(caller.userId), order, limit), PRIVATE),
  });
  router.user(routes.forecastRoute, { handle: (call, { query }) => forecast(deps, call, query) });
}

async function hours(
  { analytics }: AnalyticsHandlersDeps,
  { caller, now }: UserCall,
  { days = DEFAULT_DAYS, timezone = 'UTC' }: Input<typeof routes.hoursRoute, undefined>['query'],
): Promise<Answer> {
  const executions = hoursOfWeek(await analytics.hours(caller.userId, { days, timezone }, now));
  return json(200, { timezone, days, executions }, PRIVATE);
}

async function forecast(
  { queries }: AnalyticsHandlersDeps,
  { caller, now }: UserCall,
  query: Input<typeof routes.forecastRoute, undefined>['query'],
): Promise<Answer> {
  const { days = DEFAULT_FORECAST_DAYS, timezone = 'UTC' } = query;
  const tasks = await queries.tasksOf(caller.userId);
  const { daily, is_complete } = await forecastOf(tasks, { days, timezone, now });
  const total = daily.reduce((sum, day) => addCredits(sum, day.credits_micros), NO_CREDITS);
  const answer = {
    timezone,
    from: now,
    total_runs: daily.reduce((sum, day) => sum + day.runs, 0),
    total_credits: creditsOf(total),
    daily: daily.map(({ date, runs, credits_micros }) => ({
      date,
      runs,
      credits: creditsOf(credits_micros),
    })),
    is_complete,
  };
  return json(200, answer, PRIVATE);
}

const PRIVATE = { 'Cache-Control': 'private, no-cache' };

/** Where the caller has what stands, nothing is worked out. */
async function answerOf(
  analytics: AnalyticsHandlersDeps['analytics'],
  call: UserCall,
  period: AnalyticsPeriod,
): Promise<Answer> {
  const { userId } = call.caller;
  const { days, timezone } = period;
  const tagOf = (sequence: Sequence) =>
    `${sequence}.${days}.${localDateOf(timezone, call.now)}${timezone === 'UTC' ? '' : `.${timezone}`}`;
  const has = call.request.headers.get('if-none-match');
  const caching = { 'Cache-Control': 'private, no-cache' };
  if (has !== null) {
    const tag = tagOf(await analytics.sequence(userId));
    if (hasTag(has, tag)) {
      return { status: 304, headers: { ETag: `"${tag}"`, ...caching }, body: null };
    }
  }
  const { sequence, figures } = await analytics.of(userId, period, call.now);
  return json(200, figures, { ...(sequence === null ? {} : { ETag: `"${tagOf(sequence)}"` }), ...caching });
}
