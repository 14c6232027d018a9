import { slotTimeline, type TaskSlots } from '../../application/queries/lists/slot-timeline.ts';
import type { TaskQueries } from '../../application/queries/queries.ts';
import type { TaskId } from '../../domain/shared/ids.ts';
import { type Instant, msBetween } from '../../domain/shared/instant.ts';
import { says } from '../../domain/shared/says.ts';
import type { TaskSnapshot } from '../../domain/task/evolve/snapshot.ts';
import type { Input, Router, UserCall } from '../router/route.ts';
import { type Answer, json } from '../server/answer.ts';
import type { Fault } from '../server/problem.ts';
import { tickedSlotOf } from '../slots/representation.ts';
import { timelineRoute } from './routes.ts';

type Queries = Pick<TaskQueries, 'task' | 'past'>;

const MOST_DAYS = 366;

export function mountTimeline(router: Router, { queries }: { readonly queries: Queries }): void {
  router.user(timelineRoute, {
    inspectQuery: ({ from, to }) => rangeFaults(from, to),
    handle: (call, { query }) => timeline(queries, call, query),
  });
}

function rangeFaults(from: Instant | undefined, to: Instant | undefined): Fault[] {
  if (from === undefined || to === undefined) return [];
  const loc = ['query', 'to'];
  if (to <= from) return [{ loc, type: 'invalid_range', ...says`must be later than from` }];
  if (msBetween(from, to) <= MOST_DAYS * 86_400_000) return [];
  return [
    {
      loc,
      type: 'invalid_range',
      ...says`must be at most ${{ maximum_days: MOST_DAYS }} days later than from`,
    },
  ];
}

async function timeline(
  queries: Queries,
  call: UserCall,
  { from, to, task_id, bucket }: Input<typeof timelineRoute, undefined>['query'],
): Promise<Answer> {
  const tasks = await tasksOf(queries, call, task_id);
  const bucketMs = bucket === undefined ? null : bucket * 1_000;
  const found = await slotTimeline(queries.past, { tasks, from, before: to, bucketMs, now: call.now });
  return json(200, { from, to, now: call.now, tasks: found.map((one) => shown(one, call.now)) });
}

async function tasksOf(
  queries: Queries,
  { caller }: UserCall,
  ids: readonly TaskId[],
): Promise<TaskSnapshot[]> {
  const found = await Promise.all([...new Set(ids)].map((id) => queries.task(caller.userId, id)));
  return found.filter((task) => task !== null && task.state.deleted_at === null) as TaskSnapshot[];
}

function shown({ task, slots, buckets, is_complete }: TaskSlots, now: Instant) {
  return {
    task_id: task.state.task_id,
    slots: slots?.map((slot) => ({ ...tickedSlotOf(slot, task.state, now), due_at: slot.due_at })) ?? null,
    buckets,
    is_complete,
  };
}
