import { monotonicFactory } from 'ulid';
import type { Ids } from './application/ports.ts';
import type { EventId, ExecutionId, TaskId } from './domain/ids.ts';
import { epochMs } from './domain/instant.ts';

/** Ids of this process grow: those of one millisecond too. */
export function ulidIds(): Ids {
  const next = monotonicFactory();
  return {
    taskId: (now) => `tsk_${next(epochMs(now))}` as TaskId,
    executionId: (now) => `exe_${next(epochMs(now))}` as ExecutionId,
    eventId: (now) => next(epochMs(now)) as EventId,
  };
}
