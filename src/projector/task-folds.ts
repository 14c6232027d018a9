/**
 * The folds that a projector's next events follow: kept from the last events, or read from the views, all that are
 * missing in one get. Valid only as long as this projector's lock on the checkpoint holds, so it lives no longer.
 *
 * What is read is checked against the event that follows it: by its revision for a task (a value that a lagging
 * replica gave, or one that is missing, is brought up to date from the log), by its number for an execution. An
 * execution is read together with its task in one get, so it is as fresh as the task is.
 */
import { LRUCache } from 'lru-cache';
import type { EventLog } from '../application/ports/log/log.ts';
import { executionBytes, taskBytes } from '../application/queries/approximate-bytes.ts';
import type { ExecutionState } from '../domain/execution/state.ts';
import type { RecordedTaskEvent, Snapshot } from '../domain/shared/event.ts';
import { NO_SEQUENCE, type TaskId, type UserId } from '../domain/shared/ids.ts';
import { brokenChain, continues } from '../domain/task/evolve/snapshot.ts';
import type { TaskState } from '../domain/task/state.ts';
import type { SealingKey } from '../jetstream/codec/sealing.ts';
import { LogBroken } from '../jetstream/log/follow/log-message.ts';
import { type KeyFinder, openedValue } from '../jetstream/views/sealed-values.ts';
import type { ViewBucket } from '../jetstream/views/view-bucket.ts';
import { valueKey } from '../jetstream/views/view-keys.ts';
import { EXECUTIONS } from '../projections/executions.ts';
import { MILESTONES } from '../projections/milestones.ts';
import { needsExecution, type TaskFold, type TaskViews, type ViewChange } from '../projections/task-views.ts';
import { TASKS } from '../projections/tasks.ts';
import { readMilestones } from './milestone-folds.ts';

/** Of a closed page of milestones, in their index. */
const SUMMARY_BYTES = 300;
/** Tasks of one get: a task and an execution each, below the server's 1,024 subjects. */
const TASKS_AT_ONCE = 500;

/** What the first event of a task among the next events follows. */
interface Wanted {
  readonly userId: UserId;
  readonly taskId: TaskId;
  readonly first: RecordedTaskEvent;
  /** The execution that one of the events needs and that none of them requests. */
  number: number | null;
}

export interface TaskFoldsOptions {
  readonly views: TaskViews;
  readonly keys: KeyFinder;
  readonly log: Pick<EventLog, 'readTask'>;
  readonly executionsKept: number;
  /** Memory for folds, roughly. */
  readonly cacheBytes: number;
  readonly bucket: Pick<ViewBucket, 'getTogether'>;
}

export function foldKey(event: RecordedTaskEvent): string {
  return `${event.meta.task_id} ${event.meta.user_id}`;
}

export class TaskFolds {
  readonly #options: TaskFoldsOptions;
  readonly #kept: LRUCache<string, TaskFold>;

  constructor(options: TaskFoldsOptions) {
    this.#options = options;
    this.#kept = new LRUCache({ maxSize: options.cacheBytes, sizeCalculation: foldBytes });
  }

  keep(key: string, fold: TaskFold): void {
    this.#kept.set(key, fold);
  }

  /** By `foldKey`, what the first of these events of each task follows; null for a task that begins with it. */
  async before(events: readonly RecordedTaskEvent[]): Promise<Map<string, TaskFold | null>> {
    const folds = new Map<string, TaskFold | null>();
    const missing = new Map<string, Wanted>();
    const requested = new Set<string>();
    for (const event of events) {
      const key = foldKey(event);
      if (!folds.has(key)) this.#begin(key, event, folds, missing);
      if (event.type === 'task.execution_requested') requested.add(key);
      if (requested.has(key)) continue;
      const number = needsExecution(event);
      const fold = folds.get(key) ?? null;
      if (number === null || fold?.execution?.state.number === number) continue;
      const wanted = missing.get(key) ?? wantedFor(event, events);
      wanted.number ??= number;
      missing.set(key, wanted);
    }
    const all = [...missing];
    for (let from = 0; from < all.length; from += TASKS_AT_ONCE) {
      await this.#load(all.slice(from, from + TASKS_AT_ONCE), folds);
    }
    await this.#loadMilestones(events, folds);
    return folds;
  }

  async #loadMilestones(
    events: readonly RecordedTaskEvent[],
    folds: Map<string, TaskFold | null>,
  ): Promise<void> {
    const { views, keys, log, bucket } = this.#options;
    for (const event of events) {
      if (!views.needsMilestones(event)) continue;
      const key = foldKey(event);
      const fold = folds.get(key) ?? null;
      if (fold === null || fold.milestones !== null) continue;
      const milestones = await readMilestones({ spacing: views.spacing, keys, log, bucket }, fold.task);
      folds.set(key, { ...fold, milestones });
    }
  }

  #begin(
    key: string,
    event: RecordedTaskEvent,
    folds: Map<string, TaskFold | null>,
    missing: Map<string, Wanted>,
  ): void {
    const kept = this.#kept.get(key);
    folds.set(key, kept ?? null);
    if (kept === undefined && event.meta.revision > 1) missing.set(key, wantedFor(event, [event]));
  }

  async #load(wanted: readonly [string, Wanted][], folds: Map<string, TaskFold | null>): Promise<void> {
    const keys = wanted.flatMap(([, each]) => this.#keysOf(each));
    const found = await this.#options.bucket.getTogether(keys);
    if (found === null && wanted.length > 1) {
      const half = Math.ceil(wanted.length / 2);
      await this.#load(wanted.slice(0, half), folds);
      await this.#load(wanted.slice(half), folds);
      return;
    }
    const data = new Map(found?.map((message) => [message.key, message.data]));
    await Promise.all(
      wanted.map(async ([key, each]) => {
        folds.set(key, await this.#checked(each, await this.#foldOf(each, data)));
      }),
    );
  }

  #keysOf({ userId, taskId, number }: Wanted): string[] {
    const task = valueKey(TASKS, userId, taskId);
    if (number === null) return [task];
    const place = EXECUTIONS.placeOf(number, this.#options.executionsKept);
    return [task, valueKey(EXECUTIONS, userId, taskId, place)];
  }

  async #foldOf(wanted: Wanted, data: ReadonlyMap<string, Uint8Array>): Promise<TaskFold | null> {
    const [taskAt = '', executionAt = ''] = this.#keysOf(wanted);
    const key = await this.#options.keys.find(wanted.userId);
    const task = valueAt<TaskState>(data, taskAt, key);
    const execution = valueAt<ExecutionState>(data, executionAt, key);
    if (task === null) return null;
    return {
      task,
      execution: execution?.state.number === wanted.number ? execution : null,
      milestones: null,
    };
  }

  /** The fold that the first event follows, from what was read or from the log. */
  async #checked(wanted: Wanted, read: TaskFold | null): Promise<TaskFold> {
    if (isBefore(wanted, read)) return read;
    const caughtUp = read === null ? null : await this.#foldOn(wanted, read);
    if (isBefore(wanted, caughtUp)) return caughtUp;
    const anew = await this.#foldOn(wanted, null);
    const last = anew?.task ?? null;
    if (isBefore(wanted, anew)) return anew;
    const { type, meta } = wanted.first;
    throw new LogBroken(
      continues(last, meta)
        ? `${type} at ${meta.sequence} is of an execution that ${meta.task_id} does not have`
        : brokenChain(last, wanted.first),
    );
  }

  /** Null where the log does not continue the fold. */
  async #foldOn({ userId, taskId, first }: Wanted, from: TaskFold | null): Promise<TaskFold | null> {
    const events = await this.#options.log.readTask(userId, taskId, from?.task ?? NO_SEQUENCE);
    let fold = from;
    for (const event of events) {
      if (event.meta.sequence >= first.meta.sequence) break;
      if (!follows(fold, event)) return null;
      fold = this.#options.views.project(fold, event).fold;
    }
    return fold;
  }
}

/** Whether the event can be folded in. */
export function follows(fold: TaskFold | null, event: RecordedTaskEvent): boolean {
  const number = needsExecution(event);
  return (
    continues(fold?.task ?? null, event.meta) && (number === null || fold?.execution?.state.number === number)
  );
}

function isBefore(wanted: Wanted, fold: TaskFold | null): fold is TaskFold {
  return (
    fold !== null &&
    continues(fold.task, wanted.first.meta) &&
    (wanted.number === null || fold.execution?.state.number === wanted.number)
  );
}

/** For the task of `event`, whose first event is among `events`. */
function wantedFor(event: RecordedTaskEvent, events: readonly RecordedTaskEvent[]): Wanted {
  const key = foldKey(event);
  const first = events.find((each) => foldKey(each) === key) ?? event;
  return { userId: event.meta.user_id, taskId: event.meta.task_id, first, number: null };
}

function valueAt<State>(
  data: ReadonlyMap<string, Uint8Array>,
  at: string,
  key: SealingKey | null,
): Snapshot<State> | null {
  const bytes = data.get(at);
  return bytes === undefined ? null : openedValue<State>(bytes, at, key);
}

/** Roughly, in memory. */
export function foldBytes(fold: TaskFold): number {
  return writtenBytes(fold, []) + (fold.milestones?.size ?? 0);
}

/** What an event of the task writes is no more, roughly, as it lies in memory. */
export function writtenBytes(fold: TaskFold, changes: readonly ViewChange[]): number {
  const { task, execution, milestones } = fold;
  const isPage = changes.some(({ view }) => view === MILESTONES.name);
  return (
    taskBytes(task.state) +
    (execution === null ? 0 : executionBytes(execution.state)) +
    (isPage && milestones !== null ? milestones.size + milestones.closed.length * SUMMARY_BYTES : 0)
  );
}
