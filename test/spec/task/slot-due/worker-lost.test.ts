import { test } from 'vitest';
import { withPolicy } from '../../../support/histories/history.ts';
import { given, RUN, scheduledEveryMinute, slotRequested, started } from '../happened.ts';
import { due } from './asked.ts';

const SECOND = 1 / 60;

test('An attempt whose worker says nothing is over five seconds after its deadline, and the run is given to another (BR-EXE-008)', () => {
  given(scheduledEveryMinute(), slotRequested(), started())
    .when(due(1.5 + 5 * SECOND))
    .yields('task.execution_failed', { execution_id: RUN, code: 'WORKER_LOST', will_retry: true });
});

test('An attempt whose worker is known to be gone is over at once, and given to another', () => {
  given(
    scheduledEveryMinute({ schedule: withPolicy({ interval_seconds: 3_600 }) }),
    slotRequested(),
    started(10),
  )
    .when(due(1.2, { worker_gone: true }))
    .yields('task.execution_failed', { code: 'WORKER_LOST', will_retry: true });
});

test('An attempt that is within its time is left alone while its worker lives', () => {
  given(
    scheduledEveryMinute({ schedule: withPolicy({ interval_seconds: 3_600 }) }),
    slotRequested(),
    started(),
  )
    .when(due(1.4))
    .changesNothing();
});

test('A run that nobody has started within its time ends as not started', () => {
  given(scheduledEveryMinute({ schedule: withPolicy({ overlap: 'skip' }) }), slotRequested())
    .when(due(61.1))
    .yields('task.execution_cancelled', { execution_id: RUN, code: 'NOT_STARTED' });
});
