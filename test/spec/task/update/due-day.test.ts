/** A due date without a time: a day in a zone. Noon of the specification is in UTC. */
import { test } from 'vitest';
import type { Instant } from '../../../../src/domain/shared/instant.ts';
import { dueOnDay } from '../../../../src/domain/task/due-day.ts';
import { newTask } from '../../../support/histories/history.ts';
import { created, deleted, edited, given, minutesPastNoon, moved } from '../happened.ts';
import { due } from '../slot-due/asked.ts';
import { undo } from '../undo/asked.ts';
import { update } from './asked.ts';

const christmas = dueOnDay('2026-12-24', 'Europe/Zurich');
const boxingDay = dueOnDay('2026-12-26', 'Europe/Zurich');
const overdue_due = '2026-12-24T23:00:00.000Z' as Instant;
const armed = { reminder_due: null, before_due: null, overdue_due };
const dueAtChristmas = () => created({ ...christmas, armed });

test('It is due with the last millisecond of the day, and overdue when the day is over', () => {
  given()
    .when({ type: 'create', data: newTask(christmas) })
    .yields('task.created', {
      due_date: '2026-12-24T22:59:59.999Z',
      due_day: { date: '2026-12-24', timezone: 'Europe/Zurich', reminders_from: '2026-12-24T08:00:00.000Z' },
      armed,
    });
});

test('Reminders before it count from nine in the morning of the day', () => {
  given()
    .when({ type: 'create', data: newTask({ ...christmas, remind_before: ['P1D', 'PT1H'] }) })
    .yields('task.created', { armed: { ...armed, before_due: '2026-12-23T08:00:00.000Z' } });
  const before_due = '2026-12-24T07:00:00.000Z' as Instant;
  given(created({ ...christmas, remind_before: ['PT1H'], armed: { ...armed, before_due } }))
    .when({ ...due(0), now: before_due })
    .yields('task.reminder_triggered', {
      reminder_type: 'remind_before',
      remind_before: 'PT1H',
      armed: { before_due: null },
    });
});

test('What is overdue says of which day', () => {
  given(dueAtChristmas())
    .when({ ...due(0), now: '2026-12-24T22:59:59.999Z' as Instant })
    .changesNothing();
  given(dueAtChristmas())
    .when({ ...due(0), now: overdue_due })
    .yields('task.overdue', { ...christmas });
});

test('A task without a day says nothing of one', () => {
  const due_date = minutesPastNoon(10);
  given(created({ due_date, armed: { ...armed, overdue_due: due_date } }))
    .when(due(10))
    .yields('task.overdue', { due_date });
});

test('A day moves to another day, and to a time, which takes the day away', () => {
  given(dueAtChristmas())
    .when(update(boxingDay))
    .yields('task.updated', {
      updated_fields: ['due_date'],
      changes: boxingDay,
      armed: { overdue_due: '2026-12-26T23:00:00.000Z' },
    });
  const due_date = minutesPastNoon(60);
  given(dueAtChristmas())
    .when(update({ due_date }))
    .yields('task.updated', {
      updated_fields: ['due_date'],
      changes: { due_date, due_day: null },
      armed: { overdue_due: due_date },
    });
  given(dueAtChristmas())
    .when(update({ due_date: null }))
    .yields('task.updated', { changes: { due_date: null, due_day: null }, armed: { overdue_due: null } });
});

test('A time that a day ends at is not that day', () => {
  given(dueAtChristmas())
    .when(update({ due_date: christmas.due_date }))
    .yields('task.updated', {
      updated_fields: ['due_date'],
      changes: { due_day: null },
      armed: { overdue_due: christmas.due_date },
    });
});

test('The same day of another zone that ends with it is a change of the zone', () => {
  const berlin = dueOnDay('2026-12-24', 'Europe/Berlin');
  given(dueAtChristmas())
    .when(update(berlin))
    .yields('task.updated', { updated_fields: ['due_date'], changes: { due_day: berlin.due_day } });
});

test('The day that it is due on already changes nothing', () => {
  given(dueAtChristmas())
    .when(update({ ...dueOnDay('2026-12-24', 'Europe/Zurich') }))
    .changesNothing();
  given(created())
    .when(update({ due_date: null, due_day: null }))
    .changesNothing();
});

test('An edit of something else leaves the day as it was decided, whatever zones say today', () => {
  const decidedBefore = { ...christmas, due_date: '2026-12-24T21:59:59.999Z' as Instant };
  given(created({ ...decidedBefore, armed }))
    .when(update({ name: 'Wrap presents' }))
    .yields('task.updated', { updated_fields: ['name'], changes: {}, armed: {} });
});

test('A done task that is opened again is overdue after the day once more', () => {
  given(
    dueAtChristmas(),
    moved('complete', { from: 'pending', to: 'completed' }, { armed: { overdue_due: null } }),
  )
    .when(update({}, { status: 'pending' }))
    .yields('task.status_changed', { armed: { overdue_due } });
  given(dueAtChristmas(), deleted())
    .when({ type: 'restore', data: { if_match: null, reason: null } })
    .yields('task.restored', { armed: { overdue_due } });
});

test('Undo brings a day back with its zone, and takes one away', () => {
  const due_date = minutesPastNoon(60);
  given(dueAtChristmas(), edited({ due_date, due_day: null }, {}, { armed: { overdue_due: due_date } }))
    .when(undo(2))
    .yields('task.updated', { updated_fields: ['due_date'], changes: christmas, armed: { overdue_due } });
  given(created({ due_date, armed: { ...armed, overdue_due: due_date } }), edited(christmas))
    .when(undo(2))
    .yields('task.updated', { updated_fields: ['due_date'], changes: { due_date, due_day: null } });
  given(dueAtChristmas(), edited({}, { name: 'Wrap presents' }))
    .when(undo(2))
    .yields('task.updated', { updated_fields: ['name'], changes: {} });
});

test('A calendar event whose due day somebody chose keeps it when it is moved', () => {
  const config = (hour: number) => ({ event_title: 'Dinner', event_time: minutesPastNoon(hour * 60) });
  const personal = { name: 'Dinner', description: null, config: config(1), metadata: {}, tags: [] };
  given(created({ task_type: 'calendar_event', ...christmas, personal }))
    .when(update({ config: config(2) }))
    .yields('task.updated', { updated_fields: ['config'], changes: {} });
});
