import type { Revision } from '../../../../src/domain/shared/ids.ts';
import type { TaskChanges, UpdateTask } from '../../../../src/domain/task/commands.ts';
import type { TaskCommand } from '../../../../src/domain/task/decider.ts';
import type { Asked } from '../../given.ts';
import { minutesPastNoon } from '../happened.ts';

interface Updating {
  readonly minutes?: number;
  readonly status?: UpdateTask['status'];
  readonly ifMatch?: number;
}

/** A person changes the task, half a minute past noon unless told otherwise. */
export function update(
  changes: TaskChanges,
  { minutes = 0.5, status = null, ifMatch }: Updating = {},
): Asked<TaskCommand> {
  const if_match = ifMatch === undefined ? null : (ifMatch as Revision);
  return {
    type: 'update',
    data: { if_match, reason: null, changes, status },
    now: minutesPastNoon(minutes),
  };
}
