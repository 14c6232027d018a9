import { describe, expect, test } from 'vitest';
import type { Schedule } from '../../../../src/domain/schedule/types.ts';
import type { CreditMicros } from '../../../../src/domain/shared/credits.ts';
import type { ExecutionId, Hash } from '../../../../src/domain/shared/ids.ts';
import { type Instant, instantOf } from '../../../../src/domain/shared/instant.ts';
import type {
  CreateTask,
  FinishExecution,
  RequestExecution,
  StartExecution,
} from '../../../../src/domain/task/commands.ts';
import {
  cancelExecution,
  finishExecution,
  requestExecution,
  startExecution,
} from '../../../../src/domain/task/decide/execution.ts';
import { issueWebhook } from '../../../../src/domain/task/decide/trigger.ts';
import { statusOf, type TaskState } from '../../../../src/domain/task/state.ts';
import type { RestingStatus } from '../../../../src/domain/task/status.ts';
import {
  endsSoon,
  everyHour,
  everyMinute,
  failure,
  History,
  onceIn,
  START,
  success,
  withPolicy,
} from '../../../support/histories/history.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const at = (ms: number) => instantOf(Date.parse(START) + ms);
const state = (history: History): TaskState => history.state as TaskState;
const EXECUTION = 'exe_01JD9999999999999999999999' as ExecutionId;
const OTHER = 'exe_01JD8888888888888888888888' as ExecutionId;
const NOT_RETRYABLE = { ...failure, retryable: false } as typeof failure;
const STALE = { kind: 'rejected', rejection: { code: 'STALE_ATTEMPT' } };
const RETRY = { max_attempts: 3, initial_seconds: 2, multiplier: 3, max_seconds: 5 };

const request = (history: History, changes: Partial<RequestExecution> = {}) =>
  requestExecution(history.state, {
    now: history.now,
    execution_id: EXECUTION,
    trigger_type: 'manual',
    trigger_data: {},
    default_timeout_seconds: 30,
    ...changes,
  });
const start = (history: History, changes: Partial<StartExecution> = {}) =>
  startExecution(history.state, {
    now: history.now,
    execution_id: EXECUTION,
    attempt: 1,
    worker_id: 'w1',
    claim: 'claim-1',
    redelivered: false,
    ...changes,
  });
const finish = (history: History, changes: Partial<FinishExecution> = {}) =>
  finishExecution(history.state, {
    now: history.now,
    execution_id: EXECUTION,
    attempt: 1,
    duration_ms: 42,
    outcome: success,
    ...changes,
  });

/** A task with a run that is asked for, and one whose run has started. */
function asked(task: Partial<CreateTask> = {}, how: Partial<RequestExecution> = {}): History {
  const history = new History().create(task);
  history.take(request(history, how));
  return history;
}
function running(task: Partial<CreateTask> = {}, how: Partial<RequestExecution> = {}): History {
  const history = asked(task, how);
  history.take(start(history));
  return history;
}
/** Its run ends, now. */
const ended = (history: History, outcome = success) => {
  const execution = state(history).execution;
  const execution_id = execution?.execution_id ?? EXECUTION;
  history.take(finish(history, { execution_id, attempt: execution?.attempt ?? 1, outcome }));
  return statusOf(state(history));
};

/** A task that rests as asked, with a schedule or without. */
function resting(status: RestingStatus, task: Partial<CreateTask> = {}): History {
  if (status === 'failed') {
    const history = running(task);
    ended(history, NOT_RETRYABLE);
    return history;
  }
  const history = new History().create(task);
  if (status !== 'pending' && status !== 'scheduled') {
    history.step({ do: 'update', after: 0, changes: {}, status });
  }
  return history;
}

describe('a run that is asked for', () => {
  test('is requested at once, with what it may take and cost', () => {
    const history = new History().create({ credits_per_run_micros: 250_000 as CreditMicros });
    expect(request(history, { trigger_data: { why: 'a test' } })).toEqual({
      kind: 'event',
      event: {
        type: 'task.execution_requested',
        data: {
          execution_id: EXECUTION,
          number: 1,
          trigger_type: 'manual',
          scheduled_for: null,
          schedule_version: 0,
          next_run_time: null,
          due_at: START,
          start_by: at(5 * MINUTE),
          timeout_seconds: 30,
          credits_reserved_micros: 250_000,
          term: null,
          personal: { trigger_data: { why: 'a test' } },
        },
      },
    });
  });

  test('counts on from the run before it, and leaves the next slot where it is', () => {
    const history = running({ schedule: withPolicy({ timeout_seconds: 7 }) });
    ended(history);
    expect(request(history)).toMatchObject({
      event: { data: { number: 2, schedule_version: 1, next_run_time: at(MINUTE), timeout_seconds: 7 } },
    });
  });

  test.each([
    ['manual', 5 * MINUTE],
    ['scheduled', 5 * MINUTE],
    ['webhook', HOUR],
    ['event', HOUR],
  ] as const)('by %s has to start within %d ms', (trigger_type, within) => {
    const decision = request(new History().create(), { trigger_type });
    expect(decision).toMatchObject({ event: { data: { trigger_type, start_by: at(within) } } });
  });

  test.each(['pending', 'scheduled', 'failed', 'paused', 'completed'] as const)(
    'by a person or a scheduler of their own runs a task that is %s; by a webhook or an event only one at work',
    (status) => {
      const history = resting(status, { schedule: status === 'scheduled' ? everyMinute : null });
      for (const trigger_type of ['manual', 'scheduled'] as const) {
        expect(request(history, { trigger_type }).kind).toBe('event');
      }
      for (const trigger_type of ['webhook', 'event'] as const) {
        const decision = request(history, { trigger_type });
        if (status === 'paused' || status === 'completed') {
          expect(decision).toEqual({
            kind: 'rejected',
            rejection: { code: 'TASK_NOT_EXECUTABLE', status },
          });
        } else expect(decision.kind).toBe('event');
      }
    },
  );

  test('is refused for a task that is not there, deleted, cancelled, or running already', () => {
    const gone = resting('pending');
    gone.step({ do: 'delete', after: 0 });
    const refusals = [new History(), gone, resting('cancelled'), asked({}, { execution_id: OTHER })].map(
      (history) => request(history),
    );
    expect(refusals).toEqual(
      [
        { code: 'TASK_NOT_FOUND' },
        { code: 'TASK_NOT_EXECUTABLE', status: 'deleted' },
        { code: 'TASK_NOT_EXECUTABLE', status: 'cancelled' },
        { code: 'TASK_ALREADY_RUNNING', execution_id: OTHER },
      ].map((rejection) => ({ kind: 'rejected', rejection })),
    );
  });
});

describe('a worker that claims an attempt', () => {
  test('starts it: with its deadline, and how late it is', () => {
    const history = asked({}, { default_timeout_seconds: 90 }).after(1_234);
    expect(start(history)).toEqual({
      kind: 'event',
      event: {
        type: 'task.execution_started',
        data: {
          execution_id: EXECUTION,
          number: 1,
          attempt: 1,
          worker_id: 'w1',
          claim: 'claim-1',
          deadline: at(1_234 + 90_000),
          late_by_ms: 1_234,
          lost_attempts: 0,
          status: { from: 'pending', to: 'running' },
        },
      },
    });
  });

  test('whose clock is behind is not early', () => {
    expect(start(asked().after(-50))).toMatchObject({ event: { data: { late_by_ms: 0 } } });
  });

  test('is stale where the task, the execution or the attempt is another', () => {
    expect(start(new History())).toEqual(STALE);
    expect(start(new History().create())).toEqual(STALE);
    expect(start(asked(), { execution_id: OTHER })).toEqual(STALE);
    expect(start(asked(), { attempt: 2 })).toEqual(STALE);
  });

  test('may start up to the last millisecond, and is told so where it comes later', () => {
    const history = asked().after(5 * MINUTE);
    expect(start(history)).toMatchObject({ event: { type: 'task.execution_started' } });
    expect(start(history.after(1))).toEqual({
      kind: 'event',
      event: {
        type: 'task.execution_cancelled',
        data: {
          execution_id: EXECUTION,
          number: 1,
          attempt: 1,
          code: 'NOT_STARTED',
          status: null,
          armed: {},
          personal: { reason: null },
        },
      },
    });
  });

  test('takes over a running attempt only with its own claim, delivered again', () => {
    const history = running().after(10_000);
    expect(start(history)).toEqual(STALE);
    expect(start(history, { redelivered: true, claim: 'claim-2' })).toEqual(STALE);
    expect(start(history, { redelivered: true })).toMatchObject({
      event: {
        type: 'task.execution_started',
        data: { attempt: 2, lost_attempts: 1, status: null, deadline: at(40_000) },
      },
    });
  });
});

describe('an attempt that succeeds', () => {
  test('is told with its result and its usage', () => {
    const history = running();
    expect(finish(history)).toEqual({
      kind: 'event',
      event: {
        type: 'task.execution_completed',
        data: {
          execution_id: EXECUTION,
          number: 1,
          attempt: 1,
          duration_ms: 42,
          tokens_used: 3,
          api_calls_made: 1,
          status: { from: 'running', to: 'completed' },
          armed: {},
          credits_consumed_micros: 1_500_000,
          result_truncated: false,
          personal: { result: { done: true }, summary: 'Done.' },
        },
      },
    });
  });

  test.each([
    ['what was reserved where its executor does not say', null, 1_500_000],
    ['nothing where its executor says so', 0, 0],
    ['less where its executor says so', 1_499_999, 1_499_999],
    ['what was reserved where its executor says more', 1_500_001, 1_500_000],
    ['what was reserved where its executor says less than nothing', -1, 1_500_000],
  ])('BR-EXE-004: costs %s', (_, asks, consumed) => {
    const outcome = { ...success, credits_micros: asks as CreditMicros | null } as typeof success;
    expect(finish(running(), { outcome })).toMatchObject({
      event: { data: { credits_consumed_micros: consumed } },
    });
  });

  test('costs what was reserved when it was requested, whatever the task costs by now', () => {
    const history = running();
    const changes = { credits_per_run_micros: 5 as CreditMicros };
    history.step({ do: 'update', after: 0, changes, status: null });
    expect(finish(history)).toMatchObject({ event: { data: { credits_consumed_micros: 1_500_000 } } });
  });

  test('is stale unless it is the one that runs', () => {
    expect(finish(new History())).toEqual(STALE);
    expect(finish(new History().create())).toEqual(STALE);
    expect(finish(asked())).toEqual(STALE);
    expect(finish(running(), { execution_id: OTHER })).toEqual(STALE);
    expect(finish(running(), { attempt: 2 })).toEqual(STALE);
  });
});

describe('an attempt that fails', () => {
  test('for good is told with its error, and costs nothing', () => {
    expect(finish(running(), { outcome: failure })).toEqual({
      kind: 'event',
      event: {
        type: 'task.execution_failed',
        data: {
          execution_id: EXECUTION,
          number: 1,
          attempt: 1,
          duration_ms: 42,
          tokens_used: 0,
          api_calls_made: 1,
          will_retry: false,
          next_attempt: null,
          lost_attempts: 0,
          paused_after_failures: null,
          status: { from: 'running', to: 'failed' },
          armed: {},
          code: 'PROVIDER_ERROR',
          personal: { error_message: 'The provider answered 500.', error_details: { status: 500 } },
        },
      },
    });
  });

  test.each([
    ['manual', 5 * MINUTE],
    ['webhook', HOUR],
    ['event', HOUR],
    ['scheduled', 2 * MINUTE],
  ] as const)(
    'and was asked for by %s may start again for %d ms after its backoff',
    (trigger_type, within) => {
      const schedule = withPolicy({ retry: RETRY, catch_up_window_seconds: 120 });
      const history = running({ schedule }, { trigger_type });
      expect(finish(history, { outcome: failure })).toMatchObject({
        event: {
          data: {
            will_retry: true,
            next_attempt: { due_at: at(2_000), start_by: at(2_000 + within) },
            lost_attempts: 0,
            paused_after_failures: null,
            status: null,
          },
        },
      });
    },
  );

  test('in a backfill may start again within the catch-up window of the schedule', () => {
    const schedule = withPolicy({ retry: RETRY, catch_up_window_seconds: 120 });
    const history = new History().create({ schedule });
    history.step({ do: 'backfill', after: MINUTE + 1, last: 1 });
    history.step({ do: 'due', after: 0 });
    history.step({ do: 'start', after: 0 });
    history.step({ do: 'finish', after: 0, outcome: success });
    history.step({ do: 'due', after: 0 });
    history.step({ do: 'start', after: 0 });
    expect(state(history).execution?.trigger_type).toBe('backfill');
    const data = history.step({ do: 'finish', after: 0, outcome: failure })?.data;
    expect(data).toMatchObject({
      next_attempt: { due_at: at(MINUTE + 2_001), start_by: at(3 * MINUTE + 2_001) },
    });
  });
});

describe('a worker that is lost', () => {
  const lost = (history: History) => history.takeAllDue().at(-1);

  test('leaves its attempt to the next, which is due at once and for five minutes', () => {
    const history = running().after(35_000);
    expect(lost(history)?.data).toEqual({
      execution_id: EXECUTION,
      number: 1,
      attempt: 1,
      duration_ms: 35_000,
      tokens_used: 0,
      api_calls_made: 0,
      code: 'WORKER_LOST',
      will_retry: true,
      next_attempt: { due_at: at(35_000), start_by: at(35_000 + 5 * MINUTE) },
      lost_attempts: 1,
      paused_after_failures: null,
      status: null,
      armed: {},
      personal: { error_message: 'The worker that ran this attempt left no outcome.', error_details: {} },
    });
  });

  test.each([
    ['manual', 5 * MINUTE],
    ['webhook', HOUR],
    ['event', HOUR],
    ['scheduled', 10 * MINUTE],
  ] as const)('leaves one that was asked for by %s to a start within %d ms', (trigger_type, within) => {
    const schedule = withPolicy({ start_at: at(HOUR), catch_up_window_seconds: 600 });
    const history = running({ schedule }, { trigger_type }).after(35_000);
    expect(lost(history)?.data).toMatchObject({
      next_attempt: { due_at: at(35_000), start_by: at(35_000 + within) },
    });
  });

  test('leaves a slot whose schedule is gone to a start within five minutes', () => {
    const history = running({ schedule: everyHour }, { trigger_type: 'scheduled' });
    history.step({ do: 'update', after: 0, changes: { schedule: null }, status: null });
    expect(lost(history.after(35_000))?.data).toMatchObject({
      next_attempt: { start_by: at(35_000 + 5 * MINUTE) },
    });
  });

  test('three times has failed, even where the schedule would try again', () => {
    const history = running({ schedule: withPolicy({ retry: RETRY, start_at: at(HOUR) }) });
    for (const attempt of [2, 3]) {
      lost(history.after(35_000));
      history.take(start(history, { attempt }));
    }
    expect(lost(history.after(35_000))?.data).toMatchObject({
      attempt: 3,
      will_retry: false,
      next_attempt: null,
      lost_attempts: 3,
      status: { from: 'running', to: 'scheduled' },
    });
  });

  test('never worked for less than no time, though a clock was set back', () => {
    const history = running();
    history.take(start(history, { redelivered: true }));
    history.take(start(history, { redelivered: true, attempt: 2 }));
    history.after(-5_000);
    expect(start(history, { redelivered: true, attempt: 3 })).toMatchObject({
      event: { data: { code: 'WORKER_LOST', will_retry: false, duration_ms: 0 } },
    });
  });
});

describe('cancelling a run', () => {
  const cancel = (history: History, execution_id = EXECUTION) =>
    cancelExecution(history.state, { now: history.now, execution_id, reason: 'Not now.' });

  test('takes back one that has not started, with nothing to see in the status', () => {
    expect(cancel(asked())).toEqual({
      kind: 'event',
      event: {
        type: 'task.execution_cancelled',
        data: {
          execution_id: EXECUTION,
          number: 1,
          attempt: 1,
          code: 'CANCELLED_BY_USER',
          status: null,
          armed: {},
          personal: { reason: 'Not now.' },
        },
      },
    });
  });

  test('is refused where the task is not there, or the run is not going', () => {
    const codes = [cancel(new History()), cancel(new History().create()), cancel(asked(), OTHER)];
    expect(codes).toEqual(
      ['TASK_NOT_FOUND', 'EXECUTION_NOT_FOUND', 'EXECUTION_NOT_FOUND'].map((code) => ({
        kind: 'rejected',
        rejection: { code },
      })),
    );
  });

  test.each(['pending', 'scheduled', 'paused', 'completed', 'failed'] as const)(
    'that has started returns a task to where it rested: %s',
    (status) => {
      const history = resting(status, { schedule: status === 'scheduled' ? everyMinute : null });
      history.take(request(history));
      history.take(start(history));
      expect(cancel(history)).toMatchObject({ event: { data: { status: { from: 'running', to: status } } } });
    },
  );

  test.each([
    ['of a one-off leaves the task to a person', onceIn(MINUTE), 'pending'],
    ['of the last slot ends a series', withPolicy({ max_runs: 1 }), 'completed'],
  ] as const)('%s', (_, schedule, to) => {
    for (const from of ['scheduled', 'running'] as const) {
      const history = new History().create({ schedule });
      history.after(MINUTE).takeAllDue();
      if (from === 'running') history.step({ do: 'start', after: 0 });
      const event = history.step({ do: 'cancelExecution', after: 0 });
      expect(event?.data).toMatchObject({ status: { from, to } });
    }
  });

  test('before a slot that is buffered leaves the task scheduled for that', () => {
    const history = new History().create({ schedule: withPolicy({ overlap: 'buffer_one', max_runs: 2 }) });
    history.after(MINUTE).takeAllDue();
    history.step({ do: 'start', after: 0 });
    history.after(MINUTE);
    history.step({ do: 'due', after: 0 });
    expect(state(history)).toMatchObject({ next_run_time: null });
    history.step({ do: 'cancelExecution', after: 0 });
    expect(state(history).resting_status).toBe('scheduled');
  });
});

describe('where a task rests after a run', () => {
  const hook = (history: History): History => {
    const token_hash = 'ab'.repeat(32) as Hash;
    history.take(issueWebhook(history.state, { now: history.now, if_match: null, token_hash, terms: null }));
    return history;
  };
  /** By hand, in a task that rests so. */
  const byHand = (status: RestingStatus, schedule: Schedule | null, outcome = success, hooked = false) => {
    const history = resting(status, { schedule });
    if (hooked) hook(history);
    history.take(request(history));
    history.take(start(history));
    return ended(history, outcome);
  };

  test.each([
    ['pending', 'no schedule', false, 'completed', 'failed'],
    ['pending', 'no schedule', true, 'pending', 'pending'],
    ['scheduled', 'with a schedule', false, 'scheduled', 'scheduled'],
    ['scheduled', 'with a schedule', true, 'scheduled', 'scheduled'],
    ['paused', 'no schedule', false, 'paused', 'paused'],
    ['paused', 'with a schedule', false, 'paused', 'paused'],
    ['completed', 'no schedule', false, 'completed', 'failed'],
    ['completed', 'no schedule', true, 'completed', 'completed'],
    ['failed', 'no schedule', false, 'completed', 'failed'],
    ['failed', 'no schedule', true, 'pending', 'failed'],
  ] as const)(
    'by hand, when it was %s (%s, webhook: %s): %s with success, %s without',
    (status, scheduled, hooked, succeeded, failed) => {
      const schedule = scheduled === 'with a schedule' ? everyMinute : null;
      expect(byHand(status, schedule, success, hooked)).toBe(succeeded);
      expect(byHand(status, schedule, NOT_RETRYABLE, hooked)).toBe(failed);
    },
  );

  test.each([
    ['completed', success],
    ['failed', NOT_RETRYABLE],
  ] as const)('of the last slot: %s, paused or not, with a webhook or without', (status, outcome) => {
    for (const pause of [false, true]) {
      for (const hooked of [false, true]) {
        const history = new History().create({ schedule: withPolicy({ max_runs: 1 }) });
        if (hooked) hook(history);
        history.after(MINUTE).takeAllDue();
        history.step({ do: 'start', after: 0 });
        if (pause) history.step({ do: 'pause', after: 0 });
        expect(ended(history, outcome)).toBe(status);
      }
    }
  });

  test.each([
    ['completed', success],
    ['failed', NOT_RETRYABLE],
  ] as const)(
    'by hand, when its slots had passed unused: %s, with a webhook or without',
    (status, outcome) => {
      for (const hooked of [false, true]) {
        const history = new History().create({ schedule: onceIn(1_000) });
        if (hooked) hook(history);
        history.after(3 * HOUR).takeAllDue();
        expect(statusOf(state(history))).toBe('pending');
        history.take(request(history));
        history.take(start(history));
        expect(ended(history, outcome)).toBe(status);
      }
    },
  );

  test.each([
    ['pending', 'with a webhook', everyMinute, true],
    ['what its run was', 'without a webhook', everyMinute, false],
    ['what its run was', 'once all slots have passed', withPolicy({ end_at: at(MINUTE) }), true],
    ['what its run was', 'once all slots have fired', withPolicy({ max_runs: 1 }), true],
  ] as const)('by hand, when a person had put it back to pending: %s, %s', (rests, _, schedule, hooked) => {
    for (const outcome of [success, NOT_RETRYABLE]) {
      const history = new History().create({ schedule });
      if (hooked) hook(history);
      history.after(MINUTE).takeAllDue();
      history.step({ do: 'start', after: 0 });
      ended(history);
      for (const status of ['completed', 'pending'] as const) {
        history.step({ do: 'update', after: 0, changes: {}, status });
      }
      history.after(HOUR);
      history.take(request(history));
      history.take(start(history));
      const run = outcome === success ? 'completed' : 'failed';
      expect(ended(history, outcome)).toBe(rests === 'pending' ? 'pending' : run);
    }
  });

  test.each([
    ['paused', everyMinute],
    ['what its run was', withPolicy({ end_at: at(MINUTE) })],
    ['what its run was', withPolicy({ max_runs: 1 })],
  ] as const)('by hand, when it was paused after it had been put back to pending: %s', (rests, schedule) => {
    const history = new History().create({ schedule });
    history.after(MINUTE).takeAllDue();
    history.step({ do: 'start', after: 0 });
    ended(history);
    for (const status of ['completed', 'pending', 'paused'] as const) {
      history.step({ do: 'update', after: 0, changes: {}, status });
    }
    history.take(request(history));
    history.take(start(history));
    expect(ended(history, NOT_RETRYABLE)).toBe(rests === 'paused' ? 'paused' : 'failed');
  });
});

describe('pause_on_failure', () => {
  const failing = (policy: Partial<Schedule>, until: Instant = at(MINUTE)): History => {
    const history = new History().create({ schedule: withPolicy(policy) });
    history.now = until;
    history.step({ do: 'due', after: 0 });
    history.step({ do: 'start', after: 0 });
    return history;
  };

  test('counts what had failed before the limit was set', () => {
    const history = new History().create({ schedule: everyMinute });
    for (let failures = 0; failures < 3; failures++) {
      history.take(request(history));
      history.take(start(history));
      ended(history, NOT_RETRYABLE);
    }
    const changes = { schedule: withPolicy({ pause_on_failure: 2 }) };
    history.step({ do: 'update', after: 0, changes, status: null });
    history.take(request(history));
    history.take(start(history));
    expect(finish(history, { outcome: failure })).toMatchObject({
      event: { data: { paused_after_failures: 4, status: { to: 'paused' } } },
    });
  });

  test('pauses no task without a slot ahead: it ends, or runs the slot that is buffered', () => {
    expect(ended(failing({ pause_on_failure: 1, max_runs: 1 }), NOT_RETRYABLE)).toBe('failed');
    const history = failing({
      pause_on_failure: 1,
      max_runs: 2,
      overlap: 'buffer_one',
      timeout_seconds: 600,
    });
    history.step({ do: 'due', after: MINUTE });
    expect(state(history)).toMatchObject({ buffered_slot: at(2 * MINUTE), next_run_time: null });
    expect(ended(history, NOT_RETRYABLE)).toBe('scheduled');
  });

  test('has no say where somebody has paused or completed the task meanwhile', () => {
    for (const status of ['paused', 'completed'] as const) {
      const history = failing({ pause_on_failure: 1 });
      history.step({ do: 'update', after: 0, changes: {}, status });
      const execution_id = state(history).execution?.execution_id ?? OTHER;
      expect(finish(history, { execution_id, outcome: NOT_RETRYABLE })).toMatchObject({
        event: { data: { paused_after_failures: null, status: { from: 'running', to: status } } },
      });
    }
  });

  test('a series that has ended by its date ends with its last run', () => {
    const history = new History().create({ schedule: endsSoon });
    history.now = at(3 * MINUTE);
    history.step({ do: 'due', after: 0 });
    history.step({ do: 'start', after: 0 });
    expect(ended(history, NOT_RETRYABLE)).toBe('failed');
  });
});
