import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endOfDate, instantOfWall, localDateOf } from '../../../../src/domain/schedule/calendar/local-day.ts';
import { type Instant, plusMs } from '../../../../src/domain/shared/instant.ts';

describe('the end of a day', () => {
  test.each([
    ['UTC', '2026-12-24', '2026-12-25T00:00:00.000Z'],
    ['Europe/Zurich', '2026-12-24', '2026-12-24T23:00:00.000Z'],
    // 23 and 25 hours.
    ['Europe/Zurich', '2026-03-29', '2026-03-29T22:00:00.000Z'],
    ['Europe/Zurich', '2026-10-25', '2026-10-25T23:00:00.000Z'],
    // The next day has no midnight.
    ['America/Santiago', '2026-09-05', '2026-09-06T04:00:00.000Z'],
    ['Africa/Cairo', '2026-04-23', '2026-04-23T22:00:00.000Z'],
    // Clocks go back at midnight: its last hour comes twice.
    ['America/Santiago', '2026-04-04', '2026-04-05T04:00:00.000Z'],
    // At one minute past midnight: the next day begins, the old one comes back, and ends.
    ['America/St_Johns', '2005-10-29', '2005-10-30T03:30:00.000Z'],
    // The day that Samoa left out is over when the next one begins.
    ['Pacific/Apia', '2011-12-29', '2011-12-30T10:00:00.000Z'],
    ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00.000Z'],
    ['Pacific/Apia', '2011-12-31', '2011-12-31T10:00:00.000Z'],
  ])('in %s, of %s, is %s', (timezone, date, end) => {
    expect(endOfDate(timezone, date)).toBe(end);
  });

  const zones = fc.constantFrom(
    ...['America/Santiago', 'Africa/Cairo', 'Pacific/Apia', 'America/St_Johns', 'Europe/Zurich'],
    ...['Australia/Lord_Howe', 'Asia/Kathmandu', 'America/Havana', 'Pacific/Kwajalein', 'UTC'],
  );
  const days = fc.integer({ min: -8_000, max: 40_000 });
  const dateOf = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10);

  test('is where the clocks show the last of the day before, and a later one after', () => {
    fc.assert(
      fc.property(zones, days, (timezone, day) => {
        const date = dateOf(day);
        const end = endOfDate(timezone, date);
        const last = localDateOf(timezone, plusMs(end, -1));
        expect(last <= date).toBe(true);
        // Only days that there were not end with the day before.
        if (last < date) expect(endOfDate(timezone, dateOf(day - 1))).toBe(end);
        expect(localDateOf(timezone, end) > date).toBe(true);
        expect(endOfDate(timezone, dateOf(day + 1)) >= end).toBe(true);
      }),
    );
  });
});

test.each([
  ['Europe/Zurich', '2026-12-24T09:00:00Z', '2026-12-24T08:00:00.000Z'],
  // Missing: later by the gap. Twice: the first.
  ['Europe/Zurich', '2026-03-29T02:30:00Z', '2026-03-29T01:30:00.000Z'],
  ['Europe/Zurich', '2026-10-25T02:30:00Z', '2026-10-25T00:30:00.000Z'],
])('in %s the clocks show %s at %s', (timezone, wall, at) => {
  expect(new Date(instantOfWall(timezone, Date.parse(wall))).toISOString() as Instant).toBe(at);
});
