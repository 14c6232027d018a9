import { describe, expect, test } from 'vitest';
import type { Schedule } from '../../../../src/domain/schedule/types.ts';
import type { CreditMicros } from '../../../../src/domain/shared/credits.ts';
import type { RecordedTaskEvent } from '../../../../src/domain/shared/event.ts';
import type { ExecutionId, Hash, TemplateId } from '../../../../src/domain/shared/ids.ts';
import { instantOf } from '../../../../src/domain/shared/instant.ts';
import type { CreateTask, TaskChanges } from '../../../../src/domain/task/commands.ts';
import { cancelTask, updateTask } from '../../../../src/domain/task/decide/decide.ts';
import { requestExecution } from '../../../../src/domain/task/decide/execution.ts';
import { issueWebhook, revokeWebhook } from '../../../../src/domain/task/decide/trigger.ts';
import { evolve } from '../../../../src/domain/task/evolve/evolve.ts';
import { evolveScheduling } from '../../../../src/domain/task/evolve/evolve-scheduling.ts';
import { NOTHING_USED } from '../../../../src/domain/task/evolve/usage.ts';
import { DEFAULT_NOTIFY } from '../../../../src/domain/task/notify.ts';
import { isTimed, type TaskState } from '../../../../src/domain/task/state.ts';
import type { RestingStatus } from '../../../../src/domain/task/status.ts';
import {
  everyHour,
  everyMinute,
  failure,
  History,
  START,
  success,
  TASK,
  USER,
  withPolicy,
} from '../../../support/histories/history.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const at = (ms: number) => instantOf(Date.parse(START) + ms);
const state = (history: History): TaskState => history.state as TaskState;
const NOT_RETRYABLE = { ...failure, retryable: false } as typeof failure;
const update = (
  history: History,
  changes: TaskChanges,
  status: Exclude<RestingStatus, 'failed'> | null = null,
) => history.step({ do: 'update', after: 0, changes, status });
const created = (policy: Partial<Schedule> = {}) => new History().create({ schedule: withPolicy(policy) });
/** Its first slot runs. */
const running = (policy: Partial<Schedule> = {}) => {
  const history = created({ timeout_seconds: 600, ...policy });
  history.after(MINUTE).takeAllDue();
  history.step({ do: 'start', after: 10 });
  return history;
};

describe('the creation of a task', () => {
  const NEW: TaskState = {
    task_id: TASK,
    user_id: USER,
    task_type: 'todo',
    priority: 'medium',
    resting_status: 'pending',
    deleted_at: null,
    schedule: null,
    schedule_version: 0,
    next_run_time: null,
    decided_through: null,
    slots_taken: 0,
    buffered_slot: null,
    backfill: null,
    failures_in_a_row: 0,
    execution: null,
    executions_requested: 0,
    credits_per_run_micros: 1_500_000 as CreditMicros,
    due_date: null,
    reminder_time: null,
    remind_before: null,
    reminder_due: null,
    before_due: null,
    overdue_due: null,
    trigger: null,
    webhook: null,
    id: 12 as TaskState['id'],
    template_id: null,
    name: 'Water the plants',
    description: null,
    config: {},
    metadata: {},
    tags: [],
    trigger_filter: null,
    event_runs: [],
    notify: null,
    paused_reason: null,
    last_run_time: null,
    last_success_time: null,
    last_error: null,
    last_result: null,
    run_count: 0,
    success_count: 0,
    failure_count: 0,
    total_credits_consumed_micros: 0 as CreditMicros,
    usage: { ...NOTHING_USED, stored: expect.any(Number) },
    created_at: START,
    updated_at: START,
    revision: 1 as TaskState['revision'],
    edit_revision: 1 as TaskState['edit_revision'],
  };

  test('is all of it, at rest and with nothing run', () => {
    expect(state(new History().create())).toEqual(NEW);
  });

  test('holds what was asked for', () => {
    const asked = {
      task_type: 'reminder',
      priority: 'urgent',
      name: 'Feed the cat',
      description: 'Twice.',
      config: { a: 1 },
      metadata: { b: 2 },
      tags: ['c'],
      schedule: everyMinute,
      trigger: { type: 'event', subject: 'cat' },
      trigger_filter: { hungry: true },
      notify: DEFAULT_NOTIFY,
      template_id: 'tpl_1' as TemplateId,
      due_date: at(HOUR),
      reminder_time: at(MINUTE),
      remind_before: ['PT5M'],
    } as const satisfies Partial<CreateTask>;
    expect(state(new History().create(asked))).toEqual({
      ...NEW,
      ...asked,
      decided_through: START,
      resting_status: 'scheduled',
      schedule_version: 1,
      next_run_time: at(MINUTE),
      reminder_due: at(MINUTE),
      before_due: at(55 * MINUTE),
      overdue_due: at(HOUR),
    });
  });

  test('comes before all else', () => {
    const [, event] = running().events as [RecordedTaskEvent, RecordedTaskEvent];
    const missing = `task.execution_requested before task.created on ${TASK}`;
    expect(() => evolve(null, event)).toThrow(missing);
    expect(() => evolveScheduling(null, event)).toThrow(missing);
  });
});

describe('an edit', () => {
  test('leaves what it does not name as it was', () => {
    const history = new History().create({ description: 'All of them.', notify: DEFAULT_NOTIFY });
    const before = state(history);
    history.after(5);
    update(history, { name: 'Feed the cat', tags: ['home'] });
    expect(state(history)).toEqual({
      ...before,
      name: 'Feed the cat',
      tags: ['home'],
      usage: { ...before.usage, edit_day: '2026-11-23', edits: 1, stored: expect.any(Number) },
      updated_at: at(5),
      revision: 2,
      edit_revision: 2,
    });
  });

  test('sets and clears which notices are wanted', () => {
    const history = new History().create();
    update(history, { notify: DEFAULT_NOTIFY });
    expect(state(history).notify).toEqual(DEFAULT_NOTIFY);
    update(history, { notify: null });
    expect(state(history).notify).toBeNull();
  });

  test('of the schedule begins its count of slots anew, and ends what waited for it; another does not', () => {
    const history = running({ overlap: 'buffer_one', max_runs: 9 });
    history.after(MINUTE).takeAllDue();
    history.step({ do: 'backfill', after: 0, last: 61_000 });
    update(history, { name: 'x' });
    expect(state(history)).toMatchObject({
      slots_taken: 1,
      buffered_slot: at(2 * MINUTE),
      backfill: {
        from: at(MINUTE + 10 - 1_000),
        to: at(2 * MINUTE + 10),
        next: at(MINUTE),
        requested_at: history.now,
      },
    });
    update(history, { schedule: everyHour });
    expect(state(history)).toMatchObject({
      schedule: everyHour,
      schedule_version: 2,
      next_run_time: at(HOUR),
      slots_taken: 0,
      buffered_slot: null,
      backfill: null,
      execution: { state: 'running' },
    });
  });

  test('takes the schedule away', () => {
    const history = created();
    update(history, { schedule: null });
    expect(state(history).schedule).toBeNull();
  });

  test('keeps the reason of a pause until the task is something else', () => {
    const history = created();
    const paused = (reason: string | null) => {
      const command = { now: history.now, if_match: null, changes: { name: `${reason}` } };
      history.take(updateTask(history.state, { ...command, status: 'paused', reason }));
    };
    paused('Holidays.');
    expect(state(history).paused_reason).toBe('Holidays.');
    update(history, { priority: 'low' });
    expect(state(history).paused_reason).toBe('Holidays.');
    update(history, { priority: 'high' }, 'completed');
    expect(state(history).paused_reason).toBeNull();
    history.take(cancelTask(history.state, { now: history.now, if_match: null, reason: 'Enough.' }));
    expect(state(history)).toMatchObject({ resting_status: 'cancelled', paused_reason: null });
  });

  test.each(['issued', 'revoked'])('is a webhook that is %s too', (done) => {
    const history = new History().create();
    const token_hash = 'ab'.repeat(32) as Hash;
    const edit = { now: history.now, if_match: null };
    history.after(5).take(issueWebhook(history.state, { ...edit, token_hash, terms: null }));
    expect(state(history)).toMatchObject({ webhook: token_hash, edit_revision: 2, updated_at: at(5) });
    if (done === 'issued') return;
    history.after(5).take(revokeWebhook(history.state, edit));
    expect(state(history)).toMatchObject({ webhook: null, edit_revision: 3, updated_at: at(10) });
  });
});

describe('a run', () => {
  test('is held from its request over its start and its retry, and is gone with its end', () => {
    const retry = { max_attempts: 2, initial_seconds: 2, multiplier: 1, max_seconds: 2 };
    const history = created({ retry, timeout_seconds: 50, catch_up_window_seconds: 120 });
    history.after(MINUTE + 7).takeAllDue();
    const requested = {
      execution_id: state(history).execution?.execution_id,
      number: 1,
      attempt: 1,
      trigger_type: 'scheduled',
      scheduled_for: at(MINUTE),
      requested_at: at(MINUTE + 7),
      due_at: at(MINUTE),
      start_by: at(3 * MINUTE + 7),
      timeout_seconds: 50,
      credits_reserved_micros: 1_500_000,
      lost_attempts: 0,
      completed_meanwhile: false,
    };
    expect(state(history).execution).toEqual({ ...requested, state: 'requested', shown_running: false });
    history.step({ do: 'start', after: 3 });
    expect(state(history).execution).toEqual({
      ...requested,
      state: 'running',
      worker_id: 'w1',
      claim: `${requested.execution_id}.1.0`,
      started_at: at(MINUTE + 10),
      deadline: at(MINUTE + 50_010),
    });
    history.step({ do: 'finish', after: 0, outcome: failure });
    expect(state(history)).toMatchObject({ failures_in_a_row: 0, run_count: 0, last_error: null });
    expect(state(history).execution).toEqual({
      ...requested,
      state: 'requested',
      attempt: 2,
      due_at: at(MINUTE + 2_010),
      start_by: at(3 * MINUTE + 2_010),
      shown_running: true,
    });
    history.step({ do: 'start', after: 2_000 });
    history.step({ do: 'finish', after: 0, outcome: failure });
    expect(state(history)).toMatchObject({
      execution: null,
      executions_requested: 1,
      failures_in_a_row: 1,
      run_count: 1,
      failure_count: 1,
      last_error: 'The provider answered 500.',
      last_run_time: at(MINUTE + 2_010),
      last_success_time: null,
    });
  });

  test('that succeeds is counted, and clears what had failed', () => {
    const history = running();
    history.step({ do: 'finish', after: 0, outcome: NOT_RETRYABLE });
    history.step({ do: 'request', after: 0 });
    history.step({ do: 'start', after: 5 });
    history.step({ do: 'finish', after: 5, outcome: success });
    expect(state(history)).toMatchObject({
      executions_requested: 2,
      failures_in_a_row: 0,
      run_count: 2,
      success_count: 1,
      failure_count: 1,
      total_credits_consumed_micros: 1_500_000,
      usage: {
        ...NOTHING_USED,
        day: '2026-11-23',
        executions: 2,
        month: '2026-11',
        credits_micros: 1_500_000,
        stored: expect.any(Number),
      },
      last_run_time: at(MINUTE + 15),
      last_success_time: at(MINUTE + 20),
      last_error: null,
      last_result: { done: true },
      updated_at: START,
      edit_revision: 1,
    });
  });

  test('requested before its reservation was kept may consume what the task costs', () => {
    const history = new History().create();
    const before = state(history);
    history.step({ do: 'request', after: 0 });
    const event = history.events.at(-1) as RecordedTaskEvent & { type: 'task.execution_requested' };
    const { credits_reserved_micros, ...data } = event.data;
    expect(evolve(before, { ...event, data }).execution).toMatchObject({
      credits_reserved_micros: 1_500_000,
    });
  });

  test('cannot start without having been requested', () => {
    const history = running();
    const started = history.events.at(-1) as RecordedTaskEvent;
    const id = state(history).execution?.execution_id;
    expect(() => evolve(history.states[0] as TaskState, started)).toThrow(
      `execution ${id} started without a request`,
    );
  });

  test.each([
    ['by its status alone', () => ({})],
    ['with other changes', (n: number) => ({ name: `Name ${n}` })],
  ] as const)(
    'knows that its task was completed meanwhile, until that is taken up again: %s',
    (_, changes) => {
      const history = running();
      for (const [n, status] of (['paused', 'completed', 'scheduled', 'paused'] as const).entries()) {
        update(history, changes(n), status);
        expect(state(history).execution?.completed_meanwhile).toBe(status === 'completed');
      }
    },
  );

  test.each([
    [1, 'Paused after a failed run.'],
    [2, 'Paused after 2 failed runs in a row.'],
  ])('that pauses its task after %d failures says so', (pause_on_failure, paused_reason) => {
    const history = running({ pause_on_failure });
    history.step({ do: 'finish', after: 0, outcome: NOT_RETRYABLE });
    if (pause_on_failure === 2) {
      history.step({ do: 'request', after: 0 });
      history.step({ do: 'start', after: 0 });
      history.step({ do: 'finish', after: 0, outcome: NOT_RETRYABLE });
    }
    expect(state(history)).toMatchObject({
      resting_status: 'paused',
      paused_reason,
      updated_at: history.now,
      edit_revision: 1,
      next_run_time: at(2 * MINUTE),
    });
  });

  test('that fails is forgiven by resuming, not by any other edit', () => {
    const history = running();
    history.step({ do: 'finish', after: 0, outcome: NOT_RETRYABLE });
    update(history, {}, 'completed');
    update(history, {}, 'scheduled');
    history.step({ do: 'pause', after: 0 });
    expect(state(history).failures_in_a_row).toBe(1);
    history.step({ do: 'resume', after: 0 });
    expect(state(history).failures_in_a_row).toBe(0);
  });
});

describe('a backfill', () => {
  test.each([
    ['paused', true],
    ['completed', false],
    ['cancelled', false],
  ] as const)('of a task that is %s is kept: %s', (status, kept) => {
    const history = created();
    history.step({ do: 'backfill', after: MINUTE, last: 1 });
    update(history, {}, status);
    expect(state(history).backfill !== null).toBe(kept);
  });
});

describe('a buffered slot', () => {
  const buffered = (policy: Partial<Schedule> = {}) => {
    const history = running({ overlap: 'buffer_one', ...policy });
    history.after(MINUTE).takeAllDue();
    expect(state(history)).toMatchObject({ buffered_slot: at(2 * MINUTE), next_run_time: at(3 * MINUTE) });
    return history;
  };

  test('is kept beside slots that overlap with it, and taken once', () => {
    const history = buffered();
    history.after(MINUTE).takeAllDue();
    expect(state(history)).toMatchObject({ buffered_slot: at(2 * MINUTE), slots_taken: 1 });
    history.step({ do: 'finish', after: 0, outcome: success });
    history.takeAllDue();
    expect(state(history)).toMatchObject({
      buffered_slot: null,
      slots_taken: 2,
      next_run_time: at(4 * MINUTE),
      execution: { scheduled_for: at(2 * MINUTE) },
    });
  });

  test.each(['manual', 'scheduled'] as const)(
    'waits for a run that somebody asked for (%s)',
    (trigger_type) => {
      const history = buffered();
      history.step({ do: 'finish', after: 0, outcome: success });
      const command = { now: history.now, trigger_type, trigger_data: {}, default_timeout_seconds: 30 };
      const execution_id = 'exe_01JD9999999999999999999999' as ExecutionId;
      history.take(requestExecution(history.state, { ...command, execution_id }));
      expect(state(history)).toMatchObject({ buffered_slot: at(2 * MINUTE), slots_taken: 1 });
    },
  );

  test('does not outlive a pause', () => {
    const history = buffered();
    history.step({ do: 'pause', after: 0 });
    expect(state(history).buffered_slot).toBeNull();
  });
});

describe('newer zone data', () => {
  test('moves the next slot, and nothing else', () => {
    const before = state(created());
    const data = { schedule_version: 1, previous: at(MINUTE), next_run_time: at(90_000) };
    const event = { type: 'task.rescheduled', data, meta: running().events[0]?.meta } as RecordedTaskEvent;
    expect(evolveScheduling(before, event)).toEqual({ ...before, next_run_time: at(90_000) });
  });
});

describe('a task that is deleted', () => {
  test('waits for nothing and runs nothing', () => {
    const history = running({ overlap: 'buffer_one' });
    history.after(MINUTE).takeAllDue();
    history.step({ do: 'backfill', after: 0, last: 61_000 });
    history.step({ do: 'delete', after: 5 });
    expect(state(history)).toMatchObject({
      resting_status: 'scheduled',
      deleted_at: history.now,
      updated_at: history.now,
      edit_revision: state(history).revision,
      next_run_time: null,
      buffered_slot: null,
      backfill: null,
      execution: null,
    });
    expect(isTimed(state(history))).toBe(false);
  });
});
