/**
 * A task as its view shows it, which is as it is by now, and what it was at one of its last events: so that a relay
 * that has just begun need not fold the whole history of each task that runs.
 *
 *     events of the task   ... E  e  e  V | e  e ...
 *                              |        '- what the view shows; from here on events are folded
 *                              '- asked for: what V shows, less what has happened since
 *
 * What messages say of a task changes with an edit, which is rare and which the task remembers, and with its failures,
 * which can be taken off again. What they say of an execution that has ended does not change at all.
 */
import type { EventLog } from '../../application/ports/log/log.ts';
import type { Views } from '../../application/ports/views.ts';
import type { ExecutionState } from '../../domain/execution/state.ts';
import type { RecordedTaskEvent, Snapshot } from '../../domain/shared/event.ts';
import type { Sequence } from '../../domain/shared/ids.ts';
import { executionNumberOf } from '../../domain/task/events/event-accessors.ts';
import type { TaskState } from '../../domain/task/state.ts';
import type { OfTask, TaskAtEvent } from './published-tasks.ts';

/** Events since the one that is asked for; a task that has more is folded from its history. */
const MOST_SINCE = 500;

export class TaskInView {
  readonly #task: Snapshot<TaskState>;
  readonly #executions: ReadonlyMap<number, Snapshot<ExecutionState>>;
  /** Of the task, from the first event that is asked for on, up to what the view shows. */
  readonly #since: readonly RecordedTaskEvent[];

  private constructor(
    task: Snapshot<TaskState>,
    executions: readonly Snapshot<ExecutionState>[],
    since: readonly RecordedTaskEvent[],
  ) {
    this.#task = task;
    this.#executions = new Map(executions.map((execution) => [execution.state.number, execution]));
    this.#since = since;
  }

  /**
   * For events of one task, in their order. Null where the view does not tell: it has no value, moves too fast, or is
   * too far ahead. Throws LogUnavailable.
   */
  static async of(
    views: Pick<Views, 'task' | 'executions'>,
    log: Pick<EventLog, 'readTask'>,
    events: OfTask,
  ): Promise<TaskInView | null> {
    const { user_id, task_id, sequence: first } = events[0].meta;
    const task = await views.task(user_id, task_id);
    if (task === null) return null;
    const numbers = new Set([task.state.executions_requested, ...events.map(executionNumberOf)]);
    const wanted = [...numbers].filter((number) => number !== null && number > 0) as number[];
    const { upTo, values } = await views.executions(user_id, task_id, wanted);
    const newest = task.state.executions_requested;
    const hasNewest = newest === 0 || values.some(({ state }) => state.number === newest);
    if (upTo !== task.sequence || !hasNewest) return null;
    const before = (Math.min(first, task.sequence + 1) - 1) as Sequence;
    const since = await log.readTask(user_id, task_id, before, MOST_SINCE);
    if (since.length === MOST_SINCE) return null;
    return new TaskInView(task, values, since);
  }

  /** What the view shows goes up to here. */
  get upTo(): Sequence {
    return this.#task.sequence;
  }

  /** As the view shows it. */
  get standing(): TaskAtEvent {
    const { executions_requested } = this.#task.state;
    return { task: this.#task.state, execution: this.#executions.get(executions_requested)?.state ?? null };
  }

  /** Events that the view does not show yet, before the first of these. */
  before([{ meta: first }]: OfTask): readonly RecordedTaskEvent[] {
    return this.#since.filter(({ meta }) => meta.sequence > this.upTo && meta.sequence < first.sequence);
  }

  /** What the task was right after an event that the view shows already; null where that cannot be said from it. */
  at(event: RecordedTaskEvent): TaskAtEvent | null {
    if (this.#task.state.edit_revision > event.meta.revision) return null;
    // What is told of a slot that nobody started in time names the slot after it: later events have moved that on.
    if (event.type === 'task.execution_cancelled' && event.data.code === 'NOT_STARTED') return null;
    const later = this.#since.filter(
      ({ meta }) => meta.sequence > event.meta.sequence && meta.sequence <= this.upTo,
    );
    const number = executionNumberOf(event);
    const execution = number === null ? null : (this.#executions.get(number)?.state ?? null);
    if (number !== null && execution === null) return null;
    const failure_count = this.#task.state.failure_count - later.filter(isFailure).length;
    return { task: { ...this.#task.state, failure_count }, execution };
  }
}

function isFailure(event: RecordedTaskEvent): boolean {
  return event.type === 'task.execution_failed' && !event.data.will_retry;
}
