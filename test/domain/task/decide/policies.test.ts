import { describe, expect, test } from 'vitest';
import { dueAt } from '../../../../src/domain/schedule/jitter.ts';
import { DEFAULT_OPTIONS } from '../../../../src/domain/schedule/parse/options.ts';
import type { Schedule } from '../../../../src/domain/schedule/types.ts';
import { type Instant, instantOf } from '../../../../src/domain/shared/instant.ts';
import { nextDueAt } from '../../../../src/domain/task/decide/due.ts';
import { rescheduleTask } from '../../../../src/domain/task/decide/slots/reschedule.ts';
import { statusOf, type TaskState } from '../../../../src/domain/task/state.ts';
import {
  everyHour,
  everyMinute,
  failure,
  History,
  START,
  success,
  TASK,
  withPolicy,
} from '../../../support/histories/history.ts';

const MINUTE = 60_000;
const at = (ms: number) => instantOf(Date.parse(START) + ms);
const state = (history: History): TaskState => history.state as TaskState;
const scheduled = (policy: Partial<Schedule>) => new History().create({ schedule: withPolicy(policy) });
const typesOf = (events: readonly { readonly type: string }[]) => events.map(({ type }) => type);
const start = (history: History, after = 1) => history.step({ do: 'start', after });
const succeed = (history: History, after = 1) => history.step({ do: 'finish', after, outcome: success });
const fail = (history: History, after = 1, retryable = true) =>
  history.step({ do: 'finish', after, outcome: { ...failure, retryable } as typeof failure });

describe('retry', () => {
  const retry = { max_attempts: 3, initial_seconds: 2, multiplier: 3, max_seconds: 5 };

  test('a failed attempt runs again after its backoff: same execution, next attempt, still shown as running', () => {
    const history = scheduled({ retry });
    history.after(MINUTE).takeAllDue();
    const id = state(history).execution?.execution_id;
    start(history);
    expect(fail(history)?.data).toMatchObject({
      will_retry: true,
      next_attempt: { due_at: at(MINUTE + 2_002) },
      status: null,
    });
    expect(state(history).execution).toMatchObject({ execution_id: id, attempt: 2, state: 'requested' });
    expect(statusOf(state(history))).toBe('running');
    start(history, 2_000);
    expect(fail(history)?.data).toMatchObject({ next_attempt: { due_at: at(MINUTE + 2_003 + 5_000) } });
  });

  test('a server that asks for more time has it', () => {
    const history = scheduled({ retry: { ...retry, max_seconds: 60 } });
    history.after(MINUTE).takeAllDue();
    start(history);
    const outcome = { ...failure, retryable: true, retry_after_ms: 20_000 } as typeof failure;
    expect(history.step({ do: 'finish', after: 1, outcome })?.data).toMatchObject({
      will_retry: true,
      next_attempt: { due_at: at(MINUTE + 2 + 20_000) },
    });
  });

  test('BR-EXE-005: only the final failure raises failure_count', () => {
    const history = scheduled({ retry });
    history.after(MINUTE).takeAllDue();
    for (const failed of [0, 0, 1]) {
      start(history);
      fail(history);
      expect(state(history).failure_count).toBe(failed);
    }
    expect(state(history)).toMatchObject({ run_count: 1, resting_status: 'scheduled', execution: null });
  });

  test('a success on a later attempt is a success', () => {
    const history = scheduled({ retry });
    history.after(MINUTE).takeAllDue();
    start(history);
    fail(history);
    start(history, 2_000);
    succeed(history);
    expect(state(history)).toMatchObject({
      run_count: 1,
      success_count: 1,
      failure_count: 0,
      last_error: null,
    });
  });

  test('what cannot help is not tried again', () => {
    const history = scheduled({ retry });
    history.after(MINUTE).takeAllDue();
    start(history);
    expect(fail(history, 1, false)?.data).toMatchObject({ will_retry: false });
    expect(state(history).failure_count).toBe(1);
  });

  test('attempts that a lost worker left do not count', () => {
    const history = scheduled({ retry: { ...retry, max_attempts: 2 } });
    history.after(MINUTE).takeAllDue();
    start(history);
    history.step({ do: 'lose', after: 0 });
    start(history, 10_000);
    expect(fail(history)?.data).toMatchObject({ attempt: 2, will_retry: true });
    start(history, 2_000);
    expect(fail(history)?.data).toMatchObject({ attempt: 3, will_retry: false });
  });

  test('runs by hand are tried again too; a task that was completed meanwhile is not', () => {
    const history = scheduled({ retry });
    history.step({ do: 'request', after: 0 });
    start(history);
    expect(fail(history)?.data).toMatchObject({ will_retry: true });
    start(history, 2_000);
    history.step({ do: 'update', after: 0, changes: {}, status: 'completed' });
    expect(fail(history)?.data).toMatchObject({ will_retry: false });
    expect(statusOf(state(history))).toBe('completed');
  });

  test('an attempt that is not started in time is cancelled', () => {
    const history = scheduled({ retry, catch_up_window_seconds: 60 });
    history.after(MINUTE).takeAllDue();
    start(history);
    fail(history);
    history.after(2_000 + 60_000 + 1);
    expect(typesOf(history.takeAllDue())[0]).toBe('task.execution_cancelled');
  });
});

describe('max_runs', () => {
  test('ends the schedule with its last run', () => {
    const history = scheduled({ max_runs: 2 });
    history.after(MINUTE).takeAllDue();
    start(history);
    succeed(history);
    history.now = at(2 * MINUTE);
    history.takeAllDue();
    expect(state(history).next_run_time).toBeNull();
    start(history);
    succeed(history);
    expect(statusOf(state(history))).toBe('completed');
    expect(nextDueAt(state(history))).toBeNull();
  });

  test('slots that are skipped are no runs, runs by hand neither', () => {
    const history = scheduled({ max_runs: 1, timeout_seconds: 600 });
    history.step({ do: 'request', after: 0 });
    start(history);
    history.after(MINUTE).takeAllDue();
    succeed(history, 30_000);
    expect(state(history)).toMatchObject({ slots_taken: 0, resting_status: 'scheduled' });
    history.now = at(2 * MINUTE);
    history.takeAllDue();
    expect(state(history)).toMatchObject({ slots_taken: 1, next_run_time: null });
  });

  test('counts anew for a changed schedule; a paused task has no slot to resume to once it is used up', () => {
    const history = scheduled({ max_runs: 1 });
    history.after(MINUTE).takeAllDue();
    start(history);
    history.step({ do: 'pause', after: 0 });
    history.step({ do: 'resume', after: 0 });
    expect(history.rejections).toEqual([{ code: 'NO_FUTURE_SLOT' }]);
    history.step({
      do: 'update',
      after: 0,
      changes: { schedule: withPolicy({ max_runs: 3 }) },
      status: null,
    });
    expect(state(history)).toMatchObject({ slots_taken: 0, next_run_time: at(2 * MINUTE) });
  });
});

describe('jitter', () => {
  test('delays a slot by the same time for everyone who asks; next_run_time stays nominal', () => {
    const schedule = withPolicy({ jitter_seconds: 30 });
    const due = dueAt(schedule, TASK, 1, at(MINUTE));
    const history = new History().create({ schedule });
    expect(state(history).next_run_time).toBe(at(MINUTE));
    expect(nextDueAt(state(history))).toBe(due);
    expect(due > at(MINUTE) && due <= at(MINUTE + 30_000)).toBe(true);
    history.now = due;
    const [event] = history.takeAllDue();
    expect(event?.data).toMatchObject({ scheduled_for: at(MINUTE), due_at: due });
    expect(start(history, 7)?.data).toMatchObject({ late_by_ms: 7 });
  });

  test('spreads slots of many tasks evenly, differs from slot to slot, and ends before the next slot', () => {
    const schedule = withPolicy({ jitter_seconds: 86_400 });
    const buckets = new Array<number>(6).fill(0);
    for (let task = 0; task < 3_000; task++) {
      const late = Date.parse(dueAt(schedule, `tsk_${task}`, 1, at(MINUTE))) - Date.parse(at(MINUTE));
      expect(late).toBeLessThan(MINUTE);
      const bucket = Math.floor(late / 10_000);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    for (const count of buckets) expect(count).toBeGreaterThan(400);
    const lates = [1, 2, 3].map((k) => Date.parse(dueAt(schedule, TASK, 1, at(k * MINUTE))) % MINUTE);
    expect(new Set(lates).size).toBe(3);
  });

  test('a slot whose time has come but not its jitter is not missed', () => {
    const schedule = withPolicy({ jitter_seconds: 59, catch_up: 'skip' });
    const history = new History().create({ schedule });
    const due = Date.parse(dueAt(schedule, TASK, 1, at(10 * MINUTE))) - Date.parse(START);
    history.now = at(due - 1);
    expect(history.takeAllDue().at(-1)?.data).not.toMatchObject({ scheduled_for: at(10 * MINUTE) });
    history.step({ do: 'cancelExecution', after: 0 });
    expect(nextDueAt(state(history))).toBe(at(due));
  });
});

describe('catch_up all', () => {
  test('BR-SCH-003: runs every missed slot, oldest first, one after another', () => {
    const history = scheduled({ catch_up: 'all' });
    history.now = at(5 * MINUTE + 5_000);
    const ran: (string | null | undefined)[] = [];
    for (let run = 0; run < 5; run++) {
      expect(typesOf(history.takeAllDue())).toEqual(['task.execution_requested']);
      ran.push(state(history).execution?.scheduled_for);
      start(history);
      succeed(history);
    }
    expect(ran).toEqual([1, 2, 3, 4, 5].map((k) => at(k * MINUTE)));
    expect(nextDueAt(state(history))).toBe(at(6 * MINUTE));
  });

  test('drops what is older than its window, in one event', () => {
    const history = scheduled({ catch_up: 'all', catch_up_window_seconds: 120 });
    history.now = at(10 * MINUTE + 5_000);
    expect(history.takeAllDue()).toMatchObject([
      { type: 'task.slots_skipped', data: { reason: 'missed', count: 8, to: at(8 * MINUTE) } },
      { type: 'task.execution_requested', data: { scheduled_for: at(9 * MINUTE) } },
    ]);
  });

  test('a slot that comes due during a run that was in time overlaps as ever', () => {
    const history = scheduled({ catch_up: 'all', timeout_seconds: 600 });
    history.after(MINUTE).takeAllDue();
    start(history);
    expect(history.after(MINUTE).takeAllDue()).toMatchObject([
      { type: 'task.slots_skipped', data: { reason: 'overlap' } },
    ]);
  });
});

describe('overlap', () => {
  test('buffer_one keeps one slot, which runs when the run has ended; others are skipped', () => {
    const history = scheduled({ overlap: 'buffer_one', timeout_seconds: 600 });
    history.after(MINUTE).takeAllDue();
    start(history);
    expect(history.after(MINUTE).takeAllDue()).toMatchObject([
      { type: 'task.slot_buffered', data: { slot: at(2 * MINUTE), next_run_time: at(3 * MINUTE) } },
    ]);
    expect(history.after(MINUTE).takeAllDue()).toMatchObject([
      { type: 'task.slots_skipped', data: { reason: 'overlap', from: at(3 * MINUTE), to: at(3 * MINUTE) } },
    ]);
    succeed(history);
    expect(history.takeAllDue()).toMatchObject([
      {
        type: 'task.execution_requested',
        data: { scheduled_for: at(2 * MINUTE), next_run_time: at(4 * MINUTE) },
      },
    ]);
    expect(start(history, 8)?.data).toMatchObject({ late_by_ms: MINUTE + 10 });
  });

  test('a buffered slot is the last one of a series that has ended: the task waits for it', () => {
    const history = scheduled({ overlap: 'buffer_one', max_runs: 2, timeout_seconds: 600 });
    history.after(MINUTE).takeAllDue();
    start(history);
    history.after(MINUTE).takeAllDue();
    expect(state(history).next_run_time).toBeNull();
    succeed(history);
    expect(statusOf(state(history))).toBe('scheduled');
    history.takeAllDue();
    start(history);
    succeed(history);
    expect(statusOf(state(history))).toBe('completed');
  });

  test.each([
    ['pausing', { do: 'pause', after: 0 }],
    ['a new schedule', { do: 'update', after: 0, changes: { schedule: everyHour }, status: null }],
  ] as const)('%s makes a buffered slot void', (_, step) => {
    const history = scheduled({ overlap: 'buffer_one', timeout_seconds: 600 });
    history.after(MINUTE).takeAllDue();
    start(history);
    history.after(MINUTE).takeAllDue();
    history.step(step);
    expect(state(history).buffered_slot).toBeNull();
    succeed(history);
    expect(history.takeAllDue()).toEqual([]);
  });

  test('cancel_running ends the run, and the slot takes its place', () => {
    const history = scheduled({ overlap: 'cancel_running', timeout_seconds: 600 });
    history.after(MINUTE).takeAllDue();
    start(history);
    expect(history.after(MINUTE).takeAllDue()).toMatchObject([
      { type: 'task.execution_cancelled', data: { code: 'OVERLAP', number: 1 } },
      { type: 'task.execution_requested', data: { number: 2, scheduled_for: at(2 * MINUTE) } },
    ]);
    succeed(history);
    expect(history.rejections).toEqual([{ code: 'STALE_ATTEMPT' }]);
  });

  test.each([
    ['skip', { catch_up: 'skip' }],
    ['latest', { catch_up_window_seconds: 60 }],
    ['all', { catch_up: 'all', catch_up_window_seconds: 60 }],
  ] as const)('cancel_running ends no run for a slot that is missed by catch_up %s', (_, policy) => {
    const hourly = { interval_seconds: 3600, timeout_seconds: 600, overlap: 'cancel_running' };
    const history = scheduled({ ...hourly, ...policy } as Partial<Schedule>);
    history.after(59 * MINUTE);
    history.step({ do: 'request', after: 0 });
    start(history);
    // Nobody looked for two minutes.
    expect(history.after(3 * MINUTE).takeAllDue()).toMatchObject([
      { type: 'task.slots_skipped', data: { reason: 'missed', from: at(60 * MINUTE), status: null } },
    ]);
    expect(succeed(history)?.type).toBe('task.execution_completed');
  });

  test('cancel_running leaves out what was missed, and ends the run for the slot that runs', () => {
    const history = scheduled({ timeout_seconds: 600, overlap: 'cancel_running' });
    history.step({ do: 'request', after: 0 });
    start(history);
    expect(history.after(3 * MINUTE).takeAllDue()).toMatchObject([
      { type: 'task.slots_skipped', data: { reason: 'missed', from: at(MINUTE), to: at(2 * MINUTE) } },
      { type: 'task.execution_cancelled', data: { code: 'OVERLAP', number: 1 } },
      { type: 'task.execution_requested', data: { number: 2, scheduled_for: at(3 * MINUTE) } },
    ]);
  });
});

describe('pause_on_failure', () => {
  const failOnce = (history: History) => {
    history.now = state(history).next_run_time ?? history.now;
    history.takeAllDue();
    start(history);
    return fail(history);
  };

  test('pauses the task after so many failures in a row, and says why', () => {
    const history = scheduled({ pause_on_failure: 2 });
    failOnce(history);
    expect(statusOf(state(history))).toBe('scheduled');
    expect(failOnce(history)?.data).toMatchObject({
      status: { from: 'running', to: 'paused' },
      paused_after_failures: 2,
    });
    expect(state(history)).toMatchObject({
      resting_status: 'paused',
      paused_reason: 'Paused after 2 failed runs in a row.',
      updated_at: history.now,
      edit_revision: 1,
    });
    expect(nextDueAt(state(history))).toBeNull();
  });

  test('a success between them starts the count anew, resuming too', () => {
    const history = scheduled({ pause_on_failure: 2 });
    failOnce(history);
    history.step({ do: 'request', after: 0 });
    start(history);
    succeed(history);
    failOnce(history);
    expect(statusOf(state(history))).toBe('scheduled');
    failOnce(history);
    history.step({ do: 'resume', after: 0 });
    failOnce(history);
    expect(statusOf(state(history))).toBe('scheduled');
  });

  test('a receiver that is gone for good pauses the task at once, with or without that option', () => {
    const history = scheduled({});
    history.now = state(history).next_run_time ?? history.now;
    history.takeAllDue();
    start(history);
    const outcome = { ...failure, retryable: false, gone: true } as typeof failure;
    expect(history.step({ do: 'finish', after: 1, outcome })?.data).toMatchObject({
      status: { from: 'running', to: 'paused' },
      paused_after_failures: 1,
    });
    expect(nextDueAt(state(history))).toBeNull();
  });

  test('a retry is no failure yet', () => {
    const retry = { max_attempts: 2, initial_seconds: 1, multiplier: 1, max_seconds: 1 };
    const history = scheduled({ pause_on_failure: 1, retry });
    expect(failOnce(history)?.data).toMatchObject({ will_retry: true });
    expect(state(history).resting_status).toBe('scheduled');
    start(history, 1_000);
    fail(history);
    expect(state(history).resting_status).toBe('paused');
  });
});

describe('a backfill', () => {
  const backfilled = (policy: Partial<Schedule> = {}) => {
    const history = scheduled({ timeout_seconds: 600, ...policy });
    history.step({ do: 'backfill', after: 150_000, last: 90_000 });
    return history;
  };
  const runs = (history: History) =>
    history.events.flatMap((event) =>
      event.type === 'task.execution_requested' && event.data.trigger_type === 'backfill'
        ? [event.data.scheduled_for]
        : [],
    );

  test('runs the slots of its range one at a time and leaves the schedule as it is', () => {
    const history = scheduled({ anchor: at(-10 * MINUTE) } as Partial<Schedule>);
    history.step({ do: 'backfill', after: 0, last: 3 * MINUTE });
    for (let run = 0; run < 4; run++) {
      expect(typesOf(history.takeAllDue())).toEqual(['task.execution_requested']);
      start(history);
      expect(history.takeAllDue()).toEqual([]);
      succeed(history);
    }
    expect(runs(history)).toEqual([-3, -2, -1, 0].map((k) => at(k * MINUTE)));
    expect(state(history)).toMatchObject({ backfill: null, next_run_time: at(MINUTE), slots_taken: 0 });
  });

  test('what is due goes first, and a slot that comes due during its run waits instead of being skipped', () => {
    const history = backfilled();
    const [missed, live] = history.takeAllDue();
    expect(missed).toMatchObject({ type: 'task.slots_skipped', data: { reason: 'missed' } });
    expect(live).toMatchObject({ data: { trigger_type: 'scheduled', scheduled_for: at(2 * MINUTE) } });
    start(history);
    succeed(history);
    expect(history.takeAllDue()).toMatchObject([{ data: { trigger_type: 'backfill' } }]);
    start(history);
    history.now = at(3 * MINUTE);
    expect(history.takeAllDue()).toMatchObject([
      { type: 'task.slot_buffered', data: { slot: at(3 * MINUTE) } },
    ]);
    succeed(history);
    expect(history.takeAllDue()).toMatchObject([
      { data: { trigger_type: 'scheduled', scheduled_for: at(3 * MINUTE) } },
    ]);
  });

  test('waits while the task is paused; a new schedule, completing and cancelling end it', () => {
    const history = backfilled();
    history.step({ do: 'pause', after: 0 });
    expect(history.takeAllDue()).toEqual([]);
    history.step({ do: 'resume', after: 0 });
    expect(history.takeAllDue()).toMatchObject([{ data: { trigger_type: 'backfill' } }]);
    for (const change of [
      { changes: { schedule: everyHour }, status: null },
      { changes: {}, status: 'completed' },
      { changes: {}, status: 'cancelled' },
    ] as const) {
      const other = backfilled();
      other.step({ do: 'update', after: 0, ...change });
      expect(state(other).backfill).toBeNull();
    }
  });

  test('is refused for more than 1,000 slots, for none, without a schedule, and beside another', () => {
    const many = new History().create({
      schedule: { ...everyMinute, anchor: at(-2_000 * MINUTE) } as Schedule,
    });
    many.step({ do: 'backfill', after: 0, last: 1_000 * MINUTE });
    expect(many.rejections).toEqual([{ code: 'TOO_MANY_SLOTS', limit: 1_000, count: 1_001 }]);
    expect(many.step({ do: 'backfill', after: 0, last: 999 * MINUTE })?.data).toMatchObject({ count: 1_000 });
    many.step({ do: 'backfill', after: 1, last: MINUTE });
    expect(many.rejections.at(-1)).toMatchObject({ code: 'BACKFILL_IN_PROGRESS' });
    const none = scheduled({});
    none.step({ do: 'backfill', after: 2, last: 1 });
    none.step({ do: 'update', after: 0, changes: { schedule: null }, status: null });
    none.step({ do: 'backfill', after: 1, last: MINUTE });
    none.step({ do: 'cancel', after: 0 });
    none.step({ do: 'backfill', after: 1, last: MINUTE });
    expect(none.rejections.map(({ code }) => code)).toEqual([
      'NO_SLOTS',
      'NO_SCHEDULE',
      'TASK_NOT_EXECUTABLE',
    ]);
  });

  test('its failures are counted as failures of the task, not towards pausing it', () => {
    const history = scheduled({ pause_on_failure: 1, anchor: at(-10 * MINUTE) } as Partial<Schedule>);
    history.step({ do: 'backfill', after: 0, last: MINUTE });
    history.takeAllDue();
    start(history);
    fail(history);
    expect(state(history)).toMatchObject({ failure_count: 1, failures_in_a_row: 0 });
    expect(statusOf(state(history))).toBe('scheduled');
  });
});

describe('remind_before', () => {
  test('fires once for each duration before the due date, the longest first', () => {
    const history = new History().create({ due_date: at(10 * MINUTE), remind_before: ['PT5M', 'PT1M'] });
    const fired: unknown[] = [];
    for (let minute = 0; minute < 12; minute++) {
      for (const event of history.after(MINUTE).takeAllDue()) fired.push([history.now, event.data]);
    }
    expect(fired).toEqual([
      [
        at(5 * MINUTE),
        {
          reminder_type: 'remind_before',
          reminder_time: at(5 * MINUTE),
          remind_before: 'PT5M',
          armed: { before_due: at(9 * MINUTE) },
        },
      ],
      [
        at(9 * MINUTE),
        {
          reminder_type: 'remind_before',
          reminder_time: at(9 * MINUTE),
          remind_before: 'PT1M',
          armed: { before_due: null },
        },
      ],
      [at(10 * MINUTE), { due_date: at(10 * MINUTE) }],
    ]);
  });

  test('moves with the due date, and is silent for a task that is done', () => {
    const history = new History().create({ due_date: at(10 * MINUTE), remind_before: ['PT5M'] });
    history.step({ do: 'update', after: 0, changes: { due_date: at(60 * MINUTE) }, status: null });
    expect(nextDueAt(state(history))).toBe(at(55 * MINUTE));
    history.after(55 * MINUTE).takeAllDue();
    history.step({ do: 'update', after: 0, changes: { remind_before: ['PT5M', 'PT2M'] }, status: null });
    history.step({ do: 'update', after: 0, changes: {}, status: 'completed' });
    expect(nextDueAt(state(history))).toBeNull();
  });

  test('what has passed when it is set does not fire', () => {
    const history = new History().create({ due_date: at(10 * MINUTE), remind_before: ['P1D', 'PT5M'] });
    expect(nextDueAt(state(history))).toBe(at(5 * MINUTE));
  });
});

describe('newer zone data', () => {
  const inBerlin = { type: 'cron', expression: '0 9,10,11 * * *', timezone: 'Europe/Berlin' } as const;
  const daily = () => new History().create({ schedule: { ...DEFAULT_OPTIONS, ...inBerlin } });
  const [nine, ten, eleven] = [8, 9, 10].map((hour) => instantOf(Date.UTC(2026, 10, 24, hour))) as [
    Instant,
    Instant,
    Instant,
  ];
  const moved = (next_run_time: Instant, decided_through = START) =>
    rescheduleTask({ ...state(daily()), next_run_time, decided_through });

  test('moves a next slot that is none any more to where the schedule has it', () => {
    const later = instantOf(Date.UTC(2026, 10, 24, 8, 30));
    expect(moved(later)).toEqual({
      kind: 'event',
      event: {
        type: 'task.rescheduled',
        data: { schedule_version: 1, previous: later, next_run_time: nine },
      },
    });
    const history = daily();
    history.take(moved(later));
    expect(state(history).next_run_time).toBe(nine);
  });

  test('leaves alone a slot that is the next, or that nothing waits for', () => {
    expect(moved(nine)).toEqual({ kind: 'nothing' });
    const wrong = instantOf(Date.UTC(2026, 10, 24, 9, 30));
    const done = { ...state(daily()), next_run_time: wrong, resting_status: 'completed' as const };
    expect(rescheduleTask(done)).toEqual({ kind: 'nothing' });
  });

  test('never goes back to a slot that has been decided on', () => {
    const between = instantOf(Date.UTC(2026, 10, 24, 9, 30));
    expect(moved(between, ten)).toMatchObject({ event: { data: { next_run_time: eleven } } });
  });
});
