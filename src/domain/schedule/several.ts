/**
 * The schedules of a task, be they one or several: which there are, and which are left once some of them have fired all
 * that they may. What slots they have together is in `slots.ts`.
 */
import type { NamedSchedule, Schedule, TaskSchedule, ThinnedOne, ThinnedSchedule } from './types.ts';

/** The id of a task's only schedule, unless its owner gave it another. */
export const MAIN_SCHEDULE = 'main';
export const MOST_SCHEDULES = 10;

/**
 * Slots that count for `max_runs`: of one schedule, or of each of several by its id. One that is not named has fired none.
 */
export type SlotsUsed = number | Readonly<Record<string, number>>;

/** Each with its id, in their order. */
export function namedSchedules(schedule: TaskSchedule): readonly NamedSchedule[] {
  return schedule.type === 'several' ? schedule.schedules : [{ ...schedule, id: MAIN_SCHEDULE }];
}

/** One schedule that goes by the usual id is that schedule. */
export function taskScheduleOf(schedules: readonly NamedSchedule[]): TaskSchedule | null {
  const [first, ...others] = schedules;
  if (first === undefined) return null;
  if (others.length > 0 || first.id !== MAIN_SCHEDULE) return { type: 'several', schedules };
  const { id: _, ...schedule } = first;
  return schedule;
}

/** Each of them, less the slots that all are without. */
export function partsOf(schedule: ThinnedSchedule): readonly ThinnedOne[] {
  if (schedule.type !== 'several') return [schedule];
  const { schedules, without } = schedule;
  return without === undefined ? schedules : schedules.map((one) => ({ ...one, without }));
}

/** The one that decides for what no slot has asked for, such as a run by hand. */
export function firstSchedule(schedule: TaskSchedule): Schedule {
  if (schedule.type !== 'several') return schedule;
  const [first] = schedule.schedules;
  if (first === undefined) throw new Error('several schedules, and none of them');
  return first;
}

/** The one of that id; where there is none, as of a run that is of no schedule, the first. */
export function scheduleBy(schedule: TaskSchedule, id: string | undefined): Schedule {
  if (schedule.type !== 'several') return schedule;
  return schedule.schedules.find((one) => one.id === id) ?? firstSchedule(schedule);
}

/** Those that `max_runs` leaves a slot; null: none. */
export function withRunsLeft<S extends ThinnedSchedule>(schedule: S, used: SlotsUsed): S | null {
  if (schedule.type !== 'several') return hasRunsLeft(schedule, ofMain(used)) ? schedule : null;
  const schedules = schedule.schedules.filter((one) => hasRunsLeft(one, usedBy(used, one.id)));
  if (schedules.length === schedule.schedules.length) return schedule;
  return schedules.length === 0 ? null : { ...schedule, schedules };
}

function hasRunsLeft({ max_runs }: Schedule, used: number): boolean {
  return max_runs === null || used < max_runs;
}

/** How many of the schedule of that id. */
export function usedBy(used: SlotsUsed, id: string): number {
  return typeof used === 'number' ? used : (used[id] ?? 0);
}

function ofMain(used: SlotsUsed): number {
  return usedBy(used, MAIN_SCHEDULE);
}

/** With one more slot of each of these schedules. */
export function withSlotOf(used: SlotsUsed, ids: readonly string[]): SlotsUsed {
  if (typeof used === 'number') return used + 1;
  return { ...used, ...Object.fromEntries(ids.map((id) => [id, usedBy(used, id) + 1])) };
}
