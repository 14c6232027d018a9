import { test } from 'vitest';
import type { Revision } from '../../../../src/domain/shared/ids.ts';
import { cancelled, deleted, given, paused, scheduledEveryMinute } from '../happened.ts';

const pause = { if_match: null, reason: null };

test('A deleted task cannot be paused: it is not found (BR-UPD-006)', () => {
  given(scheduledEveryMinute(), deleted())
    .when({ type: 'pause', data: pause })
    .isRefused({ code: 'TASK_NOT_FOUND' });
});

test('A cancelled task cannot be paused, nor moved at all (BR-STS-008, BR-UPD-004)', () => {
  given(scheduledEveryMinute(), cancelled())
    .when({ type: 'pause', data: pause })
    .isRefused({ code: 'INVALID_STATUS_TRANSITION', from: 'cancelled', to: 'paused', allowed: [] });
});

test('A pause that is based on an older revision than the last edit is refused with the current one', () => {
  given(scheduledEveryMinute(), paused())
    .when({ type: 'pause', data: { ...pause, if_match: 1 as Revision } })
    .isRefused({ code: 'REVISION_MISMATCH', current: 2 as Revision });
});

test('A paused task that is paused again stays as it is', () => {
  given(scheduledEveryMinute(), paused()).when({ type: 'pause', data: pause }).changesNothing();
});
