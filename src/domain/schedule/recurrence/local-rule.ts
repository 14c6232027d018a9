import { allDays, daysInMonth, daysOnWeekday } from '../calendar/civil.ts';
import type { LocalRule } from '../calendar/local-slots.ts';
import type { WallPattern } from '../calendar/wall-pattern.ts';
import type { Schedule } from '../types.ts';
import { cronPattern } from './cron.ts';
import { recurrencePattern } from './recurrence-days.ts';

/** Schedules whose slots follow the clock on the wall. */
export type LocalSchedule = Extract<
  Schedule,
  { readonly type: 'cron' | 'daily' | 'weekly' | 'monthly' | 'rrule' }
>;

const EVERY_MONTH = 0b1111111111110;

export function localRule(schedule: LocalSchedule): LocalRule {
  const pattern = wallPattern(schedule);
  // Elapsed time: a slot is every instant at which the wall shows a match.
  const elapsed = schedule.type === 'cron' && cronPattern(schedule.expression, schedule.days).elapsed;
  return {
    pattern,
    timezone: schedule.timezone,
    gap: elapsed ? 'skip' : schedule.dst_gap,
    fold: elapsed ? 'both' : schedule.dst_fold,
  };
}

function wallPattern(schedule: LocalSchedule): WallPattern {
  switch (schedule.type) {
    case 'cron':
      return cronPattern(schedule.expression, schedule.days);
    case 'daily':
      return atTime(schedule.run_time, allDays);
    case 'weekly':
      return atTime(schedule.run_time, (year, month) => daysOnWeekdays(schedule.weekdays, year, month));
    case 'monthly':
      return atTime(schedule.run_time, (year, month) => {
        const length = daysInMonth(year, month);
        return 1 << ((schedule.day === 'last' ? length : Math.min(schedule.day, length)) - 1);
      });
    case 'rrule':
      return recurrencePattern(schedule);
  }
}

function atTime(runTime: string, daysOf: WallPattern['daysOf']): WallPattern {
  const minutes = Number(runTime.slice(0, 2)) * 60 + Number(runTime.slice(3, 5));
  return { times: [minutes], months: EVERY_MONTH, daysOf };
}

/** Monday is 1, Sunday 7. */
function daysOnWeekdays(weekdays: readonly number[], year: number, month: number): number {
  const days = weekdays.reduce((bits, weekday) => bits | daysOnWeekday(year, month, weekday % 7), 0);
  return days & allDays(year, month);
}
