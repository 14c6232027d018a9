/** One action for all tasks that a filter finds, or that are named. */

import type { z } from '@hono/zod-openapi';
import type { AskedOfTask } from '../../../application/commands/execute-command.ts';
import { LogUnavailable } from '../../../application/ports/failures.ts';
import type { TaskQueries } from '../../../application/queries/queries.ts';
import type { FailedTask } from '../../../application/use-cases/bulk-change.ts';
import { changeMatching, foreseeChange } from '../../../application/use-cases/change-matching.ts';
import { isSeries } from '../../../domain/schedule/series.ts';
import { NO_SEQUENCE, type TaskId } from '../../../domain/shared/ids.ts';
import { type Json, objectOrNull } from '../../../domain/shared/json.ts';
import { says } from '../../../domain/shared/says.ts';
import type { TaskSnapshot } from '../../../domain/task/evolve/snapshot.ts';
import { isTicked } from '../../../domain/task/occurrences.ts';
import type { TaskState } from '../../../domain/task/state.ts';
import type { UserCall } from '../../router/route.ts';
import type { Writes } from '../../router/writes.ts';
import { type Answer, json } from '../../server/answer.ts';
import { type Fault, Problem } from '../../server/problem.ts';
import { predicateOf } from '../listing/filter.ts';
import type { BulkBody } from './schemas.ts';

export interface BulkDeps {
  readonly queries: Pick<TaskQueries, 'tasksOf'>;
  readonly writes: Writes;
}
type Bulk = z.output<typeof BulkBody>;

const ANY_REVISION = { if_match: null, reason: null };
const TICK = {
  type: 'mark_occurrence',
  data: { ...ANY_REVISION, slot: null, done: true, series: false },
} as const;
/** By action: what is asked of each task. */
const ACTIONS: Readonly<Record<Bulk['action'], AskedOfTask>> = {
  pause: { type: 'pause', data: ANY_REVISION },
  resume: { type: 'resume', data: ANY_REVISION },
  tick: (state) => (state === null || mayBeTicked(state) ? TICK : null),
  complete: { type: 'update', data: { ...ANY_REVISION, changes: {}, status: 'completed' } },
  cancel: { type: 'cancel', data: ANY_REVISION },
  delete: { type: 'delete', data: ANY_REVISION },
  restore: { type: 'restore', data: ANY_REVISION },
};

/** What runs again and again by itself has nothing that somebody does, and is not ended by a tick. */
function mayBeTicked(state: TaskState): boolean {
  return isTicked(state) || !isSeries(state);
}

/** Named in one way, and in one only: not the schema's to tell, it compares members only once each is right. */
export function bulkFaults(body: Json | undefined): readonly Fault[] {
  const { filter, ids } = objectOrNull(body) ?? {};
  if (objectOrNull(body) === null || (filter === undefined) !== (ids === undefined)) return [];
  return filter === undefined
    ? [{ loc: ['body', 'filter'], type: 'missing', ...says`is required, or ids` }]
    : [{ loc: ['body', 'ids'], type: 'conflict', ...says`excludes filter` }];
}

export async function changeMany(deps: BulkDeps, call: UserCall, bulk: Bulk): Promise<Answer> {
  const change = { matches: matchesOf(bulk), asked: ACTIONS[bulk.action] };
  const all = () => deps.queries.tasksOf(call.caller.userId);
  const withMissing = async <T extends Failing>(outcome: T): Promise<T> => {
    const missing = bulk.ids === undefined ? [] : missingIn(bulk.ids, await all());
    return { ...outcome, failed: [...outcome.failed, ...missing] };
  };
  if (bulk.dry_run) return json(200, await withMissing(await foreseeChange(await all(), change, call.now)));
  return deps.writes.performMany(call, async (writes) =>
    answerOf(await withMissing(await changeMatching(all, writes, change))),
  );
}

interface Failing {
  readonly failed: readonly FailedTask[];
}

function matchesOf({ action, filter, ids }: Bulk): (state: TaskState) => boolean {
  if (ids !== undefined) {
    const wanted = new Set<string>(ids);
    return ({ task_id, deleted_at }) =>
      wanted.has(task_id) && (deleted_at === null || REACHES_DELETED.has(action));
  }
  const isDeleted = action === 'restore';
  const fits = predicateOf({ ...filter, include_deleted: isDeleted });
  return (state) => (state.deleted_at !== null) === isDeleted && fits(state);
}

/** To others a deleted task is not there. */
const REACHES_DELETED: ReadonlySet<Bulk['action']> = new Set(['delete', 'restore']);

function missingIn(ids: readonly TaskId[], tasks: readonly TaskSnapshot[]): FailedTask[] {
  const known = new Set(tasks.map(({ state }) => state.task_id));
  return [...new Set(ids)]
    .filter((id) => !known.has(id))
    .map((task_id) => ({ task_id, error_code: 'TASK_NOT_FOUND' as const }));
}

function answerOf(outcome: Awaited<ReturnType<typeof changeMatching>>): Answer {
  const { matched, changed, failed, last, unknown, untouched } = outcome;
  const headers = last === NO_SEQUENCE ? {} : { 'Event-Sequence': String(last) };
  if (unknown + untouched === 0) return json(200, { matched, changed, failed }, headers);
  if (changed + unknown + failed.length === 0) throw new LogUnavailable('nothing was sent');
  throw new Problem('OUTCOME_UNKNOWN', {
    detail:
      `The event log stopped answering: of ${matched} tasks ${changed} are changed, of ${unknown} it is not known, ` +
      `${untouched} were not touched. Repeated with the same Idempotency-Key the request goes on from there.`,
    members: { matched, changed, failed, unknown, untouched },
    headers,
  });
}
