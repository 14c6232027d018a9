import type { ExecutionState } from '../../domain/execution/state.ts';
import type { ExecutionId, Sequence, TaskId, UserId } from '../../domain/shared/ids.ts';
import { type IfMatch, revisionFor } from '../commands/if-match.ts';
import type { TaskQueries } from '../queries/queries.ts';
import { type Write, WriteRefused } from './idempotent-writes.ts';

export interface CancellationRequest {
  readonly userId: UserId;
  readonly taskId: TaskId;
  readonly executionId: ExecutionId;
  readonly ifMatch: IfMatch;
  readonly reason: string | null;
}

/** Cancels one execution; one that is cancelled already is as asked. Throws WriteRefused. */
export async function requestCancellation(
  queries: Pick<TaskQueries, 'task' | 'execution'>,
  write: Pick<Write, 'execute'>,
  { userId, taskId, executionId, ifMatch, reason }: CancellationRequest,
): Promise<{ readonly execution: ExecutionState; readonly sequence: Sequence }> {
  const appended = await write
    .execute(taskId, (state) => ({
      type: 'cancel_execution',
      data: { execution_id: executionId, reason },
      if_match: revisionFor(ifMatch, state),
    }))
    .then(({ snapshot }) => snapshot.sequence)
    .catch((error: unknown) => {
      // Not the unfinished one: it may have ended.
      if (error instanceof WriteRefused && error.rejection.code === 'EXECUTION_NOT_FOUND') return null;
      throw error;
    });
  const task = await queries.task(userId, taskId);
  if (task === null) throw new WriteRefused({ code: 'TASK_NOT_FOUND' });
  const execution = await queries.execution(userId, taskId, executionId);
  if (execution === null) throw new WriteRefused({ code: 'EXECUTION_NOT_FOUND' });
  if (execution.status !== 'cancelled') {
    throw new WriteRefused({ code: 'EXECUTION_ALREADY_FINISHED', status: execution.status });
  }
  return { execution, sequence: appended ?? task.sequence };
}
