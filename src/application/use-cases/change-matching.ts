/** One action for all tasks that a filter finds. */
import { decideAsked } from '../../domain/shared/decider.ts';
import { NO_SEQUENCE, type Sequence } from '../../domain/shared/ids.ts';
import { type Instant, plusMs } from '../../domain/shared/instant.ts';
import { taskDecider } from '../../domain/task/decider.ts';
import type { TaskSnapshot } from '../../domain/task/evolve/snapshot.ts';
import type { TaskState } from '../../domain/task/state.ts';
import { Timeslice } from '../../kernel/timeslice.ts';
import type { AskedOfTask } from '../commands/execute-command.ts';
import { LogUnavailable } from '../ports/failures.ts';
import { changeEach, type EachOutcome, type FailedTask } from './bulk-change.ts';
import type { ManyWrites } from './idempotent-writes.ts';

export interface MatchingChange {
  readonly matches: (state: TaskState) => boolean;
  readonly asked: AskedOfTask;
}

const NONE: EachOutcome = { changed: 0, failed: [], last: NO_SEQUENCE, unknown: 0, untouched: 0 };
/** How much the clocks of two instances may differ. */
const CLOCK_SLACK_MS = 60_000;

/** `matched`: with those that an earlier try of this write has changed. Throws LogUnavailable. */
export async function changeMatching(
  tasksOf: () => Promise<readonly TaskSnapshot[]>,
  writes: ManyWrites,
  { matches, asked }: MatchingChange,
): Promise<EachOutcome & { readonly matched: number }> {
  const tasks = await tasksOf();
  const { repeatOf } = writes;
  const found = await matching(tasks, (state) => matches(state) && !isAfter(state.created_at, repeatOf));
  const before = repeatOf === null ? NONE : await earlier(writes, tasks, found, repeatOf);
  const outcome = await changeEach(found, (task) => writes.execute(task, asked));
  return {
    ...outcome,
    matched: found.length + before.changed,
    changed: before.changed + outcome.changed,
    last: Math.max(outcome.last, before.last) as Sequence,
  };
}

/** What it would come to, with nothing changed. */
export async function foreseeChange(
  tasks: readonly TaskSnapshot[],
  { matches, asked }: MatchingChange,
  now: Instant,
) {
  const found = await matching(tasks, matches);
  const failed: FailedTask[] = [];
  let changed = 0;
  const slice = new Timeslice();
  for (const { state } of found) {
    if (slice.isOver()) await slice.next();
    const decision = decideAsked(taskDecider, state, asked, now);
    if (decision.kind === 'event') changed += 1;
    if (decision.kind === 'rejected')
      failed.push({ task_id: state.task_id, error_code: decision.rejection.code });
  }
  return { matched: found.length, changed, failed };
}

/** Pausing for others: a user may have very many tasks. */
async function matching(
  tasks: readonly TaskSnapshot[],
  matches: (state: TaskState) => boolean,
): Promise<TaskSnapshot[]> {
  const found: TaskSnapshot[] = [];
  const slice = new Timeslice();
  for (const task of tasks) {
    if (slice.isOver()) await slice.next();
    if (matches(task.state)) found.push(task);
  }
  return found;
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
  const outcome = await changeEach(others, (task) => writes.execute(task, () => null));
  if (outcome.untouched > 0) throw new LogUnavailable('the earlier try was not found out about');
  return outcome;
}

function isAfter(time: Instant, since: Instant | null): boolean {
  return since !== null && time > plusMs(since, CLOCK_SLACK_MS);
}
