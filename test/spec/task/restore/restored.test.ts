import { test } from 'vitest';
import { created, deleted, given, minutesPastNoon, scheduledEveryMinute } from '../happened.ts';

const restore = { if_match: null, reason: null };

test('A deleted task comes back as it was, with the first slot that is still ahead', () => {
  given(scheduledEveryMinute(), deleted())
    .when({ type: 'restore', data: restore, now: minutesPastNoon(3.5) })
    .yields('task.restored', { next_run_time: minutesPastNoon(4), status: null });
});

test('A restored task is reminded of what is still ahead, and of nothing that has passed', () => {
  const due_date = minutesPastNoon(10);
  const armed = { reminder_due: minutesPastNoon(1), before_due: null, overdue_due: due_date };
  given(created({ due_date, reminder_time: minutesPastNoon(1), armed }), deleted())
    .when({ type: 'restore', data: restore, now: minutesPastNoon(3.5) })
    .yields('task.restored', { armed: { overdue_due: due_date } });
});

test('A task that is not deleted is not restored: it stays as it is', () => {
  given(created())
    .when({ type: 'restore', data: restore, now: minutesPastNoon(3.5) })
    .changesNothing();
});
