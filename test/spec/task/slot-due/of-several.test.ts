import { test } from 'vitest';
import type { NamedSchedule } from '../../../../src/domain/schedule/types.ts';
import type { TaskEvent } from '../../../../src/domain/task/events/events.ts';
import { withPolicy } from '../../../support/histories/history.ts';
import { given, type Happened, minutesPastNoon, RUN, scheduledEveryMinute, started } from '../happened.ts';
import { due } from './asked.ts';

/** Every so many minutes from noon on. */
function every(id: string, minutes: number, policy: Partial<NamedSchedule> = {}): NamedSchedule {
  const one = withPolicy({ ...policy, interval_seconds: minutes * 60 } as Partial<NamedSchedule>);
  return { ...one, id };
}

function scheduled(schedules: readonly NamedSchedule[], first: number): Happened {
  return scheduledEveryMinute({ schedule: null, schedules, next_run_time: minutesPastNoon(first) });
}

/** Its run was requested when it came. */
function requested(minute: number, schedule_ids: readonly string[], next: number): Happened {
  const event: TaskEvent = {
    type: 'task.execution_requested',
    data: {
      execution_id: RUN,
      number: 1,
      trigger_type: 'scheduled',
      scheduled_for: minutesPastNoon(minute),
      schedule_ids,
      schedule_version: 1,
      next_run_time: minutesPastNoon(next),
      due_at: minutesPastNoon(minute),
      start_by: minutesPastNoon(minute + 60),
      timeout_seconds: 3600,
      term: null,
      personal: { trigger_data: {} },
    },
  };
  return [minutesPastNoon(minute), event];
}

test('A slot that two schedules have is requested once, by the first of them', () => {
  given(scheduled([every('a', 2, { timeout_seconds: 7 }), every('b', 4, { timeout_seconds: 9 })], 4))
    .when(due(4))
    .yields('task.execution_requested', {
      scheduled_for: minutesPastNoon(4),
      schedule_ids: ['a', 'b'],
      timeout_seconds: 7,
      next_run_time: minutesPastNoon(6),
    });
});

test('It uses up a run of each of them', () => {
  given(scheduled([every('a', 2, { max_runs: 1 }), every('b', 4, { max_runs: 1 }), every('c', 5)], 4))
    .when(due(4))
    .yields('task.execution_requested', { schedule_ids: ['a', 'b'], next_run_time: minutesPastNoon(5) });
});

test('A schedule that has fired all it may has no slots any more', () => {
  given(
    scheduled([every('a', 2, { max_runs: 1 }), every('b', 3, { timeout_seconds: 9 })], 2),
    requested(2, ['a'], 3),
    [
      minutesPastNoon(2),
      {
        type: 'task.execution_cancelled',
        data: {
          execution_id: RUN,
          number: 1,
          attempt: 1,
          code: 'CANCELLED_BY_USER',
          status: null,
          armed: {},
          personal: { reason: null },
        },
      },
    ],
  )
    .when(due(6))
    .yields('task.slots_skipped', {
      reason: 'missed',
      count: 1,
      from: minutesPastNoon(3),
      to: minutesPastNoon(3),
      next_run_time: minutesPastNoon(6),
    });
});

test('Each catches up its own slots: what is missed of one does not take that of another with it', () => {
  const all = every('all', 4, { catch_up: 'all', catch_up_window_seconds: 3600 });
  given(scheduled([every('none', 3, { catch_up: 'skip' }), all], 3))
    .when(due(10))
    .yields('task.slots_skipped', {
      reason: 'missed',
      count: 1,
      from: minutesPastNoon(3),
      to: minutesPastNoon(3),
      next_run_time: minutesPastNoon(4),
    });
});

test('Slots that were due already wait for the run of another schedule, whatever that does on meeting one', () => {
  const latest = { catch_up: 'latest', catch_up_window_seconds: 3600 } as const;
  given(
    scheduled([every('a', 3, latest), every('b', 4, latest)], 3),
    [
      minutesPastNoon(7),
      {
        type: 'task.execution_requested',
        data: {
          ...(requested(3, ['a'], 4)[1].data as Extract<
            TaskEvent,
            { type: 'task.execution_requested' }
          >['data']),
        },
      },
    ],
    started(10),
  )
    .when(due(5))
    .changesNothing();
});

test('On meeting a run the first that has the slot decides', () => {
  const schedules = [every('a', 2, { overlap: 'skip' }), every('b', 3, { overlap: 'buffer_one' })];
  given(scheduled(schedules, 2), requested(2, ['a'], 3), started(60))
    .when(due(3))
    .yields('task.slot_buffered', {
      slot: minutesPastNoon(3),
      schedule_ids: ['b'],
      next_run_time: minutesPastNoon(4),
    });
});

test('Slots that overlap are skipped together, up to one that does otherwise', () => {
  const schedules = [every('a', 1, { overlap: 'skip' }), every('b', 5, { overlap: 'buffer_one' })].reverse();
  given(scheduled(schedules, 1), requested(1, ['a'], 2), started(60))
    .when(due(7))
    .yields('task.slots_skipped', {
      reason: 'overlap',
      count: 3,
      from: minutesPastNoon(2),
      to: minutesPastNoon(4),
      next_run_time: minutesPastNoon(5),
    });
});

test('They are skipped together, too, where the one that would do otherwise comes second for each of them', () => {
  const schedules = [every('a', 1, { overlap: 'skip' }), every('b', 1, { overlap: 'buffer_one' })];
  given(scheduled(schedules, 1), requested(1, ['a', 'b'], 2), started(60))
    .when(due(50))
    .yields('task.slots_skipped', {
      reason: 'overlap',
      count: 49,
      from: minutesPastNoon(2),
      to: minutesPastNoon(50),
      next_run_time: minutesPastNoon(51),
    });
});
