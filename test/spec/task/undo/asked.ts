import type { RecordedTaskEvent } from '../../../../src/domain/shared/event.ts';
import type { Revision } from '../../../../src/domain/shared/ids.ts';
import { undoChange } from '../../../../src/domain/task/decide/undo.ts';
import type { TaskState } from '../../../../src/domain/task/state.ts';
import { undoneAmong } from '../../../support/undone-event.ts';
import { minutesPastNoon } from '../happened.ts';

interface Asked {
  readonly minutes?: number;
  readonly ifMatch?: number;
  readonly reason?: string;
}

/** A person undoes the event of this revision, half a minute past noon unless told otherwise. */
export function undo(revision: number, { minutes = 0.5, ifMatch, reason }: Asked = {}) {
  return (state: TaskState | null, events: readonly RecordedTaskEvent[]) =>
    undoChange(state, {
      now: minutesPastNoon(minutes),
      if_match: ifMatch === undefined ? null : (ifMatch as Revision),
      reason: reason ?? null,
      undone: undoneAmong(events, revision),
    });
}
