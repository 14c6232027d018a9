/**
 * How long a missed slot may still be caught up where the schedule does not say: one period of the schedule, at most a
 * day. A daily report whose slot fell into an outage of two hours is run after it; a check that runs each minute is not
 * run for the minutes that have passed.
 */
import { MINUTES_PER_DAY } from '../calendar/civil.ts';
import { localRule } from '../recurrence/local-rule.ts';
import type { ScheduleOptions, ScheduleShape } from '../types.ts';

const DAY_SECONDS = 86_400;

export function defaultCatchUpWindow(
  shape: ScheduleShape,
  options: Omit<ScheduleOptions, 'catch_up_window_seconds'>,
): number {
  switch (shape.type) {
    case 'once':
    case 'daily':
    case 'weekly':
    case 'monthly':
      return DAY_SECONDS;
    case 'interval':
      return Math.min(shape.interval_seconds, DAY_SECONDS);
    case 'cron':
    case 'rrule': {
      const { times } = localRule({ ...shape, ...options, catch_up_window_seconds: DAY_SECONDS }).pattern;
      return longestDistance(times) * 60;
    }
  }
}

/** Between two slots that follow each other on days that have some: minutes, at most a day. */
function longestDistance(times: readonly number[]): number {
  let longest = MINUTES_PER_DAY - (times.at(-1) ?? 0) + (times[0] ?? 0);
  for (let at = 1; at < times.length; at += 1) {
    longest = Math.max(longest, (times[at] ?? 0) - (times[at - 1] ?? 0));
  }
  return longest;
}
