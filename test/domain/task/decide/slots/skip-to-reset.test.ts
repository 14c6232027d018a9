import { describe, expect, test } from 'vitest';
import type { Schedule } from '../../../../../src/domain/schedule/types.ts';
import type { LimitExceeded } from '../../../../../src/domain/shared/decision.ts';
import { type Instant, instantOf } from '../../../../../src/domain/shared/instant.ts';
import { skipToReset } from '../../../../../src/domain/task/decide/slots/skip-to-reset.ts';
import type { TaskState } from '../../../../../src/domain/task/state.ts';
import { History, onceIn, START, success, TASK, withPolicy } from '../../../../support/histories/history.ts';

const MINUTE = 60_000;
const at = (ms: number) => instantOf(Date.parse(START) + ms);
const exceeded = (
  resets_at: Instant | null,
  code: LimitExceeded['code'] = 'EXECUTION_LIMIT_EXCEEDED',
): LimitExceeded => ({
  code,
  limit_type: 'executions_per_day',
  limit: 1,
  used: 1,
  resets_at,
  retry_after_seconds: 1,
});
const created = (policy: Partial<Schedule> = {}) => new History().create({ schedule: withPolicy(policy) });
const skipped = (history: History, reset: number) =>
  skipToReset(history.state as TaskState, exceeded(at(reset))).data;

describe('slots that a limit keeps from running', () => {
  test('are those before the limit begins anew; the first at or after that is next', () => {
    const all = {
      reason: 'execution_limit',
      count: 3,
      count_is_minimum: false,
      from: at(MINUTE),
      to: at(3 * MINUTE),
      schedule_version: 1,
      next_run_time: at(4 * MINUTE),
      status: null,
      armed: {},
    };
    expect(skipToReset(created().state as TaskState, exceeded(at(4 * MINUTE)))).toEqual({
      type: 'task.slots_skipped',
      data: all,
    });
    expect(skipped(created(), 4 * MINUTE + 1)).toMatchObject({ count: 4, to: at(4 * MINUTE) });
    expect(skipped(created(), MINUTE + 1)).toMatchObject({ count: 1, next_run_time: at(2 * MINUTE) });
  });

  test('say which limit it was', () => {
    const state = created().state as TaskState;
    const reasons = (['EXECUTION_LIMIT_EXCEEDED', 'CREDIT_LIMIT_EXCEEDED'] as const).map((code) => {
      const event = skipToReset(state, exceeded(at(2 * MINUTE), code));
      return event.type === 'task.slots_skipped' && event.data.reason;
    });
    expect(reasons).toEqual(['execution_limit', 'credit_limit']);
  });

  test('are no runs that max_runs counts', () => {
    expect(skipped(created({ max_runs: 1 }), 4 * MINUTE)).toMatchObject({
      next_run_time: at(4 * MINUTE),
      status: null,
    });
  });

  test.each([
    ['a series leave it completed', withPolicy({ end_at: at(2 * MINUTE) }), 'completed'],
    ['a one-off leave it to a person', onceIn(MINUTE), 'pending'],
  ] as const)('and are the last of %s', (_, schedule, to) => {
    expect(skipped(new History().create({ schedule }), 4 * MINUTE)).toMatchObject({
      next_run_time: null,
      status: { from: 'scheduled', to },
    });
  });

  describe('where one was buffered', () => {
    const buffered = (policy: Partial<Schedule> = {}) => {
      const history = created({ overlap: 'buffer_one', timeout_seconds: 600, ...policy });
      history.after(MINUTE).takeAllDue();
      history.step({ do: 'start', after: 0 });
      history.after(MINUTE).takeAllDue();
      return history;
    };

    test('are that one and those after it', () => {
      expect(skipped(buffered(), 5 * MINUTE)).toMatchObject({
        count: 3,
        from: at(2 * MINUTE),
        to: at(4 * MINUTE),
        next_run_time: at(5 * MINUTE),
      });
    });

    test('are that one alone where the next comes after the limit has begun anew', () => {
      for (const reset of [2 * MINUTE + 1, 3 * MINUTE]) {
        expect(skipped(buffered(), reset)).toMatchObject({
          count: 1,
          count_is_minimum: false,
          from: at(2 * MINUTE),
          to: at(2 * MINUTE),
          next_run_time: at(3 * MINUTE),
          status: null,
        });
      }
    });

    test('end the series only once its run has ended', () => {
      const history = buffered({ end_at: at(2 * MINUTE) });
      expect(skipped(history, 5 * MINUTE)).toMatchObject({ count: 1, next_run_time: null, status: null });
      history.step({ do: 'finish', after: 0, outcome: success });
      expect(skipped(history, 5 * MINUTE)).toMatchObject({
        count: 1,
        next_run_time: null,
        status: { from: 'scheduled', to: 'completed' },
      });
    });
  });

  test('give back what a buffered one had of max_runs', () => {
    const history = created({ overlap: 'buffer_one', timeout_seconds: 600, max_runs: 2 });
    history.after(MINUTE).takeAllDue();
    history.step({ do: 'start', after: 0 });
    history.after(MINUTE).takeAllDue();
    expect(history.state).toMatchObject({ buffered_slot: at(2 * MINUTE), next_run_time: null });
    expect(skipped(history, 5 * MINUTE)).toMatchObject({
      count: 3,
      from: at(2 * MINUTE),
      to: at(4 * MINUTE),
      next_run_time: at(5 * MINUTE),
      status: null,
    });
  });

  test('there have to be, and a time at which the limit begins anew', () => {
    const says = `${TASK} has no slot that could wait for a limit`;
    expect(() => skipped(new History().create(), MINUTE)).toThrow(says);
    expect(() => skipToReset(created().state as TaskState, exceeded(null))).toThrow(says);
    const spent = { ...(created().state as TaskState), next_run_time: null };
    expect(() => skipToReset(spent, exceeded(at(MINUTE)))).toThrow(says);
  });
});
