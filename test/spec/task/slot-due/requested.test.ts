import { test } from 'vitest';
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
import { due, NEW_RUN } from './asked.ts';

test('A slot that has come asks for a run, and the task moves on to its next slot (BR-SCH-002, BR-EXE-003)', () => {
  given(scheduledEveryMinute())
    .when(due(1))
    .yields('task.execution_requested', {
      execution_id: NEW_RUN,
      number: 1,
      trigger_type: 'scheduled',
      scheduled_for: minutesPastNoon(1),
      next_run_time: minutesPastNoon(2),
    });
});

test('A slot that has not come asks for nothing', () => {
  given(scheduledEveryMinute()).when(due(0.99)).changesNothing();
});

test('A slot that is late by less than a minute runs, whatever the policy says of missed ones', () => {
  given(scheduledEveryMinute({ schedule: withPolicy({ catch_up: 'skip', interval_seconds: 3_600 }) }))
    .when(due(1.9))
    .yields('task.execution_requested', { scheduled_for: minutesPastNoon(1) });
});

test('The last slot that `max_runs` allows leaves no next run', () => {
  given(scheduledEveryMinute({ schedule: withPolicy({ max_runs: 1 }) }))
    .when(due(1))
    .yields('task.execution_requested', { scheduled_for: minutesPastNoon(1), next_run_time: null });
});

test('A paused task has no slot that is due (BR-SCH-004)', () => {
  given(scheduledEveryMinute(), paused()).when(due(5)).changesNothing();
});

test('A cancelled task has left its schedule (BR-SCH-005)', () => {
  given(scheduledEveryMinute(), cancelled()).when(due(5)).changesNothing();
});

test('A deleted task fires no more', () => {
  given(scheduledEveryMinute(), deleted()).when(due(5)).changesNothing();
});

test('A task without a schedule waits for no slot (BR-SCH-001)', () => {
  given(created()).when(due(5)).changesNothing();
});
