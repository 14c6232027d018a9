import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packDates, unpackDates } from '../../../../src/domain/schedule/calendar/packed-dates.ts';
import { dates } from './given-calendars.ts';

describe('packed dates', () => {
  it('can be read by people: years, single days, and ranges that end with the year', () => {
    const given = [
      '2026-01-01',
      '2026-12-24',
      '2026-12-25',
      '2026-12-26',
      '2026-12-31',
      '2027-01-01',
      '2027-01-02',
    ];
    expect(packDates(given)).toBe('2026:0101,1224-1226,1231;2027:0101-0102');
    expect(packDates([])).toBe('');
    expect(unpackDates('')).toEqual([]);
  });

  it('go over the ends of months and the leap day', () => {
    const given = ['2028-02-28', '2028-02-29', '2028-03-01', '2028-04-30', '2028-05-01'];
    expect(packDates(given)).toBe('2028:0228-0301,0430-0501');
    expect(unpackDates(packDates(given))).toEqual(given);
  });

  it('are what they were, whichever they are', () => {
    fc.assert(
      fc.property(dates, (some) => {
        const sorted = [...some].sort();
        expect(unpackDates(packDates(sorted))).toEqual(sorted);
      }),
    );
    const ends = ['0001-01-01', '0999-12-31', '9999-12-31'];
    expect(unpackDates(packDates(ends))).toEqual(ends);
  });
});
