import type { TaskTypeCatalog } from '../../application/ports/task-types.ts';
import type { PendingTasks } from '../../application/queries/pending-tasks.ts';
import { OPERATORS } from '../auth/auth.ts';
import type { Router } from '../router/route.ts';
import { json } from '../server/answer.ts';
import { taskOf } from '../tasks/representation.ts';
import { DEFAULT_PENDING_LIMIT, pendingTasksRoute, schedulerStatusRoute } from './routes.ts';

/** The scheduler as operators see it; all but who leads is null where this process has none. */
export interface SchedulerFigures {
  readonly leader: string | null;
  readonly term: number | null;
  readonly state: 'stopped' | 'loading' | 'standby' | 'leading' | 'failed' | null;
  readonly tasks: number | null;
  readonly armed_timers: number | null;
  readonly held_back: number | null;
  readonly overdue_ms: number | null;
  readonly lateness_ms: Readonly<Record<'count' | 'p50' | 'p90' | 'p99' | 'max', number>> | null;
  readonly position: number | null;
  readonly lag: number | null;
}

export interface SchedulerHandlersDeps {
  readonly pendingTasks: Pick<PendingTasks, 'first'>;
  /** Throws LogUnavailable. */
  readonly schedulerFigures: () => Promise<SchedulerFigures>;
  readonly catalog: TaskTypeCatalog;
}

const NO_STORE = { 'Cache-Control': 'no-store' };

export function mountScheduler(router: Router, deps: SchedulerHandlersDeps): void {
  router.user(pendingTasksRoute, {
    only: OPERATORS,
    handle: async (_, { query }) => {
      const limit = query.limit ?? DEFAULT_PENDING_LIMIT;
      const pending = await deps.pendingTasks.first(limit);
      const tasks = pending.map((task) => taskOf(task, deps.catalog));
      return json(200, { tasks, count: tasks.length, limit }, NO_STORE);
    },
  });
  router.user(schedulerStatusRoute, {
    only: OPERATORS,
    handle: async () => json(200, await deps.schedulerFigures(), NO_STORE),
  });
}
