import type { RecordedTaskEvent } from '../../../../src/domain/shared/event.ts';
import type { Revision } from '../../../../src/domain/shared/ids.ts';
import type { TaskCommand } from '../../../../src/domain/task/decider.ts';
import { undoneAmong } from '../../../support/histories/undone-event.ts';
import type { Asked } from '../../given.ts';
import { minutesPastNoon } from '../happened.ts';

interface Undoing {
  readonly minutes?: number;
  readonly ifMatch?: number;
  readonly reason?: string;
}

/** A person undoes the event of this revision, half a minute past noon unless told otherwise. */
export function undo(revision: number, { minutes = 0.5, ifMatch, reason }: Undoing = {}) {
  return (events: readonly RecordedTaskEvent[]): Asked<TaskCommand> => ({
    type: 'undo',
    data: {
      if_match: ifMatch === undefined ? null : (ifMatch as Revision),
      reason: reason ?? null,
      undone: undoneAmong(events, revision),
    },
    now: minutesPastNoon(minutes),
  });
}
