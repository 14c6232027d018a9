/**
 * A task as it will be once an event is stored that is decided and not stored yet: what the next event of the same unit
 * is decided on. Of its place in the log the fold takes the revision alone, but for the very first event.
 */
import type { EventMeta, RecordedTaskEvent } from '../shared/event.ts';
import { type EventId, NO_HASH, NO_REVISION, NO_SEQUENCE, type Revision } from '../shared/ids.ts';
import type { Instant } from '../shared/instant.ts';
import type { TaskEvent } from './events/events.ts';
import { evolve } from './evolve/evolve.ts';
import { evolveScheduling } from './evolve/evolve-scheduling.ts';
import type { SchedulingState, TaskState } from './state.ts';

interface Foreseen {
  readonly time: Instant;
  readonly traceparent: string | null;
}

export function foresee(state: TaskState, event: TaskEvent, foreseen: Foreseen): TaskState {
  return evolve(state, foreseenEvent(state, event, foreseen));
}

/** As it would be recorded, but for its place in the log. */
export function foreseenEvent(state: TaskState, event: TaskEvent, foreseen: Foreseen): RecordedTaskEvent {
  const { type, data } = event;
  const meta = metaOf(state, (state.revision + 1) as Revision, foreseen);
  return { type, data, meta } as RecordedTaskEvent;
}

/** As `foresee`, of the event that makes the task. */
export function foreseeFirst(
  of: Pick<SchedulingState, 'user_id' | 'task_id'>,
  event: TaskEvent,
  foreseen: Foreseen,
): TaskState {
  return evolve(null, { ...event, meta: metaOf(of, FIRST_REVISION, foreseen) });
}

const FIRST_REVISION = 1 as Revision;

/** As `foresee`, of what the scheduler knows of the task; the fold of that takes no revision at all. */
export function foreseeScheduling(
  state: SchedulingState,
  event: TaskEvent,
  foreseen: Foreseen,
): SchedulingState {
  return evolveScheduling(state, { ...event, meta: metaOf(state, NO_REVISION, foreseen) });
}

function metaOf(
  { user_id, task_id }: Pick<SchedulingState, 'user_id' | 'task_id'>,
  revision: Revision,
  { time, traceparent }: Foreseen,
): EventMeta {
  return {
    id: '' as EventId,
    sequence: NO_SEQUENCE,
    revision,
    time,
    user_id,
    task_id,
    actor: '',
    correlation_id: '',
    causation_id: null,
    traceparent,
    hash: NO_HASH,
    prevhash: NO_HASH,
  };
}
