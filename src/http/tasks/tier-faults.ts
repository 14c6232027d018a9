import { namedSchedules } from '../../domain/schedule/several.ts';
import type { TaskSchedule } from '../../domain/schedule/types.ts';
import type { Json } from '../../domain/shared/json.ts';
import { says } from '../../domain/shared/says.ts';
import { TASK_TYPES } from '../../domain/task/status.ts';
import type { TaskTypeTerms } from '../../domain/task/type-terms.ts';
import { beyondTier } from '../../domain/user/schedule-limits.ts';
import { covers, TIERS } from '../../domain/user/tier.ts';
import type { Caller } from '../auth/auth.ts';
import { type LimitsOf, subscriptionRequired, type TierOf } from '../auth/tier.ts';
import type { UserCall } from '../router/route.ts';
import type { Fault, Problem } from '../server/problem.ts';
import type { AskedSchedules } from './inspect.ts';

/** What schedules ask for beyond the caller's tier; what is `stored` already, by the same id, stays allowed. */
export async function tierFaults(
  limitsOf: LimitsOf,
  caller: Caller,
  asked: AskedSchedules | null,
  stored: TaskSchedule | null = null,
): Promise<Fault[]> {
  // Most ask for neither: then nobody needs to know the tier.
  const all = asked?.all.filter(
    ({ schedule }) => schedule.timeout_seconds !== null || schedule.retry !== null,
  );
  if (asked === null || all === undefined || all.length === 0) return [];
  const { tier, limits } = await limitsOf(caller);
  const before = stored === null ? [] : namedSchedules(stored);
  return all.flatMap(({ index, id, schedule }) => {
    const place = asked.member === 'schedule' ? ['schedule'] : ['schedules', index];
    return beyondTier(schedule, before.find((one) => one.id === id) ?? null, limits).map(
      ({ path, limit }) => ({
        loc: ['body', ...place, ...path],
        type: 'tier_limit',
        ...says`must be at most ${{ maximum: limit }} in the tier ${{ tier }}`,
      }),
    );
  });
}

/** What stands in the way of a task of this type, made without a template; null: nothing, or it is no type. */
export async function tierProblem(
  { taskTypeTerms, tierOf }: { readonly taskTypeTerms: TaskTypeTerms; readonly tierOf: TierOf },
  call: UserCall,
  named: Json | undefined,
): Promise<Problem | null> {
  const taskType = TASK_TYPES.find((type) => type === named);
  if (taskType === undefined) return null;
  const { tier: required } = taskTypeTerms[taskType];
  // The lowest is everybody's: nothing has to be asked.
  if (required === TIERS[0]) return null;
  const tier = await tierOf(call.caller);
  return covers(tier, required) ? null : subscriptionRequired(required, tier);
}
