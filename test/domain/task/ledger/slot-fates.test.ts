import { describe, expect, test } from 'vitest';
import type { Schedule } from '../../../../src/domain/schedule/types.ts';
import type { LimitExceeded } from '../../../../src/domain/shared/decision.ts';
import type { RecordedTaskEvent } from '../../../../src/domain/shared/event.ts';
import type { ExecutionId, Hash } from '../../../../src/domain/shared/ids.ts';
import { type Instant, instantOf, plusMs } from '../../../../src/domain/shared/instant.ts';
import { requestExecution } from '../../../../src/domain/task/decide/execution.ts';
import { skipToReset } from '../../../../src/domain/task/decide/slots/skip-to-reset.ts';
import { issueWebhook, revokeWebhook } from '../../../../src/domain/task/decide/trigger.ts';
import type { SlotPlace, SlotRecord } from '../../../../src/domain/task/ledger/slot-fates.ts';
import { SlotLedger } from '../../../../src/domain/task/ledger/slot-ledger.ts';
import type { TaskState } from '../../../../src/domain/task/state.ts';
import {
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
const at = (ms: number) => instantOf(Date.parse(START) + ms);
const ALL = { from: at(-1e12), to: at(1e12) };

function ledgerOf(events: readonly RecordedTaskEvent[], range = ALL): SlotLedger {
  const ledger = new SlotLedger(range);
  for (const event of events) ledger.add(event);
  return ledger;
}

const slotsOf = (history: History): SlotRecord[] => [...ledgerOf(history.events).slots(history.now)];
/** As `minute fate`. */
const told = (history: History) =>
  slotsOf(history).map((slot) => {
    const minute = (Date.parse(slot.at) - Date.parse(START)) / MINUTE;
    const why = 'reason' in slot ? ` ${slot.reason}` : '';
    return `${minute} ${slot.fate}${why}`;
  });
const run = (history: History, outcome = success) => {
  history.step({ do: 'start', after: 3 });
  history.step({ do: 'finish', after: 4, outcome });
};
/** A limit of the owner is reached, until then. */
const limited = (history: History, resets_at: Instant, code: LimitExceeded['code']) => {
  const exceeded = {
    code,
    limit_type: 'executions_per_day',
    limit: 1,
    used: 1,
    resets_at,
    retry_after_seconds: 1,
  } as const;
  history.take({ kind: 'event', event: skipToReset(history.state as TaskState, exceeded) });
};

describe('the slot ledger', () => {
  test('tells of a slot that fired: its execution, how late it began, how it ended', () => {
    const history = new History().create({ schedule: everyMinute });
    history.after(MINUTE).takeAllDue();
    const execution_id = history.state?.execution?.execution_id;
    const fired = (run: object) => ({
      at: at(MINUTE),
      schedule_version: 1,
      fate: 'fired',
      run: { execution_id, code: null, ...run },
    });
    expect(slotsOf(history)[0]).toEqual(fired({ late_by_ms: null, status: 'requested' }));
    history.step({ do: 'start', after: 7 });
    expect(slotsOf(history)[0]).toEqual(fired({ late_by_ms: 7, status: 'running' }));
    history.step({ do: 'finish', after: 1, outcome: failure });
    const failed = fired({ late_by_ms: 7, status: 'failed', code: 'PROVIDER_ERROR' });
    expect(slotsOf(history)).toEqual([failed, { at: at(2 * MINUTE), schedule_version: 1, fate: 'due' }]);
  });

  test('tells of slots that were missed, overlapped, and passed while paused (BR-SCH-003, BR-SCH-004)', () => {
    const history = new History().create({ schedule: withPolicy({ timeout_seconds: 600 }) });
    history.now = at(3 * MINUTE + 30_000);
    history.takeAllDue();
    history.step({ do: 'start', after: 1 });
    history.after(MINUTE).takeAllDue();
    history.step({ do: 'finish', after: 1, outcome: success });
    history.step({ do: 'pause', after: 0 });
    history.after(2 * MINUTE);
    const before = ['1 missed', '2 missed', '3 fired', '4 skipped overlap'];
    expect(told(history)).toEqual([...before, '5 skipped paused', '6 skipped paused']);
    history.step({ do: 'resume', after: MINUTE });
    expect(told(history)).toEqual([
      ...before,
      '5 skipped paused',
      '6 skipped paused',
      '7 skipped paused',
      '8 due',
    ]);
  });

  test('tells of slots that are void: not started when the task was paused, cancelled, or given another schedule', () => {
    const requested = () => {
      const history = new History().create({ schedule: everyMinute });
      history.after(MINUTE).takeAllDue();
      return history;
    };
    const paused = requested();
    paused.step({ do: 'pause', after: 0 });
    expect(told(paused)).toEqual(['1 void TASK_PAUSED']);
    const cancelled = requested();
    cancelled.step({ do: 'cancel', after: 0 });
    expect(told(cancelled)).toEqual(['1 void TASK_CANCELLED']);
    const byHand = requested();
    byHand.step({ do: 'cancelExecution', after: 0 });
    expect(told(byHand)).toEqual(['1 void CANCELLED_BY_USER', '2 due']);
    const changed = requested();
    changed.step({ do: 'update', after: 90_000, changes: { schedule: everyHour }, status: null });
    expect(told(changed)).toEqual(['1 void SCHEDULE_CHANGED', '2 void SCHEDULE_CHANGED', '60 due']);
    const deleted = requested();
    deleted.step({ do: 'delete', after: 90_000 });
    expect(told(deleted)).toEqual(['1 void TASK_DELETED', '2 void TASK_DELETED']);
  });

  test('tells of slots on excluded dates, and of none after the last', () => {
    const history = new History().create({
      schedule: {
        ...everyHour,
        interval_seconds: 86_400,
        exclude_dates: ['2026-11-24'],
        max_runs: 1,
      } as Schedule,
    });
    history.now = at(2 * 86_400_000);
    history.takeAllDue();
    run(history);
    expect(told(history)).toEqual(['1440 excluded', '2880 fired']);
    history.after(10 * 86_400_000);
    expect(told(history)).toEqual(['1440 excluded', '2880 fired']);
  });

  test('tells of a buffered slot: due, then fired; and of a slot nobody started', () => {
    const history = new History().create({
      schedule: withPolicy({ overlap: 'buffer_one', timeout_seconds: 600, catch_up_window_seconds: 60 }),
    });
    history.after(MINUTE).takeAllDue();
    history.step({ do: 'start', after: 1 });
    history.after(MINUTE).takeAllDue();
    expect(told(history)).toEqual(['1 fired', '2 due', '3 due']);
    history.step({ do: 'finish', after: 1, outcome: success });
    history.takeAllDue();
    expect(told(history)).toEqual(['1 fired', '2 fired', '3 due']);
    history.after(61_000).takeAllDue();
    expect(told(history)[1]).toBe('2 missed');
  });

  test('has no slots while the task is done, and goes on where it is reopened', () => {
    const history = new History().create({ schedule: everyMinute });
    history.step({ do: 'update', after: 90_000, changes: {}, status: 'completed' });
    history.step({ do: 'update', after: 10 * MINUTE, changes: {}, status: 'scheduled' });
    expect(told(history)).toEqual(['1 void TASK_COMPLETED', '12 due']);
  });

  test('a slot that came between the decision to resume and its event is the next slot', () => {
    const history = new History().create({ schedule: everyMinute });
    history.step({ do: 'pause', after: 0 });
    history.step({ do: 'resume', after: MINUTE - 1 });
    for (const ms of [1, 50]) {
      const late = history.events.map((event) =>
        event.meta.revision === 3
          ? { ...event, meta: { ...event.meta, time: plusMs(event.meta.time, ms) } }
          : event,
      );
      const [next] = ledgerOf(late).slots(at(MINUTE));
      expect(next).toMatchObject({ at: at(MINUTE), fate: 'due' });
    }
  });

  test('a one-off has one slot', () => {
    const history = new History().create({ schedule: onceIn(-1_000) });
    history.takeAllDue();
    run(history);
    expect(slotsOf(history)).toMatchObject([{ at: at(-1_000), fate: 'fired' }]);
  });
});

describe('a slot whose run ends without an outcome', () => {
  const requested = (policy: Partial<Schedule> = {}) => {
    const history = new History().create({ schedule: withPolicy({ timeout_seconds: 600, ...policy }) });
    history.after(MINUTE).takeAllDue();
    return history;
  };

  test.each([
    ['skipped where the next slot took its place', { overlap: 'cancel_running' }, 'due', '1 skipped overlap'],
    ['missed where no worker came', { catch_up_window_seconds: 60 }, 'due', '1 missed'],
    ['void where a person took it back', {}, 'cancelExecution', '1 void CANCELLED_BY_USER'],
  ] as const)('and that has not started is %s', (_, policy, step, first) => {
    const history = requested(policy);
    history.step({ do: step, after: step === 'due' ? MINUTE + 1 : 0 });
    expect(told(history)[0]).toBe(first);
  });

  test.each([
    ['OVERLAP', { overlap: 'cancel_running' }, { do: 'due', after: MINUTE }],
    ['CANCELLED_BY_USER', {}, { do: 'cancelExecution', after: MINUTE }],
    ['TASK_CANCELLED', {}, { do: 'cancel', after: MINUTE }],
    ['TASK_DELETED', {}, { do: 'delete', after: MINUTE }],
  ] as const)('but had started has fired, and was cancelled: %s', (code, policy, step) => {
    const history = requested(policy);
    history.step({ do: 'start', after: 7 });
    history.step(step);
    const run = { status: 'cancelled', code, late_by_ms: 7 };
    expect(slotsOf(history)[0]).toMatchObject({ at: at(MINUTE), fate: 'fired', run });
  });

  test('keeps its execution where no worker came', () => {
    const history = requested({ catch_up_window_seconds: 60 });
    const execution_id = history.state?.execution?.execution_id;
    history.step({ do: 'due', after: MINUTE + 1 });
    expect(slotsOf(history)[0]).toEqual({
      at: at(MINUTE),
      schedule_version: 1,
      fate: 'missed',
      run: { execution_id, late_by_ms: null, status: 'cancelled', code: 'NOT_STARTED' },
    });
  });
});

describe('a slot whose run is tried again', () => {
  test('is as late as its first attempt was, and runs until the last has ended', () => {
    const retry = { max_attempts: 2, initial_seconds: 2, multiplier: 1, max_seconds: 2 };
    const history = new History().create({ schedule: withPolicy({ retry }) });
    const first = () => slotsOf(history)[0];
    history.after(MINUTE).takeAllDue();
    history.step({ do: 'start', after: 7 });
    history.step({ do: 'finish', after: 1, outcome: failure });
    expect(first()).toMatchObject({ run: { status: 'running', late_by_ms: 7, code: null } });
    history.step({ do: 'start', after: 2_500 });
    expect(first()).toMatchObject({ run: { status: 'running', late_by_ms: 7 } });
    history.step({ do: 'finish', after: 1, outcome: failure });
    expect(first()).toMatchObject({ run: { status: 'failed', late_by_ms: 7, code: 'PROVIDER_ERROR' } });
  });
});

describe('what happens to a task while its slot runs', () => {
  test('leaves what becomes of that run to the run', () => {
    const history = new History().create({
      schedule: withPolicy({ overlap: 'buffer_one', timeout_seconds: 600 }),
      reminder_time: at(70_000),
      due_date: at(80_000),
    });
    history.after(MINUTE).takeAllDue();
    history.step({ do: 'start', after: 7 });
    const edit = { now: history.now, if_match: null };
    const token_hash = 'ab'.repeat(32) as Hash;
    history.take(issueWebhook(history.state, { ...edit, token_hash, terms: null }));
    history.take(revokeWebhook(history.state, edit));
    history.step({ do: 'update', after: 0, changes: { name: 'x' }, status: null });
    history.step({ do: 'backfill', after: 0, last: 60_007 });
    history.after(2 * MINUTE).takeAllDue();
    const data = { schedule_version: 1, previous: at(4 * MINUTE), next_run_time: at(4 * MINUTE) };
    history.take({ kind: 'event', event: { type: 'task.rescheduled', data } });
    expect(new Set(history.events.map(({ type }) => type)).size).toBe(12);
    history.step({ do: 'finish', after: 0, outcome: success });
    const run = { status: 'completed', late_by_ms: 7, code: null };
    expect(slotsOf(history)[0]).toMatchObject({ at: at(MINUTE), fate: 'fired', run });
    expect(told(history)).toEqual(['1 fired', '2 due', '3 skipped overlap', '4 due']);
  });
});

describe('a run that no slot asked for', () => {
  test('by hand or of a backfill tells nothing of a slot', () => {
    const schedule = withPolicy({ anchor: at(-10 * MINUTE) } as Partial<Schedule>);
    const history = new History().create({ schedule });
    history.step({ do: 'request', after: 0 });
    run(history);
    history.step({ do: 'backfill', after: 0, last: 3 * MINUTE });
    history.takeAllDue();
    run(history, { ...failure, retryable: false } as never);
    expect(told(history)).toEqual(['1 due']);
  });

  test('leaves the outcome of the slot before it alone', () => {
    const history = new History().create({ schedule: everyMinute });
    history.after(MINUTE).takeAllDue();
    run(history);
    history.step({ do: 'request', after: 0 });
    run(history, { ...failure, retryable: false } as never);
    expect(slotsOf(history)[0]).toMatchObject({ run: { status: 'completed', code: null, late_by_ms: 3 } });
  });
});

describe('a slot that was buffered', () => {
  const buffered = () => {
    const history = new History().create({
      schedule: withPolicy({ overlap: 'buffer_one', timeout_seconds: 600 }),
    });
    history.after(MINUTE).takeAllDue();
    history.step({ do: 'start', after: 0 });
    history.after(MINUTE).takeAllDue();
    return history;
  };

  test.each([
    ['TASK_PAUSED', { do: 'pause', after: 0 }],
    ['TASK_CANCELLED', { do: 'cancel', after: 0 }],
    ['TASK_DELETED', { do: 'delete', after: 0 }],
    ['TASK_COMPLETED', { do: 'update', after: 0, changes: {}, status: 'completed' }],
    ['SCHEDULE_CHANGED', { do: 'update', after: 0, changes: { schedule: everyHour }, status: null }],
    ['SCHEDULE_CHANGED', { do: 'update', after: 0, changes: { schedule: null }, status: null }],
  ] as const)('and has not run is void: %s', (reason, step) => {
    const history = buffered();
    history.step(step);
    expect(told(history)[1]).toBe(`2 void ${reason}`);
  });

  test('and has run keeps that, whatever becomes of the task', () => {
    const history = buffered();
    history.step({ do: 'finish', after: 0, outcome: success });
    history.takeAllDue();
    run(history);
    history.step({ do: 'cancel', after: 0 });
    expect(slotsOf(history)[1]).toMatchObject({ at: at(2 * MINUTE), fate: 'fired' });
  });

  test.each([
    ['execution_limit', 'EXECUTION_LIMIT_EXCEEDED'],
    ['credit_limit', 'CREDIT_LIMIT_EXCEEDED'],
  ] as const)('is skipped with those that a limit skips: %s', (reason, code) => {
    const history = buffered();
    history.step({ do: 'finish', after: 0, outcome: success });
    limited(history, at(4 * MINUTE + 1), code);
    expect(told(history.after(3 * MINUTE))).toEqual([
      '1 fired',
      `2 skipped ${reason}`,
      `3 skipped ${reason}`,
      `4 skipped ${reason}`,
      '5 due',
    ]);
  });

  test('waits for a run that a scheduler of somebody asked for', () => {
    const history = buffered();
    history.step({ do: 'finish', after: 0, outcome: success });
    const command = { now: history.now, trigger_data: {}, default_timeout_seconds: 30 };
    const execution_id = 'exe_01JD9999999999999999999999' as ExecutionId;
    history.take(requestExecution(history.state, { ...command, execution_id, trigger_type: 'scheduled' }));
    expect(told(history)).toEqual(['1 fired', '2 due', '3 due']);
  });

  test('is still due while others overlap with it', () => {
    const history = buffered();
    history.after(MINUTE).takeAllDue();
    expect(told(history)).toEqual(['1 fired', '2 due', '3 skipped overlap', '4 due']);
  });
});

describe('slots of a task that is moved', () => {
  const minutes = () => new History().create({ schedule: everyMinute });

  test('and changed while it was paused are skipped up to then, and go on in a new version', () => {
    const history = minutes();
    history.step({ do: 'pause', after: 0 });
    const schedule = { ...everyMinute, interval_seconds: 120 } as Schedule;
    history.step({ do: 'update', after: 90_000, changes: { schedule }, status: null });
    history.step({ do: 'resume', after: 60_000 });
    const slots = slotsOf(history).map(({ at: slot, fate, schedule_version }) => [
      Date.parse(slot) - Date.parse(START),
      fate,
      schedule_version,
    ]);
    expect(slots).toEqual([
      [MINUTE, 'skipped', 1],
      [2 * MINUTE, 'skipped', 2],
      [4 * MINUTE, 'due', 2],
    ]);
  });

  test.each(['completed', 'cancelled'] as const)('that were paused stay so where it is %s', (status) => {
    const history = minutes();
    history.step({ do: 'pause', after: 30_000 });
    history.step({ do: 'update', after: 2 * MINUTE, changes: {}, status });
    expect(told(history.after(5 * MINUTE))).toEqual(['1 skipped paused', '2 skipped paused']);
  });

  test('end where its schedule is removed, and begin where one is set', () => {
    const history = minutes();
    history.step({ do: 'update', after: 90_000, changes: { schedule: null }, status: null });
    expect(told(history.after(5 * MINUTE))).toEqual(['1 void SCHEDULE_CHANGED']);
    history.step({ do: 'update', after: 0, changes: { schedule: everyHour }, status: null });
    expect(told(history)).toEqual(['1 void SCHEDULE_CHANGED', '60 due']);
  });

  test('are none where it has no schedule, or there is no task', () => {
    expect(told(new History().create().after(5 * MINUTE))).toEqual([]);
    const ledger = new SlotLedger(ALL);
    expect(ledger.state).toBeNull();
    expect([...ledger.slots(START)]).toEqual([]);
  });

  test('end with the last that max_runs allows', () => {
    const history = new History().create({ schedule: withPolicy({ max_runs: 2 }) });
    for (const minute of [1, 2]) {
      history.now = at(minute * MINUTE);
      history.takeAllDue();
      expect(told(history)).toEqual(minute === 1 ? ['1 fired', '2 due'] : ['1 fired', '2 fired']);
      run(history);
    }
    expect(told(history.after(MINUTE))).toEqual(['1 fired', '2 fired']);
    const going = new History().create({ schedule: withPolicy({ max_runs: 1, timeout_seconds: 600 }) });
    going.after(MINUTE).takeAllDue();
    expect(told(going.after(3 * MINUTE))).toEqual(['1 fired']);
  });

  test('are none while it is deleted', () => {
    for (const status of ['scheduled', 'paused'] as const) {
      const history = minutes();
      if (status === 'paused') history.step({ do: 'pause', after: 0 });
      history.step({ do: 'delete', after: 30_000 });
      expect(told(history.after(5 * MINUTE))).toEqual([]);
    }
  });
});

describe('slots that a limit skipped ahead of their time', () => {
  const skippedAhead = () => {
    const history = new History().create({ schedule: everyMinute });
    history.after(MINUTE);
    limited(history, at(60 * MINUTE), 'EXECUTION_LIMIT_EXCEEDED');
    return history;
  };
  const [away, back] = [90_000, MINUTE];

  test('have one fate where the task is paused from pending, when it awaits no slot', () => {
    const history = skippedAhead();
    for (const status of ['completed', 'pending', 'paused'] as const) {
      history.step({ do: 'update', after: 0, changes: {}, status });
    }
    history.after(2 * MINUTE);
    expect(told(history)).toEqual(['1 skipped execution_limit', '2 skipped paused', '3 skipped paused']);
  });

  test.each([
    ['resumed', { do: 'pause', after: 0 }, { do: 'resume', after: away }],
    ['restored', { do: 'delete', after: 0 }, { do: 'restore', after: away }],
    [
      'reopened',
      { do: 'update', after: 0, changes: {}, status: 'completed' },
      { do: 'update', after: away, changes: {}, status: 'scheduled' },
    ],
  ] as const)(
    'and that come after all, because the task was %s, have the fate that they then had',
    (_, away, again) => {
      const history = skippedAhead();
      history.step(away);
      history.step(again);
      const before = ['1 skipped execution_limit', '2 skipped execution_limit'];
      expect(told(history)).toEqual([...before, '3 due']);
      history.after(back).takeAllDue();
      run(history);
      expect(told(history)).toEqual([...before, '3 fired', '4 due']);
    },
  );

  test('stay so where the task goes on with the first after the reset', () => {
    const history = skippedAhead();
    history.step({ do: 'pause', after: 0 });
    history.step({ do: 'resume', after: 59 * MINUTE + 30_000 });
    expect(told(history).slice(57)).toEqual([
      '58 skipped execution_limit',
      '59 skipped execution_limit',
      '60 skipped paused',
      '61 due',
    ]);
  });
});

describe('a listing of slots', () => {
  /** One that fired, one that was paused, then a new schedule of every other minute. */
  const history = new History().create({ schedule: everyMinute });
  history.after(MINUTE).takeAllDue();
  run(history);
  history.step({ do: 'pause', after: 0 });
  history.step({ do: 'resume', after: 90_000 });
  const everyOther = { ...everyMinute, interval_seconds: 120 } as Schedule;
  history.step({ do: 'update', after: 0, changes: { schedule: everyOther }, status: null });
  history.step({ do: 'pause', after: 0 });
  history.after(6 * MINUTE);
  const minutesOf = (slots: Iterable<SlotRecord>) =>
    [...slots].map((slot) => (Date.parse(slot.at) - Date.parse(START)) / MINUTE);
  const within = (from: number, to: number, place: SlotPlace | null = null, ledger?: SlotLedger) => {
    const range = { from: at(from * MINUTE), to: at(to * MINUTE) };
    return minutesOf((ledger ?? ledgerOf(history.events)).slots(history.now, place, range));
  };
  const place = (schedule_version: number, minute: number) => ({
    schedule_version,
    at: at(minute * MINUTE),
  });

  test('is all there are, of one schedule after another', () => {
    expect(minutesOf(ledgerOf(history.events).slots(history.now))).toEqual([1, 2, 4, 6, 8]);
  });

  test.each([
    [0, 9, [1, 2, 4, 6, 8]],
    [1, 4, [1, 2, 4]],
    [1.001, 3.999, [2]],
    [2, 2, [2]],
    [3, 3, []],
    [4, 6, [4, 6]],
    [8, 9, [8]],
    [8.001, 9, []],
    [-5, 0.999, []],
  ])('from minute %d to minute %d, both inclusive, is %j', (from, to, minutes) => {
    expect(within(from, to)).toEqual(minutes);
    const range = { from: at(from * MINUTE), to: at(to * MINUTE) };
    expect(minutesOf(ledgerOf(history.events, range).slots(history.now))).toEqual(minutes);
  });

  test.each([
    [1, 0, [1, 2, 4, 6, 8]],
    [1, 1, [2, 4, 6, 8]],
    [1, 2, [4, 6, 8]],
    [1, 5, [4, 6, 8]],
    [2, 0, [4, 6, 8]],
    [2, 4, [6, 8]],
    [2, 8, []],
    [3, 0, []],
  ])('after version %d, minute %d is %j', (version, minute, minutes) => {
    expect(within(0, 9, place(version, minute))).toEqual(minutes);
  });

  test('tells the state of the task as of the last event', () => {
    expect(ledgerOf(history.events).state).toMatchObject({ resting_status: 'paused', schedule_version: 2 });
  });
});
