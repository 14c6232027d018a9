import type { TaskQueries } from '../../application/queries/queries.ts';
import { previewSlots, type SlotPreview } from '../../domain/schedule/preview.ts';
import type { Schedule } from '../../domain/schedule/types.ts';
import { type Instant, instantFromRfc3339, plusMs } from '../../domain/shared/instant.ts';
import type { Json } from '../../domain/shared/json.ts';
import { slotsAhead } from '../../domain/task/ledger/slots-ahead.ts';
import { taskIdOf } from '../router/paths.ts';
import type { Router, UserCall } from '../router/route.ts';
import { type Answer, json } from '../server/answer.ts';
import { Problem } from '../server/problem.ts';
import { inspectSchedule, objectOrNull } from '../tasks/inspect.ts';
import { DEFAULT_COUNT, previewRoute, previewTaskRoute } from './routes.ts';

export function mountSchedules(router: Router, deps: { readonly queries: Pick<TaskQueries, 'task'> }): void {
  router.user(previewTaskRoute, {
    handle: (call, { query }) => previewTask(deps.queries, call, query.count ?? DEFAULT_COUNT),
  });
  router.user(previewRoute, {
    // As if the schedule were set at `from`: what it then has ahead is what is asked for.
    inspect: (call, body) => inspectSchedule(body, fromOf(body) ?? call.now),
    handle: async (call, { body, found }) => preview(found, begin(found, body.from ?? call.now), body.count),
  });
}

async function previewTask(
  queries: Pick<TaskQueries, 'task'>,
  call: UserCall,
  count: number,
): Promise<Answer> {
  const task = await queries.task(call.caller.userId, taskIdOf(call));
  if (task === null || task.state.deleted_at !== null) throw new Problem('TASK_NOT_FOUND');
  return shown(task.state.schedule, slotsAhead(task.state, call.now, count));
}

/** After which the slots are those that a task has with the schedule set at `from`: a one-off may be due then. */
function begin(schedule: Schedule | null, from: Instant): Instant {
  return schedule?.type === 'once' ? plusMs(from, -1) : from;
}

function preview(schedule: Schedule | null, from: Instant, count: number): Answer {
  const most = Math.min(count, schedule?.max_runs ?? Number.POSITIVE_INFINITY);
  return shown(schedule, schedule === null ? [] : previewSlots(schedule, from, most));
}

function shown(schedule: Schedule | null, slots: readonly SlotPreview[]): Answer {
  return json(200, { schedule, timezone: schedule?.timezone ?? null, slots });
}

function fromOf(body: Json | undefined): Instant | null {
  const from = objectOrNull(body)?.from;
  return typeof from === 'string' ? instantFromRfc3339(from) : null;
}
