import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evolveExecution } from '../../src/domain/execution/evolve.ts';
import type { ExecutionState } from '../../src/domain/execution/state.ts';
import type { RecordedTaskEvent } from '../../src/domain/shared/event.ts';
import { executionNumberOf } from '../../src/domain/task/events/event-accessors.ts';
import { evolveScheduling } from '../../src/domain/task/evolve/evolve-scheduling.ts';
import { advanceAll } from '../../src/domain/task/evolve/snapshot.ts';
import { isTimed, type SchedulingState } from '../../src/domain/task/state.ts';
import type { AnalyticsPlace, AnalyticsState, Tally } from '../../src/projections/analytics.ts';
import { addTally } from '../../src/projections/analytics-sums.ts';
import {
  type TaskFold,
  TaskStretch,
  TaskViews,
  type ViewChange,
  type ViewValue,
} from '../../src/projections/task-views.ts';
import { creations, everyMinute, History, play, steps, success } from '../support/histories/history.ts';

const KEPT = 3;

/** The values that the views hold after these events, by view and place; what was taken away is `null`. */
function project(events: readonly RecordedTaskEvent[]) {
  const views = new TaskViews(KEPT);
  const values = new Map<string, ViewValue | null>();
  const changes: ViewChange[][] = [];
  const tallies: Tally[] = [];
  let fold: TaskFold | null = null;
  for (const event of events) {
    const projected = views.project(fold, event);
    if (projected.tally !== null) tallies.push(projected.tally);
    fold = projected.fold;
    changes.push([...projected.changes]);
    for (const { view, place, value } of projected.changes) values.set(`${view}${place}`, value);
  }
  return { values, changes, tallies };
}

/** The values of the analytics that the tallies add up to, by place. */
function sums(tallies: readonly Tally[]) {
  const values = new Map<string, AnalyticsState>();
  const keyOf = ({ user_id, period }: AnalyticsPlace) => `${user_id} ${period}`;
  for (const tally of tallies) {
    for (const { state, ...place } of addTally((at) => values.get(keyOf(at)) ?? null, tally)) {
      values.set(keyOf(place), state);
    }
  }
  return values;
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

  it('come to the same from stretches of events as from each, and count the same, wherever they are cut', () => {
    fc.assert(
      fc.property(histories, fc.infiniteStream(fc.boolean()), (events, cuts) => {
        const views = new TaskViews(KEPT);
        const values = new Map<string, ViewValue | null>();
        const tallies: Tally[] = [];
        let fold: TaskFold | null = null;
        let open: TaskStretch | null = null;
        const close = () => {
          for (const { view, place, value } of open?.changes() ?? []) values.set(`${view}${place}`, value);
          if (open !== null && open.tally !== null) tallies.push(open.tally);
          open = null;
        };
        for (const event of events) {
          if (cuts.next().value === true) close();
          if ((open as TaskStretch | null)?.add(event) !== true) {
            close();
            open = new TaskStretch(views, fold, event);
          }
          fold = (open as TaskStretch | null)?.fold ?? null;
        }
        close();
        const one = project(events);
        // What was taken away may never have been there where it came in the same stretch.
        for (const [key, value] of one.values) expect(values.get(key) ?? null).toEqual(value);
        expect(sums(tallies)).toEqual(sums(one.tallies));
      }),
    );
  });

  it('make each value once of a run that is stored as one unit', () => {
    const history = new History().create({ schedule: everyMinute });
    const created = new TaskViews(KEPT).project(null, history.events[0] as RecordedTaskEvent).fold;
    history.step({ do: 'request', after: 1 });
    history.step({ do: 'start', after: 1 });
    history.step({ do: 'finish', after: 1, outcome: success });
    const [first, ...rest] = history.events.slice(1) as [RecordedTaskEvent, ...RecordedTaskEvent[]];
    const stretch = new TaskStretch(new TaskViews(KEPT), created, first);
    for (const event of rest) expect(stretch.add(event)).toBe(true);
    expect(stretch.changes().map(({ view }) => view)).toEqual(['EXECUTIONS', 'SCHEDULE', 'TASKS']);
    expect(stretch.tally?.run?.counts).toMatchObject({ executions: 1, successes: 1 });
  });

  it('know of a stretch which of its events were counted last', () => {
    const history = new History().create({ schedule: everyMinute });
    history.step({ do: 'pause', after: 1 });
    const [created, paused] = history.events as [RecordedTaskEvent, RecordedTaskEvent];
    const stretch = new TaskStretch(new TaskViews(KEPT), null, created);
    expect(stretch.add(paused)).toBe(true);
    expect(stretch.last).toBe(paused);
    expect(stretch.countedAt({ user_id: null, period: 'all' })).toBe(created.meta.sequence);
  });

  it('know it of each place: the start of a run by hand makes its task active that day, and adds nothing to the month', () => {
    const history = new History().create();
    const created = new TaskViews(KEPT).project(null, history.events[0] as RecordedTaskEvent).fold;
    history.step({ do: 'request', after: 1 });
    history.step({ do: 'start', after: 1 });
    const [requested, started] = history.events.slice(1) as [RecordedTaskEvent, RecordedTaskEvent];
    const stretch = new TaskStretch(new TaskViews(KEPT), created, requested);
    expect(stretch.add(started)).toBe(true);
    const day = started.meta.time.slice(0, 10);
    const { user_id } = started.meta;
    expect(stretch.countedAt({ user_id, period: day.slice(0, 7) })).toBe(requested.meta.sequence);
    expect(stretch.countedAt({ user_id: null, period: day })).toBe(started.meta.sequence);
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
