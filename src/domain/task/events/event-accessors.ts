/**
 * What most readers of a task's events ask, each answered once. A type that comes to the union answers by the members
 * that it has, or does not compile here.
 */
import type { RecordedTaskEvent, UnopenedTaskEvent } from '../../shared/event.ts';
import type { ExecutionId } from '../../shared/ids.ts';
import { type Instant, msBetween } from '../../shared/instant.ts';
import type { StatusMove } from '../status.ts';
import type { SkippedRange, TaskEvent } from './events.ts';
import type { EndedExecution, ExecutionCancelled, ExecutionStarted } from './execution-events.ts';

type AnyEvent = TaskEvent | RecordedTaskEvent | UnopenedTaskEvent;

type OfExecution<Event> = Event extends { readonly type: `task.execution_${string}` } ? Event : never;

/** Whether the event is a step of an execution. A decision about the task may end one too: see `executionEndOf`. */
export function isOfExecution<Event extends AnyEvent>(event: Event): event is OfExecution<Event> {
  return event.type.startsWith('task.execution_');
}

/** Number of the execution that an event begins, moves or ends; null where it touches none. */
export function executionNumberOf({ data }: AnyEvent): number | null {
  if ('execution_id' in data) return data.number;
  return 'ended_execution' in data ? (data.ended_execution?.number ?? null) : null;
}

/** How an execution ended. */
export type ExecutionEnd = { readonly execution_id: ExecutionId; readonly number: number } & (
  | { readonly outcome: 'completed' }
  | { readonly outcome: 'failed'; readonly code: string }
  /** By itself, by a person, by a slot that took its place, or by what was decided about its task. */
  | { readonly outcome: 'cancelled'; readonly code: ExecutionCancelled['code'] | EndedExecution['code'] }
);

/** The execution that an event ended; null where it ended none: also a failed attempt that another follows. */
export function executionEndOf(event: AnyEvent): ExecutionEnd | null {
  if (!isOfExecution(event)) {
    const ended = 'ended_execution' in event.data ? event.data.ended_execution : null;
    return ended === null ? null : { ...ended, outcome: 'cancelled' };
  }
  const { execution_id, number } = event.data;
  switch (event.type) {
    case 'task.execution_requested':
    case 'task.execution_started':
      return null;
    case 'task.execution_completed':
      return { execution_id, number, outcome: 'completed' };
    case 'task.execution_failed':
      return event.data.will_retry
        ? null
        : { execution_id, number, outcome: 'failed', code: event.data.code };
    case 'task.execution_cancelled':
      return { execution_id, number, outcome: 'cancelled', code: event.data.code };
  }
}

/**
 * How late a first start is that is in the log by `now`, milliseconds. The event itself says how late it was decided,
 * which is before it was stored.
 */
export function startLatenessMs(
  { data, meta }: { readonly data: ExecutionStarted; readonly meta: { readonly time: Instant } },
  now: Instant,
): number {
  return data.late_by_ms + Math.max(0, msBetween(meta.time, now));
}

/** The move of the status that an event makes; null where it makes none. */
export function statusMoveOf({ data }: AnyEvent): StatusMove | null {
  return 'status' in data ? data.status : null;
}

/** What an event does with slots that came due: one runs, one waits for the end of a run, or none of a range runs. */
export type TakenSlots =
  | { readonly by: 'run'; readonly slot: Instant; readonly execution_id: ExecutionId }
  | { readonly by: 'wait'; readonly slot: Instant }
  | { readonly by: 'skip'; readonly to: Instant; readonly reason: SkippedRange['reason'] };

/** The slots that an event takes; null where it takes none. A backfill runs what was taken before. */
export function takenSlotsOf(event: AnyEvent): TakenSlots | null {
  if (event.type === 'task.slot_buffered') return { by: 'wait', slot: event.data.slot };
  if (event.type === 'task.slots_skipped') {
    return { by: 'skip', to: event.data.to, reason: event.data.reason };
  }
  if (event.type !== 'task.execution_requested') return null;
  const { trigger_type, scheduled_for: slot, execution_id } = event.data;
  return trigger_type === 'scheduled' && slot !== null ? { by: 'run', slot, execution_id } : null;
}
