import type { PendingPlace, PendingTasks } from '../../application/queries/pending-tasks.ts';
import { parseTaskId, type UserId } from '../../domain/shared/ids.ts';
import { parseInstant } from '../../domain/shared/instant.ts';
import type { Json } from '../../domain/shared/json.ts';
import { statusOf, type TaskState } from '../../domain/task/state.ts';
import { PRIORITIES } from '../../domain/task/status.ts';
import { decodeCursor, encodeCursor, invalidCursor } from '../router/cursor.ts';
import type { Input, Router } from '../router/route.ts';
import { type Answer, json } from '../server/answer.ts';
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
}

const NO_STORE = { 'Cache-Control': 'no-store' };

export function mountScheduler(router: Router, deps: SchedulerHandlersDeps): void {
  router.user(pendingTasksRoute, {
    inspectQuery: ({ cursor }) => (cursor !== undefined && placeOf(cursor) === null ? [invalidCursor()] : []),
    handle: (_, { query }) => pending(deps, query),
  });
  router.user(schedulerStatusRoute, {
    handle: async () => json(200, await deps.schedulerFigures(), NO_STORE),
  });
}

async function pending(
  { pendingTasks }: SchedulerHandlersDeps,
  query: Input<typeof pendingTasksRoute, undefined>['query'],
): Promise<Answer> {
  const limit = query.limit ?? DEFAULT_PENDING_LIMIT;
  // One more than asked for tells whether there is a next page.
  const found = await pendingTasks.first({
    limit: limit + 1,
    after: query.cursor === undefined ? null : placeOf(query.cursor),
    userId: query.user_id as UserId | undefined,
    taskType: query.task_type,
    priority: query.priority,
  });
  const page = found.slice(0, limit).map(({ state }) => state);
  const last = page.at(-1);
  const next_cursor =
    found.length > limit && last !== undefined
      ? encodeCursor([last.priority, last.next_run_time, last.task_id])
      : null;
  return json(200, { tasks: page.map(pendingOf), count: page.length, limit, next_cursor }, NO_STORE);
}

/** Nothing that its owner has written. */
function pendingOf(state: TaskState) {
  return {
    task_id: state.task_id,
    user_id: state.user_id,
    task_type: state.task_type,
    status: statusOf(state),
    priority: state.priority,
    next_run_time: state.next_run_time,
    current_execution_id: state.execution?.execution_id ?? null,
  };
}

/** Null for one that is none of ours. */
function placeOf(text: string): PendingPlace | null {
  const place = decodeCursor(text);
  if (!Array.isArray(place) || place.length !== 3) return null;
  const [named, at, id] = place as readonly Json[];
  const priority = PRIORITIES.find((one) => one === named);
  const next_run_time = typeof at === 'string' ? parseInstant(at) : null;
  const task_id = typeof id === 'string' ? parseTaskId(id) : null;
  if (priority === undefined || next_run_time === null || task_id === null) return null;
  return { priority, next_run_time, task_id };
}
