/** Events as people may see them. */
import type { RecordedTaskEvent } from '../../domain/shared/event.ts';
import type { TaskType } from '../../domain/task/status.ts';
import type { TaskTypeCatalog } from '../ports/ports.ts';

/** An event as its owner may see it: the secrets of its config masked. */
export function maskedEvent(
  event: RecordedTaskEvent,
  taskType: TaskType,
  catalog: TaskTypeCatalog,
): RecordedTaskEvent {
  switch (event.type) {
    case 'task.created': {
      const { personal } = event.data;
      const config = catalog.masked(taskType, personal.config);
      return { ...event, data: { ...event.data, personal: { ...personal, config } } };
    }
    case 'task.updated': {
      const { personal } = event.data;
      if (personal.config === undefined) return event;
      const config = catalog.masked(taskType, personal.config);
      return { ...event, data: { ...event.data, personal: { ...personal, config } } };
    }
    case 'task.status_changed':
    case 'task.deleted':
    case 'task.restored':
    case 'task.execution_requested':
    case 'task.execution_started':
    case 'task.execution_completed':
    case 'task.execution_failed':
    case 'task.execution_cancelled':
    case 'task.slots_skipped':
    case 'task.slot_buffered':
    case 'task.backfill_requested':
    case 'task.rescheduled':
    case 'task.reminder_triggered':
    case 'task.overdue':
    case 'task.webhook_issued':
    case 'task.webhook_revoked':
      return event;
  }
}
