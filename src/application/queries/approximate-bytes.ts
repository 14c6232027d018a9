/**
 * Roughly how much memory tasks and executions take, so that caches are bounded by memory and not by count. Only what
 * callers choose the size of is measured.
 */
import type { ExecutionState } from '../../domain/execution/state.ts';
import type { TaskState } from '../../domain/task/state.ts';

/** All that is of fixed size, as objects. */
const FRAME = 2_048;

export function taskBytes(task: TaskState): number {
  return (
    FRAME +
    valueBytes(task.name) +
    valueBytes(task.description) +
    valueBytes(task.config) +
    valueBytes(task.metadata) +
    valueBytes(task.tags) +
    valueBytes(task.last_error) +
    valueBytes(task.last_result)
  );
}

export function executionBytes(execution: ExecutionState): number {
  return (
    FRAME +
    valueBytes(execution.trigger_data) +
    valueBytes(execution.result) +
    valueBytes(execution.summary) +
    valueBytes(execution.error_message) +
    valueBytes(execution.error_details)
  );
}

/** Of any JSON value. */
export function valueBytes(value: unknown): number {
  if (typeof value === 'string') return 16 + value.length * 2;
  if (typeof value !== 'object' || value === null) return 8;
  let bytes = 32;
  for (const key in value) bytes += 16 + key.length * 2 + valueBytes((value as Record<string, unknown>)[key]);
  return bytes;
}
