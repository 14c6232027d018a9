import fc from 'fast-check';
import type { JsonObject } from '../../../src/domain/shared/json.ts';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'America/Santiago',
  'Asia/Gaza',
];

const two = (value: number) => String(value).padStart(2, '0');
const timeOfDay = fc
  .tuple(fc.nat({ max: 23 }), fc.nat({ max: 59 }))
  .map(([hour, minute]) => `${two(hour)}:${two(minute)}`);

function cronField(min: number, max: number): fc.Arbitrary<string> {
  const value = fc.integer({ min, max });
  const range = fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
  const step = fc.integer({ min: 1, max: max - min + 1 });
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant('*') },
    { weight: 4, arbitrary: value.map(String) },
    { weight: 2, arbitrary: range },
    {
      weight: 2,
      arbitrary: fc.uniqueArray(value, { minLength: 1, maxLength: 4 }).map((list) => list.join(',')),
    },
    { weight: 2, arbitrary: step.map((every) => `*/${every}`) },
    { weight: 1, arbitrary: fc.tuple(range, step).map(([within, every]) => `${within}/${every}`) },
    { weight: 1, arbitrary: fc.tuple(value, step).map(([from, every]) => `${from}/${every}`) },
  );
}

const dayOfMonth = fc.oneof(
  { weight: 6, arbitrary: cronField(1, 28) },
  { weight: 1, arbitrary: fc.constantFrom('L', '15,L', '29', '30', '31', '?') },
);
const dayOfWeek = fc.oneof(
  { weight: 6, arbitrary: cronField(0, 6) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '7',
      '5L',
      'MON',
      'SUN-SAT',
      'TUE,THU',
      '5#3',
      '0#1',
      'MON#5',
      '1,5L',
      '5-7',
      '?',
    ),
  },
);
const month = fc.oneof(
  { weight: 6, arbitrary: cronField(1, 12) },
  { weight: 1, arbitrary: fc.constantFrom('FEB', 'JAN-MAR', '2') },
);

/** Five-field expressions; every one of them has slots. */
export const cronExpression = fc
  .tuple(cronField(0, 59), cronField(0, 23), dayOfMonth, month, dayOfWeek)
  .filter(([, , days, months, weekdays]) =>
    !/^([*?]|[*0]\/1|0-6(\/1)?|SUN-SAT)$/.test(weekdays) ? true : !RARE.has(days) || months === '*',
  )
  .map((fields) => fields.join(' '));
/** Days that some months lack: with a day of week left open they could name a date that never comes. */
const RARE = new Set(['29', '30', '31']);

const shape: fc.Arbitrary<JsonObject> = fc.oneof(
  cronExpression.map((expression) => ({ type: 'cron', expression })),
  fc.integer({ min: 60, max: 400_000 }).map((interval_seconds) => ({ type: 'interval', interval_seconds })),
  fc.integer({ min: 1, max: 3000 }).map((interval_minutes) => ({
    type: 'interval',
    interval_minutes,
    anchor: '2026-01-01T00:00:07+01:00',
  })),
  fc.integer({ min: 1, max: 300 }).map((hours) => ({ type: 'interval', every: `PT${hours}H` })),
  fc
    .integer({ min: 0, max: 59 })
    .map((minute) => ({ type: 'once', run_time: `2026-10-25T02:${two(minute)}:00+01:00` })),
  timeOfDay.map((run_time) => ({ type: 'daily', run_time })),
  fc
    .tuple(
      fc.array(fc.constantFrom(1, 2, 3, 'thu', 'FRIDAY', 'Sat', 7), { minLength: 1, maxLength: 8 }),
      timeOfDay,
    )
    .map(([weekdays, time]) => ({ type: 'weekly', weekdays, time })),
  fc
    .tuple(fc.oneof(fc.integer({ min: 1, max: 31 }), fc.constant('last')), timeOfDay)
    .map(([day, run_time]) => ({ type: 'monthly', day, run_time })),
  fc
    .tuple(
      fc.constantFrom(
        'DAILY',
        'DAILY;BYDAY=MO,TU',
        'WEEKLY',
        'WEEKLY;BYDAY=SA,SU;WKST=SU',
        'MONTHLY',
        'MONTHLY;BYDAY=-1FR',
        'YEARLY',
        'YEARLY;BYMONTH=3,10;BYDAY=-1SU',
      ),
      fc.constantFrom('', ';INTERVAL=2', ';INTERVAL=13', ';COUNT=5000', ';UNTIL=20990101'),
      timeOfDay,
    )
    .map(([freq, more, run_time]) => ({
      type: 'rrule',
      rrule: `FREQ=${freq}${more}`,
      start_date: '2026-01-31',
      run_time,
    })),
);

const options = fc.record(
  {
    timezone: fc.constantFrom(...ZONES),
    dst_gap: fc.constantFrom('shift', 'end', 'skip'),
    dst_fold: fc.constantFrom('first', 'second', 'both'),
    catch_up: fc.constantFrom('skip', 'latest', 'all'),
    overlap: fc.constantFrom('skip', 'buffer_one', 'cancel_running'),
    max_runs: fc.integer({ min: 1, max: 1000 }),
    jitter_seconds: fc.nat({ max: 86_400 }),
    exclude_dates: fc.array(fc.constantFrom('2026-03-21', '2026-03-29', '2026-10-20', '2027-01-01')),
    pause_on_failure: fc.integer({ min: 1, max: 10 }),
    retry: fc.record(
      { max_attempts: fc.integer({ min: 1, max: 20 }), multiplier: fc.constantFrom(1, 1.5, 2) },
      { requiredKeys: ['max_attempts'] },
    ),
    catch_up_window_seconds: fc.integer({ min: 60, max: 86_400 }),
    timeout_seconds: fc.integer({ min: 1, max: 3600 }),
    start_at: fc.constantFrom('2026-01-01T00:00:00Z', '2026-05-05T05:05:05+02:00', null),
    end_at: fc.constantFrom('9000-01-01T00:00:00Z', null),
  },
  { requiredKeys: [] },
);

/** Valid schedule documents of every type, with any options. */
export function scheduleDocument(): fc.Arbitrary<JsonObject> {
  return fc.tuple(shape, options).map(([fields, given]) => ({ ...fields, ...given }));
}
