import { test } from 'vitest';
import { plusMs } from '../../../../src/domain/shared/instant.ts';
import {
  cancelled,
  created,
  deleted,
  given,
  type Happened,
  minutesPastNoon,
  moved,
  NOON,
  paused,
  scheduledEveryMinute,
} from '../happened.ts';

/** Taken out, not brought back. */
const OUT = true;
const slot = minutesPastNoon(1);
const skip = { type: 'skip_slot' as const, data: { if_match: null, reason: null, slot, skip: OUT } };

test('Nothing is skipped of a task that is not there, or deleted', () => {
  given().when(skip).isRefused({ code: 'TASK_NOT_FOUND' });
  given(scheduledEveryMinute(), deleted()).when(skip).isRefused({ code: 'TASK_NOT_FOUND' });
});

test('A task without a schedule has no slots to skip', () => {
  given(created()).when(skip).isRefused({ code: 'NO_SCHEDULE' });
});

test('A task that waits for no slots has none to skip: it says its status', () => {
  given(scheduledEveryMinute(), paused())
    .when(skip)
    .isRefused({ code: 'SLOT_NOT_PLANNED', slot, reason: 'paused' });
  given(scheduledEveryMinute(), cancelled())
    .when(skip)
    .isRefused({ code: 'SLOT_NOT_PLANNED', slot, reason: 'cancelled' });
  given(scheduledEveryMinute(), moved('complete', { from: 'scheduled', to: 'completed' }))
    .when(skip)
    .isRefused({ code: 'SLOT_NOT_PLANNED', slot, reason: 'completed' });
});

test('Another time than a slot of the schedule cannot be skipped', () => {
  const between = plusMs(slot, 1);
  given(scheduledEveryMinute())
    .when({ ...skip, data: { ...skip.data, slot: between } })
    .isRefused({ code: 'SLOT_NOT_PLANNED', slot: between, reason: 'no_slot' });
});

test('A slot whose time has come is not skipped any more', () => {
  given(scheduledEveryMinute())
    .when({ ...skip, now: slot })
    .isRefused({ code: 'SLOT_NOT_PLANNED', slot, reason: 'past' });
});

test('A slot that a limit has taken ahead of its time is not skipped again', () => {
  const overLimit: Happened = [
    NOON,
    {
      type: 'task.slots_skipped',
      data: {
        reason: 'execution_limit',
        count: 3,
        count_is_minimum: false,
        from: slot,
        to: minutesPastNoon(3),
        schedule_version: 1,
        next_run_time: minutesPastNoon(4),
        status: null,
        armed: {},
      },
    },
  ];
  given(scheduledEveryMinute(), overLimit)
    .when(skip)
    .isRefused({ code: 'SLOT_NOT_PLANNED', slot, reason: 'taken' });
});

test('The last slot is not skipped: that would end the task', () => {
  const schedule = { ...(scheduledEveryMinute()[1].data as { schedule: object }).schedule, end_at: slot };
  given(scheduledEveryMinute({ schedule: schedule as never }))
    .when(skip)
    .isRefused({ code: 'NO_FUTURE_SLOT' });
});

test('A slot beyond what max_runs leaves is none', () => {
  const schedule = { ...(scheduledEveryMinute()[1].data as { schedule: object }).schedule, max_runs: 1 };
  const second = minutesPastNoon(2);
  given(scheduledEveryMinute({ schedule: schedule as never }))
    .when({ ...skip, data: { ...skip.data, slot: second } })
    .isRefused({ code: 'SLOT_NOT_PLANNED', slot: second, reason: 'no_slot' });
});

test('No more than 100 slots are skipped ahead at once', () => {
  const many = Array.from({ length: 100 }, (_, n): Happened => {
    const data = {
      slot: minutesPastNoon(n + 2),
      skip: OUT,
      schedule_version: 1,
      next_run_time: slot,
      personal: { reason: null },
    };
    return [NOON, { type: 'task.slot_skip_changed', data }];
  });
  given(scheduledEveryMinute(), ...many)
    .when(skip)
    .isRefused({ code: 'TOO_MANY_SKIPS', limit: 100 });
});

test('A slot is not skipped of another task than the caller has seen', () => {
  given(
    scheduledEveryMinute(),
    paused(),
    moved('resume', { from: 'paused', to: 'scheduled' }, { next_run_time: slot }),
  )
    .when({ ...skip, data: { ...skip.data, if_match: 1 as never } })
    .isRefused({ code: 'REVISION_MISMATCH', current: 3 as never });
});
