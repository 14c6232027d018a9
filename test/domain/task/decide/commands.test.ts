import { describe, expect, test } from 'vitest';
import type { Revision } from '../../../../src/domain/shared/ids.ts';
import { instantOf } from '../../../../src/domain/shared/instant.ts';
import type { UpdateTask } from '../../../../src/domain/task/commands.ts';
import {
  createTask,
  deleteTask,
  pauseTask,
  resumeTask,
  updateTask,
} from '../../../../src/domain/task/decide/decide.ts';
import type { TaskEvent } from '../../../../src/domain/task/events/events.ts';
import { statusOf, type TaskState } from '../../../../src/domain/task/state.ts';
import type { RestingStatus } from '../../../../src/domain/task/status.ts';
import {
  endsSoon,
  everyMinute,
  History,
  newTask,
  onceIn,
  START,
  success,
} from '../../../support/histories/history.ts';

const edit = { now: START, if_match: null, reason: null };
const at = (ms: number) => instantOf(Date.parse(START) + ms);
const state = (history: History): TaskState => history.state as TaskState;

/** A task at rest as asked, made the way people would make it. */
function taskAt(status: RestingStatus, scheduled: boolean): History {
  const schedule = scheduled ? everyMinute : null;
  const history = new History().create({ schedule: status === 'failed' ? null : schedule });
  switch (status) {
    case 'pending':
      if (!scheduled) break;
      history.step({ do: 'update', after: 0, changes: {}, status: 'completed' });
      history.step({ do: 'update', after: 0, changes: {}, status: 'pending' });
      break;
    case 'scheduled':
      break;
    case 'paused':
      history.step({ do: 'pause', after: 0 });
      break;
    case 'completed':
      history.step({ do: 'update', after: 0, changes: {}, status: 'completed' });
      break;
    case 'cancelled':
      history.step({ do: 'cancel', after: 0 });
      break;
    case 'failed':
      history.step({ do: 'request', after: 0 });
      history.step({ do: 'start', after: 0 });
      history.step({
        do: 'finish',
        after: 0,
        outcome: { ...success, kind: 'failed', code: 'X', message: 'no', details: {}, retryable: false },
      });
      break;
  }
  expect(state(history).resting_status).toBe(status);
  return history;
}

describe('creating a task', () => {
  test('BR-TSK-005: without a schedule it is pending', () => {
    const history = new History().create();
    expect(statusOf(state(history))).toBe('pending');
    expect(state(history)).toMatchObject({
      run_count: 0,
      revision: 1,
      edit_revision: 1,
      next_run_time: null,
    });
  });

  test('BR-STS-001, BR-SCH-002: with one it is scheduled for its first slot, in the same event', () => {
    const history = new History().create({ schedule: everyMinute });
    expect(history.events).toHaveLength(1);
    expect(history.events[0]?.data).toMatchObject({ status: { from: 'pending', to: 'scheduled' } });
    expect(state(history).next_run_time).toBe(at(60_000));
  });

  test('a one-off that has only just passed is due at once', () => {
    expect(state(new History().create({ schedule: onceIn(-30_000) })).next_run_time).toBe(at(-30_000));
  });

  test('a schedule without a slot ahead is refused', () => {
    const decision = createTask(null, newTask({ schedule: onceIn(-61_000) }));
    expect(decision).toMatchObject({ kind: 'rejected', rejection: { code: 'NO_FUTURE_SLOT' } });
  });

  test('creating it again adds nothing', () => {
    expect(createTask(state(new History().create()), newTask()).kind).toBe('nothing');
  });
});

describe('asking for a status', () => {
  const open: UpdateTask['status'][] = ['pending', 'scheduled', 'completed', 'paused', 'cancelled'];
  const table: [RestingStatus, boolean, UpdateTask['status'][]][] = [
    ['pending', false, ['completed', 'paused', 'cancelled']],
    ['pending', true, ['scheduled', 'completed', 'paused', 'cancelled']],
    ['scheduled', true, ['completed', 'paused', 'cancelled']],
    ['paused', true, ['scheduled', 'completed', 'cancelled']],
    ['paused', false, ['pending', 'completed', 'cancelled']],
    ['completed', true, ['pending', 'scheduled', 'cancelled']],
    ['completed', false, ['pending', 'cancelled']],
    ['failed', false, ['pending', 'completed', 'cancelled']],
    ['cancelled', true, []],
  ];
  for (const [from, scheduled, allowed] of table) {
    test(`BR-UPD-004: ${from} (${scheduled ? 'with' : 'without'} a schedule) to ${allowed.join(', ') || 'nothing'}`, () => {
      for (const status of open) {
        const decision = updateTask(state(taskAt(from, scheduled)), { ...edit, changes: {}, status });
        if (status === from) expect(decision.kind).toBe('nothing');
        else if (allowed.includes(status)) {
          expect(decision).toMatchObject({
            kind: 'event',
            event: { data: { status: { from, to: status } } },
          });
        } else {
          expect(decision).toMatchObject({
            kind: 'rejected',
            rejection: { code: 'INVALID_STATUS_TRANSITION', from, to: status, allowed },
          });
        }
      }
    });
  }

  test('BR-STS-008: resuming a cancelled or completed task is refused; one that runs on stays as it is', () => {
    for (const status of ['cancelled', 'completed', 'failed'] as const) {
      expect(resumeTask(state(taskAt(status, true)), edit)).toMatchObject({ kind: 'rejected' });
    }
    expect(resumeTask(state(taskAt('scheduled', true)), edit).kind).toBe('nothing');
    expect(resumeTask(state(taskAt('pending', false)), edit).kind).toBe('nothing');
  });
});

describe('pausing and resuming', () => {
  test('BR-SCH-004: slots that pass while paused are skipped, one event on resume', () => {
    const history = new History().create({ schedule: everyMinute });
    history.step({ do: 'pause', after: 30_000 });
    expect(history.after(150_000).takeAllDue()).toEqual([]);
    const event = history.step({ do: 'resume', after: 0 }) as TaskEvent;
    expect(event.data).toMatchObject({
      next_run_time: at(240_000),
      slots_skipped: {
        reason: 'paused',
        count: 3,
        count_is_minimum: false,
        from: at(60_000),
        to: at(180_000),
      },
    });
    expect(state(history).next_run_time).toBe(at(240_000));
  });

  test('resuming where no slot is ahead is refused', () => {
    const history = new History().create({ schedule: endsSoon });
    history.step({ do: 'pause', after: 0 });
    history.step({ do: 'resume', after: 300_000 });
    expect(history.rejections).toEqual([{ code: 'NO_FUTURE_SLOT' }]);
  });

  test('pausing takes back a slot that was requested and has not started; its execution is void', () => {
    const history = new History().create({ schedule: everyMinute });
    history.after(60_000).takeAllDue();
    const event = history.step({ do: 'pause', after: 0 }) as TaskEvent;
    expect(event.data).toMatchObject({ ended_execution: { number: 1, code: 'TASK_PAUSED' } });
    expect(state(history).execution).toBeNull();
  });

  test('pausing a task that runs lets it run, shows it as running, and rests it as paused after', () => {
    const history = new History().create({ schedule: everyMinute });
    history.after(60_000).takeAllDue();
    history.step({ do: 'start', after: 5 });
    history.step({ do: 'pause', after: 5 });
    expect(statusOf(state(history))).toBe('running');
    history.step({ do: 'finish', after: 5, outcome: success });
    expect(statusOf(state(history))).toBe('paused');
  });

  test('the reason is kept while it is paused', () => {
    const history = new History().create();
    history.take(pauseTask(history.state, { ...edit, reason: 'on holiday' }));
    expect(state(history).paused_reason).toBe('on holiday');
    history.step({ do: 'resume', after: 1 });
    expect(state(history).paused_reason).toBeNull();
  });
});

describe('updating', () => {
  test('only what really changes is an event', () => {
    const history = new History().create({ config: { a: [1, { b: 2 }] }, tags: ['x'] });
    const same = { name: 'Water the plants', config: { a: [1, { b: 2 }] }, tags: ['x'], schedule: null };
    expect(updateTask(history.state, { ...edit, changes: same, status: null }).kind).toBe('nothing');
    history.step({ do: 'update', after: 0, changes: { ...same, name: 'Feed the cat' }, status: null });
    expect(history.events.at(-1)?.data).toMatchObject({
      updated_fields: ['name'],
      personal: { name: 'Feed the cat' },
    });
  });

  test('a new schedule is a new version and voids a slot not started', () => {
    const history = new History().create({ schedule: everyMinute });
    history.after(60_000).takeAllDue();
    history.step({ do: 'update', after: 0, changes: { schedule: onceIn(500_000) }, status: null });
    expect(state(history)).toMatchObject({
      schedule_version: 2,
      next_run_time: at(500_000),
      execution: null,
      resting_status: 'scheduled',
    });
  });

  test('removing the schedule leaves a pending task; a paused one stays paused', () => {
    const scheduled = new History().create({ schedule: everyMinute });
    scheduled.step({ do: 'update', after: 0, changes: { schedule: null }, status: null });
    expect(state(scheduled)).toMatchObject({ resting_status: 'pending', next_run_time: null });
    const paused = taskAt('paused', true);
    paused.step({ do: 'update', after: 0, changes: { schedule: null }, status: null });
    expect(state(paused).resting_status).toBe('paused');
  });

  test('fields and status in one update are one event', () => {
    const history = new History().create({ schedule: everyMinute });
    history.step({ do: 'update', after: 0, changes: { priority: 'high' }, status: 'paused' });
    expect(history.events).toHaveLength(2);
    expect(history.events[1]).toMatchObject({
      type: 'task.updated',
      data: { changes: { priority: 'high' }, status: { from: 'scheduled', to: 'paused' } },
    });
  });

  test('BR-UPD-006: a deleted task cannot be updated', () => {
    const history = new History().create();
    history.step({ do: 'delete', after: 0 });
    history.step({ do: 'update', after: 0, changes: { name: 'x' }, status: null });
    expect(history.rejections).toEqual([{ code: 'TASK_NOT_FOUND' }]);
    expect(deleteTask(history.state, edit).kind).toBe('nothing');
  });

  test('BR-UPD-005: updated_at moves with changes by people, not with runs', () => {
    const history = new History().create({ schedule: everyMinute });
    history.after(60_000).takeAllDue();
    history.step({ do: 'start', after: 1 });
    history.step({ do: 'finish', after: 1, outcome: success });
    expect(state(history).updated_at).toBe(START);
    history.step({ do: 'update', after: 10, changes: { name: 'x' }, status: null });
    expect(state(history).updated_at).toBe(history.now);
  });
});

describe('If-Match', () => {
  test('is stale after a change by a person, not after a run', () => {
    const history = new History().create({ schedule: everyMinute });
    history.after(60_000).takeAllDue();
    history.step({ do: 'start', after: 1 });
    const change = { ...edit, now: history.now, changes: { name: 'x' }, status: null };
    expect(updateTask(history.state, { ...change, if_match: 1 as Revision }).kind).toBe('event');
    history.take(updateTask(history.state, { ...change, if_match: 3 as Revision }));
    expect(updateTask(history.state, { ...change, changes: {}, if_match: 3 as Revision })).toMatchObject({
      kind: 'rejected',
      rejection: { code: 'REVISION_MISMATCH', current: 4 },
    });
    expect(updateTask(history.state, { ...change, if_match: 99 as Revision }).kind).toBe('rejected');
  });
});
