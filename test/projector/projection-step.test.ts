import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CHECKPOINT_KEY } from '../../src/jetstream/views/view-keys.ts';
import { type TaskFold, TaskViews } from '../../src/projections/task-views.ts';
import { ProjectionStep } from '../../src/projector/projection-step.ts';
import { creations, play, steps } from '../support/histories/history.ts';

const histories = fc.tuple(creations, steps).map(([creation, all]) => play(creation, all).events);

test('however events are cut into steps, the schedule ends the same; nothing is taken away that was not stored', () => {
  fc.assert(
    fc.property(histories, fc.infiniteStream(fc.boolean()), (events, cuts) => {
      const views = new TaskViews(3);
      const stored = new Set<string>();
      let fold: TaskFold | null = null;
      let last: boolean | null = null;
      let step = new ProjectionStep();
      const commit = () => {
        for (const { key, headers } of step.writes(0)) {
          if (!key.includes('SCHEDULE') || key === CHECKPOINT_KEY) continue;
          if (headers['KV-Operation'] !== 'DEL') stored.add(key);
          else expect(stored.delete(key)).toBe(true);
        }
        step = new ProjectionStep();
      };
      for (const event of events) {
        const projected = views.project(fold, event);
        fold = projected.fold;
        step.add(event.meta, projected.changes, 1_000, null);
        const schedule = projected.changes.find(({ view }) => view === 'SCHEDULE');
        if (schedule !== undefined) last = schedule.value !== null;
        if (cuts.next().value === true) commit();
      }
      commit();
      expect(stored.size > 0).toBe(last === true);
    }),
  );
});
