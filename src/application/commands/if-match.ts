/** Commands on condition that the task is as their caller has seen it. */
import { NO_REVISION, type Revision } from '../../domain/shared/ids.ts';
import type { TaskState } from '../../domain/task/state.ts';

/** Revisions that an edit is conditional on, any of them; null for none (`*` asks no more than that the task is there). */
export type IfMatch = readonly Revision[] | null;

/**
 * The one revision to hold an edit of this task against: of several the one that fits, and where none does
 * revision 0, which every task has left behind.
 */
export function revisionFor(ifMatch: IfMatch, state: TaskState | null): Revision | null {
  if (ifMatch === null) return null;
  return ifMatch.find((revision) => state !== null && !isStale(revision, state)) ?? NO_REVISION;
}

/** Runs raise the revision too, without making an edit stale. */
function isStale(revision: Revision, state: TaskState): boolean {
  return revision < state.edit_revision || revision > state.revision;
}
