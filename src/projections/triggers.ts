import type { TaskId, UserId } from '../domain/shared/ids.ts';
import type { View } from './view.ts';

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
export const TRIGGERS: View<Listener> = {
  name: 'TRIGGERS',
  version: 2,
  placeOf: () => '',
  evolve: (_value, _event, { task_id, user_id, trigger, resting_status, deleted_at }) =>
    trigger === null || resting_status === 'cancelled'
      ? null
      : { task_id, user_id, subject: trigger.subject, live: deleted_at === null },
};
