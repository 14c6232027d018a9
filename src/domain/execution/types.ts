export const EXECUTION_STATUSES = ['pending', 'running', 'completed', 'failed', 'cancelled'] as const;
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];

export const TRIGGER_TYPES = ['manual', 'scheduled', 'webhook', 'event', 'backfill'] as const;
export type TriggerType = (typeof TRIGGER_TYPES)[number];
