import { describe, expect, test } from 'vitest';
import type { CreditMicros } from '../../../src/domain/shared/credits.ts';
import type { ExecutionId } from '../../../src/domain/shared/ids.ts';
import type { Instant } from '../../../src/domain/shared/instant.ts';
import type { TaskEvent } from '../../../src/domain/task/events/events.ts';
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
import { History, START, TASK } from '../../support/histories/history.ts';
import { SAMPLE_EVENTS, SAMPLE_TYPES, sampleEvent } from '../../support/histories/sample-events.ts';

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
    expect(demandOf(null, TASK, sampleEvent('task.created'))).toMatchObject({
      task_id: TASK,
      opens_task: true,
      makes_task: true,
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
      expect(demandOf(resting(from), TASK, moved(type, { from, to }))).toMatchObject({
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
      const demand = demandOf(resting(from), TASK, moved(type, { from, to }));
      if (type === 'task.updated') expect(demand).toMatchObject({ opens_task: false, is_edit: true });
      else expect(demand).toBeNull();
    });
  });

  test('of an update that leaves the status: an edit, with what it writes', () => {
    const event: TaskEvent = {
      type: 'task.updated',
      data: { ...SAMPLE_EVENTS['task.updated'], status: null },
    };
    const bytes = JSON.stringify(SAMPLE_EVENTS['task.updated'].personal).length;
    expect(demandOf(resting('completed'), TASK, event)).toEqual({
      task_id: TASK,
      opens_task: false,
      counted: false,
      execution: null,
      makes_task: false,
      is_edit: true,
      bytes,
    });
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
      expect(demandOf(resting(status), TASK, requested(micros(7)))).toMatchObject({
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
    const place = { task_id: TASK, opens_task: opens, counted: false, execution: null, is_edit: true };
    expect(demandOf(resting(status, START), TASK, restored(null))).toMatchObject(place);
  });

  test('of a restoration that finds no slot left: no place', () => {
    const event = restored({ from: 'scheduled', to: 'completed' });
    expect(demandOf(resting('scheduled', START), TASK, event)).toMatchObject({ opens_task: false });
  });

  test('of the restoration of a task that is not known: no place', () => {
    expect(demandOf(null, TASK, restored(null))).toMatchObject({ opens_task: false });
  });

  const asking = [
    'task.created',
    'task.updated',
    'task.status_changed',
    'task.execution_requested',
    'task.restored',
    'task.webhook_issued',
    'task.slot_skip_changed',
    'task.occurrence_marked',
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
  makes_task: false,
  is_edit: false,
  bytes: 0,
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
  existing_tasks: 0,
  edits_today: 0,
  stored_bytes: 0,
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
  const unwritten = { existing_tasks: null, edits_per_day: null, stored_bytes: null };
  const limits: Limits = {
    tasks: 5,
    executions_per_day: 10,
    credits_per_month_micros: micros(100_000_000),
    ...unwritten,
  };
  const unlimited: Limits = {
    tasks: null,
    executions_per_day: null,
    credits_per_month_micros: null,
    ...unwritten,
  };

  test.each<[string, Partial<Demand>, string, string, boolean]>([
    ['an edit', { is_edit: true }, 'EDIT_LIMIT_EXCEEDED', 'edits_per_day', true],
    ['a new task', { makes_task: true }, 'TASK_LIMIT_EXCEEDED', 'existing_tasks', false],
    ['bytes', { bytes: 1 }, 'STORAGE_LIMIT_EXCEEDED', 'stored_bytes', false],
  ])('of %s is that of its kind alone', (_, asked, code, limit_type, beginsAnew) => {
    const content = { existing_tasks: 9, edits_per_day: 9, stored_bytes: 9 };
    const held = { ...unlimited, ...content };
    const demand = place({ opens_task: false, ...asked });
    const upTo = (count: number) => ({
      ...used(0, 0, 0),
      existing_tasks: count,
      edits_today: count,
      stored_bytes: count,
    });
    expect(limitInTheWay(upTo(8), held, demand, START)).toBeNull();
    const rejection = limitInTheWay(upTo(9), held, demand, START);
    expect(rejection).toMatchObject({ code, limit_type, limit: 9, used: 9 });
    expect(rejection?.resets_at !== null).toBe(beginsAnew);
    // What takes from a task, and a run that is due, go on all the same.
    expect(limitInTheWay(upTo(9), held, place({ opens_task: false }), START)).toBeNull();
    expect(limitInTheWay(upTo(9), held, run(0, { bytes: 5 }), START)).toBeNull();
  });

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
