import { test } from 'vitest';
import { withPolicy } from '../../../support/histories/history.ts';

import {
  given,
  type Happened,
  minutesPastNoon,
  RUN,
  scheduledEveryMinute,
  slotRequested,
  started,
} from '../happened.ts';
import { due } from './asked.ts';

/** The run of the first slot goes on for ten minutes. */
const running = (overlap: 'skip' | 'buffer_one' | 'cancel_running'): Happened[] => [
  scheduledEveryMinute({ schedule: withPolicy({ overlap }) }),
  slotRequested(),
  started(10),
];

const buffered: Happened = [
  minutesPastNoon(2),
  {
    type: 'task.slot_buffered',
    data: { slot: minutesPastNoon(2), schedule_version: 1, next_run_time: minutesPastNoon(3) },
  },
];

test('A slot that comes while a run is going is skipped by the policy `skip`', () => {
  given(...running('skip'))
    .when(due(2))
    .yields('task.slots_skipped', {
      reason: 'overlap',
      count: 1,
      from: minutesPastNoon(2),
      to: minutesPastNoon(2),
      next_run_time: minutesPastNoon(3),
      status: null,
    });
});

test('By the policy `buffer_one` it waits for the end of that run', () => {
  given(...running('buffer_one'))
    .when(due(2))
    .yields('task.slot_buffered', {
      slot: minutesPastNoon(2),
      next_run_time: minutesPastNoon(3),
    });
});

test('By the policy `buffer_one` a second slot that comes meanwhile is skipped', () => {
  given(...running('buffer_one'), buffered)
    .when(due(3))
    .yields('task.slots_skipped', {
      reason: 'overlap',
      from: minutesPastNoon(3),
    });
});

test('By the policy `cancel_running` the run ends first, and takes no slot with it', () => {
  given(...running('cancel_running'))
    .when(due(2))
    .yields('task.execution_cancelled', {
      execution_id: RUN,
      code: 'OVERLAP',
    });
});
