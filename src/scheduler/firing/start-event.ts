/** The start of an attempt on the worker of this process, as the scheduler decides it on that worker's behalf. */
import type { FollowingEvent } from '../../application/ports/log/log.ts';
import type { EventId, ExecutionId } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { startExecution } from '../../domain/task/decide/execution.ts';
import type { SchedulingState } from '../../domain/task/state.ts';

export interface StartOf {
  readonly workerId: string;
  readonly eventId: EventId;
  readonly time: Instant;
  readonly traceparent: string | null;
}

/** What an attempt is taken with that came through no queue; no command that was queued has the same. */
export function localClaim(executionId: ExecutionId, attempt: number, workerId: string): string {
  return `${executionId}.${attempt}.${workerId}`;
}

/** What is decided of the execution that the state awaits: its start, or that it is too late for one. */
export function startEvent(
  state: SchedulingState,
  { workerId, eventId, time, traceparent }: StartOf,
): FollowingEvent {
  const { execution, task_id } = state;
  if (execution === null) throw new Error(`${task_id} awaits no execution`);
  const { execution_id, attempt } = execution;
  const claim = localClaim(execution_id, attempt, workerId);
  const decision = startExecution(state, {
    now: time,
    execution_id,
    attempt,
    worker_id: workerId,
    claim,
    redelivered: false,
  });
  if (decision.kind !== 'event') throw new Error(`a start cannot be decided: ${JSON.stringify(decision)}`);
  const actor = `worker:${workerId}`;
  const context = { actor, correlation_id: execution_id, causation_id: null, traceparent };
  return { eventId, time, event: decision.event, context };
}
