/** Waiting for an execution that was just requested to end. */
import type { LogSignals } from '../../application/ports/log/following.ts';
import type { TaskQueries } from '../../application/queries/queries.ts';
import type { ExecutionState } from '../../domain/execution/state.ts';
import type { Sequence } from '../../domain/shared/ids.ts';

export interface WaitDeps {
  readonly queries: Pick<TaskQueries, 'task' | 'execution'>;
  readonly signals: LogSignals;
}

/**
 * The execution once it has ended, or as it stands when `signal` aborts. `after` is the sequence of its
 * request. Whatever fails while waiting, the request is in the log: then it is answered as last known.
 */
export async function endOrLatest(
  { queries, signals }: WaitDeps,
  execution: ExecutionState,
  after: Sequence,
  signal: AbortSignal,
): Promise<ExecutionState> {
  const { user_id, task_id, execution_id } = execution;
  try {
    for (let seen = after; ; ) {
      await signals.waitForTask(user_id, task_id, seen, signal);
      const task = await queries.task(user_id, task_id);
      if (task === null) return execution;
      if (task.state.execution?.execution_id !== execution_id) break;
      seen = task.sequence;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return (await queries.execution(user_id, task_id, execution_id)) ?? execution;
}
