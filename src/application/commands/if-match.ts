/** Commands on condition that the task is as their caller has seen it. */
import { rejected } from '../../domain/shared/decision.ts';
import { NO_REVISION, type Revision } from '../../domain/shared/ids.ts';
import type { TaskState } from '../../domain/task/state.ts';
import type { Decide } from './execute-command.ts';

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

/** Decides so, but not on an edit that is not the one the caller has seen: for what has no condition of its own. */
export function unlessStale(ifMatch: IfMatch, decide: Decide): Decide {
  return (state) => {
    const decision = decide(state);
    const stale = state !== null && revisionFor(ifMatch, state) === NO_REVISION;
    return decision.kind === 'event' && stale
      ? rejected({ code: 'REVISION_MISMATCH', current: state.revision })
      : decision;
  };
}

/** Runs raise the revision too, without making an edit stale. */
function isStale(revision: Revision, state: TaskState): boolean {
  return revision < state.edit_revision || revision > state.revision;
}
