/** What an event of a run does not say and its tally needs: looked up where the run began. */
import type { ExecutionState } from '../../domain/execution/state.ts';
import type { RecordedTaskEvent } from '../../domain/shared/event.ts';
import type { TaskId, UserId } from '../../domain/shared/ids.ts';
import { executionNumberOf } from '../../domain/task/events/event-accessors.ts';
import type { TaskType } from '../../domain/task/status.ts';
import { needsFactsOf, type RunFacts } from '../../projections/analytics.ts';
import type { TaskQueries } from './queries.ts';

export type RunQueries = Pick<TaskQueries, 'tasksOf' | 'executions'>;

const LOOKED_UP_AT_ONCE = 50;

/** The executions that the events are about: as requested among them, or before them. */
export async function runFactsOf(
  queries: RunQueries,
  userId: UserId,
  tail: readonly RecordedTaskEvent[],
): Promise<(event: RecordedTaskEvent) => RunFacts> {
  const facts = new Map<string, RunFacts>();
  const before = new Map<string, { readonly taskId: TaskId; readonly number: number }>();
  const types = await typesOf(queries, userId, tail);
  const typeOf = (taskId: TaskId): TaskType => {
    const type = types.get(taskId);
    if (type === undefined) throw new Error(`${taskId} has events and is no task`);
    return type;
  };
  for (const event of tail) {
    const { task_id: taskId, time } = event.meta;
    if (event.type === 'task.execution_requested') {
      const { number, trigger_type, scheduled_for } = event.data;
      const task_type = typeOf(taskId);
      facts.set(`${taskId} ${number}`, { task_type, trigger_type, scheduled_for, requested_at: time });
    }
    const number = needsFactsOf(event);
    if (number !== null && !facts.has(`${taskId} ${number}`)) {
      before.set(`${taskId} ${number}`, { taskId, number });
    }
  }
  const all = [...before];
  for (let from = 0; from < all.length; from += LOOKED_UP_AT_ONCE) {
    await Promise.all(
      all.slice(from, from + LOOKED_UP_AT_ONCE).map(async ([key, { taskId, number }]) => {
        const execution = await executionOf(queries, userId, taskId, number);
        const { trigger_type, scheduled_for, created_at: requested_at } = execution;
        facts.set(key, { task_type: typeOf(taskId), trigger_type, scheduled_for, requested_at });
      }),
    );
  }
  return (event: RecordedTaskEvent): RunFacts => {
    const found = facts.get(`${event.meta.task_id} ${executionNumberOf(event)}`);
    if (found === undefined) throw new Error(`${event.type} at ${event.meta.sequence} has no execution`);
    return found;
  };
}

async function typesOf(
  queries: RunQueries,
  userId: UserId,
  tail: readonly RecordedTaskEvent[],
): Promise<Map<TaskId, TaskType>> {
  if (!tail.some((event) => executionNumberOf(event) !== null)) return new Map();
  // Read after the tail: no task of the tail is missing.
  const tasks = await queries.tasksOf(userId);
  return new Map(tasks.map(({ state }) => [state.task_id, state.task_type]));
}

async function executionOf(
  queries: RunQueries,
  userId: UserId,
  taskId: TaskId,
  number: number,
): Promise<ExecutionState> {
  const query = { limit: 1, beforeNumber: number + 1 };
  const [execution] = await queries.executions(userId, taskId, query);
  if (execution?.number !== number) throw new Error(`the log lacks run ${number} of ${taskId}`);
  return execution;
}
