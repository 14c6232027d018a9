import type { Sequence } from '../../../domain/shared/ids.ts';
import type { UndoneEvent } from '../../../domain/task/commands.ts';
import { editedFields } from '../../../domain/task/decide/undo.ts';
import type { TaskSnapshot } from '../../../domain/task/evolve/snapshot.ts';
import type { EventLog } from '../../ports/log/log.ts';
import { eventsOf } from '../task-events.ts';
import type { TaskHistory } from './task-history.ts';

/** Events that are looked through for later edits: of more than that, nobody waits for the end. */
const MOST_SINCE = 10_000;

/**
 * An event of `task`, which is current, with what was before and which fields were edited since; null where the task has
 * none of this sequence. Throws LogUnavailable.
 */
export async function undoneEvent(
  log: Pick<EventLog, 'readTask'>,
  past: Pick<TaskHistory, 'asOf'>,
  task: TaskSnapshot,
  sequence: Sequence,
): Promise<UndoneEvent | null> {
  const { user_id, task_id } = task.state;
  const previous = (sequence - 1) as Sequence;
  if (sequence > task.sequence) return null;
  const [event] = await log.readTask(user_id, task_id, previous, 1);
  if (event === undefined || event.meta.sequence !== sequence) return null;
  const before = await past.asOf(task, { sequence: previous });
  return { event, before: before?.state ?? null, edited_since: await editedSince(log, task, event.meta) };
}

/** Most undo the last edit: then nothing is read. */
async function editedSince(
  log: Pick<EventLog, 'readTask'>,
  { state }: TaskSnapshot,
  { revision, sequence }: UndoneEvent['event']['meta'],
): Promise<ReadonlySet<string> | null> {
  const fields = new Set<string>();
  if (state.edit_revision <= revision) return fields;
  let looked = 0;
  for await (const event of eventsOf(log, state.user_id, state.task_id, sequence)) {
    for (const field of editedFields(event)) fields.add(field);
    if (event.meta.revision >= state.edit_revision) break;
    if (++looked >= MOST_SINCE) return null;
  }
  return fields;
}
