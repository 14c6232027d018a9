import type { TaskQueries } from '../../application/queries/queries.ts';
import { END_OF_TIME } from '../../domain/schedule/slots.ts';
import { type Instant, instantOf, parseInstant, plusMs } from '../../domain/shared/instant.ts';
import type { Json } from '../../domain/shared/json.ts';
import type { TaskSnapshot } from '../../domain/task/evolve/snapshot.ts';
import type { SlotPlace } from '../../domain/task/ledger/slot-fates.ts';
import { decodeCursor, encodeCursor, invalidCursor } from '../router/cursor.ts';
import { taskIdOf } from '../router/paths.ts';
import type { Input, Router, UserCall } from '../router/route.ts';
import { type Answer, json } from '../server/answer.ts';
import { Problem } from '../server/problem.ts';
import { DEFAULT_TASKS_LIMIT } from '../tasks/schemas.ts';
import { tickedSlotOf } from './representation.ts';
import { listSlotsRoute, whyRoute } from './routes.ts';

type Queries = Pick<TaskQueries, 'task' | 'past'>;

/** A one-off may be set for a time that has only just passed. */
const BEFORE_CREATION_MS = 2 * 60_000;

export function mountSlots(router: Router, deps: { readonly queries: Queries }): void {
  const { queries } = deps;
  router.user(listSlotsRoute, {
    inspectQuery: ({ cursor }) => (cursor !== undefined && placeOf(cursor) === null ? [invalidCursor()] : []),
    handle: (call, { query }) => listSlots(queries, call, query),
  });
  router.user(whyRoute, { handle: (call, { query }) => why(queries, call, query.at) });
}

async function listSlots(
  queries: Queries,
  call: UserCall,
  query: Input<typeof listSlotsRoute, undefined>['query'],
): Promise<Answer> {
  const task = await taskOf(queries, call);
  const place = placeOf(query.cursor);
  const limit = query.limit ?? DEFAULT_TASKS_LIMIT;
  const begin = plusMs(task.state.created_at, -BEFORE_CREATION_MS);
  const from = query.from !== undefined && query.from > begin ? query.from : begin;
  const to = query.to ?? instantOf(END_OF_TIME);
  // One more than asked for tells whether there is a next page.
  const slots = await queries.past.slots(task, { from, to, after: place, limit: limit + 1 }, call.now);
  const page = slots.slice(0, limit);
  const last = page.at(-1);
  const next_cursor =
    slots.length > limit && last !== undefined ? encodeCursor([last.schedule_version, last.at]) : null;
  return json(200, {
    slots: page.map((slot) => tickedSlotOf(slot, task.state, call.now)),
    count: page.length,
    limit,
    next_cursor,
  });
}

async function why(queries: Queries, call: UserCall, at: Instant): Promise<Answer> {
  const task = await taskOf(queries, call);
  const { why, slot, execution_id } = await queries.past.why(task, at, call.now);
  const shown = slot === null ? null : tickedSlotOf(slot, task.state, call.now);
  return json(200, { task_id: task.state.task_id, at, why, slot: shown, execution_id });
}

async function taskOf(queries: Queries, call: UserCall): Promise<TaskSnapshot> {
  const task = await queries.task(call.caller.userId, taskIdOf(call));
  if (task === null || task.state.deleted_at !== null) throw new Problem('TASK_NOT_FOUND');
  return task;
}

/** Null for none, and for one that is none of ours. */
function placeOf(text: string | undefined): SlotPlace | null {
  if (text === undefined) return null;
  const place: Json | undefined = decodeCursor(text);
  if (Array.isArray(place)) {
    const [schedule_version, at] = place as readonly Json[];
    const instant = typeof at === 'string' ? parseInstant(at) : null;
    if (typeof schedule_version === 'number' && instant !== null) return { schedule_version, at: instant };
  }
  return null;
}
