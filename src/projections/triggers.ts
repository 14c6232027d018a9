import type { TaskId, UserId } from '../domain/shared/ids.ts';
import type { TaskState } from '../domain/task/state.ts';

/** Where a task listens. */
export interface Listener {
  readonly task_id: TaskId;
  readonly user_id: UserId;
  /** Behind `events.<user>.`. */
  readonly subject: string;
  /** False for a deleted task. */
  readonly live: boolean;
}

/** Every task with an event trigger, deleted ones too; a cancelled one is never started again and has no value. */
export const TRIGGERS = { name: 'TRIGGERS', version: 2 } as const;

/** What the view holds for a task in this state; null for nothing. */
export function listenerOf(task: TaskState): Listener | null {
  const { task_id, user_id, trigger, resting_status, deleted_at } = task;
  if (trigger === null || resting_status === 'cancelled') return null;
  return { task_id, user_id, subject: trigger.subject, live: deleted_at === null };
}
