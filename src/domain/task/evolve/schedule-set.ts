/** The schedules that an event sets, and how many slots each has taken. */
import { MAIN_SCHEDULE } from '../../schedule/several.ts';
import type { NamedSchedule, Schedule, TaskSchedule } from '../../schedule/types.ts';
import type { TaskUpdated } from '../events/events.ts';
import type { SchedulingState } from '../state.ts';

interface ScheduleMembers {
  readonly schedule?: Schedule | null;
  readonly schedules?: readonly NamedSchedule[];
}

/** As an event holds it: one as ever, several beside that. */
export function scheduleMembers(schedule: TaskSchedule | null) {
  return schedule?.type === 'several' ? { schedule: null, schedules: schedule.schedules } : { schedule };
}

/** What the members of an event say. */
export function scheduleIn({ schedule = null, schedules }: ScheduleMembers): TaskSchedule | null {
  return schedules === undefined ? schedule : { type: 'several', schedules };
}

/** By an update that sets the schedule, or takes it away. */
export function scheduleSet(
  { slots_taken_by }: SchedulingState,
  { changes, slots_kept = {} }: Pick<TaskUpdated, 'changes' | 'slots_kept'>,
): Pick<SchedulingState, 'schedule' | 'slots_taken' | 'slots_taken_by'> {
  const schedule = scheduleIn(changes);
  const slots_taken = schedule?.type === 'several' ? 0 : (slots_kept[MAIN_SCHEDULE] ?? 0);
  if (schedule?.type === 'several') return { schedule, slots_taken, slots_taken_by: slots_kept };
  // The member comes with several schedules, and stays.
  return { schedule, slots_taken, ...(slots_taken_by === undefined ? {} : { slots_taken_by: {} }) };
}

/** With one slot more of each of these schedules. */
export function countedUp(
  { slots_taken_by = {} }: SchedulingState,
  ids: readonly string[],
): Readonly<Record<string, number>> {
  const counted = { ...slots_taken_by };
  for (const id of ids) counted[id] = (counted[id] ?? 0) + 1;
  return counted;
}
