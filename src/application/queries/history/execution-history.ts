/**
 * Executions of one task, current. The newest come from the view's ring with the tail of the task's events on top;
 * older ones, and any that the ring lacks, are folded from those stretches of its events in which they ended.
 */
import { evolveExecution } from '../../../domain/execution/evolve.ts';
import { type ExecutionState, isFinished } from '../../../domain/execution/state.ts';
import type { ExecutionStatus } from '../../../domain/execution/types.ts';
import type { RecordedTaskEvent, Snapshot } from '../../../domain/shared/event.ts';
import type { EventId, ExecutionId, Sequence } from '../../../domain/shared/ids.ts';
import { plusMs } from '../../../domain/shared/instant.ts';
import { executionNumberOf } from '../../../domain/task/events/event-accessors.ts';
import type { TaskSnapshot } from '../../../domain/task/evolve/snapshot.ts';
import type { PageSummary } from '../../../projections/milestones.ts';
import { timeOf } from '../../commands/derived-ids.ts';
import type { EventLog } from '../../ports/log/log.ts';
import type { Views } from '../../ports/views.ts';
import { eventsOf } from '../task-events.ts';
import { type HistoryStretch, MilestoneHistory, type MilestoneViews } from './milestone-history.ts';

export interface ExecutionsQuery {
  readonly limit: number;
  /** Only executions with a smaller number: the cursor. */
  readonly beforeNumber?: number | undefined;
  /** Only executions with a smaller `id`, for who does not know the number. */
  readonly beforeId?: Sequence | undefined;
  /** How many of the newest matching ones are left out. */
  readonly offset?: number | undefined;
  /** Any of them; absent: whatever. */
  readonly status?: readonly ExecutionStatus[] | undefined;
}

/** Which of a task's executions are looked for in the log. */
interface Looked {
  readonly newest: number;
  readonly status: readonly ExecutionStatus[] | undefined;
  readonly wanted: number;
}

/** An id may be made this long before its execution is requested, where a message has waited for that. */
const ID_WAITS_MS = 8 * 86_400_000;
/** And so long after, by the clock of another instance. */
export const CLOCKS_DIFFER_MS = 60_000;

/** Of the ring, looked through first for an execution by its id. */
const LIKELY = 4;

type ExecutionViews = Pick<Views, 'executions' | 'executionsKept'> & MilestoneViews;

export class ExecutionHistory {
  readonly #log: EventLog;
  readonly #views: ExecutionViews;

  constructor(log: EventLog, views: ExecutionViews) {
    this.#log = log;
    this.#views = views;
  }

  /** Newest first, as of `task`, which is current. Throws LogUnavailable. */
  async page(task: TaskSnapshot, query: ExecutionsQuery): Promise<ExecutionState[]> {
    const all = query.status === undefined && query.beforeId === undefined;
    // Where none is left out between them, their numbers tell where the page begins.
    const skipped = all ? (query.offset ?? 0) : 0;
    const offset = (query.offset ?? 0) - skipped;
    const wanted = offset + query.limit;
    const before = Math.min(task.state.executions_requested, (query.beforeNumber ?? Infinity) - 1);
    const newest = before - skipped;
    const { beforeId = Infinity } = query;
    const fits = ({ status, id }: ExecutionState) =>
      (query.status === undefined || query.status.includes(status)) && id < beforeId;

    const inRing = descending(newest, this.#oldestInRing(task));
    const looked = all ? inRing.slice(0, wanted) : inRing;
    const ring = await this.#fromRing(task, looked);
    const found = looked.flatMap((number) => ring.get(number) ?? []).filter(fits);
    const whole =
      ring.size === looked.length && (found.length >= wanted || (looked.at(-1) ?? newest + 1) <= 1);
    const { status } = query;
    const executions = whole
      ? found
      : await this.#newestFromLog(task, { newest, status, wanted }, beforeId, fits);
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
    return MilestoneHistory.along(this.#log, this.#views, task, (history) => findAlong(history, id));
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

  /** Newest first. */
  #newestFromLog(
    task: TaskSnapshot,
    { newest: most, ...looked }: Looked,
    beforeId: number,
    fits: (execution: ExecutionState) => boolean,
  ): Promise<ExecutionState[]> {
    return MilestoneHistory.along(this.#log, this.#views, task, async (history) => {
      const found: ExecutionState[] = [];
      // Who knows no number knows at least that all later ones are beyond it.
      const beyond = await history.firstBeyond(({ sequence }) => sequence < beforeId);
      const newest = Math.min(most, beyond?.state.executions_requested ?? Number.POSITIVE_INFINITY);
      for await (const stretch of history.newestStretches((from, to) =>
        mayHold({ ...looked, newest }, from, to),
      )) {
        const ended = await endedIn(history, stretch);
        found.push(...ended.filter((each) => each.number <= newest && fits(each)));
        if (found.length >= looked.wanted) break;
      }
      return found;
    });
  }

  #events(task: TaskSnapshot, after: Sequence): AsyncGenerator<RecordedTaskEvent> {
    return eventsOf(this.#log, task.state.user_id, task.state.task_id, after);
  }
}

/** Whether the events from one milestone to another, or to the end of all, may have ended an execution that is looked for. */
function mayHold({ newest, status }: Looked, from: PageSummary | null, to: PageSummary | null): boolean {
  if (from !== null && endedBy(from) >= newest) return false;
  if (to === null) return true;
  return status === undefined
    ? endedBy(to) > (from === null ? 0 : endedBy(from))
    : status.some((one) => mayEnd(one, from, to));
}

function mayEnd(status: ExecutionStatus, from: PageSummary | null, to: PageSummary): boolean {
  switch (status) {
    case 'completed':
      return to.success_count > (from?.success_count ?? 0);
    case 'failed':
      return to.failure_count > (from?.failure_count ?? 0);
    case 'cancelled':
      return endedBy(to) - to.run_count > (from === null ? 0 : endedBy(from) - from.run_count);
    case 'pending':
    case 'running':
      return false;
  }
}

function endedBy({ executions_requested, unfinished }: PageSummary): number {
  return executions_requested - (unfinished ? 1 : 0);
}

/** The executions that ended in a stretch, and in one without an end the unfinished one too, newest first. */
async function endedIn(history: MilestoneHistory, { base, end }: HistoryStretch): Promise<ExecutionState[]> {
  const begun = base?.state.execution?.number;
  const from =
    begun === undefined
      ? base
      : await history.last(({ executions_requested }) => executions_requested < begun);
  const first = begun ?? (base?.state.executions_requested ?? 0) + 1;
  const executions = new Map<number, ExecutionState>();
  for await (const event of await history.eventsOf({ base: from, end })) {
    const number = executionNumberOf(event);
    if (number !== null && number >= first) {
      executions.set(number, evolveExecution(executions.get(number) ?? null, event));
    }
  }
  const unfinished = end?.state.execution?.number;
  return [...executions.values()].filter(({ number }) => number !== unfinished).reverse();
}

/** An id says when it was made: its execution was requested then, or a message has waited for it. */
async function findAlong(history: MilestoneHistory, id: ExecutionId): Promise<ExecutionState | null> {
  const made = timeOf(id.slice(id.indexOf('_') + 1) as EventId);
  const base = await history.last(({ latest }) => latest < plusMs(made, -CLOCKS_DIFFER_MS));
  const until = plusMs(made, ID_WAITS_MS);
  let found: ExecutionState | null = null;
  for await (const event of history.eventsAfter(base)) {
    const isIt = event.type === 'task.execution_requested' && event.data.execution_id === id;
    if (found === null && event.meta.time > until) return null;
    if (!isIt && found === null) continue;
    if (found !== null && executionNumberOf(event) !== found.number) {
      if (event.type === 'task.execution_requested') return found;
      continue;
    }
    found = evolveExecution(found, event);
    if (isFinished(found)) return found;
  }
  return found;
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
