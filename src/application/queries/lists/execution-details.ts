/**
 * One execution of a user, found by its id alone, and its attempts. No view knows executions by their ids: but an id
 * says when it was made, and its request stands in the user's part of the log soon after that.
 */
import { attemptsAfter, type ExecutionAttempt } from '../../../domain/execution/attempts.ts';
import type { ExecutionState } from '../../../domain/execution/state.ts';
import type { EventId, ExecutionId, Sequence, TaskId, UserId } from '../../../domain/shared/ids.ts';
import { plusMs } from '../../../domain/shared/instant.ts';
import { executionEndOf } from '../../../domain/task/events/event-accessors.ts';
import { timeOf } from '../../commands/derived-ids.ts';
import type { EventLog, LogTimes } from '../../ports/log/log.ts';
import { CLOCKS_DIFFER_MS } from '../history/execution-history.ts';
import { surelyBefore } from '../history/past-place.ts';
import type { TaskQueries } from '../queries.ts';

export interface ExecutionDetailsOptions {
  readonly log: Pick<EventLog, 'readTask' | 'readUser'>;
  readonly times: LogTimes;
  readonly queries: Pick<TaskQueries, 'tasksOf' | 'execution'>;
}

/** Events of a first read, and of the next ones; no more of them than this. */
const FIRST_READ = 64;
const NEXT_READ = 1_000;
const MOST_READ = 20_000;

/** Events of a task read at once, while an execution is followed to its end. */
const STEP = 64;

/** All throw LogUnavailable. */
export class ExecutionDetails {
  readonly #options: ExecutionDetailsOptions;

  constructor(options: ExecutionDetailsOptions) {
    this.#options = options;
  }

  /** Null where the user has no such execution. */
  async find(userId: UserId, id: ExecutionId): Promise<ExecutionState | null> {
    const { queries } = this.#options;
    const taskId = await this.#requestedOf(userId, id);
    if (taskId !== null) return queries.execution(userId, taskId, id);
    // A message may have waited long before its execution was requested; few tasks are run by messages.
    for (const { state } of await queries.tasksOf(userId)) {
      if (state.event_runs.length === 0) continue;
      const found = await queries.execution(userId, state.task_id, id);
      if (found !== null) return found;
    }
    return null;
  }

  /** Oldest first; as far as the log has got. */
  async attempts({ user_id, task_id, number, id }: ExecutionState): Promise<readonly ExecutionAttempt[]> {
    let attempts: readonly ExecutionAttempt[] = [];
    for (let after = id; ; ) {
      const events = await this.#options.log.readTask(user_id, task_id, after, STEP);
      for (const event of events) {
        attempts = attemptsAfter(attempts, event, number);
        if (executionEndOf(event)?.number === number) return attempts;
      }
      if (events.length < STEP) return attempts;
      after = events.at(-1)?.meta.sequence ?? after;
    }
  }

  /** The task whose execution was requested about when the id was made. */
  async #requestedOf(userId: UserId, id: ExecutionId): Promise<TaskId | null> {
    const { log, times } = this.#options;
    const made = timeOf(id.slice(id.indexOf('_') + 1) as EventId);
    const until = plusMs(made, CLOCKS_DIFFER_MS);
    let after: Sequence = await surelyBefore(times, made);
    for (let read = 0, limit = FIRST_READ; read < MOST_READ; limit = NEXT_READ) {
      const events = await log.readUser(userId, after, limit);
      for (const event of events) {
        if (event.type === 'task.execution_requested' && event.data.execution_id === id) {
          return event.meta.task_id;
        }
      }
      const last = events.at(-1);
      if (last === undefined || events.length < limit || last.meta.time > until) return null;
      after = last.meta.sequence;
      read += events.length;
    }
    return null;
  }
}
