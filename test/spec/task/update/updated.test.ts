import { test } from 'vitest';
import { everyHour, everyMinute } from '../../../support/histories/history.ts';
import {
  created,
  given,
  minutesPastNoon,
  moved,
  RUN,
  scheduledEveryMinute,
  slotRequested,
  started,
} from '../happened.ts';
import { update } from './asked.ts';

test('An update names the fields that change, and only those', () => {
  given(created())
    .when(update({ name: 'Water the garden', priority: 'medium' }))
    .yields('task.updated', {
      updated_fields: ['name'],
      personal: { name: 'Water the garden' },
      status: null,
    });
});

test('An update to what is so already changes nothing', () => {
  given(created())
    .when(update({ name: 'Water the plants', priority: 'medium' }))
    .changesNothing();
});

test('A schedule makes a pending task scheduled, in the same event (BR-STS-001, BR-SCH-002)', () => {
  given(created())
    .when(update({ schedule: everyMinute }))
    .yields('task.updated', {
      status: { from: 'pending', to: 'scheduled' },
      next_run_time: minutesPastNoon(1),
    });
});

test('A task that loses its schedule is pending', () => {
  given(scheduledEveryMinute())
    .when(update({ schedule: null }))
    .yields('task.updated', {
      status: { from: 'scheduled', to: 'pending' },
      next_run_time: null,
    });
});

test('Another schedule counts its slots anew, as another version', () => {
  given(scheduledEveryMinute())
    .when(update({ schedule: everyHour }))
    .yields('task.updated', {
      schedule_version: 2,
      next_run_time: minutesPastNoon(60),
      status: null,
    });
});

test('A change of the name leaves a run that is going alone', () => {
  given(scheduledEveryMinute(), slotRequested(), started())
    .when(update({ name: 'Water the garden' }, { minutes: 1.1 }))
    .yields('task.updated', { ended_execution: null });
});

test('An update that cancels the task ends the run that is going (BR-STS-007)', () => {
  given(scheduledEveryMinute(), slotRequested(), started())
    .when(update({ name: 'Gone' }, { minutes: 1.1, status: 'cancelled' }))
    .yields('task.updated', {
      status: { from: 'scheduled', to: 'cancelled' },
      ended_execution: { execution_id: RUN },
    });
});

test('A completed task that is opened again is pending, and what lies ahead of it is armed', () => {
  const due_date = minutesPastNoon(60);
  given(created({ due_date }), moved('complete', { from: 'pending', to: 'completed' }))
    .when(update({}, { status: 'pending' }))
    .yields('task.status_changed', {
      action: 'reopen',
      status: { from: 'completed', to: 'pending' },
      armed: { overdue_due: due_date },
    });
});

test('An edit on the state that the caller has seen is taken, also where runs have gone on since', () => {
  given(scheduledEveryMinute(), slotRequested(), started())
    .when(update({ name: 'Water the garden' }, { minutes: 1.1, ifMatch: 1 }))
    .yields('task.updated', { updated_fields: ['name'] });
});
