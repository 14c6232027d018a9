/**
 * A calendar has other days, or a schedule was set with days that were changed in that moment: the task follows, by an
 * event that carries the days. Slots that have come keep what the days so far made of them: one that is due stays due,
 * late or missed as any other, and one that was left out is not called back.
 */
import { newerDays, withDays } from '../../../schedule/followed-calendars.ts';
import { nextSlotWithin } from '../../../schedule/slots.ts';
import type { CalendarDays } from '../../../schedule/types.ts';
import { type Decision, decided, NOTHING } from '../../../shared/decision.ts';
import type { FollowCalendars } from '../../commands.ts';
import type { TaskEvent } from '../../events/events.ts';
import { freeBehind } from '../../evolve/decided-through.ts';
import { thinned } from '../../skipped-slots.ts';
import { slotsSpokenFor } from '../../slots-used.ts';
import { awaitsSlots, type SchedulingState } from '../../state.ts';

/** Nothing where the schedule follows none of the calendars, or has these days already, or later ones. */
export function followCalendars(
  state: SchedulingState,
  { calendars, now }: FollowCalendars,
): Decision<TaskEvent> {
  const { schedule, schedule_version, next_run_time: previous, taken_through } = state;
  if (schedule === null || !awaitsSlots(state)) return NOTHING;
  const newer = newerDays(schedule, calendars);
  if (newer.length === 0) return NOTHING;
  const isDue = previous !== null && previous <= now;
  const after = withDays(schedule, newer);
  const next_run_time = isDue
    ? previous
    : nextSlotWithin(thinned(after, state), freeBehind(taken_through, now), slotsSpokenFor(state));
  return decided({
    type: 'task.rescheduled',
    data: { schedule_version, previous, next_run_time, calendars: newer },
  });
}

/** Whether a task waits for days that are not those of its schedule. */
export function isBehind(state: SchedulingState, calendars: readonly CalendarDays[]): boolean {
  return state.schedule !== null && awaitsSlots(state) && newerDays(state.schedule, calendars).length > 0;
}
