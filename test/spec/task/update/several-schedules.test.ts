import { test } from 'vitest';
import type { NamedSchedule } from '../../../../src/domain/schedule/types.ts';
import type { Instant } from '../../../../src/domain/shared/instant.ts';
import { onceIn, withPolicy } from '../../../support/histories/history.ts';
import { given, minutesPastNoon, RUN, scheduledEveryMinute } from '../happened.ts';

const MINUTE = 60_000;
const once: NamedSchedule = { ...onceIn(MINUTE), id: 'once' };
const limited: NamedSchedule = { ...withPolicy({ max_runs: 1 }), id: 'limited' };
const hourly = { ...withPolicy({}), interval_seconds: 3600, id: 'hourly' } as NamedSchedule;

/** The first slot, which is of these, has run. */
function withFirstSlotRun(schedules: readonly NamedSchedule[], ids: readonly string[], next: Instant) {
  return given(
    scheduledEveryMinute({ schedule: null, schedules }),
    [
      minutesPastNoon(1),
      {
        type: 'task.execution_requested',
        data: {
          execution_id: RUN,
          number: 1,
          trigger_type: 'scheduled',
          scheduled_for: minutesPastNoon(1),
          schedule_ids: ids,
          schedule_version: 1,
          next_run_time: next,
          due_at: minutesPastNoon(1),
          start_by: minutesPastNoon(2),
          timeout_seconds: 30,
          term: null,
          personal: { trigger_data: {} },
        },
      },
    ],
    [
      minutesPastNoon(1),
      {
        type: 'task.execution_cancelled',
        data: {
          execution_id: RUN,
          number: 1,
          attempt: 1,
          code: 'CANCELLED_BY_USER',
          status: null,
          armed: {},
          personal: { reason: null },
        },
      },
    ],
  );
}

const update = (schedules: readonly NamedSchedule[]) =>
  ({
    type: 'update',
    data: {
      if_match: null,
      reason: null,
      status: null,
      changes: { schedule: { type: 'several', schedules } },
    },
    now: minutesPastNoon(1.5),
  }) as const;

test('A one-off that has just run is not run again because another schedule comes beside it', () => {
  withFirstSlotRun([once, hourly], ['once'], minutesPastNoon(60))
    .when(update([once, { ...hourly, jitter_seconds: 10 }]))
    .yields('task.updated', {
      schedule_version: 2,
      next_run_time: minutesPastNoon(60),
      slots_kept: { once: 1 },
    });
});

test('A schedule that stays as it is goes on counting, and has no slots beyond `max_runs`', () => {
  withFirstSlotRun([limited, hourly], ['limited'], minutesPastNoon(60))
    .when(update([{ ...hourly, jitter_seconds: 10 }, limited]))
    .yields('task.updated', { next_run_time: minutesPastNoon(60), slots_kept: { limited: 1 } });
});

test('One that is changed begins to count anew', () => {
  withFirstSlotRun([limited, hourly], ['limited'], minutesPastNoon(60))
    .when(update([{ ...limited, max_runs: 5 }, hourly]))
    .yields('task.updated', { next_run_time: minutesPastNoon(2) });
});

test('A list in which all is used up is refused', () => {
  withFirstSlotRun([limited, once], ['limited', 'once'], minutesPastNoon(60))
    .when(update([once, limited]))
    .isRefused({ code: 'NO_FUTURE_SLOT' });
});
