import type { RecordedTaskEvent } from '../../domain/shared/event.ts';
import type { Sequence, TaskId, UserId } from '../../domain/shared/ids.ts';
import type { EventLog } from '../ports/log/log.ts';

/** Events of one read, while a long history is folded. */
export const PAGE = 1_000;

/** A task's events after a sequence, oldest first, read page by page. Throws LogUnavailable. */
export async function* eventsOf(
  log: Pick<EventLog, 'readTask'>,
  userId: UserId,
  taskId: TaskId,
  after: Sequence,
): AsyncGenerator<RecordedTaskEvent> {
  for (let from = after; ; ) {
    const page = await log.readTask(userId, taskId, from, PAGE);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    from = last.meta.sequence;
  }
}
