import type { Schedule } from '../../domain/schedule/types.ts';
import { says } from '../../domain/shared/says.ts';
import { beyondTier } from '../../domain/user/schedule-limits.ts';
import type { Caller } from '../auth/auth.ts';
import type { LimitsOf } from '../auth/tier.ts';
import type { Fault } from '../server/problem.ts';

/** What a schedule asks for beyond the caller's tier; what is `stored` already stays allowed. */
export async function tierFaults(
  limitsOf: LimitsOf,
  caller: Caller,
  schedule: Schedule | null,
  stored: Schedule | null = null,
): Promise<Fault[]> {
  // Most ask for neither: then nobody needs to know the tier.
  if (schedule === null || (schedule.timeout_seconds === null && schedule.retry === null)) return [];
  const { tier, limits } = await limitsOf(caller);
  return beyondTier(schedule, stored, limits).map(({ path, limit }) => ({
    loc: ['body', 'schedule', ...path],
    type: 'tier_limit',
    ...says`must be at most ${{ maximum: limit }} in the tier ${{ tier }}`,
  }));
}
