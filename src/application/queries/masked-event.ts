/** Events as people may see them. */
import type { RecordedTaskEvent } from '../../domain/shared/event.ts';
import type { TaskType } from '../../domain/task/status.ts';
import type { TaskTypeCatalog } from '../ports/task-types.ts';

const MASK = '***';

/** An event as its owner may see it: the secrets of its config, and of its webhook, masked. */
export function maskedEvent(
  event: RecordedTaskEvent,
  taskType: TaskType,
  catalog: TaskTypeCatalog,
): RecordedTaskEvent {
  if (event.type === 'task.webhook_issued') return withMaskedSecret(event);
  const { data } = event;
  if (!('personal' in data) || !('config' in data.personal)) return event;
  const { config } = data.personal;
  if (config === undefined) return event;
  const personal = { ...data.personal, config: catalog.masked(taskType, config) };
  return { ...event, data: { ...data, personal } } as RecordedTaskEvent;
}

function withMaskedSecret(
  event: Extract<RecordedTaskEvent, { readonly type: 'task.webhook_issued' }>,
): RecordedTaskEvent {
  if (event.data.personal === undefined) return event;
  return { ...event, data: { ...event.data, personal: { secret: MASK } } };
}
