import type { Sequence, TaskId, UserId } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { UndoneEvent } from '../../domain/task/commands.ts';
import { type TaskCommand, taskDecider } from '../../domain/task/decider.ts';
import type { TaskState } from '../../domain/task/state.ts';
import { type IfMatch, revisionFor } from '../commands/if-match.ts';
import type { TaskQueries } from '../queries/queries.ts';
import { type Done, type Write, WriteRefused } from './idempotent-writes.ts';

export interface UndoRequest {
  readonly userId: UserId;
  readonly taskId: TaskId;
  /** Of the event that is undone. */
  readonly sequence: Sequence;
  readonly ifMatch: IfMatch;
  readonly now: Instant;
  readonly reason: string | null;
  /** Why what was before may not come back; null: it may. Asked before anything is decided, thrown only then. */
  readonly refusalOf: (undone: UndoneEvent, task: TaskState) => Promise<Error | null>;
}

/** Takes back one event by another, whose cause it is. Throws WriteRefused, and what `refusalOf` answers. */
export async function undoOnce(
  queries: Pick<TaskQueries, 'task' | 'undoneEvent'>,
  write: Pick<Write, 'execute'>,
  { userId, taskId, sequence, ifMatch, now, reason, refusalOf }: UndoRequest,
): Promise<Done> {
  const task = await queries.task(userId, taskId);
  if (task === null) throw new WriteRefused({ code: 'TASK_NOT_FOUND' });
  const undone = await queries.undoneEvent(task, sequence);
  const refusal = undone === null ? null : await refusalOf(undone, task.state);
  return write.execute(
    taskId,
    (state) => {
      // What was edited since is known up to here; an edit that came in between may have gone back and forth.
      if (state !== null && state.edit_revision !== task.state.edit_revision) {
        throw new WriteRefused({ code: 'CONCURRENT_UPDATE' });
      }
      const command: TaskCommand = {
        type: 'undo',
        data: { if_match: revisionFor(ifMatch, state), reason, undone },
      };
      // Why it cannot be undone at all is said first.
      if (refusal !== null && taskDecider.decide(state, command, now).kind === 'event') throw refusal;
      return command;
    },
    { causationId: undone?.event.meta.id },
  );
}
