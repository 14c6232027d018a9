/**
 * A task's snapshot and the events that come after it. The log gives a task's events gapless, by revision: an
 * event that is neither held already nor the very next one says that the snapshot is not the log's.
 */
import type { RecordedTaskEvent, Snapshot } from '../shared/event.ts';
import { evolve } from './evolve.ts';
import type { TaskState } from './state.ts';

export type TaskSnapshot = Snapshot<TaskState>;

export type Step =
  /** The snapshot holds the event already. */
  | 'held'
  | 'next'
  /** Events between the two are missing, or the snapshot is of another log: fold the task anew. */
  | 'gap';

export function stepTo(snapshot: TaskSnapshot | null, event: RecordedTaskEvent): Step {
  if (snapshot !== null && event.meta.sequence <= snapshot.sequence) return 'held';
  return event.meta.revision === (snapshot?.revision ?? 0) + 1 ? 'next' : 'gap';
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
