import { expect, test } from 'vitest';
import { scheduleWords } from '../../../../src/console/compose/schedule/schedule-words.ts';

test.each([
  [{ type: 'daily', run_time: '07:30' }, 'Every day at 07:30'],
  [{ type: 'weekly', weekdays: [1], run_time: '08:00' }, 'Mondays at 08:00'],
  [{ type: 'weekly', weekdays: [1, 3, 5], run_time: '08:00' }, 'Mondays, Wednesdays and Fridays at 08:00'],
  [{ type: 'weekly', weekdays: [1, 2, 3, 4, 5], run_time: '08:00' }, 'Monday to Friday at 08:00'],
  [{ type: 'monthly', day: 22, run_time: '08:00' }, 'The 22nd of each month at 08:00'],
  [{ type: 'monthly', day: 'last', run_time: '08:00' }, 'The last day of each month at 08:00'],
  [{ type: 'interval', interval_seconds: 5400 }, 'Every 90 minutes'],
  [{ type: 'interval', interval_seconds: 86_400 }, 'Every day'],
  [{ type: 'interval', interval_seconds: 75 }, 'Every 75 seconds'],
  [{ type: 'once', run_time: '2027-01-01T00:00:00Z' }, 'Once'],
  [
    { type: 'rrule', rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE', run_time: '09:00' },
    'Every 2 weeks on Monday and Wednesday at 09:00',
  ],
  [
    { type: 'rrule', rrule: 'FREQ=MONTHLY;BYDAY=-1FR', run_time: '18:00' },
    'The last Friday of each month at 18:00',
  ],
  [
    { type: 'rrule', rrule: 'FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=11', run_time: '18:00' },
    'The 11th of every 3 months at 18:00',
  ],
  [
    { type: 'rrule', rrule: 'FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24', run_time: '09:00' },
    'Every year on 24 December at 09:00',
  ],
  [
    { type: 'rrule', rrule: 'FREQ=DAILY;BYHOUR=8,20;BYMINUTE=0', run_time: '08:00' },
    'Every day at 08:00 and 20:00',
  ],
  [{ type: 'rrule', rrule: 'FREQ=DAILY;COUNT=3', run_time: '08:00' }, null],
  [{ type: 'rrule', rrule: 'FREQ=YEARLY;BYYEARDAY=100', run_time: '08:00' }, null],
  [{ type: 'rrule', rrule: 'FREQ=MONTHLY;BYDAY=MO,2TU', run_time: '08:00' }, null],
  [{ type: 'cron', expression: '0 9 * * *' }, null],
])('%j', (schedule, words) => expect(scheduleWords(schedule)).toBe(words));
