import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attemptsAfter, type ExecutionAttempt } from '../../../src/domain/execution/attempts.ts';
import { evolveExecution } from '../../../src/domain/execution/evolve.ts';
import { type ExecutionState, isFinished } from '../../../src/domain/execution/state.ts';
import { executionNumberOf } from '../../../src/domain/task/events/event-accessors.ts';
import { creations, play, steps } from '../../support/histories/history.ts';

describe('the attempts of an execution', () => {
  it('agree with the execution, whatever happened: one runs at most, and the last one ended as it did', () => {
    fc.assert(
      fc.property(creations, steps, (creation, all) => {
        const { events } = play(creation, all);
        const executions = new Map<number, ExecutionState>();
        for (const event of events) {
          const number = executionNumberOf(event);
          if (number !== null) executions.set(number, evolveExecution(executions.get(number) ?? null, event));
        }
        for (const execution of executions.values()) {
          let attempts: readonly ExecutionAttempt[] = [];
          for (const event of events) attempts = attemptsAfter(attempts, event, execution.number);
          const last = attempts.at(-1);
          expect(attempts.slice(0, -1).every(({ outcome }) => outcome !== null)).toBe(true);
          expect(last?.outcome === null).toBe(execution.status === 'running');
          expect(attempts.map(({ attempt }) => attempt)).toEqual(
            [...attempts.map((each) => each.attempt)].sort((a, b) => a - b),
          );
          if (last === undefined) expect(execution.started_at).toBeNull();
          else expect(last.started_at).toBe(execution.started_at);
          if (execution.status === 'completed') expect(last?.outcome).toBe('completed');
          if (execution.status === 'failed') expect(['failed', 'timed_out', 'lost']).toContain(last?.outcome);
          for (const { started_at, ended_at, outcome, error } of attempts) {
            expect(ended_at === null).toBe(outcome === null);
            expect(ended_at === null || ended_at >= started_at).toBe(true);
            expect(error === null).toBe(outcome === null || outcome === 'completed');
          }
          if (isFinished(execution)) expect(last?.outcome ?? 'none').not.toBeNull();
        }
      }),
    );
  });
});
