/** The ids of what a message requests of a task: a message that comes again asks for the very same run. */
import type { EventId, ExecutionId, TaskId } from '../../domain/shared/ids.ts';
import type { TriggerMessage } from '../ports/work/trigger-messages.ts';
import { ulidFrom } from './derived-ids.ts';

export interface RunIds {
  readonly execution_id: ExecutionId;
  readonly event_id: EventId;
}

export function runIds(message: Pick<TriggerMessage, 'id' | 'published_at'>, taskId: TaskId): RunIds {
  const ulid = (purpose: string) => ulidFrom(message.published_at, `${purpose} ${taskId} ${message.id}`);
  return { execution_id: `exe_${ulid('execution')}` as ExecutionId, event_id: ulid('event') as EventId };
}
