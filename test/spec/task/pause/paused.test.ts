import { test } from 'vitest';
import { given, minutesPastNoon, RUN, scheduledEveryMinute, slotRequested, started } from '../happened.ts';

const pause = { if_match: null, reason: 'Holidays.' };

test('A scheduled task is paused, and keeps the slot that it would have run next (BR-STS-005)', () => {
  given(scheduledEveryMinute())
    .when({ type: 'pause', data: pause })
    .yields('task.status_changed', {
      action: 'pause',
      status: { from: 'scheduled', to: 'paused' },
      next_run_time: minutesPastNoon(1),
      personal: { reason: 'Holidays.' },
    });
});

test('A pause ends the run that a slot has requested and no worker has started', () => {
  given(scheduledEveryMinute(), slotRequested())
    .when({ type: 'pause', data: pause })
    .yields('task.status_changed', {
      ended_execution: { execution_id: RUN, number: 1, code: 'TASK_PAUSED' },
    });
});

test('A pause lets a run that has started go on', () => {
  given(scheduledEveryMinute(), slotRequested(), started())
    .when({ type: 'pause', data: pause })
    .yields('task.status_changed', { ended_execution: null });
});
