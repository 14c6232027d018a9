import { evolveExecution } from '../domain/execution/evolve.ts';
import type { ExecutionState } from '../domain/execution/state.ts';
import { executionNumberOf } from '../domain/task/events/event-accessors.ts';
import type { View } from './view.ts';

/** How many executions of a task have a value. */
export const EXECUTIONS_KEPT = 100;

/**
 * A task's newest executions: a ring, so that the number of keys stays bounded and a page of the newest is one
 * read of known keys. Older ones are folded from the log.
 */
export const EXECUTIONS = {
  name: 'EXECUTIONS',
  version: 4,
  /** `kept`: how many executions of a task have a value. */
  placeOf: (number: number, kept: number): string => `${number % kept}`,
} as const;

export function executionsView(kept: number): View<ExecutionState> {
  return {
    name: EXECUTIONS.name,
    version: EXECUTIONS.version,
    placeOf: (event) => {
      const number = executionNumberOf(event);
      return number === null ? null : EXECUTIONS.placeOf(number, kept);
    },
    evolve: (value, event) => evolveExecution(value, event),
  };
}
