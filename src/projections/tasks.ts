import type { TaskState } from '../domain/task/state.ts';
import type { View } from './view.ts';

/** Each task as commands and callers see it, deleted ones too: also the snapshot that loading starts from. */
export const TASKS: View<TaskState> = {
  name: 'TASKS',
  version: 10,
  placeOf: () => '',
  evolve: (_value, _event, task) => task,
};
