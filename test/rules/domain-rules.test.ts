/** Business rules that the domain alone upholds, one test each, by the rule's name. */
import { describe, expect, test } from 'vitest';
import type { CreditMicros } from '../../src/domain/shared/credits.ts';
import { instantOf } from '../../src/domain/shared/instant.ts';
import { nextDueAt } from '../../src/domain/task/decide/due.ts';
import { statusOf, type TaskState } from '../../src/domain/task/state.ts';
import {
  endsSoon,
  everyMinute,
  failure,
  History,
  onceIn,
  START,
  success,
  withPolicy,
} from '../support/histories/history.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const at = (ms: number) => instantOf(Date.parse(START) + ms);
const state = (history: History): TaskState => history.state as TaskState;
const status = (history: History) => statusOf(state(history));

/** The slot that is due next runs to this end. */
function run(history: History, outcome = success): History {
  history.step({ after: MINUTE, do: 'due' });
  history.step({ after: 1, do: 'start' });
  history.step({ after: 1, do: 'finish', outcome });
  return history;
}

describe('status', () => {
  test('BR-STS-001: pending becomes scheduled when a schedule is set', () => {
    const history = new History().create();
    expect(status(history)).toBe('pending');
    history.step({ after: 1, do: 'update', changes: { schedule: everyMinute }, status: null });
    expect(status(history)).toBe('scheduled');
  });

  test('BR-STS-002: scheduled becomes running when the execution starts, and not before', () => {
    const history = new History().create({ schedule: everyMinute });
    history.step({ after: MINUTE, do: 'due' });
    expect(status(history)).toBe('scheduled');
    history.step({ after: 1, do: 'start' });
    expect(status(history)).toBe('running');
  });

  test('BR-STS-003: running becomes completed on success', () => {
    expect(status(run(new History().create({ schedule: onceIn(MINUTE) })))).toBe('completed');
  });

  test('BR-STS-004: running becomes failed on failure', () => {
    expect(status(run(new History().create({ schedule: onceIn(MINUTE) }), failure))).toBe('failed');
  });

  test('BR-STS-005 and BR-STS-006: pause takes scheduled to paused, resume takes it back', () => {
    const history = new History().create({ schedule: everyMinute });
    history.step({ after: 1, do: 'pause' });
    expect(status(history)).toBe('paused');
    history.step({ after: 1, do: 'resume' });
    expect(status(history)).toBe('scheduled');
  });

  test('BR-STS-007 and BR-STS-008: cancel leads from every status to cancelled, and nothing leads out of it', () => {
    const withOne = (schedule: Parameters<typeof onceIn>[0] | null) =>
      new History().create(schedule === null ? {} : { schedule: onceIn(schedule) });
    const running = withOne(MINUTE);
    running.step({ after: MINUTE, do: 'due' });
    running.step({ after: 1, do: 'start' });
    const paused = withOne(MINUTE);
    paused.step({ after: 1, do: 'pause' });
    const all = [
      withOne(null),
      withOne(MINUTE),
      running,
      paused,
      run(withOne(MINUTE)),
      run(withOne(MINUTE), failure),
    ];
    expect(all.map(status)).toEqual(['pending', 'scheduled', 'running', 'paused', 'completed', 'failed']);
    for (const history of all) {
      history.step({ after: 1, do: 'cancel' });
      expect(status(history)).toBe('cancelled');
      const before = history.events.length;
      history.step({ after: 1, do: 'pause' });
      history.step({ after: 1, do: 'resume' });
      history.step({ after: 1, do: 'request' });
      for (const to of ['pending', 'scheduled', 'completed', 'paused'] as const) {
        history.step({ after: 1, do: 'update', changes: {}, status: to });
      }
      history.step({ after: 10 * MINUTE, do: 'due' });
      expect(history.events.length).toBe(before);
      expect(history.rejections.length).toBeGreaterThanOrEqual(6);
      expect(status(history)).toBe('cancelled');
    }
  });
});

describe('executions', () => {
  test('BR-EXE-003: the record of an execution is there before it starts', () => {
    const history = new History().create({ schedule: everyMinute });
    history.step({ after: MINUTE, do: 'due' });
    history.step({ after: 1, do: 'start' });
    expect(history.events.map(({ type }) => type)).toEqual([
      'task.created',
      'task.execution_requested',
      'task.execution_started',
    ]);
  });

  test('BR-EXE-004: credits are consumed by success alone', () => {
    const credits_per_run_micros = 2_500_000 as CreditMicros;
    const paid = run(new History().create({ schedule: everyMinute, credits_per_run_micros }));
    expect(state(paid).total_credits_consumed_micros).toBe(2_500_000);
    run(paid, failure);
    expect(state(paid)).toMatchObject({
      total_credits_consumed_micros: 2_500_000,
      success_count: 1,
      failure_count: 1,
    });
  });

  test('BR-EXE-006: a success raises success_count, a failure does not', () => {
    const history = run(new History().create({ schedule: everyMinute }));
    expect(state(history)).toMatchObject({ success_count: 1, failure_count: 0, run_count: 1 });
    run(history, failure);
    expect(state(history)).toMatchObject({ success_count: 1, failure_count: 1, run_count: 2 });
  });

  test('BR-EXE-007: the duration of an execution is kept in milliseconds', () => {
    const history = run(new History().create({ schedule: everyMinute }));
    expect(history.events.at(-1)).toMatchObject({
      type: 'task.execution_completed',
      data: { duration_ms: 5 },
    });
  });

  test('BR-EXE-008: an attempt whose worker is silent is over 5 s after its deadline', () => {
    const history = new History().create({ schedule: onceIn(MINUTE) });
    history.step({ after: MINUTE, do: 'due' });
    history.step({ after: 0, do: 'start' });
    history.step({ after: 34_999, do: 'due' });
    expect(history.events.at(-1)?.type).toBe('task.execution_started');
    history.step({ after: 1, do: 'due' });
    expect(history.events.at(-1)).toMatchObject({
      type: 'task.execution_failed',
      data: { code: 'WORKER_LOST', duration_ms: 35_000 },
    });
  });
});

describe('schedules', () => {
  test('BR-SCH-002: the next run time comes from the schedule, and moves on with each slot', () => {
    const history = new History().create({ schedule: everyMinute });
    expect(state(history).next_run_time).toBe(at(MINUTE));
    run(history);
    expect(state(history).next_run_time).toBe(at(2 * MINUTE));
    const ending = new History().create({ schedule: endsSoon });
    run(run(run(ending)));
    expect(state(ending).next_run_time).toBeNull();
  });

  test('BR-SCH-003: slots missed while nobody could fire are caught up by policy: none, the latest, or all', () => {
    const requestedOf = (catch_up: 'skip' | 'latest' | 'all') => {
      const policy = { catch_up, catch_up_window_seconds: 86_400, interval_seconds: 3_600 };
      const history = new History().create({ schedule: withPolicy(policy) });
      history.after(5.5 * HOUR);
      const slots: (string | null)[] = [];
      for (let runs = 0; runs < 6; runs++) {
        const requested = history.takeAllDue().filter(({ type }) => type === 'task.execution_requested');
        if (requested.length === 0) break;
        slots.push(...requested.map(({ data }) => (data as { scheduled_for: string | null }).scheduled_for));
        history.step({ after: 1, do: 'start' });
        history.step({ after: 1, do: 'finish', outcome: success });
      }
      return slots;
    };
    expect(requestedOf('skip')).toEqual([]);
    expect(requestedOf('latest')).toEqual([at(5 * HOUR)]);
    expect(requestedOf('all')).toEqual([1, 2, 3, 4, 5].map((n) => at(n * HOUR)));
  });

  test('BR-SCH-004: slots that pass while a task is paused do not run, and are told as skipped', () => {
    const history = new History().create({ schedule: everyMinute });
    history.step({ after: 1, do: 'pause' });
    history.step({ after: 3 * MINUTE, do: 'due' });
    history.step({ after: 1, do: 'resume' });
    history.step({ after: 1, do: 'due' });
    expect(history.events.some(({ type }) => type === 'task.execution_requested')).toBe(false);
    expect(state(history).next_run_time).toBe(at(4 * MINUTE));
  });

  test('BR-SCH-005: a cancelled task has no next run and no timer', () => {
    const history = new History().create({ schedule: everyMinute });
    history.step({ after: 1, do: 'cancel' });
    expect(state(history).next_run_time).toBeNull();
    expect(nextDueAt(state(history))).toBeNull();
  });
});
