/**
 * Questions about tasks. Every answer is the view and the events after it, folded by the same functions that made the
 * view: never older than the log was when the question came, with the projector behind or dead.
 */

import type { ExecutionState } from '../../domain/execution/state.ts';
import type { RecordedTaskEvent } from '../../domain/shared/event.ts';
import type { ExecutionId, Sequence, TaskId, UserId } from '../../domain/shared/ids.ts';
import type { UndoneEvent } from '../../domain/task/commands.ts';
import type { TaskSnapshot } from '../../domain/task/evolve/snapshot.ts';
import type { TaskRepository } from '../commands/task-repository.ts';
import type { EventLog } from '../ports/log/log.ts';
import type { Views } from '../ports/views.ts';
import { ExecutionHistory, type ExecutionsQuery } from './history/execution-history.ts';
import { type EventPage, type EventPageQuery, TaskEventPages } from './history/task-event-pages.ts';
import { TaskHistory } from './history/task-history.ts';
import { undoneEvent } from './history/undone-event.ts';
import type { ListedTask } from './lists/listed-task.ts';
import {
  newestExecutions,
  type UserExecutionsPage,
  type UserExecutionsQuery,
} from './lists/user-executions.ts';
import { UserTasks } from './lists/user-tasks.ts';

export interface TaskQueriesOptions {
  readonly log: EventLog;
  readonly views: Views;
  readonly repository: TaskRepository;
  /** Memory for users' lists, roughly; default 128 MiB. */
  readonly listCacheBytes?: number;
}

/** All throw LogUnavailable. */
export class TaskQueries {
  readonly #log: EventLog;
  readonly #repository: TaskRepository;
  readonly #userTasks: UserTasks;
  readonly #executions: ExecutionHistory;
  readonly #history: TaskHistory;
  readonly #eventPages: TaskEventPages;

  constructor(options: TaskQueriesOptions) {
    const { log, views, repository, listCacheBytes } = options;
    this.#log = log;
    this.#repository = repository;
    this.#userTasks = new UserTasks({
      log,
      views,
      load: (userId, taskId) => repository.load(userId, taskId),
      ...(listCacheBytes === undefined ? {} : { cacheBytes: listCacheBytes }),
    });
    this.#executions = new ExecutionHistory(log, views);
    this.#history = new TaskHistory(log, views);
    this.#eventPages = new TaskEventPages(log, views);
  }

  /** Null where there is no such task. */
  ownerOf(taskId: TaskId): Promise<UserId | null> {
    return this.#log.ownerOf(taskId);
  }

  /** Deleted ones too; null where there never was one. */
  task(userId: UserId, taskId: TaskId): Promise<TaskSnapshot | null> {
    return this.#repository.load(userId, taskId);
  }

  /** What the task was, at any time. */
  get past(): TaskHistory {
    return this.#history;
  }

  /**
   * Deleted ones too, in no order, without what is large of them. The same array is given out until something
   * changes.
   */
  tasksOf(userId: UserId): Promise<readonly ListedTask[]> {
    return this.#userTasks.of(userId);
  }

  /** Of an erased user. */
  forget(userId: UserId): void {
    this.#userTasks.forget(userId);
  }

  /** Newest first; empty where there is no such task. */
  async executions(
    userId: UserId,
    taskId: TaskId,
    query: ExecutionsQuery,
  ): Promise<readonly ExecutionState[]> {
    const task = await this.#repository.load(userId, taskId);
    return task === null ? [] : this.#executions.page(task, query);
  }

  /** Of all the user's tasks, deleted ones too, newest request first. */
  async executionsOf(userId: UserId, query: UserExecutionsQuery): Promise<UserExecutionsPage> {
    return newestExecutions(this.#executions, await this.#userTasks.of(userId), query);
  }

  async execution(userId: UserId, taskId: TaskId, executionId: ExecutionId): Promise<ExecutionState | null> {
    const task = await this.#repository.load(userId, taskId);
    return task === null ? null : this.#executions.find(task, executionId);
  }

  /** One of the events of `task`, which is current, as an undo needs it; null where it has none of this sequence. */
  undoneEvent(task: TaskSnapshot, sequence: Sequence): Promise<UndoneEvent | null> {
    return undoneEvent(this.#log, this.#history, task, sequence);
  }

  /** `task` is current. */
  eventPage(
    task: TaskSnapshot,
    query: EventPageQuery,
    textOf: (event: RecordedTaskEvent) => string,
  ): Promise<EventPage> {
    return this.#eventPages.of(task, query, textOf);
  }
}
