/** A log in memory, for who follows it and reads single tasks of it. */
import type { LogFollower } from '../../../src/application/ports/log/following.ts';
import type { EventLog } from '../../../src/application/ports/log/log.ts';
import type { RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import type { Sequence } from '../../../src/domain/shared/ids.ts';

const AT_ONCE = 200;

/** Gives out all events; `onEnd` when they are, and then waits. */
export function followerOf(
  events: readonly RecordedTaskEvent[],
  onEnd: () => void = () => {},
  atOnce = AT_ONCE,
) {
  const end = (events.at(-1)?.meta.sequence ?? 0) as Sequence;
  return {
    lastSequence: async () => end,
    followOpened: async (after, onEvents, { signal }) => {
      const ended = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      const from = events.filter(({ meta }) => meta.sequence > after);
      for (let at = 0; at < from.length && !signal.aborted; at += atOnce) {
        const some = from.slice(at, at + atOnce);
        const through = some.at(-1)?.meta.sequence ?? end;
        await onEvents(some, through, { templates: [], destinations: [], calendars: [] });
      }
      onEnd();
      if (!signal.aborted) await ended;
    },
  } as Pick<LogFollower, 'followOpened' | 'lastSequence'> as LogFollower;
}

export function logOf(events: readonly RecordedTaskEvent[]): Pick<EventLog, 'readTask'> {
  return {
    readTask: async (_user, taskId, after) => {
      const sequence = typeof after === 'number' ? after : after.sequence;
      return events.filter(({ meta }) => meta.task_id === taskId && meta.sequence > sequence);
    },
  };
}
