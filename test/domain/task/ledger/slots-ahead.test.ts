import { expect, test } from 'vitest';
import type { Schedule } from '../../../../src/domain/schedule/types.ts';
import { instantOf } from '../../../../src/domain/shared/instant.ts';
import { slotsAhead } from '../../../../src/domain/task/ledger/slots-ahead.ts';
import type { TaskState } from '../../../../src/domain/task/state.ts';
import { History, START, withPolicy } from '../../../support/histories/history.ts';

const MINUTE = 60_000;
const at = (ms: number) => instantOf(Date.parse(START) + ms);

function ahead(schedule: Schedule | null, change: Partial<TaskState> = {}, now = at(1)): string[] {
  const state = { ...(new History().create({ schedule }).state as TaskState), ...change };
  return slotsAhead(state, now, { count: 3 }).map((slot) => slot.at);
}

test('are the next of the schedule', () => {
  expect(ahead(withPolicy({}))).toEqual([at(MINUTE), at(2 * MINUTE), at(3 * MINUTE)]);
  expect(ahead(withPolicy({}), {}, at(MINUTE))).toEqual([at(2 * MINUTE), at(3 * MINUTE), at(4 * MINUTE)]);
  expect(ahead(null)).toEqual([]);
});

test('begin where the task goes on, when a limit has skipped others', () => {
  const next_run_time = at(7 * MINUTE);
  expect(ahead(withPolicy({}), { next_run_time })[0]).toBe(next_run_time);
});

test('are those that would be, where the task is paused or done', () => {
  for (const resting_status of ['paused', 'completed'] as const) {
    expect(ahead(withPolicy({}), { resting_status, next_run_time: null })[0]).toBe(at(MINUTE));
  }
});

test('are no more than max_runs leaves, one of which a buffered slot will take', () => {
  const allowed = withPolicy({ max_runs: 3 });
  expect(ahead(allowed, { slots_taken: 1 })).toHaveLength(2);
  const buffered = { slots_taken: 1, buffered_slot: at(MINUTE), next_run_time: at(2 * MINUTE) };
  expect(ahead(allowed, buffered, at(MINUTE))).toEqual([at(2 * MINUTE)]);
  expect(ahead(allowed, { slots_taken: 3, next_run_time: null })).toEqual([]);
});

test('leave room in max_runs for slots that have come and wait for their jitter or their turn', () => {
  const jittered = withPolicy({ max_runs: 2, jitter_seconds: 59 });
  expect(ahead(jittered, {}, at(MINUTE + 1))).toEqual([at(2 * MINUTE)]);
  const caughtUp = withPolicy({ max_runs: 4, catch_up: 'all' });
  expect(ahead(caughtUp, {}, at(3 * MINUTE + 1))).toEqual([at(4 * MINUTE)]);
});
