/** Events as people may see them. */
import type { RecordedTaskEvent } from '../../domain/shared/event.ts';
import type { TaskType } from '../../domain/task/status.ts';
import type { TaskTypeCatalog } from '../ports/task-types.ts';

/** An event as its owner may see it: the secrets of its config masked. */
export function maskedEvent(
  event: RecordedTaskEvent,
  taskType: TaskType,
  catalog: TaskTypeCatalog,
): RecordedTaskEvent {
  const { data } = event;
  if (!('personal' in data) || !('config' in data.personal)) return event;
  const { config } = data.personal;
  if (config === undefined) return event;
  const personal = { ...data.personal, config: catalog.masked(taskType, config) };
  return { ...event, data: { ...data, personal } } as RecordedTaskEvent;
}
