import { test } from 'vitest';
import { everyMinute, newTask } from '../../../support/histories/history.ts';
import { given, minutesPastNoon } from '../happened.ts';

test('A new task without a schedule is pending (BR-TSK-005)', () => {
  given()
    .when({ type: 'create', data: newTask() })
    .yields('task.created', { status: { from: 'pending', to: 'pending' }, next_run_time: null });
});

test('A new task with a schedule is moved to scheduled in the same event, and its next run is worked out (BR-TSK-005, BR-SCH-002)', () => {
  given()
    .when({ type: 'create', data: newTask({ schedule: everyMinute }) })
    .yields('task.created', {
      status: { from: 'pending', to: 'scheduled' },
      next_run_time: minutesPastNoon(1),
    });
});

test('A new task says which of its reminders are armed', () => {
  const due_date = minutesPastNoon(10);
  given()
    .when({ type: 'create', data: newTask({ due_date, remind_before: ['PT5M'] }) })
    .yields('task.created', {
      armed: { reminder_due: null, before_due: minutesPastNoon(5), overdue_due: due_date },
    });
});
