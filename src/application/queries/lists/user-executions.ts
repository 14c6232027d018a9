/**
 * Executions of all tasks of a user, newest request first: a merge of the tasks' own executions, each read by portions
 * and only as far as the page needs. An execution is at most as new as its task's last event, so tasks that nothing
 * has happened to since are not read at all.
 */
import TinyQueue from 'tinyqueue';
import type { ExecutionState } from '../../../domain/execution/state.ts';
import type { ExecutionStatus, TriggerType } from '../../../domain/execution/types.ts';
import type { Sequence, TaskId } from '../../../domain/shared/ids.ts';
import { type Instant, plusMs } from '../../../domain/shared/instant.ts';
import type { TaskSnapshot } from '../../../domain/task/evolve/snapshot.ts';
import type { TaskState } from '../../../domain/task/state.ts';
import type { TaskType } from '../../../domain/task/status.ts';
import { executionBytes } from '../approximate-bytes.ts';
import type { ExecutionHistory } from '../history/execution-history.ts';

export interface UserExecutionsQuery {
  readonly limit: number;
  /** Only executions whose `id` is smaller: the cursor. */
  readonly before?: Sequence | undefined;
  readonly taskId?: TaskId | undefined;
  /** Of these and of what follows any value fits. */
  readonly status?: readonly ExecutionStatus[] | undefined;
  readonly triggerType?: readonly TriggerType[] | undefined;
  readonly taskType?: readonly TaskType[] | undefined;
  /** In the task's name, the summary, the error's message or its code, in any case. */
  readonly text?: string | undefined;
  /** By `created_at`, both inclusive. */
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

export interface TaskExecution {
  readonly execution: ExecutionState;
  /** As it is now. */
  readonly task: TaskState;
}

export interface UserExecutionsPage {
  readonly executions: readonly TaskExecution[];
  /** The `before` of the page after this one; null where there is none. A page may end early, even empty. */
  readonly next: Sequence | null;
}

/** What one page may hold, and look at for it, in memory roughly; the next one goes on. */
const MOST_BYTES = 8 * 1024 * 1024;
const MOST_LOOKED_AT = 2_000;
const MOST_BYTES_LOOKED_AT = 64 * 1024 * 1024;

/** Executions of one task that are read at once. */
const PORTION = 20;
/** Tasks whose first portion is read at once. */
const TASKS_AT_ONCE = 16;
/** A task's executions are in order of time, except where a clock was set back. */
const CLOCK_SLACK_MS = 3_600_000;

interface Source {
  readonly task: TaskSnapshot;
  /** Read and not yet merged, newest first; null before the first read. */
  portion: ExecutionState[] | null;
  /** None of its executions that are left has a larger id. */
  atMost: number;
}

/** `tasks`: all of the user's. Throws LogUnavailable. */
export async function newestExecutions(
  history: Pick<ExecutionHistory, 'page'>,
  tasks: readonly TaskSnapshot[],
  query: UserExecutionsQuery,
): Promise<UserExecutionsPage> {
  const queue = new TinyQueue<Source>(sourcesOf(tasks, query), (a, b) => b.atMost - a.atMost);
  const fits = fitsTo(query);
  const executions: TaskExecution[] = [];
  let [bytes, lookedAt, bytesLookedAt] = [0, 0, 0];
  let last: Sequence | null = null;
  for (let source = queue.pop(); source !== undefined; source = queue.pop()) {
    if (source.portion === null) {
      const unread = [source];
      while (unread.length < TASKS_AT_ONCE && queue.peek()?.portion === null) {
        unread.push(queue.pop() as Source);
      }
      await Promise.all(unread.map((each) => readOn(history, each, query, undefined)));
      for (const each of unread) if (each.portion?.length) queue.push(each);
      continue;
    }
    const execution = source.portion[0] as ExecutionState;
    const size = executionBytes(execution);
    const isWanted = fits({ execution, task: source.task.state });
    const isFull = executions.length === query.limit || (bytes + size > MOST_BYTES && executions.length > 0);
    const isTired = lookedAt === MOST_LOOKED_AT || bytesLookedAt > MOST_BYTES_LOOKED_AT;
    if ((isWanted && isFull) || isTired) return { executions, next: last };
    if (isWanted) {
      executions.push({ execution, task: source.task.state });
      bytes += size;
    }
    last = execution.id;
    lookedAt += 1;
    bytesLookedAt += size;
    source.portion.shift();
    if (source.portion.length === 0) await readOn(history, source, query, execution);
    else source.atMost = (source.portion[0] as ExecutionState).id;
    if (source.portion.length > 0) queue.push(source);
  }
  return { executions, next: null };
}

function sourcesOf(tasks: readonly TaskSnapshot[], query: UserExecutionsQuery): Source[] {
  const { before = Infinity } = query;
  return tasks
    .filter(({ state }) => state.executions_requested > 0)
    .filter(({ state }) => query.taskId === undefined || state.task_id === query.taskId)
    .filter(({ state }) => query.taskType === undefined || query.taskType.includes(state.task_type))
    .filter(({ state }) => state.id < before)
    .filter(({ state }) => query.status?.some((status) => mayHave(state, status)) ?? true)
    .map((task) => ({ task, portion: null, atMost: Math.min(task.sequence, before - 1) }));
}

/** Whether the task's own counters leave room for such an execution: most tasks need not be read for it then. */
function mayHave(state: TaskState, status: ExecutionStatus): boolean {
  switch (status) {
    case 'pending':
    case 'running':
      return state.execution !== null;
    case 'completed':
      return state.success_count > 0;
    case 'failed':
      return state.failure_count > 0;
    case 'cancelled':
      return state.executions_requested > state.run_count + (state.execution === null ? 0 : 1);
  }
}

/** Reads the portion after `last`; an empty one is the end. */
async function readOn(
  history: Pick<ExecutionHistory, 'page'>,
  source: Source,
  query: UserExecutionsQuery,
  last: ExecutionState | undefined,
): Promise<void> {
  const { from, status } = query;
  const place = last === undefined ? { beforeId: query.before } : { beforeNumber: last.number };
  const page = await history.page(source.task, { limit: PORTION, ...place, status });
  const tooOld = from === undefined ? null : plusMs(from, -CLOCK_SLACK_MS);
  source.portion = tooOld === null ? page : page.filter(({ created_at }) => created_at >= tooOld);
  source.atMost = source.portion[0]?.id ?? 0;
}

function fitsTo(query: UserExecutionsQuery): (row: TaskExecution) => boolean {
  const { before = Infinity, from, to, triggerType } = query;
  const text = query.text?.toLowerCase();
  return ({ execution, task }) =>
    execution.id < before &&
    (from === undefined || execution.created_at >= from) &&
    (to === undefined || execution.created_at <= to) &&
    (triggerType === undefined || triggerType.includes(execution.trigger_type)) &&
    (text === undefined || textsOf(execution, task).some((one) => one.toLowerCase().includes(text)));
}

function textsOf({ summary, error_message, error_details }: ExecutionState, { name }: TaskState): string[] {
  const code = error_details?.code;
  return [name, summary ?? '', error_message ?? '', typeof code === 'string' ? code : ''];
}
