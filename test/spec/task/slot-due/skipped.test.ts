import { test } from 'vitest';
import { withPolicy } from '../../../support/histories/history.ts';
import { given, minutesPastNoon, scheduledEveryMinute } from '../happened.ts';
import { due } from './asked.ts';

const hourly = (catch_up: 'skip' | 'latest' | 'all') =>
  scheduledEveryMinute({
    schedule: withPolicy({ catch_up, catch_up_window_seconds: 86_400, interval_seconds: 3_600 }),
    next_run_time: minutesPastNoon(60),
  });

test('By the policy `skip`, all slots that were missed are told as such in one event (BR-SCH-003)', () => {
  given(hourly('skip'))
    .when(due(330))
    .yields('task.slots_skipped', {
      reason: 'missed',
      count: 5,
      from: minutesPastNoon(60),
      to: minutesPastNoon(300),
      next_run_time: minutesPastNoon(360),
      status: null,
    });
});

test('By the policy `latest`, all but the last of the missed slots are skipped (BR-SCH-003)', () => {
  given(hourly('latest'))
    .when(due(330))
    .yields('task.slots_skipped', {
      reason: 'missed',
      count: 4,
      to: minutesPastNoon(240),
      next_run_time: minutesPastNoon(300),
    });
});

test('By the policy `all`, the first missed slot runs, and the others wait their turn (BR-SCH-003)', () => {
  given(hourly('all'))
    .when(due(330))
    .yields('task.execution_requested', {
      scheduled_for: minutesPastNoon(60),
      next_run_time: minutesPastNoon(120),
    });
});

test('Slots older than the catch-up window are skipped even by the policy `all`', () => {
  const schedule = withPolicy({ catch_up: 'all', catch_up_window_seconds: 7_200, interval_seconds: 3_600 });
  given(scheduledEveryMinute({ schedule, next_run_time: minutesPastNoon(60) }))
    .when(due(330))
    .yields('task.slots_skipped', { reason: 'missed', count: 3, to: minutesPastNoon(180) });
});
