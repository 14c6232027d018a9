import { test } from 'vitest';
import { given, minutesPastNoon, RUN, scheduledEveryMinute, slotRequested, started } from '../happened.ts';

const start = { execution_id: RUN, attempt: 1, worker_id: 'w1', claim: `${RUN}.1.0`, redelivered: false };

test('A worker that takes an attempt starts it, and says how late and until when (BR-STS-002, BR-EXE-008)', () => {
  given(scheduledEveryMinute(), slotRequested())
    .when({ type: 'start_execution', data: start, now: minutesPastNoon(1.5) })
    .yields('task.execution_started', {
      attempt: 1,
      late_by_ms: 30_000,
      deadline: minutesPastNoon(2),
      status: { from: 'scheduled', to: 'running' },
    });
});

test('A worker that comes after the time to start is told that the run is over', () => {
  given(scheduledEveryMinute(), slotRequested())
    .when({ type: 'start_execution', data: start, now: minutesPastNoon(61.1) })
    .yields('task.execution_cancelled', { code: 'NOT_STARTED' });
});

test('A second worker cannot take an attempt that runs', () => {
  given(scheduledEveryMinute(), slotRequested(), started())
    .when({
      type: 'start_execution',
      data: { ...start, worker_id: 'w2', claim: 'another' },
      now: minutesPastNoon(1.5),
    })
    .isRefused({ code: 'STALE_ATTEMPT' });
});

test('A command that comes again for its own attempt means that the worker is lost: the next attempt starts', () => {
  given(scheduledEveryMinute(), slotRequested(), started())
    .when({
      type: 'start_execution',
      data: { ...start, worker_id: 'w2', redelivered: true },
      now: minutesPastNoon(1.5),
    })
    .yields('task.execution_started', { attempt: 2, lost_attempts: 1, status: null });
});
