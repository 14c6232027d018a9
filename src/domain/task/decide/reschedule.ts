/**
 * Next slots are stored, and what a zone's clocks will show is decided by governments: newer zone data can say that
 * a stored slot is none any more. It is then moved to where the schedule has it now.
 */

import { nextSlot, slotFrom } from '../../schedule/slots.ts';
import { type Decision, decided, NOTHING } from '../../shared/decision.ts';
import { type Instant, plusMs } from '../../shared/instant.ts';
import type { TaskEvent } from '../events.ts';
import { hasSlotLeft, type SchedulingState } from '../state.ts';

/** Further than zone data moves a slot. */
const REACH_MS = 6 * 3_600_000;

/** Nothing where the next slot is one by the zone data of this machine, or has come already. */
export function rescheduleTask(state: SchedulingState, now: Instant): Decision<TaskEvent> {
  const { schedule, next_run_time: previous, schedule_version, resting_status } = state;
  const waits = resting_status === 'scheduled' || resting_status === 'paused';
  if (!waits || state.deleted_at !== null || !hasSlotLeft(state)) return NOTHING;
  if (schedule === null || previous === null || previous <= now) return NOTHING;
  if (slotFrom(schedule, previous) === previous) return NOTHING;
  // What has come by now may have run already.
  const earliest = plusMs(previous, -REACH_MS);
  const next_run_time = nextSlot(schedule, earliest > now ? earliest : now);
  if (next_run_time === null) return NOTHING;
  return decided({ type: 'task.rescheduled', data: { schedule_version, previous, next_run_time } });
}

/** Whether a task's slots hang on zone data at all. */
export function followsZoneData({ schedule }: SchedulingState): boolean {
  if (schedule === null || schedule.timezone === 'UTC') return false;
  switch (schedule.type) {
    case 'once':
      return false;
    case 'interval':
      return schedule.exclude_dates !== null;
    case 'cron':
    case 'daily':
    case 'weekly':
    case 'monthly':
    case 'rrule':
      return true;
  }
}
