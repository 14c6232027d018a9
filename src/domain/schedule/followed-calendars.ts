/** The calendars that a task follows, by whichever of its schedules. */
import { calendarsIn } from './parse/calendars.ts';
import { partsOf } from './several.ts';
import type { CalendarDays, FollowedCalendars, TaskSchedule } from './types.ts';

/** As they stand in the schedules; one that several follow comes several times. */
export function calendarsFollowed(schedule: TaskSchedule | null): readonly CalendarDays[] {
  return schedule === null ? [] : partsOf(schedule).flatMap(calendarsIn);
}

/** Those of the calendars that the schedule follows with older days. */
export function newerDays(
  schedule: TaskSchedule,
  calendars: readonly CalendarDays[],
): readonly CalendarDays[] {
  const followed = calendarsFollowed(schedule);
  return calendars.filter(({ calendar_id, revision }) =>
    followed.some((held) => held.calendar_id === calendar_id && held.revision < revision),
  );
}

/** The same schedule with these days in the place of those that it had of the same calendars. */
export function withDays(schedule: TaskSchedule, calendars: readonly CalendarDays[]): TaskSchedule {
  if (schedule.type !== 'several') return renewed(schedule, calendars);
  return { ...schedule, schedules: schedule.schedules.map((one) => renewed(one, calendars)) };
}

function renewed<One extends FollowedCalendars>(one: One, calendars: readonly CalendarDays[]): One {
  const { exclude_calendars, only_calendars } = one;
  const newest = (list: readonly CalendarDays[]) =>
    list.map((held) => calendars.find(({ calendar_id }) => calendar_id === held.calendar_id) ?? held);
  return {
    ...one,
    ...(exclude_calendars === undefined ? {} : { exclude_calendars: newest(exclude_calendars) }),
    ...(only_calendars === undefined ? {} : { only_calendars: newest(only_calendars) }),
  };
}
