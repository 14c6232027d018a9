/** Ticking one occurrence of a recurring to-do, and taking the tick back. The series is not moved by either. */
import { type Decision, decided, NOTHING, rejected } from '../../../shared/decision.ts';
import type { MarkOccurrence } from '../../commands.ts';
import type { TaskEvent } from '../../events/events.ts';
import { isTicked, occurrenceAt, openOccurrences } from '../../occurrences.ts';
import type { TaskState } from '../../state.ts';
import { staleEdit, updateTask } from '../decide.ts';

/** Without a slot: the oldest open one; and of a task that is no recurring to-do, the task itself. */
export function markOccurrence(state: TaskState | null, command: MarkOccurrence): Decision<TaskEvent> {
  if (state === null || state.deleted_at !== null) return rejected({ code: 'TASK_NOT_FOUND' });
  const { slot, done, series, reason } = command;
  if (series || (slot === null && done && !isTicked(state))) {
    return updateTask(state, { ...command, changes: {}, status: 'completed' });
  }
  const stale = staleEdit(state, command.if_match);
  if (stale !== null) return rejected(stale);
  const found = slot === null ? (openOccurrences(state)[0] ?? null) : occurrenceAt(state, slot);
  if (found === null) return rejected({ code: 'NO_OCCURRENCE', slot });
  if ((found.done_at !== null) === done) return NOTHING;
  return decided({ type: 'task.occurrence_marked', data: { slot: found.slot, done, personal: { reason } } });
}
