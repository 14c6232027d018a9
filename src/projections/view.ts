/**
 * A view is a fold of the log's events into values under keys, thrown away and rebuilt at any time. Here it is
 * only the fold: where values are kept, and how a step is made atomic, is the projector's business.
 */
import type { RecordedTaskEvent } from '../domain/shared/event.ts';
import type { TaskState } from '../domain/task/state.ts';

export type ViewName = 'TASKS' | 'EXECUTIONS' | 'SCHEDULE' | 'TRIGGERS' | 'MILESTONES';

export interface View<Value> {
  readonly name: ViewName;
  /** Another shape is another version: all views are built anew beside those of the old one. */
  readonly version: number;
  /**
   * Which value of its task an event touches, as the last token of the key: `''` where a task has one value only;
   * null where the event touches none.
   */
  placeOf(event: RecordedTaskEvent): string | null;
  /**
   * The value with the event folded in, null for none (any more). `value` is what stood there before; `task` is
   * the task with the event folded in.
   */
  evolve(value: Value | null, event: RecordedTaskEvent, task: TaskState): Value | null;
}
