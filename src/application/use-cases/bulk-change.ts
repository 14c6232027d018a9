/**
 * One command for each of many tasks, so many at a time. It stops where the log does: what has not begun by then is
 * left alone, so that who asked can be told what is done, what is not known and what was not touched.
 */
import type { RejectionCode } from '../../domain/shared/decision.ts';
import { NO_SEQUENCE, type Sequence, type TaskId } from '../../domain/shared/ids.ts';
import type { TaskSnapshot } from '../../domain/task/evolve/snapshot.ts';
import type { CommandResult } from '../commands/execute-command.ts';
import { LogUnavailable, OutcomeUnknown } from '../ports/failures.ts';

export interface EachOutcome {
  readonly changed: number;
  readonly failed: readonly FailedTask[];
  /** Log sequence of the last event that was appended; 0 where none was. */
  readonly last: Sequence;
  /** Appends that were sent and not answered. */
  readonly unknown: number;
  /** What the log did not take any more: nothing of these was appended. */
  readonly untouched: number;
}

export interface FailedTask {
  readonly task_id: TaskId;
  readonly error_code: RejectionCode | 'CONCURRENT_UPDATE';
}

/** Enough to keep group commits full, and few enough to leave others their turn. */
const AT_ONCE = 64;

/** Throws what `act` throws but for the log's silence. */
export async function changeEach(
  tasks: readonly TaskSnapshot[],
  act: (task: TaskSnapshot) => Promise<CommandResult>,
): Promise<EachOutcome> {
  const failed: FailedTask[] = [];
  let [changed, unknown, untouched, begun] = [0, 0, 0, 0];
  let last = NO_SEQUENCE;
  let stopped = false;
  const one = async (task: TaskSnapshot) => {
    const result = await act(task);
    const { task_id } = task.state;
    switch (result.kind) {
      case 'rejected':
        failed.push({ task_id, error_code: result.rejection.code });
        return;
      case 'conflict':
        failed.push({ task_id, error_code: 'CONCURRENT_UPDATE' });
        return;
      case 'done':
        if (result.event === null) return;
        changed += 1;
        if (result.event.meta.sequence > last) last = result.event.meta.sequence;
    }
  };
  const loop = async () => {
    for (let task = tasks[begun]; task !== undefined && !stopped; task = tasks[begun]) {
      begun += 1;
      try {
        await one(task);
      } catch (error) {
        stopped = true;
        if (error instanceof OutcomeUnknown) unknown += 1;
        else if (error instanceof LogUnavailable) untouched += 1;
        else throw error;
      }
    }
  };
  const loops = await Promise.allSettled(Array.from({ length: AT_ONCE }, loop));
  const broken = loops.find((each) => each.status === 'rejected');
  if (broken !== undefined) throw broken.reason;
  return { changed, failed, last, unknown, untouched: untouched + tasks.length - begun };
}
