import { describe, expect, test } from 'vitest';
import type { Schedule } from '../../../../src/domain/schedule/types.ts';
import type { CreditMicros } from '../../../../src/domain/shared/credits.ts';
import type { ExecutionId, Revision, TemplateId } from '../../../../src/domain/shared/ids.ts';
import { instantOf } from '../../../../src/domain/shared/instant.ts';
import type { TaskChanges, UpdateTask } from '../../../../src/domain/task/commands.ts';
import {
  cancelTask,
  createTask,
  deleteTask,
  pauseTask,
  resumeTask,
  updateTask,
} from '../../../../src/domain/task/decide/decide.ts';
import { requestExecution } from '../../../../src/domain/task/decide/execution.ts';
import { DEFAULT_NOTIFY } from '../../../../src/domain/task/notify.ts';
import type { TaskState } from '../../../../src/domain/task/state.ts';
import {
  endsSoon,
  everyHour,
  everyMinute,
  failure,
  History,
  newTask,
  onceIn,
  START,
  withPolicy,
} from '../../../support/histories/history.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const at = (ms: number) => instantOf(Date.parse(START) + ms);
const state = (history: History): TaskState => history.state as TaskState;
const TRIGGER = { type: 'event', subject: 'orders' } as const;
const NOT_FOUND = { kind: 'rejected', rejection: { code: 'TASK_NOT_FOUND' } };
const NO_FUTURE_SLOT = { kind: 'rejected', rejection: { code: 'NO_FUTURE_SLOT' } };

const edit = (history: History, ifMatch: number | null = null) => ({
  now: history.now,
  if_match: ifMatch as Revision | null,
  reason: null,
});
const update = (history: History, changes: TaskChanges, status: UpdateTask['status'] = null) =>
  updateTask(history.state, { ...edit(history), changes, status });
const ask = (history: History, status: UpdateTask['status']) => history.take(update(history, {}, status));
const SCHEDULES = { none: null, minutely: everyMinute, hourly: everyHour };
const created = (schedule: Schedule | null = null) => new History().create({ schedule });
const fails = (history: History) => {
  history.step({ do: 'start', after: 0 });
  history.step({ do: 'finish', after: 0, outcome: { ...failure, retryable: false } as typeof failure });
  return history;
};

describe('a new task', () => {
  const data = (changes = {}) => {
    const decision = createTask(null, newTask(changes));
    return decision.kind === 'event' ? decision.event.data : decision;
  };

  test('is told with all that was asked for, what is personal apart', () => {
    const personal = {
      name: 'Water the plants',
      description: 'All of them.',
      config: { where: 'the balcony' },
      metadata: { room: 3 },
      tags: ['home'],
      trigger_filter: { paid: true },
    };
    const open = {
      task_type: 'reminder',
      priority: 'high',
      schedule: everyMinute,
      credits_per_run_micros: 7,
      due_date: at(HOUR),
      reminder_time: at(MINUTE),
      remind_before: ['PT5M'],
      trigger: TRIGGER,
      notify: DEFAULT_NOTIFY,
      template_id: 'tpl_1',
    };
    expect(data({ ...open, ...personal })).toEqual({
      ...open,
      status: { from: 'pending', to: 'scheduled' },
      next_run_time: at(MINUTE),
      armed: { reminder_due: at(MINUTE), before_due: at(55 * MINUTE), overdue_due: at(HOUR) },
      personal,
    });
    expect(data({ template_id: 'tpl_1' as TemplateId })).toMatchObject({
      status: { from: 'pending', to: 'pending' },
      next_run_time: null,
    });
  });

  test('a one-off may have passed by a minute, and no more', () => {
    expect(data({ schedule: onceIn(-MINUTE + 1) })).toMatchObject({ next_run_time: at(-MINUTE + 1) });
    expect(data({ schedule: onceIn(-MINUTE) })).toEqual(NO_FUTURE_SLOT);
  });

  test('a series begins ahead', () => {
    const schedule = { ...everyMinute, anchor: at(-10 * MINUTE) } as Schedule;
    expect(data({ schedule })).toMatchObject({ next_run_time: at(MINUTE) });
  });
});

describe('an edit', () => {
  test('of a task that is not there, or no more, is refused', () => {
    const gone = created();
    gone.step({ do: 'delete', after: 0 });
    for (const history of [new History(), gone]) {
      expect(update(history, { name: 'x' })).toEqual(NOT_FOUND);
      expect(pauseTask(history.state, edit(history))).toEqual(NOT_FOUND);
      expect(resumeTask(history.state, edit(history))).toEqual(NOT_FOUND);
      expect(cancelTask(history.state, edit(history))).toEqual(NOT_FOUND);
    }
    expect(deleteTask(null, edit(gone))).toEqual(NOT_FOUND);
  });

  test('is one event: what changed, by the names that REST has for it, what is personal apart', () => {
    const history = new History().create();
    const changes: TaskChanges = {
      trigger: TRIGGER,
      trigger_filter: { paid: true },
      tags: ['home'],
      name: 'Feed the cat',
      credits_per_run_micros: 3 as CreditMicros,
      due_date: null,
    };
    const decision = updateTask(history.state, { ...edit(history), changes, status: null, reason: 'Cats.' });
    expect(decision).toEqual({
      kind: 'event',
      event: {
        type: 'task.updated',
        data: {
          updated_fields: ['credits_per_run_micros', 'name', 'tags', 'trigger'],
          changes: { trigger: TRIGGER, credits_per_run_micros: 3 },
          status: null,
          schedule_version: 0,
          next_run_time: null,
          ended_execution: null,
          slots_skipped: null,
          armed: {},
          personal: {
            name: 'Feed the cat',
            tags: ['home'],
            trigger_filter: { paid: true },
            reason: 'Cats.',
          },
        },
      },
    });
  });

  test('clears with null, and leaves alone what is not named', () => {
    const history = new History().create({ description: 'All of them.', due_date: at(HOUR) });
    const decision = update(history, { description: null, due_date: null });
    expect(decision).toMatchObject({ event: { data: { updated_fields: ['description', 'due_date'] } } });
    history.take(decision);
    expect(state(history)).toMatchObject({ name: 'Water the plants', description: null, due_date: null });
  });

  test('keeps the next slot and its version where the schedule stays', () => {
    expect(update(created(everyMinute), { name: 'x' })).toMatchObject({
      event: { data: { status: null, schedule_version: 1, next_run_time: at(MINUTE) } },
    });
  });
});

describe('If-Match', () => {
  /** Edited at revision 2; runs have raised the revision to 4. */
  const history = created(everyMinute);
  history.take(update(history, { name: 'x' }));
  history.after(MINUTE).takeAllDue();
  history.step({ do: 'start', after: 0 });
  const outcome = (ifMatch: number | null) => [
    updateTask(history.state, { ...edit(history, ifMatch), changes: { name: 'y' }, status: null }),
    pauseTask(history.state, edit(history, ifMatch)),
    cancelTask(history.state, edit(history, ifMatch)),
    deleteTask(history.state, edit(history, ifMatch)),
  ];

  test.each([null, 2, 3, 4])('%s, which no later edit has followed, lets the edit pass', (ifMatch) => {
    expect(outcome(ifMatch).map(({ kind }) => kind)).toEqual(Array(4).fill('event'));
  });

  test.each([1, 5, 99])('%d is stale: the answer says the revision that is', (ifMatch) => {
    const rejection = { code: 'REVISION_MISMATCH', current: 4 };
    expect(outcome(ifMatch)).toEqual(Array(4).fill({ kind: 'rejected', rejection }));
  });

  test('that is stale is said before what else stands in the way of resuming', () => {
    for (const status of [null, 'completed', 'cancelled', 'paused'] as const) {
      const task = created(everyMinute);
      if (status !== null) ask(task, status);
      expect(resumeTask(task.state, edit(task, 99))).toMatchObject({
        rejection: { code: 'REVISION_MISMATCH' },
      });
    }
  });
});

describe('a status that is asked for', () => {
  test('tells what was done, from where to where', () => {
    const paused = created(everyMinute);
    expect(pauseTask(paused.state, { ...edit(paused), reason: 'Holidays.' })).toEqual({
      kind: 'event',
      event: {
        type: 'task.status_changed',
        data: {
          action: 'pause',
          status: { from: 'scheduled', to: 'paused' },
          next_run_time: at(MINUTE),
          ended_execution: null,
          slots_skipped: null,
          armed: {},
          personal: { reason: 'Holidays.' },
        },
      },
    });
  });

  test.each([
    ['pause', 'none', 'pending', 'paused', null],
    ['pause', 'minutely', 'scheduled', 'paused', at(MINUTE)],
    ['cancel', 'minutely', 'scheduled', 'cancelled', null],
    ['cancel', 'minutely', 'paused', 'cancelled', null],
    ['complete', 'minutely', 'scheduled', 'completed', null],
    ['complete', 'minutely', 'paused', 'completed', null],
    ['resume', 'minutely', 'paused', 'scheduled', at(MINUTE)],
    ['resume', 'none', 'paused', 'pending', null],
    ['reopen', 'minutely', 'completed', 'scheduled', at(MINUTE)],
    ['reopen', 'minutely', 'completed', 'pending', null],
  ] as const)('%s (schedule: %s): %s to %s', (action, which, from, to, next_run_time) => {
    const history = created(SCHEDULES[which]);
    if (from === 'paused' || from === 'completed') ask(history, from);
    expect(update(history, {}, to)).toMatchObject({
      event: {
        type: 'task.status_changed',
        data: { action, status: { from, to }, next_run_time, slots_skipped: null },
      },
    });
  });

  test('a task that failed is reopened as pending; its schedule has to have a slot ahead to be taken up', () => {
    const history = created(onceIn(MINUTE));
    history.after(MINUTE).takeAllDue();
    fails(history);
    expect(state(history).resting_status).toBe('failed');
    expect(update(history, {}, 'pending')).toMatchObject({ event: { data: { action: 'reopen' } } });
    expect(update(history, {}, 'scheduled')).toEqual(NO_FUTURE_SLOT);
    expect(update(history, {}, 'paused')).toEqual({
      kind: 'rejected',
      rejection: {
        code: 'INVALID_STATUS_TRANSITION',
        from: 'failed',
        to: 'paused',
        allowed: ['pending', 'scheduled', 'completed', 'cancelled'],
      },
    });
  });

  test('resuming what is done is refused, to where it would go', () => {
    for (const [schedule, to] of [[everyMinute, 'scheduled'] as const, [null, 'pending'] as const]) {
      const history = created(schedule);
      ask(history, 'completed');
      expect(resumeTask(history.state, edit(history))).toMatchObject({
        rejection: { code: 'INVALID_STATUS_TRANSITION', from: 'completed', to },
      });
    }
  });

  test('a task that is paused and has lost its schedule resumes as pending', () => {
    const history = created(everyMinute);
    ask(history, 'paused');
    history.take(update(history, { schedule: null }));
    expect(resumeTask(history.state, edit(history))).toMatchObject({
      event: { data: { status: { from: 'paused', to: 'pending' }, slots_skipped: null } },
    });
  });
});

describe('resuming', () => {
  const paused = (schedule: Schedule) => {
    const history = created(schedule);
    ask(history, 'paused');
    return history;
  };
  const resumed = (history: History) => {
    const event = history.step({ do: 'resume', after: 0 });
    return event?.type === 'task.status_changed' ? event.data : null;
  };

  test('before the next slot skips nothing; at it, it skips that', () => {
    const before = paused(everyMinute).after(MINUTE - 1);
    expect(resumed(before)).toMatchObject({ next_run_time: at(MINUTE), slots_skipped: null });
    const then = paused(everyMinute).after(MINUTE);
    expect(resumed(then)).toMatchObject({
      next_run_time: at(2 * MINUTE),
      slots_skipped: {
        reason: 'paused',
        count: 1,
        count_is_minimum: false,
        from: at(MINUTE),
        to: at(MINUTE),
      },
    });
  });

  test('says so where more slots were skipped than are counted', () => {
    expect(resumed(paused(everyMinute).after(20_000 * MINUTE))).toMatchObject({
      slots_skipped: { count: 10_000, count_is_minimum: true, to: at(20_000 * MINUTE) },
    });
  });

  test('with a new schedule begins with its first slot, and skips none of the old', () => {
    const history = paused(everyMinute).after(3 * MINUTE);
    expect(update(history, { schedule: everyHour }, 'scheduled')).toMatchObject({
      event: {
        data: { status: { from: 'paused', to: 'scheduled' }, next_run_time: at(HOUR), slots_skipped: null },
      },
    });
  });

  test('with another change tells the slots that were skipped in the same event', () => {
    const history = paused(everyMinute).after(MINUTE);
    expect(update(history, { name: 'x' }, 'scheduled')).toMatchObject({
      event: { type: 'task.updated', data: { slots_skipped: { count: 1 }, next_run_time: at(2 * MINUTE) } },
    });
  });

  test('keeps to max_runs: what ran before the pause counts', () => {
    const history = created(withPolicy({ max_runs: 2 }));
    history.after(MINUTE).takeAllDue();
    ask(history, 'paused');
    expect(resumed(history)).toMatchObject({ next_run_time: at(2 * MINUTE) });
    history.after(MINUTE).takeAllDue();
    ask(history, 'completed');
    expect(update(history, {}, 'scheduled')).toEqual(NO_FUTURE_SLOT);
  });
});

test('a task that was put back to pending is scheduled again with the next slot after now', () => {
  const history = created(withPolicy({ max_runs: 1 }));
  ask(history, 'completed');
  ask(history, 'pending');
  history.after(90_000);
  expect(update(history, {}, 'scheduled')).toMatchObject({
    event: { data: { action: 'reopen', next_run_time: at(2 * MINUTE), slots_skipped: null } },
  });
  ask(history, 'scheduled');
  history.after(MINUTE).takeAllDue();
  ask(history, 'completed');
  ask(history, 'pending');
  expect(update(history, {}, 'scheduled')).toEqual(NO_FUTURE_SLOT);
});

describe('a schedule that is set', () => {
  test.each([
    ['pending', 'none', 'scheduled'],
    ['scheduled', 'hourly', 'scheduled'],
    ['completed', 'hourly', 'scheduled'],
    ['paused', 'hourly', 'paused'],
  ] as const)('takes up a task that is %s (schedule: %s): %s', (from, which, to) => {
    const history = created(SCHEDULES[which]);
    if (from === 'completed' || from === 'paused') ask(history, from);
    expect(update(history, { schedule: everyMinute })).toMatchObject({
      event: {
        data: {
          updated_fields: ['schedule'],
          changes: { schedule: everyMinute },
          status: from === to ? null : { from, to },
          schedule_version: which === 'none' ? 1 : 2,
          next_run_time: at(MINUTE),
        },
      },
    });
  });

  test('takes up a task that failed', () => {
    const history = created();
    history.step({ do: 'request', after: 0 });
    expect(update(fails(history), { schedule: everyMinute })).toMatchObject({
      event: { data: { status: { from: 'failed', to: 'scheduled' } } },
    });
  });

  test('has to have a slot ahead', () => {
    expect(update(created(), { schedule: onceIn(-MINUTE) })).toEqual(NO_FUTURE_SLOT);
    expect(update(created(), { schedule: onceIn(-MINUTE) }, 'paused')).toEqual(NO_FUTURE_SLOT);
    expect(update(created(everyMinute).after(HOUR), { schedule: endsSoon })).toEqual(NO_FUTURE_SLOT);
  });

  test('and a status beside it are one move, which has to be allowed as such', () => {
    const invalid = (from: string, to: string, allowed: string[]) => ({
      kind: 'rejected',
      rejection: { code: 'INVALID_STATUS_TRANSITION', from, to, allowed },
    });
    expect(update(created(), { schedule: everyMinute }, 'paused')).toMatchObject({
      event: { data: { status: { from: 'pending', to: 'paused' }, next_run_time: at(MINUTE) } },
    });
    expect(update(created(), { schedule: everyMinute }, 'pending')).toEqual(
      invalid('scheduled', 'pending', ['completed', 'paused', 'cancelled']),
    );
    const done = created(everyHour);
    ask(done, 'completed');
    expect(update(done, { schedule: everyMinute }, 'paused')).toEqual(
      invalid('completed', 'paused', ['pending', 'scheduled', 'cancelled']),
    );
  });

  test('or removed is refused for a task that is cancelled', () => {
    const history = created(everyMinute);
    ask(history, 'cancelled');
    for (const [schedule, to] of [[everyHour, 'scheduled'] as const, [null, 'cancelled'] as const]) {
      expect(update(history, { schedule })).toEqual({
        kind: 'rejected',
        rejection: { code: 'INVALID_STATUS_TRANSITION', from: 'cancelled', to, allowed: [] },
      });
    }
  });

  test.each([
    ['scheduled', 'pending'],
    ['paused', 'paused'],
    ['completed', 'completed'],
  ] as const)('and removed leaves a task that was %s %s, and is a new version', (from, to) => {
    const history = created(everyMinute);
    if (from !== 'scheduled') ask(history, from);
    expect(update(history, { schedule: null })).toMatchObject({
      event: {
        data: {
          changes: { schedule: null },
          status: from === to ? null : { from, to },
          schedule_version: 2,
          next_run_time: null,
        },
      },
    });
  });
});

describe('a run that is not done when its task is edited', () => {
  const id = 'exe_01JD9999999999999999999999' as ExecutionId;
  const requested = () => created(everyMinute).after(MINUTE);
  const bySlot = (history = requested()) => {
    history.takeAllDue();
    return history;
  };
  const byHand = (trigger_type: 'manual' | 'webhook' = 'manual') => {
    const history = created(everyMinute);
    const command = { now: START, execution_id: id, trigger_data: {}, default_timeout_seconds: 30 };
    history.take(requestExecution(history.state, { ...command, trigger_type }));
    return history;
  };
  const started = (history: History) => {
    history.step({ do: 'start', after: 0 });
    return history;
  };
  const retried = () => {
    const retry = { max_attempts: 2, initial_seconds: 30, multiplier: 1, max_seconds: 30 };
    const history = started(bySlot(created(withPolicy({ retry })).after(MINUTE)));
    history.step({ do: 'finish', after: 0, outcome: failure });
    return history;
  };
  const endedBy = (history: History, changes: TaskChanges, status: UpdateTask['status'] = null) => {
    const decision = update(history, changes, status);
    if (decision.kind !== 'event') throw new Error(decision.kind);
    return 'ended_execution' in decision.event.data ? decision.event.data.ended_execution : undefined;
  };

  test.each([
    ['paused', {}, 'paused', 'TASK_PAUSED'],
    ['completed', {}, 'completed', 'TASK_COMPLETED'],
    ['cancelled', {}, 'cancelled', 'TASK_CANCELLED'],
    ['given another schedule', { schedule: everyHour }, null, 'SCHEDULE_CHANGED'],
    ['given none', { schedule: null }, null, 'SCHEDULE_CHANGED'],
    ['given another schedule and paused', { schedule: everyHour }, 'paused', 'SCHEDULE_CHANGED'],
    ['given another schedule and completed', { schedule: everyHour }, 'completed', 'SCHEDULE_CHANGED'],
    ['given another schedule and cancelled', { schedule: everyHour }, 'cancelled', 'TASK_CANCELLED'],
  ] as const)('is void where a slot requested it, none has started it, and the task is %s', (...given) => {
    const [, changes, status, code] = given;
    const history = bySlot();
    const execution_id = state(history).execution?.execution_id;
    expect(endedBy(history, changes, status)).toEqual({ execution_id, number: 1, code });
  });

  test.each([
    ['asked for by hand', byHand],
    ['asked for by a webhook', () => byHand('webhook')],
    ['started', () => started(bySlot())],
    ['tried again', retried],
  ] as const)('goes on where it was %s, unless the task is cancelled or deleted', (_, given) => {
    const history = given();
    for (const status of ['paused', 'completed'] as const) expect(endedBy(history, {}, status)).toBeNull();
    expect(endedBy(history, { schedule: everyHour })).toBeNull();
    expect(endedBy(history, {}, 'cancelled')).toMatchObject({ number: 1, code: 'TASK_CANCELLED' });
    const deleted = deleteTask(history.state, { ...edit(history), reason: 'Enough.' });
    const execution_id = state(history).execution?.execution_id;
    expect(deleted).toEqual({
      kind: 'event',
      event: {
        type: 'task.deleted',
        data: {
          ended_execution: { execution_id, number: 1, code: 'TASK_DELETED' },
          personal: { reason: 'Enough.' },
        },
      },
    });
  });
});
