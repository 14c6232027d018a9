import { test } from 'vitest';
import { cancelled, created, given, minutesPastNoon } from '../happened.ts';
import { due } from '../slot-due/asked.ts';

const armed = (times: { reminder?: number; before?: number; overdue?: number }) => {
  const at = (minutes: number | undefined) => (minutes === undefined ? null : minutesPastNoon(minutes));
  return {
    reminder_due: at(times.reminder),
    before_due: at(times.before),
    overdue_due: at(times.overdue),
  };
};

test('A reminder is told at its time, once', () => {
  const task = created({ reminder_time: minutesPastNoon(5), armed: armed({ reminder: 5 }) });
  given(task).when(due(4.9)).changesNothing();
  given(task)
    .when(due(5))
    .yields('task.reminder_triggered', {
      reminder_type: 'reminder_time',
      reminder_time: minutesPastNoon(5),
      armed: { reminder_due: null },
    });
});

test('A reminder before the due date says how long before it is', () => {
  const task = created({
    due_date: minutesPastNoon(60),
    remind_before: ['PT30M', 'PT10M'],
    armed: armed({ before: 30, overdue: 60 }),
  });
  given(task)
    .when(due(30))
    .yields('task.reminder_triggered', {
      reminder_type: 'remind_before',
      remind_before: 'PT30M',
      armed: { before_due: minutesPastNoon(50) },
    });
});

test('A task that is open when its due date comes is overdue', () => {
  given(created({ due_date: minutesPastNoon(60), armed: armed({ overdue: 60 }) }))
    .when(due(60))
    .yields('task.overdue', { due_date: minutesPastNoon(60) });
});

test('A cancelled task reminds of nothing and is never overdue', () => {
  const task = created({ due_date: minutesPastNoon(60), armed: armed({ reminder: 5, overdue: 60 }) });
  const [at, move] = cancelled();
  const data = { ...move.data, armed: { reminder_due: null, before_due: null, overdue_due: null } };
  given(task, [at, { ...move, data } as typeof move])
    .when(due(120))
    .changesNothing();
});
