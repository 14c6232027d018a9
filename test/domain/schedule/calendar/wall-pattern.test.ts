import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allDays } from '../../../../src/domain/schedule/calendar/civil.ts';
import {
  countMatches,
  matches,
  nextMatch,
  type WallPattern,
} from '../../../../src/domain/schedule/calendar/wall-pattern.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const EVERY_MONTH = 0b1111111111110;
const ALL = Number.MAX_SAFE_INTEGER;
const wall = (text: string) => Date.parse(`${text}Z`);
const shown = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString().slice(0, 16));

/** On these days of each month (the 1st is 1), in these months, at these minutes of the day. */
function pattern(times: readonly number[], days: readonly number[] = [], months = EVERY_MONTH): WallPattern {
  const bits = days.reduce((all, day) => all | (1 << (day - 1)), 0);
  return {
    times,
    months,
    daysOf: (year, month) => (days.length === 0 ? allDays(year, month) : bits & allDays(year, month)),
  };
}

describe('the next match', () => {
  const twice = pattern([9 * 60, 17 * 60 + 30]);
  it.each([
    ['2026-03-20T00:00', '2026-03-20T09:00'],
    ['2026-03-20T09:00', '2026-03-20T09:00'],
    ['2026-03-20T09:00:00.001', '2026-03-20T17:30'],
    ['2026-03-20T17:30', '2026-03-20T17:30'],
    ['2026-03-20T17:31', '2026-03-21T09:00'],
    ['2026-03-31T23:59', '2026-04-01T09:00'],
    ['2026-12-31T23:59:59.999', '2027-01-01T09:00'],
    ['1969-12-31T09:01', '1969-12-31T17:30'],
    ['1969-12-31T17:31', '1970-01-01T09:00'],
  ])('from %s is at %s', (from, at) => {
    expect(shown(nextMatch(twice, wall(from)))).toBe(at);
  });

  it('of a day that has not the time any more is on the next day that matches', () => {
    const late = pattern([0], [1, 15]);
    expect(shown(nextMatch(late, wall('2026-03-01T00:00')))).toBe('2026-03-01T00:00');
    expect(shown(nextMatch(late, wall('2026-03-01T00:01')))).toBe('2026-03-15T00:00');
    expect(shown(nextMatch(late, wall('2026-03-15T00:01')))).toBe('2026-04-01T00:00');
  });

  it('looks for the day through the months that have it', () => {
    const inMay = pattern([60], [31], 1 << 5);
    expect(shown(nextMatch(inMay, wall('2026-05-31T01:00')))).toBe('2026-05-31T01:00');
    expect(shown(nextMatch(inMay, wall('2026-05-31T01:01')))).toBe('2027-05-31T01:00');
    const december = pattern([60], [31], 1 << 12);
    expect(shown(nextMatch(december, wall('2026-01-01T00:00')))).toBe('2026-12-31T01:00');
    expect(shown(nextMatch(pattern([60], [31]), wall('2026-04-01T00:00')))).toBe('2026-05-31T01:00');
  });

  it('is looked for a century ahead, and no further', () => {
    const once = (year: number): WallPattern => ({
      times: [0],
      months: 1 << 1,
      daysOf: (asked) => (asked === year ? 1 : 0),
    });
    expect(shown(nextMatch(once(2126), wall('2026-01-01T00:01')))).toBe('2126-01-01T00:00');
    expect(nextMatch(once(2127), wall('2026-01-01T00:01'))).toBeNull();
  });
});

describe('a wall time matches', () => {
  it('where the pattern has that minute, to the millisecond', () => {
    const nine = pattern([9 * 60], [20]);
    expect(matches(nine, wall('2026-03-20T09:00'))).toBe(true);
    expect(matches(nine, wall('2026-03-20T09:00:00.001'))).toBe(false);
    expect(matches(nine, wall('2026-03-20T08:59'))).toBe(false);
    expect(matches(nine, wall('2026-03-19T09:00'))).toBe(false);
  });
});

describe('the count of matches', () => {
  const twice = pattern([9 * 60, 17 * 60 + 30]);
  const count = (of: WallPattern, from: string, to: string, cap = ALL) =>
    countMatches(of, wall(from), wall(to), cap);

  it.each([
    ['2026-03-20T09:00', '2026-03-20T09:00', 0],
    ['2026-03-20T09:00', '2026-03-20T08:00', 0],
    ['2026-03-20T12:00', '2026-03-20T08:00', 0],
    ['2026-03-20T09:00', '2026-03-20T09:00:00.001', 1],
    ['2026-03-20T09:00:00.001', '2026-03-20T17:30', 0],
    ['2026-03-20T09:00', '2026-03-20T17:30', 1],
    ['2026-03-20T09:00', '2026-03-20T17:31', 2],
    ['2026-03-20T00:00', '2026-03-21T00:00', 2],
    ['2026-03-20T09:01', '2026-03-21T09:01', 2],
    ['2026-03-20T18:00', '2026-03-21T08:00', 0],
    ['2026-02-01T00:00', '2026-03-01T00:00', 56],
    ['2026-03-01T00:00', '2026-04-01T00:00', 62],
    ['2026-03-20T12:00', '2027-03-20T12:00', 730],
  ])('from %s to before %s is %d', (from, to, expected) => {
    expect(count(twice, from, to)).toBe(expected);
  });

  it('leaves out days that do not match, at both ends too', () => {
    const tenth = pattern([9 * 60, 17 * 60], [10]);
    expect(count(tenth, '2026-03-09T12:00', '2026-03-11T12:00')).toBe(2);
    expect(count(tenth, '2026-03-10T12:00', '2026-04-10T12:00')).toBe(2);
    expect(count(tenth, '2026-03-11T00:00', '2026-04-10T00:00')).toBe(0);
    expect(count(pattern([0], [31]), '2026-01-01T00:00', '2027-01-01T00:00')).toBe(7);
    expect(count(pattern([0], [31], 1 << 12), '2026-01-01T00:00', '2028-12-31T00:01')).toBe(3);
  });

  it('is beyond what it is asked for, where there are more', () => {
    const tenth = pattern([9 * 60], [10]);
    for (const from of ['2026-01-10T00:00', '2026-01-10T12:00']) {
      expect(count(tenth, from, '2036-01-01T00:00', 3)).toBeGreaterThan(3);
    }
  });

  it('stops soon after what it is asked for', () => {
    const asked: number[] = [];
    const counted: WallPattern = {
      ...twice,
      daysOf: (year, month) => {
        asked.push(month);
        return twice.daysOf(year, month);
      },
    };
    const found = count(counted, '2026-01-01T00:00', '9026-01-01T00:00', 1_000);
    expect(found).toBeGreaterThan(1_000);
    expect(asked.length).toBeLessThan(25);
  });

  it('is as many as are found one by one', () => {
    const days = fc.uniqueArray(fc.integer({ min: 1, max: 31 }), { minLength: 1, maxLength: 31 });
    const times = fc
      .uniqueArray(fc.integer({ min: 0, max: 1439 }), { minLength: 1, maxLength: 5 })
      .map((list) => list.sort((a, b) => a - b));
    const start = fc.integer({ min: -40 * 365 * DAY, max: 80 * 365 * DAY });
    const months = fc.integer({ min: 1, max: 4095 }).map((bits) => bits << 1);
    fc.assert(
      fc.property(times, days, months, start, fc.nat({ max: 90 * DAY }), (at, on, within, from, length) => {
        const given = pattern(at, on, within);
        let found = 0;
        for (let match = nextMatch(given, from); match !== null && match < from + length; found += 1)
          match = nextMatch(given, match + 1);
        expect(countMatches(given, from, from + length, ALL)).toBe(found);
      }),
      { numRuns: 200 },
    );
  });
});
