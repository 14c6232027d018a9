import { test } from 'vitest';
import { given, minutesPastNoon, paused, scheduledEveryMinute } from '../happened.ts';

test('A paused task is resumed with the next slot, and the slots that passed meanwhile are skipped (BR-STS-006, BR-SCH-004)', () => {
  given(scheduledEveryMinute(), paused())
    .when({ type: 'resume', data: { if_match: null, reason: null }, now: minutesPastNoon(3.5) })
    .yields('task.status_changed', {
      action: 'resume',
      status: { from: 'paused', to: 'scheduled' },
      next_run_time: minutesPastNoon(4),
      slots_skipped: { reason: 'paused', count: 3, from: minutesPastNoon(1), to: minutesPastNoon(3) },
    });
});

test('A task that is scheduled already is not resumed: it stays as it is', () => {
  given(scheduledEveryMinute())
    .when({ type: 'resume', data: { if_match: null, reason: null } })
    .changesNothing();
});
