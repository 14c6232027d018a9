import type { Run } from './executor.ts';

/** What code of the author's own is told of a run, wherever it is. */
export async function toldOf({ task, execution }: Pick<Run<unknown>, 'task' | 'execution'>) {
  return {
    execution_id: execution.execution_id,
    attempt: execution.attempt,
    task_id: task.task_id,
    user_id: task.user_id,
    task_name: task.name,
    trigger_type: execution.trigger_type,
    trigger_data: await execution.triggerData(),
    scheduled_for: execution.scheduled_for,
  };
}
