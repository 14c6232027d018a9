/**
 * Loads tasks: the view's value and the tail of that one task's events. Recent snapshots are kept, so that most loads
 * read the tail only and a process that has just appended need not read at all.
 */
import { LRUCache } from 'lru-cache';
import type { RecordedTaskEvent } from '../../domain/shared/event.ts';
import { NO_SEQUENCE, type Sequence, type TaskId, type UserId } from '../../domain/shared/ids.ts';
import {
  advance,
  advanceAll,
  firstBroken,
  stepTo,
  type TaskSnapshot,
} from '../../domain/task/evolve/snapshot.ts';
import { LogCorrupt } from '../ports/failures.ts';
import type { EventLog } from '../ports/log/log.ts';
import type { Views } from '../ports/views.ts';
import { taskBytes } from '../queries/approximate-bytes.ts';
import { PAGE } from '../queries/task-events.ts';

export interface TaskRepositoryOptions {
  readonly log: EventLog;
  readonly views: Pick<Views, 'task'>;
  /** Memory for recent snapshots, roughly; default 32 MiB. */
  readonly cacheBytes?: number;
}

const CACHE_BYTES = 32 * 1024 * 1024;

export class TaskRepository {
  readonly #log: EventLog;
  readonly #views: Pick<Views, 'task'>;
  readonly #recent: LRUCache<string, TaskSnapshot>;
  readonly #readingAhead = new Map<string, Promise<void>>();

  constructor(options: TaskRepositoryOptions) {
    this.#log = options.log;
    this.#views = options.views;
    this.#recent = new LRUCache({
      maxSize: options.cacheBytes ?? CACHE_BYTES,
      sizeCalculation: (snapshot) => taskBytes(snapshot.state),
    });
  }

  /** The task as this process last saw it: others may have changed it since. */
  lastSeen(userId: UserId, taskId: TaskId): TaskSnapshot | null {
    return this.#recent.get(keyOf(userId, taskId)) ?? null;
  }

  /** Keeps a snapshot that is newer than the one kept. */
  keep(snapshot: TaskSnapshot): void {
    const key = keyOf(snapshot.state.user_id, snapshot.state.task_id);
    const kept = this.#recent.get(key);
    if (kept === undefined || kept.sequence < snapshot.sequence) this.#recent.set(key, snapshot);
  }

  /** Of an erased user. */
  forget(userId: UserId): void {
    for (const key of [...this.#recent.keys()]) if (key.endsWith(` ${userId}`)) this.#recent.delete(key);
  }

  /** The task with every event that was in the log when this was called; null where it has none. Throws LogUnavailable. */
  async load(userId: UserId, taskId: TaskId): Promise<TaskSnapshot | null> {
    const known = this.lastSeen(userId, taskId) ?? (await this.#views.task(userId, taskId));
    let loaded = await foldTail(this.#log, userId, taskId, known);
    if (typeof loaded === 'string') {
      // The log does not continue the snapshot.
      this.#recent.delete(keyOf(userId, taskId));
      loaded = await foldTask(this.#log, userId, taskId);
    }
    if (loaded !== null) this.keep(loaded);
    return loaded;
  }

  /**
   * Reads the view's value of a task that a command is about to need. Of no consequence where it fails, or where that
   * command comes first: it loads the task by itself.
   */
  readAhead(userId: UserId, taskId: TaskId): void {
    const key = keyOf(userId, taskId);
    if (this.#recent.has(key) || this.#readingAhead.has(key)) return;
    const reading = this.#views
      .task(userId, taskId)
      .then(
        (snapshot) => (snapshot === null ? undefined : this.keep(snapshot)),
        () => undefined,
      )
      .finally(() => this.#readingAhead.delete(key));
    this.#readingAhead.set(key, reading);
  }

  /** The task with the event of this sequence in it; reads what this process has not seen. Throws LogUnavailable. */
  async reaching(userId: UserId, taskId: TaskId, sequence: Sequence): Promise<TaskSnapshot | null> {
    this.readAhead(userId, taskId);
    await this.#readingAhead.get(keyOf(userId, taskId));
    const known = this.lastSeen(userId, taskId);
    return known !== null && known.sequence >= sequence ? known : this.load(userId, taskId);
  }

  /** Folds an event that this process has appended, where the snapshot that it follows is at hand or is being read. */
  fold(event: RecordedTaskEvent): void {
    const { user_id: userId, task_id: taskId } = event.meta;
    const reading = this.#readingAhead.get(keyOf(userId, taskId));
    if (reading === undefined) this.#fold(event);
    else void reading.then(() => this.#fold(event));
  }

  #fold(event: RecordedTaskEvent): void {
    const known = this.lastSeen(event.meta.user_id, event.meta.task_id);
    if (known !== null && stepTo(known, event) === 'next') this.keep(advance(known, event));
  }
}

/** The whole of a task's events folded; null where it has none. Throws LogUnavailable. */
export async function foldTask(
  log: Pick<EventLog, 'readTask'>,
  userId: UserId,
  taskId: TaskId,
): Promise<TaskSnapshot | null> {
  const folded = await foldTail(log, userId, taskId, null);
  if (typeof folded === 'string') throw new LogCorrupt(folded);
  return folded;
}

/**
 * The snapshot with the events after it folded in, read page by page: a task may have any number. Which of them does not
 * follow, as text, where one does not.
 */
async function foldTail(
  log: Pick<EventLog, 'readTask'>,
  userId: UserId,
  taskId: TaskId,
  from: TaskSnapshot | null,
): Promise<TaskSnapshot | null | string> {
  for (let folded = from; ; ) {
    const page = await log.readTask(userId, taskId, folded ?? NO_SEQUENCE, PAGE);
    if (page.length === 0) return folded;
    const next = advanceAll(folded, page);
    if (next === null) return firstBroken(page, folded) ?? `the log of ${taskId} has a gap`;
    if (page.length < PAGE) return next;
    folded = next;
  }
}

function keyOf(userId: UserId, taskId: TaskId): string {
  return `${taskId} ${userId}`;
}
