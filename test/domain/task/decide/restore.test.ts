import { describe, expect, test } from 'vitest';
import { instantOf } from '../../../../src/domain/shared/instant.ts';
import { deleteTask } from '../../../../src/domain/task/decide/decide.ts';
import { restoreTask } from '../../../../src/domain/task/decide/restore.ts';
import { SlotLedger } from '../../../../src/domain/task/ledger/slot-ledger.ts';
import { isTimed } from '../../../../src/domain/task/state.ts';
import {
  endsSoon,
  everyMinute,
  History,
  onceIn,
  START,
  success,
  withPolicy,
} from '../../../support/histories/history.ts';
import { WhyAt } from '../../../support/histories/why-at.ts';

const MINUTE = 60_000;
const at = (ms: number) => instantOf(Date.parse(START) + ms);
const edit = (history: History) => ({ now: history.now, if_match: null, reason: null });
const told = (history: History) => {
  const ledger = new SlotLedger({ from: at(-1e12), to: at(1e12) });
  for (const event of history.events) ledger.add(event);
  return [...ledger.slots(history.now)].map(
    (slot) =>
      `${(Date.parse(slot.at) - Date.parse(START)) / MINUTE} ${slot.fate}${'reason' in slot ? ` ${slot.reason}` : ''}`,
  );
};
const run = (history: History) => {
  history.takeAllDue();
  history.step({ do: 'start', after: 1 });
  history.step({ do: 'finish', after: 1, outcome: success });
};
/** Deleted after so long, restored after so much more. */
const away = (history: History, before: number, gone: number) => {
  history.step({ do: 'delete', after: before });
  history.step({ do: 'restore', after: gone });
  return history;
};

describe('restore', () => {
  test('brings a task back with its content, counters and numbering, and its next slot worked out anew', () => {
    const history = new History().create({ schedule: everyMinute, name: 'Kept' });
    history.after(MINUTE);
    run(history);
    const before = history.state;
    away(history, 1_000, 10 * MINUTE);
    expect(history.events.at(-1)).toMatchObject({
      type: 'task.restored',
      data: { status: null, next_run_time: at(12 * MINUTE) },
    });
    expect(history.state).toEqual({
      ...before,
      next_run_time: at(12 * MINUTE),
      decided_through: history.now,
      usage: { ...before?.usage, edit_day: '2026-11-23', edits: 1, stored: expect.any(Number) },
      updated_at: history.now,
      revision: 6,
      edit_revision: 6,
    });
  });

  test('runs nothing for the slots that passed meanwhile: they are void', () => {
    const history = away(new History().create({ schedule: everyMinute }), 90_000, 3 * MINUTE);
    expect(history.takeAllDue()).toEqual([]);
    expect(told(history)).toEqual([
      '1 void TASK_DELETED',
      '2 void TASK_DELETED',
      '3 void TASK_DELETED',
      '4 void TASK_DELETED',
      '5 due',
    ]);
    const why = new WhyAt(at(3 * MINUTE));
    for (const event of history.events) why.add(event);
    expect(why.explain(history.now).why).toMatch(/is void: the task was deleted/);
  });

  test('says of a time between slots that the task was deleted then', () => {
    const history = away(new History().create({ schedule: everyMinute }), 90_000, 3 * MINUTE);
    const why = new WhyAt(at(3 * MINUTE + 1));
    for (const event of history.events) why.add(event);
    expect(why.explain(history.now).why).toMatch(/was deleted/);
  });

  test('keeps to max_runs: runs of before count', () => {
    const history = new History().create({ schedule: withPolicy({ max_runs: 1 }) });
    history.after(MINUTE).takeAllDue();
    away(history, 0, MINUTE);
    expect(history.state).toMatchObject({ resting_status: 'completed', next_run_time: null });
  });

  test.each([
    ['a series that has ended', endsSoon, 'completed'],
    ['a one-off whose time has passed', onceIn(MINUTE), 'pending'],
  ])('of %s leaves the task %s', (_, schedule, status) => {
    const history = away(new History().create({ schedule }), 1, 1e9);
    expect(history.events.at(-1)).toMatchObject({
      data: { status: { from: 'scheduled', to: status }, next_run_time: null },
    });
    expect(history.state).toMatchObject({ resting_status: status, deleted_at: null });
    expect(isTimed(history.state as never)).toBe(false);
  });

  test.each(['pending', 'paused', 'completed', 'cancelled'] as const)(
    'leaves a task %s as it was before',
    (status) => {
      const history = new History().create({ schedule: status === 'pending' ? null : everyMinute });
      if (status !== 'pending') history.step({ do: 'update', after: 1, changes: {}, status });
      const paused = history.state?.paused_reason;
      away(history, 1, 5 * MINUTE);
      expect(history.state).toMatchObject({
        resting_status: status,
        deleted_at: null,
        paused_reason: paused,
      });
      expect(history.takeAllDue()).toEqual([]);
    },
  );

  test('tells of slots that passed while paused only those after the restoration', () => {
    const history = new History().create({ schedule: everyMinute });
    history.step({ do: 'pause', after: 30_000 });
    away(history, MINUTE, MINUTE);
    history.step({ do: 'resume', after: MINUTE });
    expect(told(history)).toEqual(['1 skipped paused', '2 void TASK_DELETED', '3 skipped paused', '4 due']);
  });

  test('works out the next slot of a task that is paused, and no slot of one that is done', () => {
    const next = (status: 'paused' | 'completed') => {
      const history = new History().create({ schedule: everyMinute });
      history.step({ do: 'update', after: 0, changes: {}, status });
      return away(history, 1, 5 * MINUTE).events.at(-1)?.data;
    };
    expect(next('paused')).toEqual({
      next_run_time: at(6 * MINUTE),
      status: null,
      armed: {},
      personal: { reason: null },
    });
    expect(next('completed')).toMatchObject({ next_run_time: null, status: null });
  });

  test('keeps why it was asked for', () => {
    const history = new History().create();
    history.step({ do: 'delete', after: 0 });
    const restored = restoreTask(history.state, { ...edit(history), reason: 'By mistake.' });
    expect(restored).toMatchObject({ event: { data: { personal: { reason: 'By mistake.' } } } });
  });

  test('arms the reminders that are still ahead, and no others', () => {
    const due_date = at(10 * MINUTE);
    const history = new History().create({
      due_date,
      reminder_time: at(2 * MINUTE),
      remind_before: ['PT7M', 'PT1M'],
    });
    away(history, MINUTE, 5 * MINUTE);
    expect(history.takeAllDue()).toEqual([]);
    expect(history.state).toMatchObject({
      reminder_due: null,
      before_due: at(9 * MINUTE),
      overdue_due: due_date,
    });
    away(history, 1, 5 * MINUTE);
    expect(history.state).toMatchObject({ reminder_due: null, before_due: null, overdue_due: null });
  });

  test('is nothing to do for a task that is there, and is refused for one that never was', () => {
    const history = new History().create();
    expect(restoreTask(history.state, edit(history)).kind).toBe('nothing');
    expect(restoreTask(null, edit(history))).toMatchObject({ rejection: { code: 'TASK_NOT_FOUND' } });
  });

  test('honours the revision that it is conditional on', () => {
    const history = new History().create();
    history.take(deleteTask(history.state, edit(history)));
    const stale = restoreTask(history.state, { ...edit(history), if_match: 1 as never });
    expect(stale).toMatchObject({ rejection: { code: 'REVISION_MISMATCH', current: 2 } });
    expect(restoreTask(history.state, { ...edit(history), if_match: 2 as never }).kind).toBe('event');
  });
});
