import { describe, expect, test } from 'vitest';
import { dueAt } from '../../../../src/domain/schedule/jitter.ts';
import { DEFAULT_OPTIONS } from '../../../../src/domain/schedule/parse/options.ts';
import type { Schedule } from '../../../../src/domain/schedule/types.ts';
import { type Instant, instantOf } from '../../../../src/domain/shared/instant.ts';
import { commandDueAt, nextDueAt } from '../../../../src/domain/task/decide/due.ts';
import { followsZoneData, rescheduleTask } from '../../../../src/domain/task/decide/slots/reschedule.ts';
import { requestBackfill, takeSlot } from '../../../../src/domain/task/decide/slots/take-slot.ts';
import type { TaskState } from '../../../../src/domain/task/state.ts';
import {
  everyHour,
  failure,
  History,
  onceIn,
  START,
  success,
  TASK,
  withPolicy,
} from '../../../support/histories/history.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const at = (ms: number) => instantOf(Date.parse(START) + ms);
const state = (history: History): TaskState => history.state as TaskState;
const created = (policy: Partial<Schedule> = {}) => new History().create({ schedule: withPolicy(policy) });
const skipped = (data: object) => ({ type: 'task.slots_skipped', data });
const fired = (slot: number) => ({ type: 'task.execution_requested', data: { scheduled_for: at(slot) } });
/** What is due so long after the start. */
const takenAt = (history: History, ms: number) => {
  history.now = at(ms);
  return history.takeAllDue();
};
/** Its first slot runs since it was due, for up to ten minutes. */
const running = (policy: Partial<Schedule> = {}) => {
  const history = created({ timeout_seconds: 600, ...policy });
  takenAt(history, MINUTE);
  history.step({ do: 'start', after: 0 });
  return history;
};

describe('a slot that is due', () => {
  test('is requested with all that its run needs', () => {
    const history = created({ timeout_seconds: 45, catch_up_window_seconds: 120 });
    expect(takenAt(history, MINUTE + 500)[0]?.data).toEqual({
      execution_id: expect.any(String),
      number: 1,
      trigger_type: 'scheduled',
      scheduled_for: at(MINUTE),
      schedule_version: 1,
      next_run_time: at(2 * MINUTE),
      next_backfill: null,
      due_at: at(MINUTE),
      start_by: at(3 * MINUTE + 500),
      timeout_seconds: 45,
      credits_reserved_micros: 1_500_000,
      occurrence: { overdue_at: at(2 * MINUTE) },
      term: 7,
      personal: { trigger_data: {} },
    });
  });

  test('has the time limit that is usual where its schedule names none', () => {
    expect(takenAt(created(), MINUTE)[0]?.data).toMatchObject({ timeout_seconds: 30 });
  });

  test.each([
    ['skip', 59_999, 'runs'],
    ['skip', 60_000, 'is missed'],
    ['latest', 59_999, 'runs'],
    ['latest', 90_000, 'runs'],
    ['latest', 90_001, 'is missed'],
    ['all', 90_000, 'runs'],
    ['all', 90_001, 'is missed'],
  ] as const)('with catch_up %s and a window of 90 s, %d ms late, %s', (catch_up, late, fate) => {
    const schedule = { ...everyHour, catch_up, catch_up_window_seconds: 90 } as Schedule;
    const taken = takenAt(new History().create({ schedule }), HOUR + late);
    expect(taken).toMatchObject([
      fate === 'runs' ? fired(HOUR) : skipped({ reason: 'missed', count: 1, from: at(HOUR), to: at(HOUR) }),
    ]);
  });

  test('is not taken while its task rests otherwise, or is deleted', () => {
    for (const step of [{ do: 'pause' }, { do: 'cancel' }, { do: 'delete' }] as const) {
      const history = created();
      history.step({ ...step, after: 0 });
      expect(nextDueAt(state(history))).toBeNull();
      expect(takenAt(history, 5 * MINUTE)).toEqual([]);
    }
  });
});

describe('slots that were missed', () => {
  const range = (count: number, from: number, to: number, next: number | null) => ({
    reason: 'missed',
    count,
    count_is_minimum: false,
    from: at(from),
    to: at(to),
    schedule_version: 1,
    next_run_time: next === null ? null : at(next),
    status: null,
    armed: {},
  });

  test('are one event with their range, and what comes after it', () => {
    const [missed, slot] = takenAt(created(), 4 * MINUTE);
    expect(missed?.data).toEqual(range(3, MINUTE, 3 * MINUTE, 4 * MINUTE));
    expect(slot).toMatchObject(fired(4 * MINUTE));
  });

  test('are all of them where the latest is beyond the window as well', () => {
    const schedule = { ...everyHour, catch_up: 'latest', catch_up_window_seconds: 90 } as Schedule;
    const taken = takenAt(new History().create({ schedule }), 3 * HOUR + 90_001);
    expect(taken.map(({ data }) => data)).toEqual([range(3, HOUR, 3 * HOUR, 4 * HOUR)]);
  });

  test('with catch_up all are those beyond the window, to the millisecond', () => {
    const taken = (ms: number) => takenAt(created({ catch_up: 'all', catch_up_window_seconds: 120 }), ms)[0];
    expect(taken(3 * MINUTE)).toMatchObject(fired(MINUTE));
    expect(taken(3 * MINUTE + 1)?.data).toEqual(range(1, MINUTE, MINUTE, 2 * MINUTE));
    expect(taken(5 * MINUTE)?.data).toEqual(range(2, MINUTE, 2 * MINUTE, 3 * MINUTE));
    expect(taken(5 * MINUTE + 1)?.data).toEqual(range(3, MINUTE, 3 * MINUTE, 4 * MINUTE));
  });

  test('are no runs: max_runs counts those after them', () => {
    const history = created({ max_runs: 1 });
    const [, slot] = takenAt(history, 4 * MINUTE);
    expect(slot?.data).toMatchObject({ scheduled_for: at(4 * MINUTE), next_run_time: null });
  });

  test.each([
    ['a series leave it completed', withPolicy({ end_at: at(2 * MINUTE) }), 2, 'completed'],
    ['a one-off leave it to a person', onceIn(MINUTE), 1, 'pending'],
  ] as const)('and end %s', (_, schedule, count, to) => {
    const history = new History().create({ schedule });
    expect(takenAt(history, 3 * HOUR)).toMatchObject([
      skipped({ count, next_run_time: null, status: { from: 'scheduled', to } }),
    ]);
    expect(state(history).resting_status).toBe(to);
  });

  test('of a schedule with jitter are counted from when they were due', () => {
    const schedule = withPolicy({ jitter_seconds: 59 });
    const due = (minute: number) => dueAt(schedule, TASK, 1, at(minute * MINUTE));
    const msUntil = (instant: Instant) => Date.parse(instant) - Date.parse(START);
    const history = () => new History().create({ schedule });
    expect(takenAt(history(), msUntil(due(3)) - 1)).toMatchObject([
      skipped({ count: 1, to: at(MINUTE) }),
      fired(2 * MINUTE),
    ]);
    expect(takenAt(history(), msUntil(due(3)))).toMatchObject([
      skipped({ count: 2, to: at(2 * MINUTE) }),
      fired(3 * MINUTE),
    ]);
    expect(takenAt(history(), msUntil(due(1)) - 1)).toEqual([]);
  });
});

describe('a slot that comes due during a run', () => {
  test('is skipped with all that are due, and the next one follows', () => {
    expect(takenAt(running(), 4 * MINUTE + 30_000)).toMatchObject([
      skipped({
        reason: 'overlap',
        count: 3,
        from: at(2 * MINUTE),
        to: at(4 * MINUTE),
        next_run_time: at(5 * MINUTE),
        status: null,
      }),
    ]);
  });

  test('and is the last leaves the task to the run that goes on', () => {
    expect(takenAt(running({ end_at: at(2 * MINUTE) }), 2 * MINUTE)).toMatchObject([
      skipped({ next_run_time: null, status: null }),
    ]);
  });

  test('is buffered; what comes due beside that is skipped, though it is the last', () => {
    const history = running({ overlap: 'buffer_one', end_at: at(3 * MINUTE) });
    expect(takenAt(history, 3 * MINUTE)).toMatchObject([
      {
        type: 'task.slot_buffered',
        data: { slot: at(2 * MINUTE), schedule_version: 1, next_run_time: at(3 * MINUTE) },
      },
      skipped({ reason: 'overlap', count: 1, next_run_time: null, status: null }),
    ]);
    history.step({ do: 'finish', after: 0, outcome: success });
    expect(history.takeAllDue()[0]?.data).toMatchObject({
      scheduled_for: at(2 * MINUTE),
      due_at: at(2 * MINUTE),
      next_run_time: null,
    });
  });

  test('is one of the runs that max_runs allows, where it is buffered', () => {
    const history = running({ overlap: 'buffer_one', max_runs: 2 });
    expect(takenAt(history, 2 * MINUTE)).toMatchObject([
      { type: 'task.slot_buffered', data: { next_run_time: null } },
    ]);
    expect(state(history).slots_taken).toBe(1);
    expect(takenAt(history, 3 * MINUTE)).toEqual([]);
    history.step({ do: 'finish', after: 0, outcome: success });
    expect(history.takeAllDue()).toMatchObject([
      { type: 'task.execution_requested', data: { scheduled_for: at(2 * MINUTE), next_run_time: null } },
    ]);
    expect(state(history).slots_taken).toBe(2);
  });

  test('leaves what max_runs allows to another slot, where a pause makes it void', () => {
    const history = running({ overlap: 'buffer_one', max_runs: 2 });
    history.after(MINUTE).takeAllDue();
    history.step({ do: 'pause', after: 0 });
    expect(state(history)).toMatchObject({
      buffered_slot: null,
      slots_taken: 1,
      next_run_time: at(3 * MINUTE),
    });
    history.step({ do: 'finish', after: 0, outcome: success });
    expect(state(history).resting_status).toBe('paused');
    history.step({ do: 'resume', after: 0 });
    expect(takenAt(history, 3 * MINUTE)).toMatchObject([
      { type: 'task.execution_requested', data: { scheduled_for: at(3 * MINUTE), next_run_time: null } },
    ]);
  });

  test('leaves nothing where a pause makes it void and it was the last for another reason', () => {
    const history = running({ overlap: 'buffer_one', max_runs: 9, end_at: at(3 * MINUTE) });
    history.after(MINUTE).takeAllDue();
    expect(takenAt(history, 3 * MINUTE)).toMatchObject([skipped({ reason: 'overlap', next_run_time: null })]);
    history.step({ do: 'pause', after: 0 });
    expect(state(history)).toMatchObject({ buffered_slot: null, next_run_time: null });
  });

  test('is counted with those that max_runs allows, where another overlaps with it', () => {
    const history = running({ overlap: 'buffer_one', max_runs: 3 });
    history.after(MINUTE).takeAllDue();
    expect(takenAt(history, 3 * MINUTE)).toMatchObject([skipped({ next_run_time: at(4 * MINUTE) })]);
    history.step({ do: 'finish', after: 0, outcome: success });
    history.takeAllDue();
    history.step({ do: 'start', after: 0 });
    expect(takenAt(history, 4 * MINUTE)).toMatchObject([
      { type: 'task.slot_buffered', data: { next_run_time: null } },
    ]);
  });

  test('takes the place of the run, where the schedule says so', () => {
    const history = running({ overlap: 'cancel_running' });
    expect(takenAt(history, 2 * MINUTE)[0]?.data).toEqual({
      execution_id: expect.any(String),
      number: 1,
      attempt: 1,
      code: 'OVERLAP',
      status: { from: 'running', to: 'scheduled' },
      armed: {},
      personal: { reason: null },
    });
  });

  test('waits for a backfill to be done, whatever the schedule says', () => {
    for (const overlap of ['skip', 'cancel_running'] as const) {
      const schedule = withPolicy({ overlap, anchor: at(-HOUR), timeout_seconds: 600 } as Partial<Schedule>);
      const history = new History().create({ schedule });
      history.step({ do: 'backfill', after: 0, last: 1 });
      history.takeAllDue();
      history.step({ do: 'start', after: 0 });
      expect(takenAt(history, MINUTE)).toMatchObject([{ type: 'task.slot_buffered' }]);
    }
  });

  test('overlaps though it had come before the run was asked for, but for catch_up all', () => {
    const history = created({ timeout_seconds: 600 }).after(MINUTE + 500);
    history.step({ do: 'request', after: 0 });
    expect(history.takeAllDue()).toMatchObject([skipped({ reason: 'overlap', to: at(MINUTE) })]);
  });

  test('with catch_up all waits its turn where it was due when the run was requested, else it overlaps', () => {
    const history = created({ catch_up: 'all', timeout_seconds: 600 });
    expect(takenAt(history, 2 * MINUTE)).toMatchObject([fired(MINUTE)]);
    history.step({ do: 'start', after: 0 });
    expect(nextDueAt(state(history))).toBe(state(history).execution && at(12 * MINUTE + 5_000));
    history.step({ do: 'finish', after: 0, outcome: success });
    expect(takenAt(history, 2 * MINUTE + 1)).toMatchObject([fired(2 * MINUTE)]);
    history.step({ do: 'start', after: 0 });
    expect(nextDueAt(state(history))).toBe(at(3 * MINUTE));
  });
});

describe('what a task waits for', () => {
  test('is the worker that starts its run, the deadline, or the next attempt', () => {
    const retry = { max_attempts: 2, initial_seconds: 10, multiplier: 1, max_seconds: 10 };
    const schedule = { ...everyHour, retry, timeout_seconds: 60 } as Schedule;
    const history = new History().create({ schedule });
    expect(commandDueAt(state(history))).toBeNull();
    expect(nextDueAt(state(history))).toBe(at(HOUR));
    history.step({ do: 'request', after: 0 });
    expect(commandDueAt(state(history))).toBe(START);
    expect(nextDueAt(state(history))).toBe(at(5 * MINUTE + 1));
    history.step({ do: 'start', after: 1_000 });
    expect(commandDueAt(state(history))).toBeNull();
    expect(nextDueAt(state(history))).toBe(at(66_000));
    history.step({ do: 'finish', after: 0, outcome: failure });
    expect(commandDueAt(state(history))).toBe(at(11_000));
    expect(nextDueAt(state(history))).toBe(at(5 * MINUTE + 11_001));
  });

  test('comes when its millisecond has come', () => {
    const history = new History().create();
    history.step({ do: 'request', after: 0 });
    expect(takenAt(history, 5 * MINUTE)).toEqual([]);
    expect(takenAt(history, 5 * MINUTE + 1)).toMatchObject([{ data: { code: 'NOT_STARTED' } }]);
    const slots = created();
    expect(takenAt(slots, MINUTE - 1)).toEqual([]);
    expect(takenAt(slots, MINUTE)).toMatchObject([fired(MINUTE)]);
  });

  test('a backfill only while nothing runs', () => {
    const schedule = withPolicy({ anchor: at(-HOUR), timeout_seconds: 600 } as Partial<Schedule>);
    const history = new History().create({ schedule });
    history.step({ do: 'request', after: 0 });
    history.step({ do: 'backfill', after: 0, last: MINUTE });
    expect(history.takeAllDue()).toEqual([]);
    history.step({ do: 'start', after: 0 });
    history.step({ do: 'finish', after: 0, outcome: success });
    expect(nextDueAt(state(history))).toBe(START);
    expect(history.takeAllDue()).toMatchObject([{ data: { trigger_type: 'backfill' } }]);
    expect(nextDueAt(state(history))).toBe(at(MINUTE));
  });

  test('its reminders and its due date, each when it has come', () => {
    const history = new History().create({
      reminder_time: at(1_000),
      due_date: at(4_000),
      remind_before: ['PT2S'],
    });
    const taken = (ms: number) => takenAt(history, ms).map(({ type, data }) => ({ type, data }));
    for (const [due, event] of [
      [
        1_000,
        {
          type: 'task.reminder_triggered',
          data: {
            reminder_type: 'reminder_time',
            reminder_time: at(1_000),
            remind_before: null,
            armed: { reminder_due: null },
          },
        },
      ],
      [
        2_000,
        {
          type: 'task.reminder_triggered',
          data: {
            reminder_type: 'remind_before',
            reminder_time: at(2_000),
            remind_before: 'PT2S',
            armed: { before_due: null },
          },
        },
      ],
      [4_000, { type: 'task.overdue', data: { due_date: at(4_000) } }],
    ] as const) {
      expect(nextDueAt(state(history))).toBe(at(due));
      expect(taken(due - 1)).toEqual([]);
      expect(taken(due)).toEqual([event]);
    }
    expect(nextDueAt(state(history))).toBeNull();
  });
});

describe('what cannot be asked', () => {
  const command = {
    now: START,
    execution_id: 'exe_1' as never,
    default_timeout_seconds: 30,
    term: 7 as never,
  };
  test('slots of no schedule, none that is left, and a backfill that is none', () => {
    const none = state(new History().create());
    expect(() => takeSlot(none, command)).toThrow(`${TASK} has no schedule to take slots of`);
    expect(() => takeSlot({ ...state(created()), next_run_time: null }, command)).toThrow(
      `${TASK} has no slot to take`,
    );
    expect(() => requestBackfill(none, command)).toThrow(`${TASK} has nothing to backfill`);
    expect(() => requestBackfill(state(created()), command)).toThrow(`${TASK} has nothing to backfill`);
  });
});

describe('newer zone data', () => {
  const schedule = {
    ...DEFAULT_OPTIONS,
    type: 'cron',
    expression: '0 9,10,11 * * *',
    timezone: 'Europe/Berlin',
  } as Schedule;
  const utc = (hour: number, minute = 0) => instantOf(Date.UTC(2026, 10, 24, hour, minute));
  const moved = (next_run_time: Instant | null, changes: Partial<TaskState> = {}) =>
    rescheduleTask({ ...state(new History().create({ schedule })), next_run_time, ...changes });
  const NOTHING = { kind: 'nothing' };
  const to = (next_run_time: Instant) => ({ event: { data: { next_run_time } } });

  test('moves a slot to the first that the schedule has after the last one decided', () => {
    expect(moved(utc(8, 30))).toMatchObject(to(utc(8)));
    expect(moved(utc(14, 0))).toMatchObject(to(utc(8)));
    expect(moved(utc(7, 59))).toMatchObject(to(utc(8)));
    expect(moved(utc(9, 30), { decided_through: utc(8) })).toMatchObject(to(utc(9)));
    expect(moved(utc(9), { decided_through: utc(8) })).toEqual(NOTHING);
  });

  test('moves the slot of a task that is paused too, and of no task that waits for none', () => {
    const wrong = utc(8, 30);
    expect(moved(wrong, { resting_status: 'paused' })).toMatchObject(to(utc(8)));
    expect(moved(wrong, { resting_status: 'completed' })).toEqual(NOTHING);
    expect(moved(wrong, { deleted_at: START })).toEqual(NOTHING);
    expect(moved(wrong, { schedule: null })).toEqual(NOTHING);
    expect(moved(null)).toEqual(NOTHING);
    expect(moved(null, { buffered_slot: wrong })).toEqual(NOTHING);
    expect(moved(utc(8))).toEqual(NOTHING);
  });

  test('leaves the slot of a schedule that has none any more', () => {
    const over = { ...schedule, end_at: utc(7) } as Schedule;
    expect(moved(utc(7, 30), { schedule: over })).toEqual(NOTHING);
  });

  test.each([
    ['cron', { type: 'cron', expression: '0 9 * * *' }, true],
    ['daily', { type: 'daily', run_time: '09:00' }, true],
    ['weekly', { type: 'weekly', weekdays: [1], run_time: '09:00' }, true],
    ['monthly', { type: 'monthly', day: 1, run_time: '09:00' }, true],
    ['rrule', { type: 'rrule', rrule: 'FREQ=DAILY', run_time: '09:00' }, true],
    ['interval', { type: 'interval', interval_seconds: 60, anchor: START }, false],
    [
      'interval with excluded dates',
      { type: 'interval', interval_seconds: 60, anchor: START, exclude_dates: ['2026-11-24'] },
      true,
    ],
    ['once', { type: 'once', run_time: START, exclude_dates: ['2026-11-24'] }, false],
  ])('concerns a schedule in a zone of its own: %s %s', (_, shape, expected) => {
    const follows = (timezone: string) => {
      const schedule = { ...DEFAULT_OPTIONS, ...shape, timezone } as unknown as Schedule;
      return followsZoneData({ ...state(new History().create()), schedule });
    };
    expect(follows('Europe/Berlin')).toBe(expected);
    expect(follows('UTC')).toBe(false);
    expect(followsZoneData(state(new History().create()))).toBe(false);
  });
});
