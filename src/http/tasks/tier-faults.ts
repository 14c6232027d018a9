import { namedSchedules } from '../../domain/schedule/several.ts';
import type { TaskSchedule } from '../../domain/schedule/types.ts';
import { says } from '../../domain/shared/says.ts';
import { beyondTier } from '../../domain/user/schedule-limits.ts';
import type { Caller } from '../auth/auth.ts';
import type { LimitsOf } from '../auth/tier.ts';
import type { Fault } from '../server/problem.ts';
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
