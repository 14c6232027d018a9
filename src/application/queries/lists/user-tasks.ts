/**
 * All tasks of a user, current. Read once from the view, then kept: as long as the log shows no newer event of the
 * user, the list stands; otherwise the newer events are folded on top. So a list costs one small read of the log. What
 * is large of a task is not kept (`listed-task.ts`); such a task is read anew when something happens to it.
 */
import { LRUCache } from 'lru-cache';
import type { RecordedTaskEvent } from '../../../domain/shared/event.ts';
import type { Sequence, TaskId, UserId } from '../../../domain/shared/ids.ts';
import { advance, stepTo, type TaskSnapshot } from '../../../domain/task/evolve/snapshot.ts';
import { ReadCoalescer } from '../../../kernel/read-coalescer.ts';
import { Timeslice } from '../../../kernel/timeslice.ts';
import { foldTask } from '../../commands/task-repository.ts';
import type { EventLog } from '../../ports/log/log.ts';
import type { Views } from '../../ports/views.ts';
import { taskBytes } from '../approximate-bytes.ts';
import { PAGE } from '../task-events.ts';
import { type ListedTask, listedOf } from './listed-task.ts';

export interface UserTasksOptions {
  readonly log: EventLog;
  readonly views: Pick<Views, 'tasksOf'>;
  /** A task with every event that is in the log. */
  readonly load: (userId: UserId, taskId: TaskId) => Promise<TaskSnapshot | null>;
  /** Memory for users' lists, roughly; default 128 MiB. */
  readonly cacheBytes?: number;
}

interface Kept {
  readonly tasks: Map<TaskId, ListedTask>;
  /** Every event of the user up to this is folded in. */
  upTo: Sequence;
  bytes: number;
  /** What is handed out; null where it has to be made anew. */
  list: readonly ListedTask[] | null;
}

export class UserTasks {
  readonly #log: EventLog;
  readonly #views: Pick<Views, 'tasksOf'>;
  readonly #load: UserTasksOptions['load'];
  readonly #kept: LRUCache<UserId, Kept>;
  readonly #reads = new ReadCoalescer<readonly ListedTask[]>();

  constructor(options: UserTasksOptions) {
    this.#log = options.log;
    this.#views = options.views;
    this.#load = options.load;
    this.#kept = new LRUCache({
      maxSize: options.cacheBytes ?? 128 * 1024 * 1024,
      sizeCalculation: (kept) => kept.bytes,
    });
  }

  /** Every task with every event that was in the log when this was called, deleted ones too. Throws LogUnavailable. */
  of(userId: UserId): Promise<readonly ListedTask[]> {
    return this.#reads.read(userId, () => this.#read(userId));
  }

  forget(userId: UserId): void {
    this.#kept.delete(userId);
  }

  async #read(userId: UserId): Promise<readonly ListedTask[]> {
    const last = await this.#log.lastOfUser(userId);
    let kept = this.#kept.get(userId);
    if (kept === undefined || last > kept.upTo) {
      // Out of the cache while it changes: its size is taken when it goes in, and half folded it must not stay.
      this.#kept.delete(userId);
      kept ??= await this.#fromView(userId);
      if (last > kept.upTo) await this.#addTail(userId, kept, last);
      this.#kept.set(userId, kept);
    }
    kept.list ??= [...kept.tasks.values()];
    return kept.list;
  }

  async #fromView(userId: UserId): Promise<Kept> {
    const { upTo, values } = await this.#views.tasksOf(userId);
    const kept: Kept = { tasks: new Map(), upTo, bytes: 256, list: null };
    const slice = new Timeslice();
    for (const value of values) {
      if (slice.isOver()) await slice.next();
      put(kept, value);
    }
    return kept;
  }

  /**
   * `last`: of the user's events, some of which may be of no task. Page by page: without the view they are all there
   * are.
   */
  async #addTail(userId: UserId, kept: Kept, last: Sequence): Promise<void> {
    let tail: readonly RecordedTaskEvent[];
    do {
      tail = await this.#log.readUser(userId, kept.upTo, PAGE);
      await this.#addAll(userId, kept, tail);
      kept.upTo = tail.at(-1)?.meta.sequence ?? kept.upTo;
    } while (tail.length === PAGE);
    if (kept.upTo < last) kept.upTo = last;
  }

  async #addAll(userId: UserId, kept: Kept, tail: readonly RecordedTaskEvent[]): Promise<void> {
    const slice = new Timeslice();
    for (const event of tail) {
      if (slice.isOver()) await slice.next();
      const known = kept.tasks.get(event.meta.task_id) ?? null;
      const step = stepTo(known, event);
      if (known?.isCut && step !== 'held') {
        const whole = await this.#load(userId, event.meta.task_id);
        if (whole !== null) put(kept, whole);
        continue;
      }
      if (step === 'next') put(kept, advance(known, event));
      if (step === 'gap') {
        const folded = await foldTask(this.#log, userId, event.meta.task_id);
        if (folded !== null) put(kept, folded);
      }
    }
  }
}

function put(kept: Kept, whole: TaskSnapshot): void {
  const snapshot = listedOf(whole);
  const before = kept.tasks.get(snapshot.state.task_id);
  kept.bytes += taskBytes(snapshot.state) - (before === undefined ? 0 : taskBytes(before.state));
  kept.tasks.set(snapshot.state.task_id, snapshot);
  kept.list = null;
}
