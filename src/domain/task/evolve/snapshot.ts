/**
 * A task's snapshot and the events that come after it. The log gives a task's events gapless, by revision, and each names
 * the hash of the one before it: an event that is neither held already nor the very next one says that the snapshot is
 * not the log's. Where all events were read, from the first on, it says that the log is not what it was (`brokenChain`).
 */
import type { EventMeta, Position, RecordedTaskEvent, Snapshot } from '../../shared/event.ts';
import { NO_HASH } from '../../shared/ids.ts';
import type { TaskState } from '../state.ts';
import { evolve } from './evolve.ts';

export type TaskSnapshot = Snapshot<TaskState>;

export type Step =
  /** The snapshot holds the event already. */
  | 'held'
  | 'next'
  /** Events between the two are missing, or the snapshot is of another log: fold the task anew. */
  | 'gap';

export function stepTo(snapshot: TaskSnapshot | null, event: RecordedTaskEvent): Step {
  if (snapshot !== null && event.meta.sequence <= snapshot.sequence) return 'held';
  return continues(snapshot, event.meta) ? 'next' : 'gap';
}

/** Whether an event is the very next one of its subject, by its revision and by the hash that it names. */
export function continues(
  before: Pick<Position, 'revision' | 'hash'> | null,
  { revision, prevhash }: Pick<EventMeta, 'revision' | 'prevhash'>,
): boolean {
  return revision === (before?.revision ?? 0) + 1 && prevhash === (before?.hash ?? NO_HASH);
}

/** What is said of an event that does not continue its subject: which, where, and by what. */
export function brokenChain(
  before: Pick<Position, 'revision'> | null,
  { meta }: Pick<RecordedTaskEvent, 'meta'>,
): string {
  const { sequence, user_id, task_id, revision } = meta;
  const last = before?.revision ?? 0;
  const why =
    revision === last + 1
      ? 'the hash that it names is not that of the event before it'
      : `it is revision ${revision}, after revision ${last}`;
  return `event ${sequence} of task ${task_id} of user ${user_id} does not follow what is before it: ${why}`;
}

/** The first of the events that does not continue those before it; null where all do. */
export function firstBroken(
  events: readonly RecordedTaskEvent[],
  from: Position | null = null,
): string | null {
  let before: Position | null = from;
  for (const event of events) {
    if (!continues(before, event.meta)) return brokenChain(before, event);
    before = event.meta;
  }
  return null;
}

/** The snapshot with the very next event folded in. */
export function advance(snapshot: TaskSnapshot | null, event: RecordedTaskEvent): TaskSnapshot {
  const { sequence, revision, hash } = event.meta;
  return { sequence, revision, hash, state: evolve(snapshot?.state ?? null, event) };
}

/**
 * Folds the events that follow, oldest first, skipping those that are held already. Null on a gap (or where there
 * is neither a snapshot nor an event): the caller folds anew.
 */
export function advanceAll(
  snapshot: TaskSnapshot | null,
  events: readonly RecordedTaskEvent[],
): TaskSnapshot | null {
  let folded = snapshot;
  for (const event of events) {
    const step = stepTo(folded, event);
    if (step === 'gap') return null;
    if (step === 'next') folded = advance(folded, event);
  }
  return folded;
}
