/**
 * Next slots are stored, and what a zone's clocks will show is decided by governments: newer zone data can say that
 * a stored slot is none any more, or that one comes before it. The next slot is then the first of the schedule as it is
 * now that no event has decided on. It may have passed meanwhile: then it is late or missed like any other.
 */

import { followsCalendars } from '../../../schedule/calendar/closed-days.ts';
import { partsOf } from '../../../schedule/several.ts';
import { nextSlot } from '../../../schedule/slots.ts';
import type { Schedule } from '../../../schedule/types.ts';
import { type Decision, decided, NOTHING } from '../../../shared/decision.ts';
import type { TaskEvent } from '../../events/events.ts';
import { openSchedule } from '../../slots-used.ts';
import { hasSlotLeft, type SchedulingState } from '../../state.ts';

/** Nothing where the next slot is the next one by the zone data of this machine. */
export function rescheduleTask(state: SchedulingState): Decision<TaskEvent> {
  const { next_run_time: previous, decided_through, schedule_version, resting_status } = state;
  const waits = resting_status === 'scheduled' || resting_status === 'paused';
  if (!waits || state.deleted_at !== null || !hasSlotLeft(state) || !followsZoneData(state)) return NOTHING;
  const schedule = openSchedule(state);
  if (schedule === null || previous === null || decided_through === null) return NOTHING;
  const next_run_time = nextSlot(schedule, decided_through);
  if (next_run_time === null || next_run_time === previous) return NOTHING;
  return decided({ type: 'task.rescheduled', data: { schedule_version, previous, next_run_time } });
}

/** Whether a task's slots hang on zone data at all. */
export function followsZoneData({ schedule }: SchedulingState): boolean {
  if (schedule === null) return false;
  return schedule.type === 'several' ? partsOf(schedule).some(hangsOnZone) : hangsOnZone(schedule);
}

function hangsOnZone(schedule: Schedule): boolean {
  if (schedule.timezone === 'UTC') return false;
  switch (schedule.type) {
    case 'once':
      return false;
    case 'interval':
      return schedule.exclude_dates !== null || followsCalendars(schedule);
    case 'cron':
    case 'daily':
    case 'weekly':
    case 'monthly':
    case 'rrule':
      return true;
  }
}
