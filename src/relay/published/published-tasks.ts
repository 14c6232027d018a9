/**
 * Tasks as they stood at each event that the relay passes: what a message says beyond its event (the name, the kind of
 * trigger, the counters) is of that moment, not of now. A task that is not in memory is told from its view, or, where
 * that does not tell, folded from its own events.
 */
import { LRUCache } from 'lru-cache';
import { isLogAway } from '../../application/ports/failures.ts';
import type { EventLog } from '../../application/ports/log/log.ts';
import type { Views } from '../../application/ports/views.ts';
import { executionBytes, taskBytes } from '../../application/queries/approximate-bytes.ts';
import { eventsOf } from '../../application/queries/task-events.ts';
import { evolveExecution } from '../../domain/execution/evolve.ts';
import type { ExecutionState } from '../../domain/execution/state.ts';
import type { RecordedTaskEvent } from '../../domain/shared/event.ts';
import { NO_SEQUENCE } from '../../domain/shared/ids.ts';
import { executionNumberOf } from '../../domain/task/events/event-accessors.ts';
import { evolve } from '../../domain/task/evolve/evolve.ts';
import type { TaskState } from '../../domain/task/state.ts';
import { TaskInView } from './view-at-event.ts';

/** A task right after an event, with the execution that was requested last. */
export interface TaskAtEvent {
  readonly task: TaskState;
  readonly execution: ExecutionState | null;
}

/** Memory, roughly. */
const CACHE_BYTES = 16 * 1024 * 1024;
/** Events that are read and folded sooner than the view tells. */
const SHORT_HISTORY = 30;
/** Tasks read at once. */
const READ_TOGETHER = 64;

export class PublishedTasks {
  readonly #log: Pick<EventLog, 'readTask'>;
  readonly #views: Pick<Views, 'task' | 'executions'>;
  readonly #shortHistory: number;
  readonly #known = new LRUCache<string, TaskAtEvent>({
    maxSize: CACHE_BYTES,
    sizeCalculation: ({ task, execution }) =>
      taskBytes(task) + (execution === null ? 0 : executionBytes(execution)),
  });

  /** A task of at most `shortHistory` events is folded from them. */
  constructor(
    log: Pick<EventLog, 'readTask'>,
    views: Pick<Views, 'task' | 'executions'>,
    shortHistory = SHORT_HISTORY,
  ) {
    this.#log = log;
    this.#views = views;
    this.#shortHistory = shortHistory;
  }

  /** How each event left its task, in the order of the events; null where `needs` does not ask and it is not known. */
  async after(
    events: readonly RecordedTaskEvent[],
    needs: (event: RecordedTaskEvent) => boolean,
  ): Promise<(TaskAtEvent | null)[]> {
    // Held apart from the cache: a large batch must not push its own first tasks out.
    const held = new Map<string, TaskAtEvent>();
    const missing: [string, OfTask][] = [];
    for (const [key, of] of byTask(events)) {
      const known = this.#known.get(key);
      if (known !== undefined && known.task.revision === of[0].meta.revision - 1) held.set(key, known);
      else if (of[0].meta.revision > 1 && of.some(needs)) missing.push([key, of]);
    }
    const inViews = await this.#load(missing, needs, held);
    const standings = events.map((event) => {
      const key = keyOf(event);
      const inView = inViews.get(key);
      if (inView !== undefined && event.meta.sequence <= inView.upTo) {
        return needs(event) ? inView.at(event) : null;
      }
      const before = event.meta.revision === 1 ? null : (held.get(key) ?? null);
      if (before === null && event.meta.revision !== 1) return null;
      const after = folded(before, event);
      held.set(key, after);
      return after;
    });
    for (const [key, standing] of held) this.#known.set(key, standing);
    return standings;
  }

  /** Holds what the events of each task follow. Answers the tasks whose first events are in their views already. */
  async #load(
    missing: readonly [string, OfTask][],
    needs: (event: RecordedTaskEvent) => boolean,
    held: Map<string, TaskAtEvent>,
  ): Promise<ReadonlyMap<string, TaskInView>> {
    const inViews = new Map<string, TaskInView>();
    for (let from = 0; from < missing.length; from += READ_TOGETHER) {
      await Promise.all(
        missing.slice(from, from + READ_TOGETHER).map(async ([key, of]) => {
          const inView = of[0].meta.revision > this.#shortHistory ? await this.#inView(of) : null;
          const asked = of.filter((event) => needs(event) && event.meta.sequence <= (inView?.upTo ?? 0));
          if (inView === null || asked.some((event) => inView.at(event) === null)) {
            held.set(key, await this.#before(of[0]));
          } else {
            inViews.set(key, inView);
            held.set(key, inView.before(of).reduce(folded, inView.standing));
          }
        }),
      );
    }
    return inViews;
  }

  /** Null also where the views are away: the log alone tells as much. */
  async #inView(events: OfTask): Promise<TaskInView | null> {
    try {
      return await TaskInView.of(this.#views, this.#log, events);
    } catch (error) {
      if (isLogAway(error)) return null;
      throw error;
    }
  }

  async #before(event: RecordedTaskEvent): Promise<TaskAtEvent> {
    const { user_id, task_id, sequence } = event.meta;
    let standing: TaskAtEvent | null = null;
    for await (const earlier of eventsOf(this.#log, user_id, task_id, NO_SEQUENCE)) {
      if (earlier.meta.sequence >= sequence) break;
      standing = folded(standing, earlier);
    }
    if (standing === null) throw new Error(`event ${sequence} of ${task_id} has none before it`);
    return standing;
  }
}

/** Of one task, in their order. */
export type OfTask = readonly [RecordedTaskEvent, ...RecordedTaskEvent[]];

function byTask(events: readonly RecordedTaskEvent[]): ReadonlyMap<string, OfTask> {
  const tasks = new Map<string, [RecordedTaskEvent, ...RecordedTaskEvent[]]>();
  for (const event of events) {
    const key = keyOf(event);
    const of = tasks.get(key);
    if (of === undefined) tasks.set(key, [event]);
    else of.push(event);
  }
  return tasks;
}

function folded(before: TaskAtEvent | null, event: RecordedTaskEvent): TaskAtEvent {
  const touched = executionNumberOf(event);
  return {
    task: evolve(before?.task ?? null, event),
    execution:
      touched === null ? (before?.execution ?? null) : evolveExecution(before?.execution ?? null, event),
  };
}

function keyOf({ meta }: RecordedTaskEvent): string {
  return `${meta.task_id} ${meta.user_id}`;
}
