/**
 * What the scheduler has to do next, over all users: the view of scheduled tasks and the log after it.
 *
 *     checkpoint -> which tasks has the log touched since -> scan of the view, those left out -> their current state
 *
 * Of the scan only the first few are kept. Everything that is answered is read again at the end, by its own task, so
 * nothing that is shown is older than the question.
 */
import { NO_SEQUENCE, type Sequence, type TaskId, type UserId } from '../../domain/shared/ids.ts';
import type { TaskSnapshot } from '../../domain/task/evolve/snapshot.ts';
import type { SchedulingState } from '../../domain/task/state.ts';
import { PRIORITIES, type Priority, type TaskType } from '../../domain/task/status.ts';
import { ReadCoalescer } from '../../kernel/read-coalescer.ts';
import type { TaskRepository } from '../commands/task-repository.ts';
import type { LogFollower } from '../ports/log/following.ts';
import type { Views } from '../ports/views.ts';

export interface PendingTasksOptions {
  readonly views: Pick<Views, 'checkpoint' | 'scheduled'>;
  readonly follower: Pick<LogFollower, 'followUnopened' | 'lastSequence'>;
  readonly repository: Pick<TaskRepository, 'load'>;
}

type Pending = Pick<
  SchedulingState,
  'task_id' | 'user_id' | 'task_type' | 'priority' | 'next_run_time' | 'resting_status' | 'deleted_at'
>;

/** A place in the order of pending tasks. */
export type PendingPlace = Pick<Pending, 'priority' | 'next_run_time' | 'task_id'>;

export interface PendingQuery {
  readonly limit: number;
  /** Only tasks after this place; null: from the first. */
  readonly after: PendingPlace | null;
  /** Only of this user; of the others any of the values; undefined: whatever. */
  readonly userId?: UserId | undefined;
  readonly taskType?: readonly TaskType[] | undefined;
  readonly priority?: readonly Priority[] | undefined;
}

const READS_AT_ONCE = 32;
const EVENTS_AT_ONCE = 1_000;

export class PendingTasks {
  readonly #options: PendingTasksOptions;
  readonly #reads = new ReadCoalescer<readonly TaskSnapshot[]>();

  constructor(options: PendingTasksOptions) {
    this.#options = options;
  }

  /**
   * Tasks that have a slot ahead or due: the urgent first, the earliest slot first within one priority. Costs a scan of
   * all scheduled tasks, which equal questions that come together share. Throws LogUnavailable.
   */
  first(query: PendingQuery): Promise<readonly TaskSnapshot[]> {
    return this.#reads.read(JSON.stringify(query), () => this.#read(query));
  }

  async #read(query: PendingQuery): Promise<readonly TaskSnapshot[]> {
    const { limit } = query;
    const isWanted = wantedBy(query);
    const { views } = this.#options;
    const touched = await this.#touchedAfter(await views.checkpoint());
    const best = new Map<TaskId, Pending>();
    await views.scheduled((entries) => {
      for (const { state } of entries) {
        // A value that comes again is newer.
        if (isWanted(state) && !touched.has(state.task_id)) best.set(state.task_id, nothingElseOf(state));
        else best.delete(state.task_id);
      }
      if (best.size > 4 * limit) keepFirst(best, limit);
    });
    keepFirst(best, limit);
    const owners = new Map([...touched, ...[...best.values()].map(ownerOf)]);
    const current = (await this.#load([...owners])).filter(({ state }) => isWanted(state));
    return current.sort((a, b) => inOrder(a.state, b.state)).slice(0, limit);
  }

  /** Tasks with an event that the views may not hold, and whose they are. */
  async #touchedAfter(checkpoint: Sequence): Promise<Map<TaskId, UserId>> {
    const touched = new Map<TaskId, UserId>();
    const last = await this.#options.follower.lastSequence();
    if (last === NO_SEQUENCE || last <= checkpoint) return touched;
    const reached = new AbortController();
    await this.#options.follower.followUnopened(
      checkpoint,
      async (events, through) => {
        for (const { meta } of events) touched.set(meta.task_id, meta.user_id);
        if (through >= last) reached.abort();
      },
      { maxBatch: EVENTS_AT_ONCE, signal: reached.signal },
    );
    return touched;
  }

  async #load(tasks: readonly (readonly [TaskId, UserId])[]): Promise<TaskSnapshot[]> {
    const loaded: TaskSnapshot[] = [];
    for (let at = 0; at < tasks.length; at += READS_AT_ONCE) {
      const portion = tasks.slice(at, at + READS_AT_ONCE);
      const read = portion.map(([taskId, userId]) => this.#options.repository.load(userId, taskId));
      for (const task of await Promise.all(read)) if (task !== null) loaded.push(task);
    }
    return loaded;
  }
}

function isPending(state: Pending): boolean {
  return state.resting_status === 'scheduled' && state.deleted_at === null && state.next_run_time !== null;
}

function wantedBy({ after, userId, taskType, priority }: PendingQuery): (state: Pending) => boolean {
  return (state) =>
    isPending(state) &&
    (userId === undefined || state.user_id === userId) &&
    (taskType === undefined || taskType.includes(state.task_type)) &&
    (priority === undefined || priority.includes(state.priority)) &&
    (after === null || inOrder(after, state) < 0);
}

function ownerOf({ task_id, user_id }: Pending): [TaskId, UserId] {
  return [task_id, user_id];
}

/** So that whole states need not be kept. */
function nothingElseOf(state: Pending): Pending {
  const { task_id, user_id, task_type, priority, next_run_time, resting_status, deleted_at } = state;
  return { task_id, user_id, task_type, priority, next_run_time, resting_status, deleted_at };
}

function keepFirst(pending: Map<TaskId, Pending>, limit: number): void {
  const later = [...pending.values()].sort(inOrder).slice(limit);
  for (const { task_id } of later) pending.delete(task_id);
}

function inOrder(a: PendingPlace, b: PendingPlace): number {
  const byPriority = PRIORITIES.indexOf(b.priority) - PRIORITIES.indexOf(a.priority);
  if (byPriority !== 0) return byPriority;
  if (a.next_run_time !== b.next_run_time) return (a.next_run_time ?? '') < (b.next_run_time ?? '') ? -1 : 1;
  return a.task_id < b.task_id ? -1 : 1;
}
