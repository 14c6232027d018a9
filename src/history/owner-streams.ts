import type { EventLog } from '../application/ports/log/log.ts';
import type { Views } from '../application/ports/views.ts';
import { NO_SEQUENCE } from '../domain/shared/ids.ts';
import { LogEventStreams, type LogEventStreamsDeps } from './event-streams.ts';
import { ShownEvents, type ShownEventsDeps } from './shown-events.ts';

export interface OwnerStreamsDeps
  extends Omit<LogEventStreamsDeps, 'textOf' | 'log'>,
    Pick<ShownEventsDeps, 'catalog' | 'cloudEventOf'> {
  readonly log: Pick<EventLog, 'readUser' | 'readTask'>;
  readonly views: Pick<Views, 'task'>;
}

/** Streams of events as their owners may see them. */
export function ownerStreams({
  log,
  views,
  catalog,
  cloudEventOf,
  ...deps
}: OwnerStreamsDeps): LogEventStreams {
  const shown = new ShownEvents({
    catalog,
    firstEvent: async (userId, taskId) => (await log.readTask(userId, taskId, NO_SEQUENCE, 1))[0] ?? null,
    views,
    cloudEventOf,
  });
  return new LogEventStreams({ ...deps, log, textOf: (event) => shown.textOf(event) });
}
