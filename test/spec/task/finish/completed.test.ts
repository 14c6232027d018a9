import { test } from 'vitest';
import { success } from '../../../support/histories/history.ts';
import {
  given,
  minutesPastNoon,
  moved,
  RUN,
  scheduledEveryMinute,
  slotRequested,
  started,
} from '../happened.ts';

const finish = { execution_id: RUN, attempt: 1, duration_ms: 42, outcome: success };

test('A run of a series that succeeds consumes what was reserved, and the task waits for its next slot (BR-EXE-004, BR-EXE-007)', () => {
  given(scheduledEveryMinute(), slotRequested(), started())
    .when({ type: 'finish_execution', data: finish, now: minutesPastNoon(1.5) })
    .yields('task.execution_completed', {
      status: { from: 'running', to: 'scheduled' },
      credits_consumed_micros: 2_000_000,
      duration_ms: 42,
      personal: { result: { done: true } },
    });
});

test('A run that succeeds without a slot left completes its task (BR-STS-003)', () => {
  const [at, event] = slotRequested();
  const last = { ...event, data: { ...event.data, next_run_time: null } } as typeof event;
  given(scheduledEveryMinute(), [at, last], started())
    .when({ type: 'finish_execution', data: finish, now: minutesPastNoon(1.5) })
    .yields('task.execution_completed', { status: { from: 'running', to: 'completed' } });
});

test('A task that was completed while it ran stays completed', () => {
  given(
    scheduledEveryMinute(),
    slotRequested(),
    started(),
    moved('complete', { from: 'scheduled', to: 'completed' }),
  )
    .when({ type: 'finish_execution', data: finish, now: minutesPastNoon(1.5) })
    .yields('task.execution_completed', { status: { from: 'running', to: 'completed' } });
});

test('An outcome of an attempt that is no longer the current one is refused', () => {
  given(scheduledEveryMinute(), slotRequested(), started())
    .when({ type: 'finish_execution', data: { ...finish, attempt: 2 }, now: minutesPastNoon(1.5) })
    .isRefused({ code: 'STALE_ATTEMPT' });
});
