/** A schedule as the API takes and shows it; what it shows has every option. */
export type ScheduleDocument = { readonly type: string } & Readonly<Record<string, unknown>>;

/** The id of a task's only schedule, unless it was given another. */
const MAIN = 'main';

/** Whether there is one schedule, and it goes by no id of its own. */
export function isAlone(
  schedules: readonly { readonly id?: unknown; readonly [member: string]: unknown }[],
): boolean {
  return schedules.length === 1 && (schedules[0]?.id || MAIN) === MAIN;
}

/** As the API is asked: the one that a task has as `schedule`, any others as `schedules`, none as null. */
export function askedSchedules(
  schedules: readonly ScheduleDocument[] | null,
): { readonly schedule: ScheduleDocument | null } | { readonly schedules: readonly ScheduleDocument[] } {
  const [first] = schedules ?? [];
  if (schedules === null || first === undefined) return { schedule: null };
  if (!isAlone(schedules)) return { schedules };
  const { id: _, ...schedule } = first;
  return { schedule: { ...schedule, type: first.type } };
}

export const WEEKDAY_NAMES = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const;

/** By its number, of which Monday is 1, or a name as the API takes it too. */
export function weekdayName(weekday: number | string): string {
  return WEEKDAY_NAMES[weekdayNumber(weekday) - 1] ?? String(weekday);
}

/** Of a number or a name: `"mon"` and `"monday"` are 1. */
export function weekdayNumber(weekday: number | string): number {
  const named = String(weekday).toLowerCase().slice(0, 3);
  const index = WEEKDAY_NAMES.findIndex((name) => name.toLowerCase().startsWith(named));
  return index >= 0 ? index + 1 : Number(weekday);
}
