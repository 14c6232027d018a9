import type { Erasures } from '../../application/processes/erasures.ts';
import { parseUserId } from '../../domain/shared/ids.ts';
import type { Router } from '../router/route.ts';
import { commandContext } from '../router/writes.ts';
import { json } from '../server/answer.ts';
import { Problem } from '../server/problem.ts';
import { eraseUserRoute } from './routes.ts';

export interface AdminHandlersDeps {
  readonly erasures: Pick<Erasures, 'request'>;
}

const NO_STORE = { 'Cache-Control': 'no-store' };

export function mountAdmin(router: Router, { erasures }: AdminHandlersDeps): void {
  router.user(eraseUserRoute, {
    handle: async (call) => {
      const { user_id = '' } = call.params;
      const userId = parseUserId(user_id);
      const state = userId === null ? null : await erasures.request(userId, commandContext(call));
      if (state === null) throw new Problem('NOT_FOUND');
      return json(state === 'completed' ? 200 : 202, { user_id, state }, NO_STORE);
    },
  });
}
