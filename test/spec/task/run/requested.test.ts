import { test } from 'vitest';
import { created, given, minutesPastNoon, paused, RUN, scheduledEveryMinute } from '../happened.ts';

const byHand = {
  execution_id: RUN,
  trigger_type: 'manual',
  trigger_data: { because: 'asked' },
  default_timeout_seconds: 30,
} as const;

test('A run by hand is recorded before it starts, with what it may consume (BR-EXE-003)', () => {
  given(created())
    .when({ type: 'request_execution', data: byHand })
    .yields('task.execution_requested', {
      execution_id: RUN,
      number: 1,
      scheduled_for: null,
      start_by: minutesPastNoon(5),
      credits_reserved_micros: 2_000_000,
      personal: { trigger_data: { because: 'asked' } },
    });
});

test('A run by hand of a scheduled task is no slot: the next one stays', () => {
  given(scheduledEveryMinute())
    .when({ type: 'request_execution', data: byHand })
    .yields('task.execution_requested', { scheduled_for: null, next_run_time: minutesPastNoon(1) });
});

test('A paused task can be run by hand', () => {
  given(scheduledEveryMinute(), paused())
    .when({ type: 'request_execution', data: byHand })
    .yields('task.execution_requested', { trigger_type: 'manual' });
});
