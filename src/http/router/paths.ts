/** Ids in paths: what is not of the form is an id that nothing has. */
import { type ExecutionId, parseExecutionId, parseTaskId, type TaskId } from '../../domain/shared/ids.ts';
import { Problem } from '../server/problem.ts';
import type { Call } from './route.ts';

export function taskIdOf(call: Call): TaskId {
  const id = parseTaskId(call.params.task_id ?? '');
  if (id === null) throw new Problem('TASK_NOT_FOUND');
  return id;
}

export function executionIdOf(call: Call): ExecutionId {
  const id = parseExecutionId(call.params.execution_id ?? '');
  if (id === null) throw new Problem('EXECUTION_NOT_FOUND');
  return id;
}

export const WEBHOOKS_PATH = '/api/v1/hooks';

export function taskPath(taskId: TaskId): string {
  return `/api/v1/tasks/${taskId}`;
}

export function executionPath(taskId: TaskId, executionId: ExecutionId): string {
  return `${taskPath(taskId)}/executions/${executionId}`;
}
