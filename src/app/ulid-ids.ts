import { randomFillSync } from 'node:crypto';
import { monotonicFactory } from 'ulid';
import type { Ids } from '../application/ports/clock.ts';
import type { EventId, ExecutionId, TaskId } from '../domain/shared/ids.ts';
import { epochMs } from '../domain/shared/instant.ts';

/** Ids of this process grow: those of one millisecond too. */
export function ulidIds(): Ids {
  const next = monotonicFactory(pooledRandom());
  return {
    taskId: (now) => `tsk_${next(epochMs(now))}` as TaskId,
    executionId: (now) => `exe_${next(epochMs(now))}` as ExecutionId,
    eventId: (now) => next(epochMs(now)) as EventId,
  };
}

/** The library asks for sixteen random numbers an id, and would ask the system for each of them. */
function pooledRandom(): () => number {
  const pool = new Uint32Array(1024);
  let used = pool.length;
  return () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    return (pool[used++] ?? 0) / 2 ** 32;
  };
}
