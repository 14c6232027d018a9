/** A schedule as the API takes and shows it; what it shows has every option. */
export type ScheduleDocument = { readonly type: string } & Readonly<Record<string, unknown>>;

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
