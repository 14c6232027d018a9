import { test } from 'vitest';
import { deleted, given, RUN, scheduledEveryMinute, slotRequested } from '../happened.ts';

const remove = { if_match: null, reason: null };

test('A task is deleted with the run that it has asked for', () => {
  given(scheduledEveryMinute(), slotRequested())
    .when({ type: 'delete', data: remove })
    .yields('task.deleted', { ended_execution: { execution_id: RUN, number: 1, code: 'TASK_DELETED' } });
});

test('A deleted task that is deleted again stays deleted, and nothing is appended', () => {
  given(scheduledEveryMinute(), deleted()).when({ type: 'delete', data: remove }).changesNothing();
});

test('A task that was never made cannot be deleted', () => {
  given().when({ type: 'delete', data: remove }).isRefused({ code: 'TASK_NOT_FOUND' });
});
