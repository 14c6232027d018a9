import { test } from 'vitest';
import {
  cancelled,
  created,
  given,
  NOON,
  paused,
  RUN,
  scheduledEveryMinute,
  slotRequested,
  started,
} from '../happened.ts';

const cancel = { if_match: null, reason: null };

test.each([
  ['pending', [created()]],
  ['scheduled', [scheduledEveryMinute()]],
  ['paused', [scheduledEveryMinute(), paused()]],
] as const)(
  'A task that is %s is cancelled, and leaves the schedule (BR-STS-007, BR-SCH-005)',
  (from, happened) => {
    given(...happened)
      .when({ type: 'cancel', data: cancel })
      .yields('task.status_changed', { status: { from, to: 'cancelled' }, next_run_time: null });
  },
);

test('A run that is going is ended with its task', () => {
  given(scheduledEveryMinute(), slotRequested(), started())
    .when({ type: 'cancel', data: cancel })
    .yields('task.status_changed', {
      ended_execution: { execution_id: RUN, number: 1, code: 'TASK_CANCELLED' },
    });
});

test('A cancelled task reminds of nothing any more', () => {
  const armed = { reminder_due: null, before_due: null, overdue_due: NOON };
  given(created({ due_date: NOON, armed }))
    .when({ type: 'cancel', data: cancel })
    .yields('task.status_changed', { armed: { overdue_due: null } });
});

test('A cancelled task that is cancelled again stays as it is', () => {
  given(scheduledEveryMinute(), cancelled()).when({ type: 'cancel', data: cancel }).changesNothing();
});
