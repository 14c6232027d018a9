import type { RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import type { UndoneEvent } from '../../../src/domain/task/commands.ts';
import { editedFields } from '../../../src/domain/task/decide/undo.ts';
import { evolve } from '../../../src/domain/task/evolve/evolve.ts';
import type { TaskState } from '../../../src/domain/task/state.ts';

/** One event of a whole history, as an undo needs it; null where there is none of this revision. */
export function undoneAmong(events: readonly RecordedTaskEvent[], revision: number): UndoneEvent | null {
  const event = events[revision - 1];
  if (event === undefined) return null;
  return {
    event,
    before: events.slice(0, revision - 1).reduce<TaskState | null>(evolve, null),
    edited_since: new Set(events.slice(revision).flatMap(editedFields)),
  };
}
