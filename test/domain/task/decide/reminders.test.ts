import { describe, expect, test } from 'vitest';
import { instantOf } from '../../../../src/domain/shared/instant.ts';
import type { TaskChanges } from '../../../../src/domain/task/commands.ts';
import type { TaskState } from '../../../../src/domain/task/state.ts';
import type { RestingStatus } from '../../../../src/domain/task/status.ts';
import { failure, History, START } from '../../../support/histories/history.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const at = (ms: number) => instantOf(Date.parse(START) + ms);
const state = (history: History): TaskState => history.state as TaskState;
const NOT_RETRYABLE = { ...failure, retryable: false } as typeof failure;
const update = (
  history: History,
  changes: TaskChanges,
  status: Exclude<RestingStatus, 'failed'> | null = null,
) => history.step({ do: 'update', after: 0, changes, status });

describe('reminders and the due date', () => {
  const armed = (history: History) => {
    const { reminder_due, before_due, overdue_due } = state(history);
    return [reminder_due, before_due, overdue_due];
  };
  const NONE = [null, null, null];
  const reminded = (reminder: number, due: number) =>
    new History().create({
      reminder_time: at(reminder),
      due_date: at(due),
      remind_before: ['PT2M', 'PT1M'],
    });

  test('are armed when they are set, up to a minute after their time', () => {
    expect(armed(reminded(-MINUTE, MINUTE))).toEqual([at(-MINUTE), at(-MINUTE), at(MINUTE)]);
    expect(armed(reminded(-MINUTE - 1, MINUTE - 1))).toEqual([null, at(-1), at(MINUTE - 1)]);
    expect(armed(reminded(0, -HOUR))).toEqual([at(0), null, at(-HOUR)]);
  });

  test('are armed again when they are changed, and only then', () => {
    const history = reminded(MINUTE, HOUR);
    history.after(58 * MINUTE).takeAllDue();
    expect(armed(history)).toEqual([null, at(59 * MINUTE), at(HOUR)]);
    update(history, { name: 'x' });
    expect(armed(history)).toEqual([null, at(59 * MINUTE), at(HOUR)]);
    update(history, { remind_before: ['PT10M', 'PT3M', 'PT30S'] });
    expect(armed(history)).toEqual([null, at(57 * MINUTE), at(HOUR)]);
    update(history, { due_date: at(2 * HOUR) });
    expect(armed(history)).toEqual([null, at(110 * MINUTE), at(2 * HOUR)]);
    update(history, { reminder_time: at(57 * MINUTE) });
    expect(armed(history)[0]).toBe(at(57 * MINUTE));
    update(history, { reminder_time: at(57 * MINUTE - 1) });
    expect(armed(history)[0]).toBeNull();
    update(history, { due_date: null, reminder_time: null });
    expect(armed(history)).toEqual(NONE);
  });

  test('are told once, also where the list of them changes, or the task is done, within a minute', () => {
    const history = reminded(MINUTE, HOUR);
    history.after(58 * MINUTE).takeAllDue();
    expect(armed(history)[1]).toBe(at(59 * MINUTE));
    update(history, { remind_before: ['PT2M', 'PT90S', 'PT1M'] });
    expect(armed(history)[1]).toBe(at(58.5 * MINUTE));
    history.after(MINUTE).takeAllDue();
    expect(armed(history)[1]).toBeNull();
    update(history, { remind_before: ['PT2M', 'PT1M', 'PT30S'] });
    expect(armed(history)[1]).toBe(at(59.5 * MINUTE));
    update(history, { remind_before: ['PT75S', 'PT1M'] });
    expect(armed(history)[1]).toBe(at(58.75 * MINUTE));
    history.takeAllDue();
    update(history, {}, 'completed');
    update(history, {}, 'pending');
    expect(armed(history)[1]).toBeNull();
  });

  test.each(['completed', 'cancelled'] as const)(
    'are silent in a task that is %s, changed or not',
    (status) => {
      const history = reminded(MINUTE, HOUR);
      update(history, {}, status);
      expect(armed(history)).toEqual(NONE);
      update(history, { reminder_time: at(5), due_date: at(HOUR), remind_before: ['PT5M'] });
      expect(armed(history)).toEqual(NONE);
    },
  );

  test('that are changed with the task being completed stay silent', () => {
    const history = reminded(MINUTE, HOUR);
    update(history, { reminder_time: at(5), due_date: at(2 * HOUR) }, 'completed');
    expect(armed(history)).toEqual(NONE);
  });

  test('of a task that is taken up again are those still ahead', () => {
    const again = (ms: number) => {
      const history = reminded(MINUTE, HOUR);
      update(history, {}, 'completed');
      history.after(ms);
      update(history, {}, 'pending');
      return armed(history);
    };
    expect(again(MINUTE - 1)).toEqual([at(MINUTE), at(58 * MINUTE), at(HOUR)]);
    expect(again(MINUTE)).toEqual([null, at(58 * MINUTE), at(HOUR)]);
    expect(again(58 * MINUTE - 1)).toEqual([null, at(58 * MINUTE), at(HOUR)]);
    expect(again(58 * MINUTE)).toEqual([null, at(59 * MINUTE), at(HOUR)]);
    expect(again(HOUR - 1)).toEqual([null, null, at(HOUR)]);
    expect(again(HOUR)).toEqual(NONE);
    expect(again(2 * HOUR)).toEqual(NONE);
  });

  test('that are set anew as the task is taken up again are as they were set', () => {
    const history = reminded(MINUTE, HOUR);
    update(history, {}, 'completed');
    update(history, { reminder_time: at(3), due_date: at(2 * HOUR) }, 'pending');
    expect(armed(history)).toEqual([at(3), at(118 * MINUTE), at(2 * HOUR)]);
  });

  test('fire once: an edit, a pause or a failed run arms none that has fired', () => {
    const history = reminded(MINUTE, HOUR);
    update(history, { name: 'x' });
    expect(armed(history)[0]).toBe(at(MINUTE));
    history.after(MINUTE).takeAllDue();
    update(history, { name: 'y' });
    history.step({ do: 'pause', after: 0 });
    expect(armed(history)).toEqual([null, at(58 * MINUTE), at(HOUR)]);
    history.step({ do: 'resume', after: 0 });
    expect(armed(history)).toEqual([null, at(58 * MINUTE), at(HOUR)]);
  });

  test('go on over a pause and a failed run', () => {
    const history = reminded(MINUTE, HOUR);
    const before = armed(history);
    history.step({ do: 'pause', after: 0 });
    expect(armed(history)).toEqual(before);
    history.step({ do: 'resume', after: 0 });
    history.step({ do: 'request', after: 0 });
    history.step({ do: 'start', after: 0 });
    history.step({ do: 'finish', after: 0, outcome: NOT_RETRYABLE });
    expect(state(history).resting_status).toBe('failed');
    expect(armed(history)).toEqual(before);
  });

  test('are gone with a task that is deleted; those ahead come back with it', () => {
    const back = (ms: number, status: RestingStatus = 'pending') => {
      const history = reminded(MINUTE, HOUR);
      if (status === 'completed') update(history, {}, status);
      history.step({ do: 'delete', after: 0 });
      expect(armed(history)).toEqual(NONE);
      history.step({ do: 'restore', after: ms });
      return armed(history);
    };
    expect(back(MINUTE - 1)).toEqual([at(MINUTE), at(58 * MINUTE), at(HOUR)]);
    expect(back(MINUTE)).toEqual([null, at(58 * MINUTE), at(HOUR)]);
    expect(back(58 * MINUTE)).toEqual([null, at(59 * MINUTE), at(HOUR)]);
    expect(back(HOUR - 1)).toEqual([null, null, at(HOUR)]);
    expect(back(HOUR)).toEqual(NONE);
    expect(back(1, 'completed')).toEqual(NONE);
  });

  test('of a calendar event are those before it: it is not overdue, restored or reopened', () => {
    const history = new History().create({
      task_type: 'calendar_event',
      due_date: at(HOUR),
      remind_before: ['PT5M'],
    });
    const before = [null, at(55 * MINUTE), null];
    expect(armed(history)).toEqual(before);
    update(history, { due_date: at(HOUR + 1) });
    update(history, { due_date: at(HOUR) });
    expect(armed(history)).toEqual(before);
    update(history, {}, 'completed');
    update(history, {}, 'pending');
    expect(armed(history)).toEqual(before);
    history.step({ do: 'delete', after: 0 });
    history.step({ do: 'restore', after: 0 });
    expect(armed(history)).toEqual(before);
  });
});
