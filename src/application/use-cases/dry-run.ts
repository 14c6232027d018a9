/** What a change of a task would come to: decided as it would be, and held to the same limits; nothing is appended. */
import { decideAsked } from '../../domain/shared/decider.ts';
import type { TaskId, UserId } from '../../domain/shared/ids.ts';
import { NO_HASH, NO_REVISION, NO_SEQUENCE } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { taskDecider } from '../../domain/task/decider.ts';
import type { TaskSnapshot } from '../../domain/task/evolve/snapshot.ts';
import { foresee, foreseeFirst } from '../../domain/task/foresee.ts';
import { demandOf } from '../../domain/user/admission.ts';
import type { TierBasis } from '../../domain/user/tier.ts';
import type { Admissions } from '../commands/admissions.ts';
import type { AskedOfTask } from '../commands/execute-command.ts';
import type { TaskQueries } from '../queries/queries.ts';
import { WriteRefused } from './idempotent-writes.ts';

export interface DryRunDeps {
  readonly queries: Pick<TaskQueries, 'task'>;
  readonly admissions: Pick<Admissions, 'refusalOf'>;
}

export interface DryRun {
  readonly userId: UserId;
  readonly taskId: TaskId;
  readonly basis: TierBasis;
  readonly now: Instant;
  readonly asked: AskedOfTask;
}

export interface Foretold {
  /** As it would be; of one that is not made yet, with ids of nothing. */
  readonly task: TaskSnapshot;
  readonly is_new: boolean;
  /** False: it is so already, and nothing would be appended. */
  readonly changes: boolean;
}

/** Throws WriteRefused, as the write would, what `asked` throws, and LogUnavailable. */
export async function dryRun({ queries, admissions }: DryRunDeps, run: DryRun): Promise<Foretold> {
  const { userId, taskId, basis, now, asked } = run;
  const known = await queries.task(userId, taskId);
  const decision = decideAsked(taskDecider, known?.state ?? taskDecider.initial, asked, now);
  if (decision.kind === 'rejected') throw new WriteRefused(decision.rejection);
  if (decision.kind === 'nothing') {
    if (known === null) throw new Error('nothing was decided on a task that is not there');
    return { task: known, is_new: false, changes: false };
  }
  const { event } = decision;
  const demand = demandOf(known?.state ?? null, taskId, event);
  const refusal = demand === null ? null : await admissions.refusalOf(userId, basis, demand);
  if (refusal !== null) throw new WriteRefused(refusal);
  const foreseen = { time: now, traceparent: null };
  const state =
    known === null
      ? foreseeFirst({ user_id: userId, task_id: taskId }, event, foreseen)
      : foresee(known.state, event, foreseen);
  const place = known ?? { sequence: NO_SEQUENCE, revision: NO_REVISION, hash: NO_HASH };
  return { task: { ...place, revision: state.revision, state }, is_new: known === null, changes: true };
}
