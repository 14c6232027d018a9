import type { Decision } from '../../../../src/domain/shared/decision.ts';
import type { ExecutionId, Term } from '../../../../src/domain/shared/ids.ts';
import { takeDue } from '../../../../src/domain/task/decide/due.ts';
import type { TaskEvent } from '../../../../src/domain/task/events/events.ts';
import type { TaskState } from '../../../../src/domain/task/state.ts';
import { minutesPastNoon } from '../happened.ts';

export const NEW_RUN = 'exe_01JD0000000000000000000002' as ExecutionId;

/** The scheduler asks, so many minutes past noon, what is due. */
export function due(minutes: number, more: { readonly worker_gone?: boolean } = {}) {
  return (state: TaskState | null): Decision<TaskEvent> => {
    if (state === null) throw new Error('nothing is due of a task that is not there');
    return takeDue(state, {
      now: minutesPastNoon(minutes),
      execution_id: NEW_RUN,
      default_timeout_seconds: 30,
      term: 1 as Term,
      ...more,
    });
  };
}
