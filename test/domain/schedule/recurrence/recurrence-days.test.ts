import { describe, expect, it } from 'vitest';
import { daysInMonth } from '../../../../src/domain/schedule/calendar/civil.ts';
import { recurrencePattern } from '../../../../src/domain/schedule/recurrence/recurrence-days.ts';

/** The days of these months, as `MM-DD`, that a rule names. */
function days(rrule: string, start_date: string, year: number, months: readonly number[]): string[] {
  const pattern = recurrencePattern({ rrule, start_date, run_time: '09:30' });
  return months.flatMap((month) => {
    const bits = pattern.daysOf(year, month);
    const named = Array.from({ length: daysInMonth(year, month) }, (_, index) => index + 1);
    return named
      .filter((day) => bits & (1 << (day - 1)))
      .map((day) => `${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`);
  });
}
const ALL = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
const text = (list: readonly string[]) => list.join(' ');

describe('the pattern of a recurrence rule', () => {
  it('has one time a day, in any month', () => {
    expect(
      recurrencePattern({ rrule: 'FREQ=DAILY', start_date: '2026-01-01', run_time: '17:05' }),
    ).toMatchObject({ times: [17 * 60 + 5], months: 0b1111111111110 });
  });

  it('is none of a text that is no rule', () => {
    const none = { rrule: 'FREQ=HOURLY', start_date: '2026-01-01', run_time: '09:00' };
    expect(() => recurrencePattern(none)).toThrow('no recurrence rule: FREQ=HOURLY');
  });

  it('is its own for each start and time', () => {
    const rrule = 'FREQ=WEEKLY';
    const monday = recurrencePattern({ rrule, start_date: '2026-06-01', run_time: '09:00' });
    const tuesday = recurrencePattern({ rrule, start_date: '2026-06-02', run_time: '09:00' });
    const later = recurrencePattern({ rrule, start_date: '2026-06-01', run_time: '10:00' });
    expect(tuesday.daysOf(2026, 7)).toBe(monday.daysOf(2026, 7) << 1);
    expect(later.times).toEqual([600]);
  });
});

describe('what a rule does not say it takes from its start', () => {
  it.each([
    ['FREQ=WEEKLY', '2026-06-03', [6], '06-03 06-10 06-17 06-24'],
    ['FREQ=WEEKLY', '2026-06-07', [6], '06-07 06-14 06-21 06-28'],
    ['FREQ=MONTHLY', '2026-01-31', ALL, '01-31 03-31 05-31 07-31 08-31 10-31 12-31'],
    ['FREQ=YEARLY', '2026-06-03', ALL, '06-03'],
    ['FREQ=YEARLY;BYMONTH=7,9', '2026-06-03', ALL, '07-03 09-03'],
    ['FREQ=YEARLY;BYMONTHDAY=1;BYMONTH=7', '2026-06-03', ALL, '07-01'],
    ['FREQ=MONTHLY;BYMONTH=7', '2026-06-03', ALL, '07-03'],
    ['FREQ=WEEKLY;BYMONTH=7', '2026-06-03', ALL, '07-01 07-08 07-15 07-22 07-29'],
    ['FREQ=DAILY;BYMONTHDAY=5', '2026-06-03', [6, 7], '06-05 07-05'],
    ['FREQ=DAILY;BYDAY=MO', '2026-06-03', [6], '06-08 06-15 06-22 06-29'],
    ['FREQ=MONTHLY;BYDAY=2TU', '2026-06-03', [6, 7], '06-09 07-14'],
    ['FREQ=YEARLY;BYDAY=-1SU;BYMONTH=6', '2026-06-03', ALL, '06-28'],
    ['FREQ=YEARLY;BYDAY=-1SU', '2026-06-03', ALL, '12-27'],
  ] as const)('%s from %s', (rule, start, months, expected) => {
    expect(text(days(rule, start, 2026, months))).toBe(expected);
  });

  it('every day of it, from the start on', () => {
    expect(days('FREQ=DAILY', '2026-02-27', 2026, [1, 2, 3])).toHaveLength(2 + 31);
    expect(days('FREQ=DAILY', '2026-02-01', 2026, [1, 2])).toHaveLength(28);
    expect(days('FREQ=DAILY', '2026-03-31', 2026, [3, 4])).toHaveLength(1 + 30);
    expect(days('FREQ=DAILY', '2026-03-31', 2025, ALL)).toEqual([]);
    expect(days('FREQ=DAILY', '2026-03-31', 9999, [2, 12])).toHaveLength(28 + 31);
  });
});

describe('plain weekdays beside counted ones are all of them, as RFC 5545 has it', () => {
  it.each([
    ['FREQ=MONTHLY;BYDAY=MO,2MO', [6], '06-01 06-08 06-15 06-22 06-29'],
    ['FREQ=MONTHLY;BYDAY=FR,1MO', [6], '06-01 06-05 06-12 06-19 06-26'],
    ['FREQ=MONTHLY;BYDAY=MO,1FR;BYSETPOS=1', [6, 7], '06-01 07-03'],
    ['FREQ=MONTHLY;BYDAY=MO,-1FR;BYSETPOS=-1', [6, 7], '06-29 07-31'],
    ['FREQ=YEARLY;BYDAY=SU,1MO', [1, 12], '01-04 01-05 01-11 01-18 01-25 12-06 12-13 12-20 12-27'],
    ['FREQ=YEARLY;BYMONTH=6;BYDAY=SU,1MO', [5, 6], '06-01 06-07 06-14 06-21 06-28'],
  ] as const)('%s', (rule, months, expected) => {
    expect(text(days(rule, '2026-01-01', 2026, months))).toBe(expected);
  });
});

describe('an interval counts from the start', () => {
  it.each([
    ['FREQ=DAILY;INTERVAL=10', '2026-01-25', 2026, [1, 2, 3], '01-25 02-04 02-14 02-24 03-06 03-16 03-26'],
    ['FREQ=DAILY;INTERVAL=2;BYDAY=MO', '2026-06-01', 2026, [6], '06-01 06-15 06-29'],
    ['FREQ=WEEKLY;INTERVAL=2', '2026-06-03', 2026, [6, 7], '06-03 06-17 07-01 07-15 07-29'],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU', '2026-06-03', 2026, [6], '06-07 06-15 06-21 06-29'],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU', '2026-06-03', 2026, [6], '06-14 06-15 06-28 06-29'],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=WE,TH;WKST=TH', '2026-06-03', 2026, [6], '06-03 06-11 06-17 06-25'],
    ['FREQ=MONTHLY;INTERVAL=5', '2026-01-15', 2026, ALL, '01-15 06-15 11-15'],
    ['FREQ=MONTHLY;INTERVAL=5', '2026-01-15', 2027, ALL, '04-15 09-15'],
    ['FREQ=YEARLY;INTERVAL=3', '2026-01-15', 2029, ALL, '01-15'],
    ['FREQ=YEARLY;INTERVAL=3', '2026-01-15', 2028, ALL, ''],
    ['FREQ=YEARLY;INTERVAL=3;BYMONTHDAY=1;BYMONTH=1,6', '2026-01-15', 2026, ALL, '06-01'],
  ] as const)('%s from %s, in %d', (rule, start, year, months, expected) => {
    expect(text(days(rule, start, year, months))).toBe(expected);
  });
});

describe('a rule ends', () => {
  it.each([
    ['FREQ=DAILY;COUNT=1', '2026-01-30', [1, 2], '01-30'],
    ['FREQ=DAILY;COUNT=4', '2026-01-30', [1, 2], '01-30 01-31 02-01 02-02'],
    ['FREQ=DAILY;COUNT=2', '2026-01-30', [1, 2], '01-30 01-31'],
    ['FREQ=DAILY;COUNT=33', '2026-01-30', [2, 3], text(february(28, ['03-01', '03-02', '03-03']))],
    ['FREQ=MONTHLY;COUNT=3', '2025-11-15', ALL, '01-15'],
    ['FREQ=MONTHLY;COUNT=3;INTERVAL=2', '2025-12-15', ALL, '02-15 04-15'],
    ['FREQ=DAILY;UNTIL=20260131', '2026-01-30', [1, 2], '01-30 01-31'],
    ['FREQ=DAILY;UNTIL=20260201', '2026-01-30', [1, 2], '01-30 01-31 02-01'],
    ['FREQ=DAILY;UNTIL=20260131T093000', '2026-01-30', [1, 2], '01-30 01-31'],
    ['FREQ=DAILY;UNTIL=20260131T092959', '2026-01-30', [1, 2], '01-30'],
    ['FREQ=DAILY;UNTIL=20260129', '2026-01-30', [1, 2], ''],
    ['FREQ=MONTHLY;BYMONTHDAY=31;COUNT=2', '2026-01-01', ALL, '01-31 03-31'],
  ] as const)('%s from %s', (rule, start, months, expected) => {
    expect(text(days(rule, start, 2026, months))).toBe(expected);
  });

  it('by an UNTIL in UTC nowhere on the wall: that bounds instants', () => {
    expect(days('FREQ=MONTHLY;UNTIL=20260301T000000Z', '2026-01-15', 2026, ALL)).toHaveLength(12);
  });

  it('by its count, however far that is', () => {
    const leapDay = (count: number, year: number) =>
      days(`FREQ=YEARLY;COUNT=${count}`, '2028-02-29', year, ALL);
    // There are 24 until the end of 2127: 2100 has none.
    expect(leapDay(24, 2124)).toEqual(['02-29']);
    expect(leapDay(24, 2128)).toEqual([]);
    expect(leapDay(25, 2128)).toEqual(['02-29']);
    expect(leapDay(25, 2132)).toEqual([]);
    const century = (year: number) => days('FREQ=YEARLY;INTERVAL=100;COUNT=3', '2027-01-01', year, ALL);
    expect([2027, 2127, 2227, 2327].map(century)).toEqual([['01-01'], ['01-01'], ['01-01'], []]);
  });
});

function february(length: number, more: readonly string[]): string[] {
  const all = Array.from({ length }, (_, index) => `02-${String(index + 1).padStart(2, '0')}`);
  return [...all, ...more];
}
