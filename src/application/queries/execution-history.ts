/**
 * Executions of one task, current. The newest come from the view's ring with the tail of the task's events on top;
 * older ones, and any that the ring lacks, are folded from the task's events.
 */

import { evolveExecution, executionNumberOf } from '../../domain/execution/evolve.ts';
import type { ExecutionState } from '../../domain/execution/state.ts';
import type { ExecutionStatus } from '../../domain/execution/types.ts';
import type { RecordedTaskEvent, Snapshot } from '../../domain/shared/event.ts';
import { type ExecutionId, NO_SEQUENCE, type Sequence } from '../../domain/shared/ids.ts';
import type { TaskSnapshot } from '../../domain/task/snapshot.ts';
import type { EventLog, Views } from '../ports/ports.ts';
import { eventsOf } from './task-events.ts';

export interface ExecutionsQuery {
  readonly limit: number;
  /** Only executions with a smaller number: the cursor. */
  readonly beforeNumber?: number | undefined;
  /** Only executions with a smaller `id`, for who does not know the number. */
  readonly beforeId?: Sequence | undefined;
  /** How many of the newest matching ones are left out. */
  readonly offset?: number | undefined;
  readonly status?: ExecutionStatus | undefined;
}

/** How much of a task's executions is looked for in the log. */
interface Looked {
  readonly newest: number;
  readonly beforeId: number;
  readonly wanted: number;
}
const ANY_ONE: Looked = { newest: Infinity, beforeId: Infinity, wanted: 1 };

/** Of the ring, looked through first for an execution by its id. */
const LIKELY = 4;

export class ExecutionHistory {
  readonly #log: EventLog;
  readonly #views: Pick<Views, 'executions' | 'executionsKept'>;

  constructor(log: EventLog, views: Pick<Views, 'executions' | 'executionsKept'>) {
    this.#log = log;
    this.#views = views;
  }

  /** Newest first, as of `task`, which is current. Throws LogUnavailable. */
  async page(task: TaskSnapshot, query: ExecutionsQuery): Promise<ExecutionState[]> {
    const offset = query.offset ?? 0;
    const wanted = offset + query.limit;
    const newest = Math.min(task.state.executions_requested, (query.beforeNumber ?? Infinity) - 1);
    const { beforeId = Infinity } = query;
    const fits = ({ status, id }: ExecutionState) =>
      (query.status === undefined || status === query.status) && id < beforeId;

    const inRing = descending(newest, this.#oldestInRing(task));
    const all = query.status === undefined && query.beforeId === undefined;
    const looked = all ? inRing.slice(0, wanted) : inRing;
    const ring = await this.#fromRing(task, looked);
    const found = looked.flatMap((number) => ring.get(number) ?? []).filter(fits);
    const whole =
      ring.size === looked.length && (found.length >= wanted || (looked.at(-1) ?? newest + 1) <= 1);
    const executions = whole ? found : await this.#newestFromLog(task, { newest, beforeId, wanted }, fits);
    return executions.slice(offset, wanted);
  }

  /** Null where the task has no such execution. Throws LogUnavailable. */
  async find(task: TaskSnapshot, id: ExecutionId): Promise<ExecutionState | null> {
    const ring = descending(task.state.executions_requested, this.#oldestInRing(task));
    let seen = 0;
    for (const numbers of [ring.slice(0, LIKELY), ring.slice(LIKELY)]) {
      const executions = await this.#fromRing(task, numbers);
      for (const execution of executions.values()) if (execution.execution_id === id) return execution;
      seen += executions.size;
    }
    if (seen === task.state.executions_requested) return null;
    const [found] = await this.#newestFromLog(task, ANY_ONE, ({ execution_id }) => execution_id === id);
    return found ?? null;
  }

  #oldestInRing(task: TaskSnapshot): number {
    return Math.max(1, task.state.executions_requested - this.#views.executionsKept + 1);
  }

  async #fromRing(task: TaskSnapshot, numbers: readonly number[]): Promise<Map<number, ExecutionState>> {
    if (numbers.length === 0) return new Map();
    const { user_id, task_id } = task.state;
    const { upTo, values } = await this.#views.executions(user_id, task_id, numbers);
    const snapshots = new Map(values.map((value) => [value.state.number, value]));
    if (upTo < task.sequence) {
      const wanted = new Set(numbers);
      for await (const event of this.#events(task, upTo))
        addTo(snapshots, event, (number) => wanted.has(number));
    }
    return new Map([...snapshots].map(([number, { state }]) => [number, state]));
  }

  /** Folds the whole history, keeping no more than is wanted. Newest first. */
  async #newestFromLog(
    task: TaskSnapshot,
    { newest, beforeId, wanted }: Looked,
    fits: (execution: ExecutionState) => boolean,
  ): Promise<ExecutionState[]> {
    const found = new Map<number, ExecutionState>();
    let current: ExecutionState | null = null;
    for await (const event of this.#events(task, NO_SEQUENCE)) {
      const number = executionNumberOf(event);
      if (number === null) continue;
      // One is requested only when the one before it has ended: none of those wanted has an event from here on.
      const isRequest = event.type === 'task.execution_requested';
      if (isRequest && (number > newest || event.meta.sequence >= beforeId)) break;
      current = evolveExecution(current?.number === number ? current : null, event);
      if (fits(current)) found.set(number, current);
      else found.delete(number);
      const oldest = found.size > wanted ? found.keys().next().value : undefined;
      if (oldest !== undefined) found.delete(oldest);
    }
    return [...found.values()].sort((a, b) => b.number - a.number);
  }

  #events(task: TaskSnapshot, after: Sequence): AsyncGenerator<RecordedTaskEvent> {
    return eventsOf(this.#log, task.state.user_id, task.state.task_id, after);
  }
}

function addTo(
  snapshots: Map<number, Snapshot<ExecutionState>>,
  event: RecordedTaskEvent,
  isWanted: (number: number) => boolean,
): void {
  const number = executionNumberOf(event);
  if (number === null || !isWanted(number)) return;
  const known = snapshots.get(number);
  if (known !== undefined && event.meta.sequence <= known.sequence) return;
  // One whose request came before the tail and which the ring lacks is folded from the log.
  if (known === undefined && event.type !== 'task.execution_requested') return;
  const { sequence, revision, hash } = event.meta;
  snapshots.set(number, { sequence, revision, hash, state: evolveExecution(known?.state ?? null, event) });
}

function descending(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, from - to + 1) }, (_, index) => from - index);
}
