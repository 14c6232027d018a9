import { test } from 'vitest';
import type { Revision } from '../../../../src/domain/shared/ids.ts';
import { endsSoon, everyHour } from '../../../support/histories/history.ts';
import {
  cancelled,
  created,
  deleted,
  edited,
  given,
  minutesPastNoon,
  moved,
  paused,
  scheduledEveryMinute,
  slotRequested,
} from '../happened.ts';
import { undo } from './asked.ts';

const renamed = edited({ priority: 'high' }, { name: 'Water the garden' });

test('A field that was changed since is not taken back, nor is anything else of the event', () => {
  given(created(), renamed, edited({}, { name: 'Water the roses' }))
    .when(undo(2))
    .isRefused({ code: 'CHANGED_SINCE', fields: ['name'] });
});

test('A field that was changed since and back again counts as changed', () => {
  given(created(), renamed, edited({ priority: 'low' }), edited({ priority: 'high' }))
    .when(undo(2))
    .isRefused({ code: 'CHANGED_SINCE', fields: ['priority'] });
});

test('A status that has moved on is not taken back', () => {
  given(
    created(),
    moved('pause', { from: 'pending', to: 'paused' }),
    moved('complete', { from: 'paused', to: 'completed' }),
  )
    .when(undo(2))
    .isRefused({ code: 'CHANGED_SINCE', fields: ['status'] });
});

test('A deletion of before the last restoration is not taken back by undoing it', () => {
  const restored = { next_run_time: null, status: null, armed: {}, personal: { reason: null } };
  given(created(), deleted(), [minutesPastNoon(0), { type: 'task.restored', data: restored }], deleted())
    .when(undo(2))
    .isRefused({ code: 'CHANGED_SINCE', fields: ['deleted_at'] });
});

test('An earlier schedule does not take up again a task that was completed since', () => {
  given(
    scheduledEveryMinute(),
    edited({ schedule: everyHour }, {}, { schedule_version: 2, next_run_time: minutesPastNoon(60) }),
    moved('complete', { from: 'scheduled', to: 'completed' }),
  )
    .when(undo(2))
    .isRefused({ code: 'CHANGED_SINCE', fields: ['status'] });
});

test('A schedule whose slots have all passed does not come back', () => {
  given(
    scheduledEveryMinute({ schedule: endsSoon }),
    edited({ schedule: everyHour }, {}, { schedule_version: 2, next_run_time: minutesPastNoon(60) }),
  )
    .when(undo(2, { minutes: 30 }))
    .isRefused({ code: 'NO_FUTURE_SLOT' });
});

test('Creation and runs are not undone', () => {
  given(scheduledEveryMinute(), slotRequested())
    .when(undo(1))
    .isRefused({ code: 'NOT_UNDOABLE', event_type: 'task.created', reason: 'no_compensation' });
  given(scheduledEveryMinute(), slotRequested())
    .when(undo(2))
    .isRefused({ code: 'NOT_UNDOABLE', event_type: 'task.execution_requested', reason: 'no_compensation' });
});

test('Cancelling is for good (BR-STS-008)', () => {
  given(scheduledEveryMinute(), cancelled())
    .when(undo(2))
    .isRefused({ code: 'NOT_UNDOABLE', event_type: 'task.status_changed', reason: 'no_way_back' });
});

test('A completed task that was paused before is not paused again: no status leads there', () => {
  given(scheduledEveryMinute(), paused(), moved('complete', { from: 'paused', to: 'completed' }))
    .when(undo(3))
    .isRefused({ code: 'NOT_UNDOABLE', event_type: 'task.status_changed', reason: 'no_way_back' });
});

test('An event that the task does not have is not found, nor is an edit of a deleted task', () => {
  given(created()).when(undo(7)).isRefused({ code: 'EVENT_NOT_FOUND' });
  given(created(), renamed, deleted()).when(undo(2)).isRefused({ code: 'TASK_NOT_FOUND' });
});

test('An undo that is based on an older edit is stale', () => {
  given(created(), renamed)
    .when(undo(2, { ifMatch: 1 }))
    .isRefused({ code: 'REVISION_MISMATCH', current: 2 as Revision });
});
