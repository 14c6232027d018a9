import { test } from 'vitest';
import { deleteTask } from '../../../../src/domain/task/decide/decide.ts';
import { given } from '../../given.ts';
import { deleted, NOON, RUN, scheduledEveryMinute, slotRequested } from '../happened.ts';

const remove = { now: NOON, if_match: null, reason: null };

test('A task is deleted with the run that it has asked for', () => {
  given(scheduledEveryMinute(), slotRequested())
    .when((state) => deleteTask(state, remove))
    .yields('task.deleted', { ended_execution: { execution_id: RUN, number: 1, code: 'TASK_DELETED' } });
});

test('A deleted task that is deleted again stays deleted, and nothing is appended', () => {
  given(scheduledEveryMinute(), deleted())
    .when((state) => deleteTask(state, remove))
    .changesNothing();
});

test('A task that was never made cannot be deleted', () => {
  given()
    .when((state) => deleteTask(state, remove))
    .isRefused({ code: 'TASK_NOT_FOUND' });
});
