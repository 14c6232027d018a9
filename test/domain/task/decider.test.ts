import { expect, test } from 'vitest';
import { decideAsked } from '../../../src/domain/shared/decider.ts';
import { NOTHING, rejected } from '../../../src/domain/shared/decision.ts';
import type { Revision } from '../../../src/domain/shared/ids.ts';
import { plusMs } from '../../../src/domain/shared/instant.ts';
import { type TaskCommand, taskDecider } from '../../../src/domain/task/decider.ts';
import type { TaskState } from '../../../src/domain/task/state.ts';
import { History, newTask, onceIn, START } from '../../support/histories/history.ts';

const pause: TaskCommand = { type: 'pause', data: { if_match: null, reason: null } };
const pending = () => new History().create().state as TaskState;

test('A command is decided on the state, as of the time that the decider is given', () => {
  const { now: _, ...data } = newTask({ schedule: onceIn(60_000) });
  const create = (ms: number) =>
    taskDecider.decide(taskDecider.initial, { type: 'create', data }, plusMs(START, ms));
  expect(create(0)).toMatchObject({ event: { data: { next_run_time: plusMs(START, 60_000) } } });
  expect(create(120_000)).toEqual(rejected({ code: 'NO_FUTURE_SLOT' }));
});

test('What is asked may be made of the state that it is decided on, and may be nothing', () => {
  const state = pending();
  const seen: (TaskState | null)[] = [];
  const asked = (known: TaskState | null) => {
    seen.push(known);
    return pause;
  };
  const decision = decideAsked(taskDecider, state, asked, START);
  expect(seen).toEqual([state]);
  expect(decision).toEqual(taskDecider.decide(state, pause, START));
  expect(decideAsked(taskDecider, state, () => null, START)).toEqual(NOTHING);
});

test('A run is not asked for on a task that its caller has not seen; why it cannot run at all is said first', () => {
  const state = pending();
  const request: TaskCommand = {
    type: 'cancel_execution',
    data: { execution_id: 'exe_x' as never, reason: null },
  };
  const stale = { if_match: 0 as Revision };
  expect(taskDecider.decide(state, { ...request, ...stale }, START)).toMatchObject({
    rejection: { code: 'EXECUTION_NOT_FOUND' },
  });
  const run: TaskCommand = {
    type: 'request_execution',
    data: {
      execution_id: 'exe_x' as never,
      trigger_type: 'manual',
      trigger_data: {},
      default_timeout_seconds: 30,
    },
  };
  expect(taskDecider.decide(state, run, START).kind).toBe('event');
  expect(taskDecider.decide(state, { ...run, ...stale }, START)).toMatchObject({
    rejection: { code: 'REVISION_MISMATCH' },
  });
});
