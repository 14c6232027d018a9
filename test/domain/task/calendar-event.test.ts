import { describe, expect, test } from 'vitest';
import type { Instant } from '../../../src/domain/shared/instant.ts';
import { instantOf } from '../../../src/domain/shared/instant.ts';
import { nextDueAt } from '../../../src/domain/task/decide/due.ts';
import type { TaskState } from '../../../src/domain/task/state.ts';
import { History, START } from '../../support/histories/history.ts';

const at = (ms: number) => instantOf(Date.parse(START) + ms);
const state = (history: History): TaskState => history.state as TaskState;
const HOUR = 3_600_000;
const dentist = (event_time: Instant) => ({ event_title: 'Dentist', event_time });

function event(given: object = {}): History {
  return new History().create({
    task_type: 'calendar_event',
    config: dentist(at(2 * HOUR)),
    remind_before: ['PT1H', 'PT15M'],
    ...given,
  });
}

describe('a calendar event', () => {
  test('is due when it takes place, and reminds before that', () => {
    const history = event();
    expect(state(history).due_date).toBe(at(2 * HOUR));
    expect(nextDueAt(state(history))).toBe(at(HOUR));
    const reminders = history.after(1.75 * HOUR).takeAllDue();
    expect(reminders.map(({ type, data }) => [type, 'remind_before' in data && data.remind_before])).toEqual([
      ['task.reminder_triggered', 'PT1H'],
      ['task.reminder_triggered', 'PT15M'],
    ]);
  });

  test('is never overdue', () => {
    const history = event({ remind_before: null });
    expect(nextDueAt(state(history))).toBeNull();
    history.step({ do: 'update', after: 0, changes: { due_date: at(HOUR) }, status: null });
    history.step({ do: 'update', after: 0, changes: {}, status: 'completed' });
    history.step({ do: 'update', after: 0, changes: {}, status: 'pending' });
    expect(history.after(3 * HOUR).takeAllDue()).toEqual([]);
  });

  test('moves its due date and its reminders with it', () => {
    const history = event();
    history.step({
      do: 'update',
      after: 0,
      changes: { config: { ...dentist(at(5 * HOUR)), location: 'Bern' } },
      status: null,
    });
    expect(history.events.at(-1)?.data).toMatchObject({ updated_fields: ['config', 'due_date'] });
    expect(state(history).due_date).toBe(at(5 * HOUR));
    expect(nextDueAt(state(history))).toBe(at(4 * HOUR));
  });

  test('keeps a due date that somebody chose', () => {
    const history = event({ due_date: at(HOUR) });
    expect(state(history).due_date).toBe(at(HOUR));
    history.step({ do: 'update', after: 0, changes: { config: dentist(at(5 * HOUR)) }, status: null });
    expect(state(history).due_date).toBe(at(HOUR));
    history.step({ do: 'update', after: 0, changes: { due_date: null }, status: null });
    history.step({ do: 'update', after: 0, changes: { config: dentist(at(6 * HOUR)) }, status: null });
    expect(state(history).due_date).toBeNull();
  });

  test('keeps its due date where its config names another with it, or no time any more', () => {
    const both = event();
    const changes = { config: dentist(at(5 * HOUR)), due_date: at(3 * HOUR) };
    both.step({ do: 'update', after: 0, changes, status: null });
    expect(state(both).due_date).toBe(at(3 * HOUR));
    const none = event();
    none.step({ do: 'update', after: 0, changes: { config: { event_title: 'Dentist' } }, status: null });
    expect(state(none).due_date).toBe(at(2 * HOUR));
  });

  test('gets no due date by a time that its config gets later', () => {
    const history = event({ config: { event_title: 'Dentist' } });
    history.step({ do: 'update', after: 0, changes: { config: dentist(at(5 * HOUR)) }, status: null });
    expect(state(history).due_date).toBeNull();
  });

  test('reads its time with any offset', () => {
    const offset = { event_title: 'Dentist', event_time: '2031-01-01T10:00:00+02:00' };
    expect(state(event({ config: offset })).due_date).toBe('2031-01-01T08:00:00.000Z');
  });

  test('is the only type with a due date of its config', () => {
    expect(state(event({ task_type: 'custom', remind_before: null })).due_date).toBeNull();
  });
});
