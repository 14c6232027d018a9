import { describe, expect, test } from 'vitest';
import type { CreditMicros } from '../../../src/domain/shared/credits.ts';
import type { ExecutionId } from '../../../src/domain/shared/ids.ts';
import type { Instant } from '../../../src/domain/shared/instant.ts';
import type { TaskEvent } from '../../../src/domain/task/events.ts';
import type { SchedulingState } from '../../../src/domain/task/state.ts';
import type { RestingStatus, StatusMove } from '../../../src/domain/task/status.ts';
import {
  admitted,
  type Demand,
  demandOf,
  limitInTheWay,
  usageWith,
} from '../../../src/domain/user/admission.ts';
import type { Limits } from '../../../src/domain/user/limits.ts';
import type { Usage } from '../../../src/domain/user/usage.ts';
import { History, START, TASK } from '../../support/history.ts';
import { SAMPLE_EVENTS, SAMPLE_TYPES, sampleEvent } from '../../support/sample-events.ts';

const micros = (count: number) => count as CreditMicros;
const EXECUTION = 'exe_01JD0000000000000000000001' as ExecutionId;

type Before = Pick<SchedulingState, 'deleted_at' | 'resting_status' | 'execution'>;
const resting = (resting_status: RestingStatus, deleted_at: Instant | null = null): Before => ({
  resting_status,
  deleted_at,
  execution: null,
});

function requested(credits_reserved_micros?: CreditMicros): TaskEvent {
  const { credits_reserved_micros: _, ...data } = {
    credits_reserved_micros,
    ...SAMPLE_EVENTS['task.execution_requested'],
    execution_id: EXECUTION,
  };
  return {
    type: 'task.execution_requested',
    data: credits_reserved_micros === undefined ? data : { ...data, credits_reserved_micros },
  };
}

describe('what an event asks for', () => {
  test('of a creation: a place among the tasks', () => {
    expect(demandOf(null, TASK, sampleEvent('task.created'))).toEqual({
      task_id: TASK,
      opens_task: true,
      counted: false,
      execution: null,
    });
  });

  const moved = (
    type: 'task.updated' | 'task.status_changed',
    status: StatusMove<RestingStatus, RestingStatus>,
  ) => ({ type, data: { ...SAMPLE_EVENTS[type], status } }) as TaskEvent;

  describe.each(['task.updated', 'task.status_changed'] as const)('of %s', (type) => {
    test.each<[RestingStatus, RestingStatus, boolean]>([
      ['completed', 'pending', false],
      ['completed', 'scheduled', false],
      ['completed', 'paused', false],
      ['failed', 'pending', true],
      ['failed', 'scheduled', true],
      ['failed', 'paused', true],
    ])('that takes it up again, from %s to %s: a place, unless it has one', (from, to, counted) => {
      expect(demandOf(resting(from), TASK, moved(type, { from, to }))).toEqual({
        task_id: TASK,
        opens_task: true,
        counted,
        execution: null,
      });
    });

    test.each<[RestingStatus, RestingStatus]>([
      ['completed', 'cancelled'],
      ['failed', 'completed'],
      ['failed', 'cancelled'],
      ['pending', 'scheduled'],
      ['scheduled', 'pending'],
      ['paused', 'scheduled'],
      ['scheduled', 'paused'],
    ])('from %s to %s: nothing', (from, to) => {
      expect(demandOf(resting(from), TASK, moved(type, { from, to }))).toBeNull();
    });
  });

  test('of an update that leaves the status: nothing', () => {
    const event: TaskEvent = {
      type: 'task.updated',
      data: { ...SAMPLE_EVENTS['task.updated'], status: null },
    };
    expect(demandOf(resting('completed'), TASK, event)).toBeNull();
  });

  test.each<[RestingStatus, boolean, boolean]>([
    ['pending', false, true],
    ['scheduled', false, true],
    ['paused', false, true],
    ['completed', true, false],
    ['failed', true, true],
  ])(
    'of a request of a %s task: an execution with what it may cost, and a place if it was done',
    (status, opens_task, counted) => {
      expect(demandOf(resting(status), TASK, requested(micros(7)))).toEqual({
        task_id: TASK,
        opens_task,
        counted,
        execution: { task_id: TASK, execution_id: EXECUTION, credits_reserved_micros: 7, opens_task },
      });
    },
  );

  test('of a request from before credits were reserved: none', () => {
    expect(demandOf(resting('pending'), TASK, requested())?.execution?.credits_reserved_micros).toBe(0);
  });

  test('of a request of a task that is not known: an execution, and no place', () => {
    expect(demandOf(null, TASK, requested(micros(7)))).toMatchObject({ opens_task: false, counted: false });
  });

  const restored = (status: StatusMove<RestingStatus, RestingStatus> | null): TaskEvent => ({
    type: 'task.restored',
    data: { ...SAMPLE_EVENTS['task.restored'], status },
  });

  test.each<[RestingStatus, boolean]>([
    ['pending', true],
    ['scheduled', true],
    ['paused', true],
    ['failed', true],
    ['completed', false],
    ['cancelled', false],
  ])('of the restoration of a %s task: a place, where it is one to be counted (%s)', (status, opens) => {
    const place = { task_id: TASK, opens_task: true, counted: false, execution: null };
    expect(demandOf(resting(status, START), TASK, restored(null))).toEqual(opens ? place : null);
  });

  test('of a restoration that finds no slot left: nothing', () => {
    const event = restored({ from: 'scheduled', to: 'completed' });
    expect(demandOf(resting('scheduled', START), TASK, event)).toBeNull();
  });

  test('of the restoration of a task that is not known: nothing', () => {
    expect(demandOf(null, TASK, restored(null))).toBeNull();
  });

  const asking = [
    'task.created',
    'task.updated',
    'task.status_changed',
    'task.execution_requested',
    'task.restored',
  ];
  test.each(SAMPLE_TYPES.filter((type) => !asking.includes(type)))('of %s: nothing', (type) => {
    expect(demandOf(resting('completed'), TASK, sampleEvent(type))).toBeNull();
  });
});

const place = (changes: Partial<Demand> = {}): Demand => ({
  task_id: TASK,
  opens_task: true,
  counted: false,
  execution: null,
  ...changes,
});
const run = (credits: number, changes: Partial<Demand> = {}): Demand => ({
  ...place({ opens_task: false, counted: true, ...changes }),
  execution: {
    task_id: TASK,
    execution_id: EXECUTION,
    credits_reserved_micros: micros(credits),
    opens_task: changes.opens_task ?? false,
  },
});
const used = (tasks: number, executions_today: number, credits: number): Usage => ({
  tasks,
  executions_today,
  credits_this_month_micros: micros(credits),
});

describe('what is used once a demand is met', () => {
  test.each<[string, Demand, Usage]>([
    ['a new task', place(), used(3, 3, 10)],
    ['a failed task that is taken up again', place({ counted: true }), used(2, 3, 10)],
    ['an execution', run(5), used(2, 4, 15)],
    ['an execution of a completed task', run(5, { opens_task: true, counted: false }), used(3, 4, 15)],
  ])('counts %s', (_, demand, after) => {
    expect(usageWith(used(2, 3, 10), demand)).toEqual(after);
  });
});

describe('the limit in the way', () => {
  const limits: Limits = { tasks: 5, executions_per_day: 10, credits_per_month_micros: micros(100_000_000) };
  const unlimited: Limits = { tasks: null, executions_per_day: null, credits_per_month_micros: null };

  test('of tasks has no time at which it begins anew', () => {
    expect(limitInTheWay(used(4, 0, 0), limits, place(), START)).toBeNull();
    expect(limitInTheWay(used(5, 0, 0), limits, place(), START)).toEqual({
      code: 'TASK_LIMIT_EXCEEDED',
      limit_type: 'tasks',
      limit: 5,
      used: 5,
      resets_at: null,
      retry_after_seconds: null,
    });
  });

  test('of executions tells the end of the day', () => {
    expect(limitInTheWay(used(0, 9, 0), limits, run(0), START)).toBeNull();
    expect(limitInTheWay(used(0, 10, 0), limits, run(0), START)).toEqual({
      code: 'EXECUTION_LIMIT_EXCEEDED',
      limit_type: 'executions_per_day',
      limit: 10,
      used: 10,
      resets_at: '2026-11-24T00:00:00.000Z',
      retry_after_seconds: 43_200,
    });
  });

  test('of credits tells both amounts in credits, and the end of the month', () => {
    expect(limitInTheWay(used(0, 0, 98_500_000), limits, run(1_500_000), START)).toBeNull();
    expect(limitInTheWay(used(0, 0, 98_500_001), limits, run(1_500_000), START)).toEqual({
      code: 'CREDIT_LIMIT_EXCEEDED',
      limit_type: 'credits_per_month',
      limit: 100,
      used: 98.500_001,
      resets_at: '2026-12-01T00:00:00.000Z',
      retry_after_seconds: 648_000,
    });
  });

  test.each([
    ['2026-11-23T23:59:58.000Z', 2],
    ['2026-11-23T23:59:58.999Z', 2],
    ['2026-11-23T23:59:59.999Z', 1],
  ])('at %s is gone in %d whole seconds, not before', (now, seconds) => {
    expect(limitInTheWay(used(0, 10, 0), limits, run(0), now as Instant)?.retry_after_seconds).toBe(seconds);
  });

  test('is the one of tasks before that of executions before that of credits', () => {
    const all = run(1, { opens_task: true, counted: false });
    expect(limitInTheWay(used(5, 10, 100_000_000), limits, all, START)?.limit_type).toBe('tasks');
    expect(limitInTheWay(used(4, 10, 100_000_000), limits, all, START)?.limit_type).toBe(
      'executions_per_day',
    );
    expect(limitInTheWay(used(4, 9, 100_000_000), limits, all, START)?.limit_type).toBe('credits_per_month');
    expect(limitInTheWay(used(4, 9, 99_999_999), limits, all, START)).toBeNull();
  });

  test('of tasks is not in the way of a run of an open one, also where there are too many', () => {
    expect(limitInTheWay(used(6, 0, 0), limits, run(1), START)).toBeNull();
  });

  test('of tasks leaves a failed one its place, but where there are too many', () => {
    expect(limitInTheWay(used(5, 0, 0), limits, place({ counted: true }), START)).toBeNull();
    expect(limitInTheWay(used(6, 0, 0), limits, place({ counted: true }), START)?.used).toBe(6);
  });

  test('of executions and credits is not in the way of a new task', () => {
    expect(limitInTheWay(used(0, 11, 200_000_000), limits, place(), START)).toBeNull();
  });

  test('of credits is not in the way of what costs nothing', () => {
    expect(limitInTheWay(used(0, 0, 200_000_000), limits, run(0), START)).toBeNull();
    expect(limitInTheWay(used(0, 0, 200_000_000), limits, run(1), START)?.used).toBe(200);
  });

  test('is none where there are no limits', () => {
    const all = run(1, { opens_task: true, counted: false });
    expect(limitInTheWay(used(1e6, 1e6, 1e12), unlimited, all, START)).toBeNull();
  });
});

describe('an admission', () => {
  const known = { tier: 'basic', source: 'claim' } as const;
  const then = { tier: 'basic', tier_source: 'claim' };

  test('of a task names it', () => {
    expect(admitted(known, [place()])).toEqual({
      type: 'user.task_admitted',
      data: { ...then, task_id: TASK },
    });
  });

  test('of executions names them all, and what each may cost', () => {
    const [first, second] = [run(1), run(2, { opens_task: true })];
    expect(admitted(known, [first, second])).toEqual({
      type: 'user.execution_admitted',
      data: { ...then, executions: [first.execution, second.execution] },
    });
  });

  test('of nothing is a mistake', () => {
    expect(() => admitted(known, [])).toThrow(new RangeError('an admission of nothing'));
  });
});

test('a request that a real task decides asks for its credits', () => {
  const state = new History().create({ credits_per_run_micros: micros(3) }).state;
  const event = new History()
    .create({ credits_per_run_micros: micros(3) })
    .step({ after: 1, do: 'request' }) as TaskEvent;
  expect(demandOf(state, TASK, event)?.execution).toMatchObject({
    task_id: TASK,
    credits_reserved_micros: 3,
  });
});
