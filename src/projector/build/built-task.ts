/**
 * A task that a build has in memory: what its events so far have made of it, and which of its values the bucket does not
 * have yet. Each is written once, whatever was done to it in between.
 */
import { executionBytes, taskBytes } from '../../application/queries/approximate-bytes.ts';
import type { ExecutionState } from '../../domain/execution/state.ts';
import type { RecordedTaskEvent, Snapshot } from '../../domain/shared/event.ts';
import type { TaskId, UserId } from '../../domain/shared/ids.ts';
import { isOfExecution } from '../../domain/task/events/event-accessors.ts';
import type { SealingKey } from '../../jetstream/codec/sealing.ts';
import type { ViewWrite } from '../../jetstream/views/view-bucket.ts';
import { changeKey } from '../../jetstream/views/view-keys.ts';
import type { Tally } from '../../projections/analytics.ts';
import { EXECUTIONS } from '../../projections/executions.ts';
import {
  needsExecution,
  type TaskFold,
  type TaskViews,
  type ViewChange,
} from '../../projections/task-views.ts';
import { writeOf } from '../projection-step.ts';

/** What belongs to a task in memory beside its values. */
const FRAME = 512;

interface Pending {
  readonly change: ViewChange;
  readonly bytes: number;
}

export class BuiltTask {
  readonly userId: UserId;
  readonly taskId: TaskId;
  readonly #views: TaskViews;
  /** As the bucket has it. */
  readonly #stored: TaskFold | null;
  /** Of executions and milestones, by view and place. */
  readonly #pending = new Map<string, Pending>();
  #fold: TaskFold | null;
  #taskBytes = 0;
  #pendingBytes = 0;
  /** Of its events those that the bucket does not have. */
  events = 0;
  /** When it was last touched, in any unit. */
  touched = 0;

  constructor(views: TaskViews, { meta }: RecordedTaskEvent, stored: TaskFold | null) {
    this.userId = meta.user_id;
    this.taskId = meta.task_id;
    this.#views = views;
    this.#stored = stored;
    this.#fold = stored;
  }

  get fold(): TaskFold | null {
    return this.#fold;
  }

  /** In memory, roughly. */
  get bytes(): number {
    return FRAME + this.#taskBytes + this.#pendingBytes + (this.#fold?.milestones?.size ?? 0);
  }

  /** Whether the event needs the value of an execution that was not read when the task was. */
  lacksExecution(event: RecordedTaskEvent): boolean {
    const number = needsExecution(event);
    return number !== null && this.#fold?.execution?.state.number !== number;
  }

  /** The same of milestones. */
  lacksMilestones(event: RecordedTaskEvent): boolean {
    const fold = this.#fold;
    return fold !== null && fold.milestones === null && this.#views.needsMilestones(event);
  }

  /** Folds the next event in; answers what it adds to the analytics. */
  add(event: RecordedTaskEvent): Tally | null {
    const { fold, changes, tally } = this.#views.fold(this.#fold, event);
    for (const change of changes) this.#note(change);
    if (
      this.#fold === null ||
      !isOfExecution(event) ||
      fold.task.state.last_result !== this.#fold.task.state.last_result
    )
      this.#taskBytes = taskBytes(fold.task.state);
    this.#fold = fold;
    this.events++;
    return tally;
  }

  #note(change: ViewChange): void {
    const at = change.view + change.place;
    const bytes =
      change.view === EXECUTIONS.name && change.value !== null
        ? executionBytes((change.value as Snapshot<ExecutionState>).state)
        : 0;
    this.#pendingBytes += bytes - (this.#pending.get(at)?.bytes ?? 0);
    this.#pending.set(at, { change, bytes });
  }

  /** What the bucket does not have: executions before the schedule, that before the task (projection-step.ts). */
  writes(key: SealingKey | null): ViewWrite[] {
    if (this.#fold === null || this.events === 0) return [];
    const changes = this.#views.changesOf(this.#stored, this.#fold);
    for (const { change } of this.#pending.values()) changes.unshift(change);
    return changes.flatMap((change) => {
      const at = changeKey(change, this.userId, this.taskId);
      return writeOf(change.view, at, { value: change.value, isNew: change.isNew, key }) ?? [];
    });
  }
}
