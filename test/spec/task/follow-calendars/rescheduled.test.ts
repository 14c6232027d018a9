import { describe, expect, test } from 'vitest';
import { packDates } from '../../../../src/domain/schedule/calendar/packed-dates.ts';
import { DEFAULT_OPTIONS } from '../../../../src/domain/schedule/parse/options.ts';
import type { CalendarDays, Schedule } from '../../../../src/domain/schedule/types.ts';
import type { CalendarId } from '../../../../src/domain/shared/ids.ts';
import { type Instant, instantOf } from '../../../../src/domain/shared/instant.ts';
import { pauseTask, resumeTask } from '../../../../src/domain/task/decide/decide.ts';
import { followCalendars } from '../../../../src/domain/task/decide/slots/follow-calendars.ts';
import { SlotLedger } from '../../../../src/domain/task/ledger/slot-ledger.ts';
import { explainWhy } from '../../../../src/domain/task/ledger/why.ts';
import { noNextRunReason, type TaskState } from '../../../../src/domain/task/state.ts';
import { History, success } from '../../../support/histories/history.ts';

const ID = 'cal_01J000000000000000000000A1' as CalendarId;
const at = (text: string): Instant => instantOf(Date.parse(text));
const nine = (day: number) => at(`2026-06-${String(day).padStart(2, '0')}T09:00:00Z`);
const days = (revision: number, ...june: readonly number[]): CalendarDays => ({
  calendar_id: ID,
  revision,
  dates: packDates(june.map((day) => `2026-06-${String(day).padStart(2, '0')}`)),
  weekdays: [],
});

function following(list: 'exclude_calendars' | 'only_calendars', calendar: CalendarDays): Schedule {
  return { ...DEFAULT_OPTIONS, type: 'daily', run_time: '09:00', [list]: [calendar] };
}

/** Made on the first of June. */
function daily(
  calendar: CalendarDays,
  list: 'exclude_calendars' | 'only_calendars' = 'exclude_calendars',
): History {
  const history = new History();
  history.now = at('2026-06-01T08:00:00Z');
  return history.create({ schedule: following(list, calendar) });
}

const stateOf = (history: History) => history.state as TaskState;

function follow(history: History, time: Instant, calendar: CalendarDays) {
  history.now = time;
  return history.take(followCalendars(stateOf(history), { now: time, calendars: [calendar] }));
}

function run(history: History, time: Instant): void {
  history.now = time;
  history.takeAllDue();
  history.step({ do: 'start', after: 0 });
  history.step({ do: 'finish', after: 0, outcome: success });
}

const told = (history: History, now: Instant) => {
  const ledger = new SlotLedger({ from: at('2026-01-01T00:00:00Z'), to: at('2027-01-01T00:00:00Z') });
  for (const event of history.events) ledger.add(event);
  return [...ledger.slots(now)].map((slot) => `${slot.at.slice(8, 10)} ${slot.fate}`);
};

function whyAt(history: History, time: Instant) {
  const task = stateOf(history);
  const { created_at } = task;
  return explainWhy({
    at: time,
    now: history.now,
    created_at,
    task,
    was: task,
    slot: null,
    ran: null,
    before: null,
  });
}

describe('A task that follows a calendar', () => {
  test('has its next slot moved by the new days, on or back, and keeps its schedule version', () => {
    const history = daily(days(1, 1));
    expect(stateOf(history).next_run_time).toBe(nine(2));
    const event = follow(history, at('2026-06-01T10:00:00Z'), days(2, 2, 3));
    expect(event).toEqual({
      ...history.events.at(-1),
      type: 'task.rescheduled',
      data: {
        schedule_version: 1,
        previous: nine(2),
        next_run_time: nine(4),
        calendars: [days(2, 2, 3)],
      },
    });
    expect(stateOf(history)).toMatchObject({ next_run_time: nine(4), schedule_version: 1 });
    expect(stateOf(history).schedule).toMatchObject({ exclude_calendars: [days(2, 2, 3)] });
    follow(history, at('2026-06-01T11:00:00Z'), days(3));
    expect(stateOf(history).next_run_time).toBe(nine(2));
  });

  test('takes over days that leave its next slot alone too, once, and none that are older', () => {
    const history = daily(days(3, 1));
    const calendars = [days(4, 1, 20)];
    expect(follow(history, history.now, calendars[0] as CalendarDays)).not.toBeNull();
    expect(follow(history, history.now, calendars[0] as CalendarDays)).toBeNull();
    expect(follow(history, history.now, days(2))).toBeNull();
  });

  test('keeps a slot that is due, though its day is closed by now: it runs', () => {
    const history = daily(days(1));
    const event = follow(history, at('2026-06-01T09:00:20Z'), days(2, 1, 2));
    expect(event).toMatchObject({ data: { previous: nine(1), next_run_time: nine(1) } });
    run(history, at('2026-06-01T09:00:30Z'));
    expect(stateOf(history)).toMatchObject({ run_count: 1, next_run_time: nine(3) });
    expect(told(history, at('2026-06-03T08:00:00Z'))).toContain('03 due');
  });

  test('does not call a slot back that its day had left out', () => {
    const history = daily(days(1, 1));
    follow(history, at('2026-06-01T10:00:00Z'), days(2));
    expect(stateOf(history).next_run_time).toBe(nine(2));
    run(history, nine(2));
    expect(told(history, at('2026-06-02T10:00:00Z'))).toEqual(['01 excluded', '02 fired', '03 due']);
  });

  test('waits on while its calendars leave it no slot, and goes on when they leave one again', () => {
    const history = daily(days(1, 2), 'only_calendars');
    follow(history, history.now, days(2));
    expect(stateOf(history)).toMatchObject({ resting_status: 'scheduled', next_run_time: null });
    expect(noNextRunReason(stateOf(history))).toBe('no_open_day');
    expect(whyAt(history, nine(5))).toEqual({
      why: expect.stringMatching(
        /^Nothing will run at .*: the calendars that the schedule follows leave no day open/,
      ),
      slot: null,
      execution_id: null,
      no_next_run_reason: 'no_open_day',
    });
    follow(history, at('2026-06-03T10:00:00Z'), days(3, 4));
    expect(stateOf(history).next_run_time).toBe(nine(4));
    expect(noNextRunReason(stateOf(history))).toBeNull();
    expect(whyAt(history, nine(5))).toMatchObject({ no_next_run_reason: null });
  });

  test('follows while it is paused, and is resumed to a slot of the new days', () => {
    const history = daily(days(1));
    const edit = { if_match: null, reason: null };
    history.take(pauseTask(stateOf(history), { now: history.now, ...edit }));
    follow(history, at('2026-06-01T08:30:00Z'), days(2, 1, 2));
    history.now = at('2026-06-01T08:40:00Z');
    history.take(resumeTask(stateOf(history), { now: history.now, ...edit }));
    expect(stateOf(history).next_run_time).toBe(nine(3));
  });

  test('uses up no run of max_runs by it', () => {
    const history = new History();
    history.now = at('2026-06-01T08:00:00Z');
    history.create({ schedule: { ...following('exclude_calendars', days(1)), max_runs: 2 } });
    run(history, nine(1));
    follow(history, at('2026-06-01T12:00:00Z'), days(2, 2));
    run(history, nine(3));
    expect(stateOf(history)).toMatchObject({
      run_count: 2,
      next_run_time: null,
      resting_status: 'completed',
    });
  });
});

describe('Nothing happens', () => {
  test('to a task that follows no calendar, another one, or waits for no slot', () => {
    const plain = new History().create({
      schedule: { ...DEFAULT_OPTIONS, type: 'daily', run_time: '09:00' },
    });
    expect(follow(plain, plain.now, days(2, 1))).toBeNull();
    const other = daily(days(1));
    const calendar = { ...days(2, 1), calendar_id: 'cal_01J000000000000000000000B2' as CalendarId };
    expect(follow(other, other.now, calendar)).toBeNull();
    const done = daily(days(1));
    done.state = { ...stateOf(done), resting_status: 'completed' };
    expect(follow(done, done.now, days(2, 1))).toBeNull();
  });
});
