import type { Revision } from '../../../../src/domain/shared/ids.ts';
import type { TaskChanges, UpdateTask } from '../../../../src/domain/task/commands.ts';
import { updateTask } from '../../../../src/domain/task/decide/decide.ts';
import type { TaskState } from '../../../../src/domain/task/state.ts';
import { minutesPastNoon } from '../happened.ts';

interface Asked {
  readonly minutes?: number;
  readonly status?: UpdateTask['status'];
  readonly ifMatch?: number;
}

/** A person changes the task, half a minute past noon unless told otherwise. */
export function update(changes: TaskChanges, { minutes = 0.5, status = null, ifMatch }: Asked = {}) {
  const if_match = ifMatch === undefined ? null : (ifMatch as Revision);
  return (state: TaskState | null) =>
    updateTask(state, { now: minutesPastNoon(minutes), if_match, reason: null, changes, status });
}
