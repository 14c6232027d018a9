import type { ExecutionCommand } from '../../../src/application/ports/work/execution-commands.ts';
import type { ExecutionId, TaskId, Term, UserId } from '../../../src/domain/shared/ids.ts';
import type { Instant } from '../../../src/domain/shared/instant.ts';

export const DUE_AT = '2026-01-01T00:00:00.000Z' as Instant;

/** The n-th of any number of different execution commands. */
export function executionCommand(n: number, fields: Partial<ExecutionCommand> = {}): ExecutionCommand {
  const ulid = `01ARZ3NDEKTSV4${n.toString().padStart(12, '0')}`;
  return {
    user_id: 'user-1' as UserId,
    task_id: `tsk_${ulid}` as TaskId,
    execution_id: `exe_${ulid}` as ExecutionId,
    attempt: 1,
    task_type: 'todo',
    priority: 'medium',
    due_at: DUE_AT,
    term: 1 as Term,
    traceparent: null,
    timeout_seconds: null,
    ...fields,
  };
}
