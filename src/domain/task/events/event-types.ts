import type { TaskEvent } from './events.ts';

const TYPES: Readonly<Record<TaskEvent['type'], true>> = {
  'task.created': true,
  'task.updated': true,
  'task.status_changed': true,
  'task.deleted': true,
  'task.restored': true,
  'task.execution_requested': true,
  'task.execution_started': true,
  'task.execution_completed': true,
  'task.execution_failed': true,
  'task.execution_cancelled': true,
  'task.slots_skipped': true,
  'task.slot_buffered': true,
  'task.slot_skip_changed': true,
  'task.occurrence_marked': true,
  'task.backfill_requested': true,
  'task.rescheduled': true,
  'task.reminder_triggered': true,
  'task.overdue': true,
  'task.webhook_issued': true,
  'task.webhook_revoked': true,
};
/** Of every event that a task can have. */
export const TASK_EVENT_TYPES = Object.keys(TYPES) as readonly TaskEvent['type'][];
