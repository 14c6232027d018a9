import { describe, expect, test } from 'vitest';
import type { Schedule } from '../../../src/domain/schedule/types.ts';
import { instantOf } from '../../../src/domain/shared/instant.ts';
import type { CreateTask } from '../../../src/domain/task/commands.ts';
import { isTimed, type TaskState } from '../../../src/domain/task/state.ts';
import type { RestingStatus } from '../../../src/domain/task/status.ts';
import { everyMinute, History, START, success, withPolicy } from '../../support/histories/history.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const at = (ms: number) => instantOf(Date.parse(START) + ms);
const state = (history: History): TaskState => history.state as TaskState;
const created = (policy: Partial<Schedule> = {}) => new History().create({ schedule: withPolicy(policy) });
/** Its first slot runs. */
const running = (policy: Partial<Schedule> = {}) => {
  const history = created({ timeout_seconds: 600, ...policy });
  history.after(MINUTE).takeAllDue();
  history.step({ do: 'start', after: 10 });
  return history;
};

describe('whether the scheduler has something to wait for', () => {
  const timed = (given: Partial<CreateTask>, ...asked: Exclude<RestingStatus, 'failed'>[]) => {
    const history = new History().create(given);
    for (const status of asked) history.step({ do: 'update', after: 0, changes: {}, status });
    return isTimed(state(history));
  };

  test('is a slot of a task that is scheduled, a reminder, or a due date', () => {
    expect(timed({})).toBe(false);
    expect(timed({ schedule: everyMinute })).toBe(true);
    expect(timed({ schedule: everyMinute }, 'paused')).toBe(false);
    expect(timed({ reminder_time: at(1) })).toBe(true);
    expect(timed({ reminder_time: at(1) }, 'paused')).toBe(true);
    expect(timed({ reminder_time: at(1) }, 'completed')).toBe(false);
    expect(timed({ due_date: at(HOUR) })).toBe(true);
    const event = { task_type: 'calendar_event', due_date: at(HOUR) } as const;
    expect(timed(event)).toBe(false);
    expect(timed({ ...event, remind_before: ['PT5M'] })).toBe(true);
  });

  test('is a run, a buffered slot, and a backfill that is not paused', () => {
    const history = new History().create();
    history.step({ do: 'request', after: 0 });
    expect(isTimed(state(history))).toBe(true);
    const spent = running({ overlap: 'buffer_one', max_runs: 2 });
    spent.after(MINUTE).takeAllDue();
    spent.step({ do: 'finish', after: 0, outcome: success });
    expect(state(spent)).toMatchObject({ next_run_time: null, execution: null });
    expect(isTimed(state(spent))).toBe(true);
    const backfill = new History().create({ schedule: withPolicy({ max_runs: 1 }) });
    backfill.after(MINUTE).takeAllDue();
    backfill.step({ do: 'backfill', after: 0, last: 1 });
    backfill.step({ do: 'cancelExecution', after: 0 });
    expect(state(backfill)).toMatchObject({ resting_status: 'completed', next_run_time: null });
    expect(isTimed(state(backfill))).toBe(true);
    const paused = created();
    paused.step({ do: 'backfill', after: MINUTE, last: 1 });
    paused.step({ do: 'pause', after: 0 });
    expect(isTimed(state(paused))).toBe(false);
  });
});
