import { test } from 'vitest';
import {
  deleted,
  given,
  type Happened,
  minutesPastNoon,
  scheduledEveryMinute,
  slotRequested,
} from '../happened.ts';

const slot = minutesPastNoon(1);
const tick = (
  others: { readonly slot?: typeof slot; readonly done?: boolean; readonly series?: boolean } = {},
) => ({
  type: 'mark_occurrence' as const,
  data: { if_match: null, reason: null, slot: null, done: true, series: false, ...others },
});

/** The first slot has come, as this build requests it. */
function slotCame(): Happened {
  const [at, event] = slotRequested();
  return [at, { ...event, data: { ...event.data, occurrence: { overdue_at: minutesPastNoon(2) } } } as never];
}

function marked(done: boolean): Happened {
  return [
    minutesPastNoon(1),
    { type: 'task.occurrence_marked', data: { slot, done, personal: { reason: null } } },
  ];
}

test('A slot of a recurring to-do makes an occurrence, overdue when the next one comes', () => {
  given(scheduledEveryMinute())
    .when({
      type: 'take_due',
      data: {
        execution_id: 'exe_01JD0000000000000000000001' as never,
        default_timeout_seconds: 30,
        term: 7 as never,
      },
      now: slot,
    })
    .yields('task.execution_requested', {
      scheduled_for: slot,
      occurrence: { overdue_at: minutesPastNoon(2) },
    });
});

test('An occurrence is ticked by its slot, or, without one, the oldest that is open', () => {
  for (const asked of [tick({ slot }), tick()]) {
    given(scheduledEveryMinute(), slotCame())
      .when(asked)
      .yields('task.occurrence_marked', { slot, done: true });
  }
});

test('A tick is taken back', () => {
  given(scheduledEveryMinute(), slotCame(), marked(true))
    .when(tick({ slot, done: false }))
    .yields('task.occurrence_marked', { slot, done: false });
});

test('What is ticked already, or open, stays so', () => {
  given(scheduledEveryMinute(), slotCame(), marked(true)).when(tick({ slot })).changesNothing();
  given(scheduledEveryMinute(), slotCame())
    .when(tick({ slot, done: false }))
    .changesNothing();
});

test('The series is ended by saying so, and not by a tick', () => {
  given(scheduledEveryMinute(), slotCame())
    .when(tick({ series: true }))
    .yields('task.status_changed', { action: 'complete', status: { from: 'scheduled', to: 'completed' } });
});

test('A to-do that does not recur is completed as a whole', () => {
  given(
    scheduledEveryMinute({ schedule: null, status: { from: 'pending', to: 'pending' }, next_run_time: null }),
  )
    .when(tick())
    .yields('task.status_changed', { action: 'complete', status: { from: 'pending', to: 'completed' } });
});

test('An occurrence that is not there is not ticked', () => {
  const later = minutesPastNoon(5);
  given(scheduledEveryMinute(), slotCame())
    .when(tick({ slot: later }))
    .isRefused({ code: 'NO_OCCURRENCE', slot: later });
  given(scheduledEveryMinute()).when(tick()).isRefused({ code: 'NO_OCCURRENCE', slot: null });
});

test('A slot of before there were occurrences is none', () => {
  given(scheduledEveryMinute(), slotRequested())
    .when(tick({ slot }))
    .isRefused({ code: 'NO_OCCURRENCE', slot });
});

test('Nothing is ticked of a task that is not there, or deleted', () => {
  given().when(tick()).isRefused({ code: 'TASK_NOT_FOUND' });
  given(scheduledEveryMinute(), deleted()).when(tick()).isRefused({ code: 'TASK_NOT_FOUND' });
});
