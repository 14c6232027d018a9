/** When a user's executions were requested, by weekday and hour. */
import type { LocalHour } from './local-hours.ts';

/** Seven rows of 24 counts, Monday first. */
export function hoursOfWeek(hours: readonly LocalHour[]): number[][] {
  const week = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0));
  for (const { weekday, hour, counts } of hours) {
    const row = week[(weekday + 6) % 7];
    if (row !== undefined) row[hour] = (row[hour] ?? 0) + (counts[0] ?? 0);
  }
  return week;
}
