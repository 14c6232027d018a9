/** The state machine of a task as tables; what each move needs is decided beside the commands. */
export const TASK_STATUSES = [
  'pending',
  'scheduled',
  'running',
  'completed',
  'failed',
  'cancelled',
  'paused',
] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** What a task returns to when no execution runs; `running` is only ever shown over it. */
export type RestingStatus = Exclude<TaskStatus, 'running'>;

/** Nothing is awaited of such a task, and it reminds of nothing. */
export function isDone(status: RestingStatus): boolean {
  return status === 'completed' || status === 'cancelled';
}

export const PRIORITIES = ['low', 'medium', 'high', 'urgent'] as const;
export type Priority = (typeof PRIORITIES)[number];

export const TASK_TYPES = [
  'daily_weather',
  'daily_news',
  'news_monitor',
  'weather_alert',
  'price_tracker',
  'data_backup',
  'todo',
  'reminder',
  'calendar_event',
  'custom',
] as const;
/** BR-TSK-004. */
export type TaskType = (typeof TASK_TYPES)[number];

/**
 * Every move of the status that a task can make, whoever makes it (BR-STS-001 to BR-STS-008).
 * `cancelled` is terminal.
 */
export const TRANSITIONS: Readonly<Record<TaskStatus, readonly TaskStatus[]>> = {
  pending: ['scheduled', 'running', 'completed', 'paused', 'cancelled'],
  scheduled: ['running', 'pending', 'completed', 'paused', 'cancelled'],
  running: ['completed', 'failed', 'pending', 'scheduled', 'paused', 'cancelled'],
  completed: ['pending', 'scheduled', 'running', 'cancelled'],
  failed: ['running', 'scheduled', 'pending', 'completed', 'cancelled'],
  paused: ['scheduled', 'pending', 'running', 'completed', 'cancelled'],
  cancelled: [],
};

/** A move of the status, as the events carry it. */
export interface StatusMove<From extends TaskStatus = TaskStatus, To extends TaskStatus = TaskStatus> {
  readonly from: From;
  readonly to: To;
}
