/**
 * A task as it will be once an event is stored that is decided and not stored yet: what the next event of the same unit
 * is decided on. Of its place in the log the fold takes the revision alone, but for the very first event.
 */
import { type EventId, NO_HASH, NO_SEQUENCE, type Revision } from '../shared/ids.ts';
import type { Instant } from '../shared/instant.ts';
import type { TaskEvent } from './events.ts';
import { evolve } from './evolve.ts';
import type { TaskState } from './state.ts';

export function foresee(
  state: TaskState,
  event: TaskEvent,
  { time, traceparent }: { readonly time: Instant; readonly traceparent: string | null },
): TaskState {
  const meta = {
    id: '' as EventId,
    sequence: NO_SEQUENCE,
    revision: (state.revision + 1) as Revision,
    time,
    user_id: state.user_id,
    task_id: state.task_id,
    actor: '',
    correlation_id: '',
    causation_id: null,
    traceparent,
    hash: NO_HASH,
    prevhash: NO_HASH,
  };
  return evolve(state, { ...event, meta });
}
