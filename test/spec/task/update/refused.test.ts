import { test } from 'vitest';
import type { Revision } from '../../../../src/domain/shared/ids.ts';
import { withPolicy } from '../../../support/histories/history.ts';
import {
  cancelled,
  created,
  deleted,
  given,
  minutesPastNoon,
  paused,
  scheduledEveryMinute,
} from '../happened.ts';
import { update } from './asked.ts';

test('A task that is not there cannot be updated', () => {
  given()
    .when(update({ name: 'x' }))
    .isRefused({ code: 'TASK_NOT_FOUND' });
});

test('A deleted task cannot be updated: for the caller it is not there (BR-UPD-006)', () => {
  given(created(), deleted())
    .when(update({ name: 'x' }))
    .isRefused({ code: 'TASK_NOT_FOUND' });
});

test('An edit on a state that another edit has replaced is refused, and says where the task stands', () => {
  given(scheduledEveryMinute(), paused())
    .when(update({ name: 'x' }, { ifMatch: 1 }))
    .isRefused({ code: 'REVISION_MISMATCH', current: 2 as Revision });
});

test('A cancelled task takes no other status (BR-STS-008, BR-UPD-004)', () => {
  given(scheduledEveryMinute(), cancelled())
    .when(update({}, { status: 'scheduled' }))
    .isRefused({
      code: 'INVALID_STATUS_TRANSITION',
      from: 'cancelled',
      to: 'scheduled',
      allowed: [],
    });
});

test('A task without a schedule cannot be scheduled (BR-SCH-001)', () => {
  given(created())
    .when(update({}, { status: 'scheduled', minutes: 1 }))
    .isRefused({
      code: 'INVALID_STATUS_TRANSITION',
      from: 'pending',
      to: 'scheduled',
      allowed: ['completed', 'paused', 'cancelled'],
    });
});

test('A schedule that has no slot left is refused', () => {
  given(created())
    .when(update({ schedule: withPolicy({ end_at: minutesPastNoon(0.1) }) }))
    .isRefused({ code: 'NO_FUTURE_SLOT' });
});
