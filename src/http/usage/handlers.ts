import type { Admissions } from '../../application/commands/admissions.ts';
import { type CreditMicros, creditsOf } from '../../domain/shared/credits.ts';
import type { LimitType } from '../../domain/shared/decision.ts';
import { resetsAt } from '../../domain/user/limits.ts';
import { tierBasisOf } from '../auth/tier.ts';
import type { Router, UserCall } from '../router/route.ts';
import { type Answer, json } from '../server/answer.ts';
import { usageRoute } from './routes.ts';

export function mountUsage(router: Router, deps: { readonly admissions: Pick<Admissions, 'usage'> }): void {
  router.user(usageRoute, { handle: (call) => usage(deps.admissions, call) });
}

async function usage(admissions: Pick<Admissions, 'usage'>, call: UserCall): Promise<Answer> {
  const { userId } = call.caller;
  const { tier, limits, usage } = await admissions.usage(userId, tierBasisOf(call.caller), call.now);
  const row = (type: LimitType, limit: number | null, used: number) => ({
    limit,
    used,
    resets_at: resetsAt(type, call.now),
  });
  return json(
    200,
    {
      user_id: userId,
      tier,
      limits: {
        tasks: row('tasks', limits.tasks, usage.tasks),
        executions_per_day: row('executions_per_day', limits.executions_per_day, usage.executions_today),
        credits_per_month: row(
          'credits_per_month',
          shown(limits.credits_per_month_micros),
          creditsOf(usage.credits_this_month_micros),
        ),
        existing_tasks: row('existing_tasks', limits.existing_tasks, usage.existing_tasks),
        edits_per_day: row('edits_per_day', limits.edits_per_day, usage.edits_today),
        stored_bytes: row('stored_bytes', limits.stored_bytes, usage.stored_bytes),
      },
    },
    { 'Cache-Control': 'private, no-store' },
  );
}

function shown(micros: CreditMicros | null): number | null {
  return micros === null ? null : creditsOf(micros);
}
