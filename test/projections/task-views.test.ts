import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evolveExecution } from '../../src/domain/execution/evolve.ts';
import type { ExecutionState } from '../../src/domain/execution/state.ts';
import type { RecordedTaskEvent } from '../../src/domain/shared/event.ts';
import { executionNumberOf } from '../../src/domain/task/events/event-accessors.ts';
import { evolveScheduling } from '../../src/domain/task/evolve/evolve-scheduling.ts';
import { advanceAll } from '../../src/domain/task/evolve/snapshot.ts';
import { isTimed, type SchedulingState } from '../../src/domain/task/state.ts';
import {
  type TaskFold,
  TaskViews,
  type ViewChange,
  type ViewValue,
} from '../../src/projections/task-views.ts';
import { creations, everyMinute, History, play, steps } from '../support/history.ts';

const KEPT = 3;

/** The values that the views hold after these events, by view and place; what was taken away is `null`. */
function project(events: readonly RecordedTaskEvent[]) {
  const views = new TaskViews(KEPT);
  const values = new Map<string, ViewValue | null>();
  const changes: ViewChange[][] = [];
  let fold: TaskFold | null = null;
  for (const event of events) {
    const projected = views.project(fold, event);
    fold = projected.fold;
    changes.push([...projected.changes]);
    for (const { view, place, value } of projected.changes) values.set(`${view}${place}`, value);
  }
  return { values, changes };
}

const histories = fc.tuple(creations, steps).map(([creation, all]) => play(creation, all).events);

describe('views of a task', () => {
  it('hold the task as its fold has it, with the position of its last event', () => {
    fc.assert(
      fc.property(histories, (events) => {
        expect(project(events).values.get('TASKS')).toEqual(advanceAll(null, events));
      }),
    );
  });

  it('hold the scheduling part while there is something to wait for, and nothing otherwise', () => {
    fc.assert(
      fc.property(histories, (events) => {
        let scheduling: SchedulingState | null = null;
        for (const event of events) scheduling = evolveScheduling(scheduling, event);
        const value = project(events).values.get('SCHEDULE') ?? null;
        expect(value?.state ?? null).toEqual(scheduling !== null && isTimed(scheduling) ? scheduling : null);
      }),
    );
  });

  it('take a schedule away once, and never one that was not there', () => {
    fc.assert(
      fc.property(histories, (events) => {
        let there = false;
        for (const change of project(events)
          .changes.flat()
          .filter(({ view }) => view === 'SCHEDULE')) {
          expect(there || change.value !== null).toBe(true);
          there = change.value !== null;
        }
      }),
    );
  });

  it('hold the newest executions in a ring, each as its own fold has it', () => {
    fc.assert(
      fc.property(histories, (events) => {
        const folded = new Map<number, ExecutionState>();
        for (const event of events) {
          const number = executionNumberOf(event);
          if (number !== null) folded.set(number, evolveExecution(folded.get(number) ?? null, event));
        }
        const { values } = project(events);
        const newest = [...folded.values()].slice(-KEPT);
        const ring = [...values].filter(([key]) => key.startsWith('EXECUTIONS'));
        expect(ring.map(([, value]) => value?.state)).toHaveLength(newest.length);
        for (const execution of newest) {
          expect(values.get(`EXECUTIONS${execution.number % KEPT}`)?.state).toEqual(execution);
        }
      }),
    );
  });

  it('come to the same from a snapshot and its tail as from all events, wherever it was cut', () => {
    fc.assert(
      fc.property(histories, fc.nat(), (events, cut) => {
        const at = cut % (events.length + 1);
        const snapshot = advanceAll(null, events.slice(0, at));
        const stored = JSON.parse(JSON.stringify(snapshot)) as typeof snapshot;
        expect(advanceAll(stored, events.slice(at))).toEqual(advanceAll(null, events));
        expect(advanceAll(stored, events)).toEqual(advanceAll(null, events));
      }),
    );
  });

  it('refuse an event that leaves one out', () => {
    const history = new History().create({ schedule: everyMinute });
    history.step({ do: 'pause', after: 1 });
    history.step({ do: 'resume', after: 1 });
    expect(advanceAll(null, [history.events[0], history.events[2]] as RecordedTaskEvent[])).toBeNull();
  });
});
