import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allDays,
  civilDate,
  dayNumber,
  daysInMonth,
  daysOnWeekday,
  isLeapYear,
  MS_PER_DAY,
  weekdayOf,
} from '../../../../src/domain/schedule/calendar/civil.ts';

/** From the year 0000 to the year 9999. */
const anyDay = fc.integer({ min: -719_528, max: 2_932_896 });

describe('a day number', () => {
  it.each([
    [0, 1970, 1, 1],
    [-1, 1969, 12, 31],
    [59, 1970, 3, 1],
    [-719_528, 0, 1, 1],
    [-719_469, 0, 2, 29],
    [-719_468, 0, 3, 1],
    [-25_509, 1900, 2, 28],
    [-25_508, 1900, 3, 1],
    [-24_049, 1904, 2, 28],
    [-24_048, 1904, 2, 29],
    [11_016, 2000, 2, 29],
    [11_017, 2000, 3, 1],
    [47_540, 2100, 2, 28],
    [47_541, 2100, 3, 1],
    [157_113, 2400, 2, 29],
    [2_932_896, 9999, 12, 31],
  ])('%d is the date %d-%d-%d', (number, year, month, day) => {
    expect(dayNumber(year, month, day)).toBe(number);
    expect(civilDate(number)).toEqual({ year, month, day });
  });

  it('is the date that the platform has for it', () => {
    fc.assert(
      fc.property(anyDay, (number) => {
        const date = new Date(number * MS_PER_DAY);
        const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
        expect(civilDate(number)).toEqual({ year, month, day });
        expect(dayNumber(year, month, day)).toBe(number);
        expect(weekdayOf(number)).toBe(date.getUTCDay());
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a month', () => {
  it.each([
    [2026, 28],
    [2028, 29],
    [2100, 28],
    [2000, 29],
  ])('of February in %d has %d days', (year, days) => {
    expect(daysInMonth(year, 2)).toBe(days);
    expect(isLeapYear(year)).toBe(days === 29);
  });

  it('of any other name has 30 or 31', () => {
    const others = [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    expect(others.map((month) => daysInMonth(2026, month))).toEqual([
      31, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31,
    ]);
  });

  it('has a bit for each of its days', () => {
    expect(allDays(2026, 1).toString(2)).toBe('1'.repeat(31));
    expect(allDays(2026, 4).toString(2)).toBe('1'.repeat(30));
    expect(allDays(2026, 2).toString(2)).toBe('1'.repeat(28));
  });

  it('has a bit for each of its days on a weekday', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 12 }), (year, month) => {
        for (let weekday = 0; weekday < 7; weekday++) {
          const bits = daysOnWeekday(year, month, weekday) & allDays(year, month);
          for (let day = 1; day <= daysInMonth(year, month); day++) {
            const named = (bits & (1 << (day - 1))) !== 0;
            expect(named).toBe(weekdayOf(dayNumber(year, month, day)) === weekday);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('has bits that fit into a positive number, also past its end', () => {
    expect(daysOnWeekday(2026, 2, 0)).toBe(0b1_0000001_0000001_0000001_0000001);
    expect(daysOnWeekday(2026, 2, 6)).toBe(0b1000000_1000000_1000000_1000000);
  });
});
