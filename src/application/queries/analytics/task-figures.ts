/** Which of a user's tasks stand out: what each has counted since it was created. */
import { creditsOf } from '../../../domain/shared/credits.ts';
import { statusOf, type TaskState } from '../../../domain/task/state.ts';
import { percent } from './analytics-figures.ts';

export const TASK_ORDERS = ['failures', 'failures_in_a_row', 'runs', 'credits'] as const;
export type TaskOrder = (typeof TASK_ORDERS)[number];

export const MOST_TASKS = 100;

const COUNTED: Readonly<Record<TaskOrder, (state: TaskState) => number>> = {
  failures: ({ failure_count }) => failure_count,
  failures_in_a_row: ({ failures_in_a_row }) => failures_in_a_row,
  runs: ({ run_count }) => run_count,
  credits: ({ total_credits_consumed_micros }) => total_credits_consumed_micros,
};

/** The tasks that have most of it, at most `limit`; of equal ones the one that ran last comes first. */
export function taskFigures(
  tasks: readonly { readonly state: TaskState }[],
  order: TaskOrder,
  limit: number,
) {
  const counted = COUNTED[order];
  const states = tasks
    .map(({ state }) => state)
    .filter(({ deleted_at, last_run_time }) => deleted_at === null && last_run_time !== null);
  const first = states.sort((a, b) => counted(b) - counted(a) || byLastRun(a, b)).slice(0, limit);
  return { tasks: first.map(figuresOf), total_tasks: states.length };
}

function byLastRun(a: TaskState, b: TaskState): number {
  return (a.last_run_time ?? '') < (b.last_run_time ?? '') ? 1 : -1;
}

function figuresOf(state: TaskState) {
  return {
    task_id: state.task_id,
    name: state.name,
    task_type: state.task_type,
    status: statusOf(state),
    runs: state.run_count,
    successes: state.success_count,
    failures: state.failure_count,
    success_rate: percent(state.success_count, state.run_count),
    failures_in_a_row: state.failures_in_a_row,
    credits: creditsOf(state.total_credits_consumed_micros),
    last_run_time: state.last_run_time,
    last_error: state.last_error,
  };
}
