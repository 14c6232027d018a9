import { test } from 'vitest';
import { failure, withPolicy } from '../../../support/histories/history.ts';
import { given, minutesPastNoon, RUN, scheduledEveryMinute, slotRequested, started } from '../happened.ts';

const finish = { execution_id: RUN, attempt: 1, duration_ms: 42, outcome: failure };

test('A failed run of a series costs nothing, and the task goes on with its next slot', () => {
  given(scheduledEveryMinute(), slotRequested(), started())
    .when({ type: 'finish_execution', data: finish, now: minutesPastNoon(1.5) })
    .yields('task.execution_failed', {
      code: 'PROVIDER_ERROR',
      will_retry: false,
      status: { from: 'running', to: 'scheduled' },
    });
});

test('A failed run without a slot left leaves its task failed (BR-STS-004)', () => {
  const [at, event] = slotRequested();
  const last = { ...event, data: { ...event.data, next_run_time: null } } as typeof event;
  given(scheduledEveryMinute(), [at, last], started())
    .when({ type: 'finish_execution', data: finish, now: minutesPastNoon(1.5) })
    .yields('task.execution_failed', { status: { from: 'running', to: 'failed' } });
});

test('A failed attempt that has another left is tried again after its backoff, and counts as no failure yet (BR-EXE-005)', () => {
  const retry = { max_attempts: 2, initial_seconds: 30, multiplier: 2, max_seconds: 60 };
  given(scheduledEveryMinute({ schedule: withPolicy({ retry }) }), slotRequested(), started())
    .when({ type: 'finish_execution', data: finish, now: minutesPastNoon(1.5) })
    .yields('task.execution_failed', {
      will_retry: true,
      next_attempt: { due_at: minutesPastNoon(2) },
      status: null,
    });
});

test('A task is paused by as many failures in a row as its schedule allows', () => {
  given(scheduledEveryMinute({ schedule: withPolicy({ pause_on_failure: 1 }) }), slotRequested(), started())
    .when({ type: 'finish_execution', data: finish, now: minutesPastNoon(1.5) })
    .yields('task.execution_failed', { paused_after_failures: 1, status: { from: 'running', to: 'paused' } });
});
