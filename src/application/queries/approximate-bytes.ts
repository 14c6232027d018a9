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
    bytesOf(task.name) +
    bytesOf(task.description) +
    bytesOf(task.config) +
    bytesOf(task.metadata) +
    bytesOf(task.tags) +
    bytesOf(task.last_error) +
    bytesOf(task.last_result)
  );
}

export function executionBytes(execution: ExecutionState): number {
  return (
    FRAME +
    bytesOf(execution.trigger_data) +
    bytesOf(execution.result) +
    bytesOf(execution.summary) +
    bytesOf(execution.error_message) +
    bytesOf(execution.error_details)
  );
}

/** Of any JSON value. */
export function bytesOf(value: unknown): number {
  if (typeof value === 'string') return 16 + value.length * 2;
  if (typeof value !== 'object' || value === null) return 8;
  let bytes = 32;
  for (const key in value) bytes += 16 + key.length * 2 + bytesOf((value as Record<string, unknown>)[key]);
  return bytes;
}
