import { describe, expect, test } from 'vitest';
import type { CreditMicros } from '../../../src/domain/shared/credits.ts';
import { instantOf } from '../../../src/domain/shared/instant.ts';
import type { AttemptOutcome } from '../../../src/domain/task/commands.ts';
import { nextDueAt } from '../../../src/domain/task/decide/due.ts';
import { statusOf, type TaskState } from '../../../src/domain/task/state.ts';
import {
  endsSoon,
  everyHour,
  everyMinute,
  failure,
  History,
  onceIn,
  START,
  success,
} from '../../support/histories/history.ts';

const at = (ms: number) => instantOf(Date.parse(START) + ms);
const state = (history: History): TaskState => history.state as TaskState;
const overcharging: AttemptOutcome = {
  ...success,
  credits_micros: 9_000_000 as CreditMicros,
} as AttemptOutcome;
const run = (history: History, outcome: AttemptOutcome = success) => {
  history.step({ do: 'start', after: 3 });
  history.step({ do: 'finish', after: 4, outcome });
};

describe('a slot', () => {
  test('is requested when due, and the same event names the next', () => {
    const history = new History().create({ schedule: everyMinute });
    expect(nextDueAt(state(history))).toBe(at(60_000));
    expect(history.after(59_999).takeAllDue()).toEqual([]);
    const [event] = history.after(1).takeAllDue();
    expect(event).toMatchObject({
      type: 'task.execution_requested',
      data: {
        scheduled_for: at(60_000),
        next_run_time: at(120_000),
        number: 1,
        trigger_type: 'scheduled',
        term: 7,
      },
    });
  });

  test('due less than a minute ago is late and simply runs', () => {
    const history = new History().create({ schedule: everyHour });
    const taken = history.after(3_659_999).takeAllDue();
    expect(taken.map((e) => e.type)).toEqual(['task.execution_requested']);
  });

  test('BR-SCH-003: of missed slots only the latest within the window runs, the others are one event', () => {
    const history = new History().create({ schedule: everyMinute });
    const taken = history.after(10 * 60_000 + 30_000).takeAllDue();
    expect(taken).toMatchObject([
      {
        type: 'task.slots_skipped',
        data: { reason: 'missed', count: 9, from: at(60_000), to: at(540_000), next_run_time: at(600_000) },
      },
      { type: 'task.execution_requested', data: { scheduled_for: at(600_000), next_run_time: at(660_000) } },
    ]);
  });

  test('missed for longer than the window does not run at all', () => {
    const history = new History().create({
      schedule: { ...everyHour, catch_up: 'latest', catch_up_window_seconds: 60 },
    });
    const taken = history.after(2 * 3_600_000 + 61_000).takeAllDue();
    expect(taken).toMatchObject([{ type: 'task.slots_skipped', data: { reason: 'missed', count: 2 } }]);
    expect(state(history).next_run_time).toBe(at(3 * 3_600_000));
  });

  test('catch_up skip records every missed slot and waits for the next', () => {
    const history = new History().create({ schedule: everyHour });
    const taken = history.after(2 * 3_600_000 + 61_000).takeAllDue();
    expect(taken).toMatchObject([{ type: 'task.slots_skipped', data: { reason: 'missed', count: 2 } }]);
  });

  test('due while the last run is going is skipped and recorded', () => {
    const history = new History().create({ schedule: { ...everyMinute, timeout_seconds: 600 } });
    history.after(60_000).takeAllDue();
    history.step({ do: 'start', after: 1 });
    const taken = history.after(60_000).takeAllDue();
    expect(taken).toMatchObject([
      { type: 'task.slots_skipped', data: { reason: 'overlap', count: 1, from: at(120_000), status: null } },
    ]);
  });

  test('a one-off missed for longer than its window waits for a person', () => {
    const history = new History().create({ schedule: onceIn(1000) });
    history.after(3 * 3_600_000).takeAllDue();
    expect(statusOf(state(history))).toBe('pending');
    expect(nextDueAt(state(history))).toBeNull();
  });
});

describe('a run', () => {
  test('BR-STS-002, BR-EXE-006: shows running, counts the success, and the series goes on', () => {
    const history = new History().create({ schedule: everyMinute });
    history.after(60_000).takeAllDue();
    history.step({ do: 'start', after: 5 });
    expect(statusOf(state(history))).toBe('running');
    expect(history.events.at(-1)?.data).toMatchObject({ late_by_ms: 5, attempt: 1, deadline: at(90_005) });
    history.step({ do: 'finish', after: 5, outcome: success });
    expect(state(history)).toMatchObject({ success_count: 1, last_result: { done: true }, last_error: null });
    expect(statusOf(state(history))).toBe('scheduled');
  });

  test('BR-STS-003, BR-STS-004: a one-off becomes what its run was', () => {
    for (const [outcome, status] of [[success, 'completed'] as const, [failure, 'failed'] as const]) {
      const history = new History().create({ schedule: onceIn(1000) });
      history.after(1000).takeAllDue();
      run(history, outcome);
      expect(statusOf(state(history))).toBe(status);
    }
  });

  test('BR-EXE-005, BR-EXE-004: a failed run of a series raises failure_count, costs nothing, and goes on', () => {
    const history = new History().create({ schedule: everyMinute });
    history.after(60_000).takeAllDue();
    run(history, failure);
    expect(state(history)).toMatchObject({
      failure_count: 1,
      run_count: 1,
      total_credits_consumed_micros: 0,
      last_error: 'The provider answered 500.',
      resting_status: 'scheduled',
    });
  });

  test('the last slot of a series decides whether the task is completed or failed', () => {
    const history = new History().create({ schedule: endsSoon });
    for (const slot of [60_000, 120_000, 180_000]) {
      history.now = at(slot);
      history.takeAllDue();
      run(history, slot === 180_000 ? failure : success);
    }
    expect(statusOf(state(history))).toBe('failed');
  });

  test('an executor charges at most credits_per_run', () => {
    const history = new History().create();
    history.step({ do: 'request', after: 0 });
    run(history, overcharging);
    expect(state(history).total_credits_consumed_micros).toBe(1_500_000);
  });

  test('BR-EXE-002: a cancelled or deleted task is not executable, a running one not again', () => {
    const cancelled = new History().create();
    cancelled.step({ do: 'cancel', after: 0 });
    cancelled.step({ do: 'request', after: 0 });
    const deleted = new History().create();
    deleted.step({ do: 'delete', after: 0 });
    deleted.step({ do: 'request', after: 0 });
    const running = new History().create();
    running.step({ do: 'request', after: 0 });
    running.step({ do: 'request', after: 0 });
    expect(
      [...cancelled.rejections, ...deleted.rejections, ...running.rejections].map((r) => r.code),
    ).toEqual(['TASK_NOT_EXECUTABLE', 'TASK_NOT_EXECUTABLE', 'TASK_ALREADY_RUNNING']);
  });

  test('BR-STS-007: cancelling the task aborts its run in the same event', () => {
    const history = new History().create({ schedule: everyMinute });
    history.after(60_000).takeAllDue();
    history.step({ do: 'start', after: 1 });
    history.step({ do: 'cancel', after: 1 });
    expect(history.events.at(-1)?.data).toMatchObject({
      ended_execution: { number: 1, code: 'TASK_CANCELLED' },
    });
    history.step({ do: 'finish', after: 1, outcome: success });
    expect(history.rejections.at(-1)).toEqual({ code: 'STALE_ATTEMPT' });
    expect(state(history)).toMatchObject({ run_count: 0, execution: null, next_run_time: null });
  });

  test('completed by a person while it runs, a failing run does not make it failed', () => {
    const history = new History().create();
    history.step({ do: 'request', after: 0 });
    history.step({ do: 'start', after: 0 });
    history.step({ do: 'update', after: 0, changes: {}, status: 'completed' });
    history.step({ do: 'finish', after: 0, outcome: failure });
    expect(statusOf(state(history))).toBe('completed');
  });

  test('that nobody started in time is cancelled', () => {
    const history = new History().create();
    history.step({ do: 'request', after: 0 });
    expect(history.after(5 * 60_000).takeAllDue()).toEqual([]);
    expect(history.after(1).takeAllDue()).toMatchObject([
      { type: 'task.execution_cancelled', data: { code: 'NOT_STARTED' } },
    ]);
    expect(statusOf(state(history))).toBe('pending');
  });
});

describe('a lost worker', () => {
  test('found by redelivery, costs no attempt: the next one starts, at most twice', () => {
    const history = new History().create();
    history.step({ do: 'request', after: 0 });
    history.step({ do: 'start', after: 0 });
    for (const attempt of [2, 3]) {
      history.step({ do: 'lose', after: 0 });
      const event = history.step({ do: 'start', after: 10_000 });
      expect(event).toMatchObject({ type: 'task.execution_started', data: { attempt, status: null } });
    }
    history.step({ do: 'lose', after: 0 });
    const event = history.step({ do: 'start', after: 10_000 });
    expect(event).toMatchObject({
      type: 'task.execution_failed',
      data: { code: 'WORKER_LOST', will_retry: false, lost_attempts: 3 },
    });
    expect(statusOf(state(history))).toBe('failed');
  });

  test('found by its deadline, is given to the next attempt; the late outcome is refused', () => {
    const history = new History().create();
    history.step({ do: 'request', after: 0 });
    history.step({ do: 'start', after: 0 });
    expect(history.after(34_999).takeAllDue()).toEqual([]);
    expect(history.after(1).takeAllDue()).toMatchObject([
      { type: 'task.execution_failed', data: { code: 'WORKER_LOST', will_retry: true, attempt: 1 } },
    ]);
    expect(statusOf(state(history))).toBe('running');
    history.step({ do: 'finish', after: 0, outcome: success });
    expect(history.rejections).toEqual([{ code: 'STALE_ATTEMPT' }]);
    history.step({ do: 'start', after: 0 });
    expect(state(history).execution).toMatchObject({ state: 'running', attempt: 2 });
  });

  test('a command that comes twice while its worker is well starts nothing', () => {
    const history = new History().create();
    history.step({ do: 'request', after: 0 });
    history.step({ do: 'start', after: 0 });
    history.step({ do: 'start', after: 0 });
    expect(history.rejections).toEqual([{ code: 'STALE_ATTEMPT' }]);
  });
});

describe('a reminder and a due date', () => {
  test('fire once each, when their time has come', () => {
    const history = new History().create({ reminder_time: at(1000), due_date: at(2000) });
    expect(
      history
        .after(1000)
        .takeAllDue()
        .map((e) => e.type),
    ).toEqual(['task.reminder_triggered']);
    expect(
      history
        .after(1000)
        .takeAllDue()
        .map((e) => e.type),
    ).toEqual(['task.overdue']);
    expect(nextDueAt(state(history))).toBeNull();
  });

  test('fire again when moved, and not for a task that is done', () => {
    const history = new History().create({ reminder_time: at(1000) });
    history.after(1000).takeAllDue();
    history.step({ do: 'update', after: 0, changes: { reminder_time: at(5000) }, status: null });
    expect(nextDueAt(state(history))).toBe(at(5000));
    history.step({ do: 'update', after: 0, changes: {}, status: 'completed' });
    expect(history.after(10_000).takeAllDue()).toEqual([]);
  });
});
