import { test } from 'vitest';
import { everyHour, everyMinute } from '../../../support/histories/history.ts';
import {
  created,
  deleted,
  edited,
  given,
  minutesPastNoon,
  moved,
  paused,
  scheduledEveryMinute,
  slotRequested,
  started,
} from '../happened.ts';
import { undo } from './asked.ts';

const renamed = edited({ priority: 'high' }, { name: 'Water the garden' });

test('An edit is undone by an update that brings back the fields that it changed', () => {
  given(created(), renamed)
    .when(undo(2, { reason: 'by mistake' }))
    .yields('task.updated', {
      updated_fields: ['name', 'priority'],
      changes: { priority: 'medium' },
      personal: { name: 'Water the plants', reason: 'by mistake' },
      status: null,
    });
});

test('What was edited since beside it stays as it is', () => {
  given(created(), renamed, edited({}, { description: 'With rain water.' }))
    .when(undo(2))
    .yields('task.updated', { updated_fields: ['name', 'priority'] });
});

test('Runs in between do not stand in its way', () => {
  given(scheduledEveryMinute(), renamed, slotRequested(), started())
    .when(undo(2))
    .yields('task.updated', { updated_fields: ['name', 'priority'] });
});

test('What is as it was before already is no change', () => {
  given(created(), renamed, edited({ priority: 'medium' }))
    .when(undo(2))
    .yields('task.updated', { updated_fields: ['name'] });
  given(created(), renamed, edited({ priority: 'medium' }, { name: 'Water the plants' }))
    .when(undo(2))
    .changesNothing();
});

test('A schedule that was set is taken away, and the task waits for nothing again', () => {
  const scheduled = edited(
    { schedule: everyMinute },
    {},
    { status: { from: 'pending', to: 'scheduled' }, next_run_time: minutesPastNoon(1) },
  );
  given(created(), scheduled)
    .when(undo(2))
    .yields('task.updated', { changes: { schedule: null }, status: { from: 'scheduled', to: 'pending' } });
});

test('A schedule that was changed goes on with the slots of the one before, from now on', () => {
  const slower = edited(
    { schedule: everyHour },
    {},
    { schedule_version: 2, next_run_time: minutesPastNoon(60) },
  );
  given(scheduledEveryMinute(), slower)
    .when(undo(2, { minutes: 5.5 }))
    .yields('task.updated', { changes: { schedule: everyMinute }, next_run_time: minutesPastNoon(6) });
});

test('A pause is undone by resuming, and resuming by a pause for the reason that there was', () => {
  given(scheduledEveryMinute(), paused())
    .when(undo(2))
    .yields('task.status_changed', { action: 'resume', status: { from: 'paused', to: 'scheduled' } });
  const away = moved('pause', { from: 'pending', to: 'paused' }, { personal: { reason: 'On holiday' } });
  given(created(), away, moved('resume', { from: 'paused', to: 'pending' }))
    .when(undo(3))
    .yields('task.status_changed', { action: 'pause', personal: { reason: 'On holiday' } });
});

test('Completion is undone by reopening', () => {
  given(created(), moved('complete', { from: 'pending', to: 'completed' }))
    .when(undo(2))
    .yields('task.status_changed', { action: 'reopen', status: { from: 'completed', to: 'pending' } });
});

test('Deletion is undone by restoring, and that by deleting', () => {
  given(created(), deleted()).when(undo(2)).yields('task.restored', { status: null });
  given(created(), deleted(), [
    minutesPastNoon(0),
    {
      type: 'task.restored',
      data: { next_run_time: null, status: null, armed: {}, personal: { reason: null } },
    },
  ])
    .when(undo(3))
    .yields('task.deleted', {});
});

test('An undo is undone as any edit', () => {
  given(created(), renamed, edited({ priority: 'medium' }, { name: 'Water the plants' }))
    .when(undo(3))
    .yields('task.updated', { changes: { priority: 'high' }, personal: { name: 'Water the garden' } });
});
