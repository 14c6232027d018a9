/** One action for all tasks that a filter finds. */
import type { z } from '@hono/zod-openapi';
import type { Decide } from '../../application/commands/execute-command.ts';
import { LogUnavailable } from '../../application/ports/ports.ts';
import type { TaskQueries } from '../../application/queries/queries.ts';
import { changeEach, type EachOutcome, type FailedTask } from '../../application/use-cases/bulk-change.ts';
import { NOTHING } from '../../domain/shared/decision.ts';
import { NO_SEQUENCE } from '../../domain/shared/ids.ts';
import { type Instant, plusMs } from '../../domain/shared/instant.ts';
import { cancelTask, deleteTask, pauseTask, resumeTask } from '../../domain/task/decide/decide.ts';
import type { TaskSnapshot } from '../../domain/task/snapshot.ts';
import type { UserCall } from '../router/route.ts';
import type { ManyWrites, Writes } from '../router/writes.ts';
import { type Answer, json } from '../server/answer.ts';
import { Problem } from '../server/problem.ts';
import { predicateOf } from './list.ts';
import type { BulkBody } from './schemas.ts';

export interface BulkDeps {
  readonly queries: Pick<TaskQueries, 'tasksOf'>;
  readonly writes: Writes;
}
type Bulk = z.output<typeof BulkBody>;

const ACTIONS = { pause: pauseTask, resume: resumeTask, cancel: cancelTask, delete: deleteTask } as const;

const NONE: EachOutcome = { changed: 0, failed: [], last: NO_SEQUENCE, unknown: 0, untouched: 0 };
/** How much the clocks of two instances may differ. */
const CLOCK_SLACK_MS = 60_000;

export async function changeMany(deps: BulkDeps, call: UserCall, bulk: Bulk): Promise<Answer> {
  const edit = { now: call.now, if_match: null, reason: null };
  const decide: Decide = (state) => ACTIONS[bulk.action](state, edit);
  const matches = predicateOf(bulk.filter);
  const all = () => deps.queries.tasksOf(call.caller.userId);
  if (bulk.dry_run) {
    const found = (await all()).filter(({ state }) => matches(state));
    return json(200, foreseen(found, decide));
  }
  return deps.writes.performMany(call, async (writes) => {
    const tasks = await all();
    const { repeatOf } = writes;
    const found = tasks.filter(({ state }) => matches(state) && !isAfter(state.created_at, repeatOf));
    const before = repeatOf === null ? NONE : await earlier(writes, tasks, found, repeatOf);
    const outcome = await changeEach(found, (task) => writes.execute(task, decide));
    return answerOf(found.length + before.changed, before, outcome);
  });
}

/**
 * What an earlier try has changed need not be found by the filter any more: paused tasks are not scheduled. Such tasks
 * are among those that have changed since, and the log knows them by the event's id.
 */
async function earlier(
  writes: ManyWrites,
  tasks: readonly TaskSnapshot[],
  found: readonly TaskSnapshot[],
  since: Instant,
): Promise<EachOutcome> {
  const among = new Set(found);
  const from = plusMs(since, -CLOCK_SLACK_MS);
  const others = tasks.filter((task) => !among.has(task) && task.state.updated_at >= from);
  const outcome = await changeEach(others, (task) => writes.execute(task, () => NOTHING));
  if (outcome.untouched > 0) throw new LogUnavailable('the earlier try was not found out about');
  return outcome;
}

function isAfter(time: Instant, since: Instant | null): boolean {
  return since !== null && time > plusMs(since, CLOCK_SLACK_MS);
}

function foreseen(tasks: readonly TaskSnapshot[], decide: Decide) {
  const failed: FailedTask[] = [];
  let changed = 0;
  for (const { state } of tasks) {
    const decision = decide(state);
    if (decision.kind === 'event') changed += 1;
    if (decision.kind === 'rejected')
      failed.push({ task_id: state.task_id, error_code: decision.rejection.code });
  }
  return { matched: tasks.length, changed, failed };
}

function answerOf(matched: number, before: EachOutcome, outcome: EachOutcome): Answer {
  const { failed, unknown, untouched } = outcome;
  const changed = before.changed + outcome.changed;
  const last = Math.max(outcome.last, before.last);
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
