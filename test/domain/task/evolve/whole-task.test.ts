import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evolveScheduling } from '../../../../src/domain/task/evolve/evolve-scheduling.ts';
import type { TaskState } from '../../../../src/domain/task/state.ts';
import { schedulingOf } from '../../../../src/projections/schedule.ts';
import { creations, play, steps } from '../../../support/histories/history.ts';

test('folding the scheduling part of a whole task leaves all else of the task in it: evolve relies on that', () => {
  fc.assert(
    fc.property(creations, steps, (creation, all) => {
      const { events, states } = play(creation, all);
      for (const [at, event] of events.entries()) {
        const before = states[at - 1];
        if (before === undefined) continue;
        const after = evolveScheduling(before, event) as TaskState;
        const ofScheduling = schedulingOf(before);
        for (const [name, value] of Object.entries(before)) {
          if (!(name in ofScheduling)) expect(after[name as keyof TaskState]).toBe(value);
        }
      }
    }),
    { numRuns: 50 },
  );
});
