import type { TaskTypeCatalog } from '../../application/ports/task-types.ts';
import { creditsOf } from '../../domain/shared/credits.ts';
import { TASK_TYPES } from '../../domain/task/status.ts';
import type { TaskTypeTerms } from '../../domain/task/type-terms.ts';
import { covers } from '../../domain/user/tier.ts';
import type { TierOf } from '../auth/tier.ts';
import type { Router, UserCall } from '../router/route.ts';
import { type Answer, json } from '../server/answer.ts';
import { listTaskTypesRoute } from './routes.ts';

export interface TaskTypesDeps {
  readonly catalog: Pick<TaskTypeCatalog, 'describe'>;
  readonly taskTypeTerms: TaskTypeTerms;
  readonly tierOf: TierOf;
}

export function mountTaskTypes(router: Router, deps: TaskTypesDeps): void {
  router.user(listTaskTypesRoute, { handle: (call) => taskTypes(deps, call) });
}

async function taskTypes(deps: TaskTypesDeps, call: UserCall): Promise<Answer> {
  const own = await deps.tierOf(call.caller);
  const shown = TASK_TYPES.map((task_type) => {
    const { tier, credits_per_run_micros } = deps.taskTypeTerms[task_type];
    return {
      task_type,
      ...deps.catalog.describe(task_type),
      required_subscription_level: tier,
      locked: !covers(own, tier),
      credits_per_run: creditsOf(credits_per_run_micros),
    };
  });
  return json(200, shown, { 'Cache-Control': 'private, no-cache' });
}
