import type { Admissions } from '../../application/commands/admissions.ts';
import { creditsOf } from '../../domain/shared/credits.ts';
import { hasPrivilege } from '../auth/auth.ts';
import { tierBasisOf } from '../auth/tier.ts';
import type { Router, UserCall } from '../router/route.ts';
import { type Answer, json } from '../server/answer.ts';
import { meRoute } from './routes.ts';

type LimitedUsers = Pick<Admissions, 'limitsFor'>;

export function mountMe(router: Router, deps: { readonly admissions: LimitedUsers }): void {
  router.user(meRoute, { handle: (call) => me(deps.admissions, call) });
}

async function me(admissions: LimitedUsers, { caller }: UserCall): Promise<Answer> {
  const { tier, limits } = await admissions.limitsFor(caller.userId, tierBasisOf(caller));
  const { credits_per_month_micros: micros } = limits;
  const roles = hasPrivilege(caller, 'service') ? [...caller.roles, 'service'] : caller.roles;
  return json(
    200,
    {
      user_id: caller.userId,
      actor: caller.actor,
      tier,
      roles,
      limits: {
        tasks: limits.tasks,
        executions_per_day: limits.executions_per_day,
        credits_per_month: micros === null ? null : creditsOf(micros),
        timeout_seconds: limits.timeout_seconds,
        retry_attempts: limits.attempts,
      },
    },
    { 'Cache-Control': 'private, no-store' },
  );
}
