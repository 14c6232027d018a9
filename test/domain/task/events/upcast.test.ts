import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_OPTIONS } from '../../../../src/domain/schedule/parse/options.ts';
import type { RecordedTaskEvent } from '../../../../src/domain/shared/event.ts';
import type { JsonObject } from '../../../../src/domain/shared/json.ts';
import { TASK_EVENT_UPCASTERS } from '../../../../src/domain/task/events/upcast.ts';
import { evolve } from '../../../../src/domain/task/evolve/evolve.ts';
import type { TaskState } from '../../../../src/domain/task/state.ts';
import {
  creations,
  everyHour,
  History,
  play,
  START,
  type Step,
  steps,
} from '../../../support/histories/history.ts';

/** The event as version 1 stored it, read again. */
function readFrom1(event: RecordedTaskEvent, change: (data: JsonObject) => JsonObject = (data) => data) {
  const { armed: _, ...stored } = event.data as { readonly armed?: unknown } & JsonObject;
  const [upcast = (data) => data] = TASK_EVENT_UPCASTERS[event.type];
  return { ...event, data: upcast(change(stored), event.meta.time) } as unknown as RecordedTaskEvent;
}

/** Version 1 had due dates with a time only. */
function withoutDay<Due extends { readonly due_day?: unknown }>({ due_day: _, ...others }: Due) {
  return others;
}

function withoutDays(step: Step): Step {
  return step.do === 'update' ? { ...step, changes: withoutDay(step.changes) } : step;
}

describe('an event of version 1', () => {
  test('leaves any task as the event of version 2 that is decided in its place', () => {
    fc.assert(
      fc.property(creations, steps, (creation, all) => {
        const { events, states } = play(withoutDay(creation), all.map(withoutDays));
        let state: TaskState | null = null;
        events.forEach((event, index) => {
          state = evolve(state, readFrom1(event));
          expect(state).toEqual(states[index]);
        });
      }),
      { numRuns: 300 },
    );
  });

  test('of a creation has none of what there was not yet, and a schedule the options of then', () => {
    const history = new History().create({ schedule: everyHour, reminder_time: START });
    const schedule = { type: 'interval', interval_seconds: 60, anchor: START, timezone: 'Europe/Berlin' };
    const [event] = history.events as [RecordedTaskEvent];
    const { data } = readFrom1(event, ({ remind_before, trigger, notify, template_id, ...older }) => ({
      ...older,
      schedule,
    }));
    expect(data).toEqual({ ...event.data, schedule: { ...DEFAULT_OPTIONS, ...schedule } });
  });

  test('of an update that sets a schedule has the options of then; one that does not sets none', () => {
    const history = new History().create();
    const schedule = { type: 'interval', interval_seconds: 60, anchor: START, overlap: 'buffer_one' };
    history.step({ do: 'update', after: 0, changes: { schedule: everyHour }, status: null });
    const event = history.events[1] as RecordedTaskEvent;
    const changed = (changes: JsonObject) => readFrom1(event, (data) => ({ ...data, changes })).data;
    expect(changed({ schedule })).toMatchObject({
      changes: { schedule: { ...DEFAULT_OPTIONS, ...schedule } },
    });
    expect(changed({ schedule: null })).toMatchObject({ changes: { schedule: null } });
    expect(changed({ priority: 'low' })).toMatchObject({ changes: { priority: 'low' } });
    expect(readFrom1(event).data).toEqual(event.data);
  });
});

test('what an event arms is written down as it says, whatever the rules would make of it', () => {
  const history = new History().create({ due_date: START });
  history.step({ do: 'update', after: 0, changes: { name: 'x' }, status: null });
  const [created, updated] = history.events as [RecordedTaskEvent, RecordedTaskEvent];
  const armed = { overdue_due: null, reminder_due: '2031-01-01T00:00:00.000Z' };
  const event = { ...updated, data: { ...updated.data, armed } } as RecordedTaskEvent;
  expect(evolve(evolve(null, created), event)).toMatchObject({ ...armed, before_due: null, due_date: START });
});
