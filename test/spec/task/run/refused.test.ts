import { test } from 'vitest';
import { cancelled, deleted, given, paused, RUN, scheduledEveryMinute, slotRequested } from '../happened.ts';

const asked = { execution_id: RUN, trigger_data: {}, default_timeout_seconds: 30 };

test('A cancelled task cannot be run (BR-EXE-001, BR-EXE-002)', () => {
  given(scheduledEveryMinute(), cancelled())
    .when({ type: 'request_execution', data: { ...asked, trigger_type: 'manual' } })
    .isRefused({ code: 'TASK_NOT_EXECUTABLE', status: 'cancelled' });
});

test('A deleted task cannot be run (BR-EXE-001, BR-EXE-002)', () => {
  given(scheduledEveryMinute(), deleted())
    .when({ type: 'request_execution', data: { ...asked, trigger_type: 'manual' } })
    .isRefused({ code: 'TASK_NOT_EXECUTABLE', status: 'deleted' });
});

test('A task that has a run already is not given another', () => {
  given(scheduledEveryMinute(), slotRequested())
    .when({ type: 'request_execution', data: { ...asked, trigger_type: 'manual' } })
    .isRefused({ code: 'TASK_ALREADY_RUNNING', execution_id: RUN });
});

test.each(['webhook', 'event'] as const)(
  'A paused task is not started by a %s: nobody stands by',
  (trigger_type) => {
    given(scheduledEveryMinute(), paused())
      .when({ type: 'request_execution', data: { ...asked, trigger_type } })
      .isRefused({ code: 'TASK_NOT_EXECUTABLE', status: 'paused' });
  },
);
