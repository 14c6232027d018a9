/** One action for all tasks that a filter finds. */
import type { z } from '@hono/zod-openapi';
import type { Decide } from '../../../application/commands/execute-command.ts';
import { LogUnavailable } from '../../../application/ports/failures.ts';
import type { TaskQueries } from '../../../application/queries/queries.ts';
import { changeMatching, foreseeChange } from '../../../application/use-cases/change-matching.ts';
import { NO_SEQUENCE } from '../../../domain/shared/ids.ts';
import { cancelTask, deleteTask, pauseTask, resumeTask } from '../../../domain/task/decide/decide.ts';
import type { UserCall } from '../../router/route.ts';
import type { Writes } from '../../router/writes.ts';
import { type Answer, json } from '../../server/answer.ts';
import { Problem } from '../../server/problem.ts';
import { predicateOf } from '../listing/filter.ts';
import type { BulkBody } from './schemas.ts';

export interface BulkDeps {
  readonly queries: Pick<TaskQueries, 'tasksOf'>;
  readonly writes: Writes;
}
type Bulk = z.output<typeof BulkBody>;

const ACTIONS = { pause: pauseTask, resume: resumeTask, cancel: cancelTask, delete: deleteTask } as const;

export async function changeMany(deps: BulkDeps, call: UserCall, bulk: Bulk): Promise<Answer> {
  const edit = { now: call.now, if_match: null, reason: null };
  const decide: Decide = (state) => ACTIONS[bulk.action](state, edit);
  const change = { matches: predicateOf(bulk.filter), decide };
  const all = () => deps.queries.tasksOf(call.caller.userId);
  if (bulk.dry_run) return json(200, await foreseeChange(await all(), change));
  return deps.writes.performMany(call, async (writes) => answerOf(await changeMatching(all, writes, change)));
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
