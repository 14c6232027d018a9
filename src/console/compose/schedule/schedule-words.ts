/** Schedules in words: `Mondays at 08:00`. Null for what is not said in words here (cron, and rules of more parts). */
import { type ScheduleDocument, weekdayName, weekdayNumber } from './schedule-document.ts';

const RULE_DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
/** What is left out of words changes which days there are. */
const WORDED = new Set(['FREQ', 'INTERVAL', 'BYDAY', 'BYMONTHDAY', 'BYMONTH', 'BYHOUR', 'BYMINUTE']);

export function scheduleWords(schedule: ScheduleDocument): string | null {
  const time = typeof schedule.run_time === 'string' ? ` at ${schedule.run_time}` : '';
  switch (schedule.type) {
    case 'daily':
      return `Every day${time}`;
    case 'weekly':
      return `${weekdaysWords((schedule.weekdays as readonly (number | string)[] | undefined) ?? [])}${time}`;
    case 'monthly':
      return `${monthDayWords(schedule.day as number | 'last')} of each month${time}`;
    case 'interval':
      return intervalWords(Number(schedule.interval_seconds));
    case 'once':
      return 'Once';
    case 'rrule':
      return ruleWords(String(schedule.rrule), String(schedule.run_time ?? '09:00'));
    default:
      return null;
  }
}

/** `Every 90 minutes`: in the largest unit that leaves no rest. */
export function intervalWords(seconds: number): string {
  for (const [size, unit] of [
    [604_800, 'week'],
    [86_400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
  ] as const) {
    if (seconds % size === 0) return every(seconds / size, unit);
  }
  return every(seconds, 'second');
}

function every(count: number, unit: string): string {
  return count === 1 ? `Every ${unit}` : `Every ${count} ${unit}s`;
}

function weekdaysWords(weekdays: readonly (number | string)[]): string {
  const key = weekdays.map(weekdayNumber).join('');
  if (key === '1234567') return 'Every day';
  if (key === '12345') return 'Monday to Friday';
  return listed(weekdays.map((weekday) => `${weekdayName(weekday)}s`));
}

function monthDayWords(day: number | 'last'): string {
  return day === 'last' || day === -1 ? 'The last day' : `The ${ordinal(day)}`;
}

function ruleWords(rrule: string, runTime: string): string | null {
  const parts = new Map(rrule.split(';').map((part) => part.split('=') as [string, string]));
  if ([...parts.keys()].some((name) => !WORDED.has(name))) return null;
  const days = daysWords(parts);
  const times = timesWords(parts, runTime);
  return days === null || times === null ? null : `${days} at ${times}`;
}

function daysWords(parts: ReadonlyMap<string, string>): string | null {
  const count = Number(parts.get('INTERVAL') ?? 1);
  const [byDay, byMonthDay, byMonth] = ['BYDAY', 'BYMONTHDAY', 'BYMONTH'].map((name) => parts.get(name));
  switch (parts.get('FREQ')) {
    case 'DAILY':
      return byDay || byMonthDay || byMonth ? null : every(count, 'day');
    case 'WEEKLY': {
      if (byMonthDay || byMonth || !byDay) return null;
      const days = listed(byDay.split(',').map((day) => weekdayName(RULE_DAYS.indexOf(day) + 1)));
      return `${every(count, 'week')} on ${days}`;
    }
    case 'MONTHLY': {
      const on = byMonth ? null : monthlyWords(byDay, byMonthDay);
      return on && `${on} of ${count === 1 ? 'each month' : every(count, 'month').toLowerCase()}`;
    }
    case 'YEARLY': {
      const month = MONTHS[Number(byMonth) - 1];
      return byDay || !month || !isDayNumber(byMonthDay)
        ? null
        : `${every(count, 'year')} on ${byMonthDay} ${month}`;
    }
    default:
      return null;
  }
}

function monthlyWords(byDay: string | undefined, byMonthDay: string | undefined): string | null {
  if (byDay === undefined) return isDayNumber(byMonthDay) ? monthDayWords(Number(byMonthDay)) : null;
  const [, nth, day = ''] = /^(-?[1-5])([A-Z]{2})$/.exec(byDay) ?? [];
  if (nth === undefined || byMonthDay !== undefined || Number(nth) < -1) return null;
  const which = nth === '-1' ? 'last' : ordinal(Number(nth));
  return `The ${which} ${weekdayName(RULE_DAYS.indexOf(day) + 1)}`;
}

function isDayNumber(text: string | undefined): text is string {
  return text !== undefined && /^(-1|[1-9]|[12]\d|3[01])$/.test(text);
}

function timesWords(parts: ReadonlyMap<string, string>, runTime: string): string | null {
  const [hours, minutes] = [parts.get('BYHOUR')?.split(','), parts.get('BYMINUTE')?.split(',')];
  const [ownHour = '', ownMinute = ''] = runTime.split(':');
  const all = (hours ?? [ownHour]).flatMap((hour) =>
    (minutes ?? [ownMinute]).map((minute) => `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`),
  );
  return all.length > 6 ? null : listed(all);
}

function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

function ordinal(value: number): string {
  const tens = value % 100;
  const ending = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th');
  return `${value}${ending}`;
}
