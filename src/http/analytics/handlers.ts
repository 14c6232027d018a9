import type { UserAnalytics } from '../../application/queries/user-analytics.ts';
import type { UserPast } from '../../application/queries/user-past.ts';
import type { Sequence } from '../../domain/shared/ids.ts';
import { dayOf } from '../../domain/shared/instant.ts';
import { hasTag } from '../router/preconditions.ts';
import type { Router, UserCall } from '../router/route.ts';
import { type Answer, json } from '../server/answer.ts';
import * as routes from './routes.ts';
import { DEFAULT_DAYS } from './schemas.ts';

export interface AnalyticsHandlersDeps {
  readonly analytics: Pick<UserAnalytics, 'sequence' | 'of'>;
  readonly userPast: Pick<UserPast, 'analyticsOf'>;
}

export function mountAnalytics(router: Router, { analytics, userPast }: AnalyticsHandlersDeps): void {
  for (const route of [routes.analyticsRoute, routes.tasksAnalyticsRoute]) {
    router.user(route, {
      handle: async (call, { query: { days = DEFAULT_DAYS, as_of } }) => {
        if (as_of === undefined) return answerOf(analytics, call, days);
        const figures = await userPast.analyticsOf(call.caller.userId, days, as_of, call.now);
        return json(200, figures, { 'Cache-Control': 'private, no-cache' });
      },
    });
  }
}

/** Where the caller has what stands, nothing is worked out. */
async function answerOf(
  analytics: AnalyticsHandlersDeps['analytics'],
  call: UserCall,
  days: number,
): Promise<Answer> {
  const { userId } = call.caller;
  const tagOf = (sequence: Sequence) => `${sequence}.${days}.${dayOf(call.now)}`;
  const has = call.request.headers.get('if-none-match');
  const caching = { 'Cache-Control': 'private, no-cache' };
  if (has !== null) {
    const tag = tagOf(await analytics.sequence(userId));
    if (hasTag(has, tag)) {
      return { status: 304, headers: { ETag: `"${tag}"`, ...caching }, body: null };
    }
  }
  const { sequence, figures } = await analytics.of(userId, days, call.now);
  return json(200, figures, { ...(sequence === null ? {} : { ETag: `"${tagOf(sequence)}"` }), ...caching });
}
