import { test } from 'vitest';
import type { Instant } from '../../../../src/domain/shared/instant.ts';
import {
  given,
  type Happened,
  minutesPastNoon,
  NOON,
  scheduledEveryMinute,
  slotRequested,
} from '../happened.ts';

/** Taken out, not brought back. */
const OUT = true;
const skip = (minutes: number, others: { readonly skip?: boolean; readonly reason?: string } = {}) => ({
  type: 'skip_slot' as const,
  data: { if_match: null, reason: null, slot: minutesPastNoon(minutes), skip: OUT, ...others },
});

function skipped(minutes: number, next: Instant): Happened {
  const data = {
    slot: minutesPastNoon(minutes),
    skip: OUT,
    schedule_version: 1,
    next_run_time: next,
    personal: { reason: null },
  };
  return [NOON, { type: 'task.slot_skip_changed', data }];
}

test('The next slot is skipped, and the one after it is the next', () => {
  given(scheduledEveryMinute())
    .when(skip(1, { reason: 'Holiday.' }))
    .yields('task.slot_skip_changed', {
      slot: minutesPastNoon(1),
      skip: OUT,
      schedule_version: 1,
      next_run_time: minutesPastNoon(2),
      personal: { reason: 'Holiday.' },
    });
});

test('A later slot is skipped, and the next one stays', () => {
  given(scheduledEveryMinute())
    .when(skip(5))
    .yields('task.slot_skip_changed', { slot: minutesPastNoon(5), next_run_time: minutesPastNoon(1) });
});

test('The slot before a skipped one leads on to the one behind it', () => {
  given(scheduledEveryMinute(), skipped(2, minutesPastNoon(1)))
    .when({
      type: 'take_due',
      data: {
        execution_id: 'exe_01JD0000000000000000000001' as never,
        default_timeout_seconds: 30,
        term: 7 as never,
      },
      now: minutesPastNoon(1),
    })
    .yields('task.execution_requested', {
      scheduled_for: minutesPastNoon(1),
      next_run_time: minutesPastNoon(3),
    });
});

test('A skipped slot counts towards nothing: all runs of max_runs are left', () => {
  const schedule = {
    ...(scheduledEveryMinute()[1].data as { schedule: object }).schedule,
    max_runs: 1,
  } as never;
  given(scheduledEveryMinute({ schedule }))
    .when(skip(1))
    .yields('task.slot_skip_changed', { next_run_time: minutesPastNoon(2) });
});

test('A skipped slot is brought back by the same, and is the next one again', () => {
  given(scheduledEveryMinute(), skipped(1, minutesPastNoon(2)))
    .when(skip(1, { skip: false }))
    .yields('task.slot_skip_changed', {
      slot: minutesPastNoon(1),
      skip: false,
      next_run_time: minutesPastNoon(1),
    });
});

test('What is so already is no change', () => {
  given(scheduledEveryMinute(), skipped(1, minutesPastNoon(2)))
    .when(skip(1))
    .changesNothing();
  given(scheduledEveryMinute())
    .when(skip(1, { skip: false }))
    .changesNothing();
});

test('A slot that was taken leaves nothing to skip', () => {
  given(scheduledEveryMinute(), slotRequested())
    .when({ ...skip(1), now: minutesPastNoon(1) })
    .isRefused({ code: 'SLOT_NOT_PLANNED', slot: minutesPastNoon(1), reason: 'past' });
});
