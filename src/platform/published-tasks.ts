/**
 * Tasks as they stood at each event that the relay passes: what a message says beyond its event (the name, the kind of
 * trigger, the counters) is of that moment, not of now. A task that is not in memory is folded from its own events.
 */
import { LRUCache } from 'lru-cache';
import { executionBytes, taskBytes } from '../application/approximate-bytes.ts';
import type { EventLog, RecordedTaskEvent } from '../application/ports.ts';
import { eventsOf } from '../application/task-events.ts';
import { evolveExecution, executionNumberOf } from '../domain/execution/evolve.ts';
import type { ExecutionState } from '../domain/execution/state.ts';
import { NO_SEQUENCE } from '../domain/ids.ts';
import { evolve } from '../domain/task/evolve.ts';
import type { TaskState } from '../domain/task/state.ts';

/** A task right after an event, with the execution that was requested last. */
export interface Standing {
  readonly task: TaskState;
  readonly execution: ExecutionState | null;
}

/** Memory, roughly. */
const CACHE_BYTES = 64 * 1024 * 1024;
/** Histories read at once. */
const READ_TOGETHER = 64;

export class PublishedTasks {
  readonly #log: Pick<EventLog, 'readTask'>;
  readonly #known = new LRUCache<string, Standing>({
    maxSize: CACHE_BYTES,
    sizeCalculation: ({ task, execution }) =>
      taskBytes(task) + (execution === null ? 0 : executionBytes(execution)),
  });

  constructor(log: Pick<EventLog, 'readTask'>) {
    this.#log = log;
  }

  /** How each event left its task, in the order of the events; null where `needs` does not ask and it is not known. */
  async after(
    events: readonly RecordedTaskEvent[],
    needs: (event: RecordedTaskEvent) => boolean,
  ): Promise<(Standing | null)[]> {
    // Held apart from the cache: a large batch must not push its own first tasks out.
    const held = new Map<string, Standing>();
    await this.#load(events, needs, held);
    const standings = events.map((event) => {
      const key = keyOf(event);
      const before = event.meta.revision === 1 ? null : (held.get(key) ?? null);
      if (before === null && event.meta.revision !== 1) return null;
      const after = folded(before, event);
      held.set(key, after);
      return after;
    });
    for (const [key, standing] of held) this.#known.set(key, standing);
    return standings;
  }

  async #load(
    events: readonly RecordedTaskEvent[],
    needs: (event: RecordedTaskEvent) => boolean,
    held: Map<string, Standing>,
  ): Promise<void> {
    const first = new Map<string, RecordedTaskEvent>();
    const needed = new Set<string>();
    for (const event of events) {
      const key = keyOf(event);
      if (!first.has(key)) first.set(key, event);
      if (needs(event)) needed.add(key);
    }
    const missing: [string, RecordedTaskEvent][] = [];
    for (const [key, event] of first) {
      const known = this.#known.get(key);
      if (known !== undefined && known.task.revision === event.meta.revision - 1) held.set(key, known);
      else if (needed.has(key) && event.meta.revision > 1) missing.push([key, event]);
    }
    while (missing.length > 0) {
      const together = missing.splice(0, READ_TOGETHER);
      const standings = await Promise.all(together.map(([, event]) => this.#before(event)));
      for (const [index, [key]] of together.entries()) {
        const standing = standings[index];
        if (standing !== undefined) held.set(key, standing);
      }
    }
  }

  async #before(event: RecordedTaskEvent): Promise<Standing> {
    const { user_id, task_id, sequence } = event.meta;
    let standing: Standing | null = null;
    for await (const earlier of eventsOf(this.#log, user_id, task_id, NO_SEQUENCE)) {
      if (earlier.meta.sequence >= sequence) break;
      standing = folded(standing, earlier);
    }
    if (standing === null) throw new Error(`event ${sequence} of ${task_id} has none before it`);
    return standing;
  }
}

function folded(before: Standing | null, event: RecordedTaskEvent): Standing {
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
