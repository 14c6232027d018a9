import { describe, expect, it } from 'vitest';
import { allDays } from '../../../../src/domain/schedule/calendar/civil.ts';
import {
  countLocalSlots,
  firstLocalSlot,
  type LocalRule,
  latestLocalSlot,
} from '../../../../src/domain/schedule/calendar/local-slots.ts';

const ms = (text: string) => Date.parse(`${text}Z`);
const shown = (slot: number | null) => (slot === null ? null : new Date(slot).toISOString().slice(0, 16));
const CENTURY = 36_525 * 86_400_000;

/** Every day, or on some days, at these minutes of the day. */
function rule(times: readonly number[], changes: Partial<LocalRule> = {}, daysOf = allDays): LocalRule {
  return {
    pattern: { times, months: 0b1111111111110, daysOf },
    timezone: 'Europe/Berlin',
    gap: 'shift',
    fold: 'first',
    ...changes,
  };
}
const halfPastTwo = [150];
const everyTenMinutes = Array.from({ length: 144 }, (_, index) => index * 10);
const onlyIn = (year: number) => (asked: number, month: number) => (asked === year && month === 6 ? 1 : 0);

describe('the first slot of a range', () => {
  it('may be at either end of it', () => {
    const slot = ms('2026-06-15T00:30');
    expect(firstLocalSlot(rule(halfPastTwo), slot, slot)).toBe(slot);
    expect(firstLocalSlot(rule(halfPastTwo), slot - 1, slot)).toBe(slot);
    expect(firstLocalSlot(rule(halfPastTwo), slot - 1, slot - 1)).toBeNull();
    expect(shown(firstLocalSlot(rule(halfPastTwo), slot + 1, Infinity))).toBe('2026-06-16T00:30');
    expect(firstLocalSlot(rule(halfPastTwo), slot, slot - 1)).toBeNull();
  });

  it('is found at the ends of what daylight saving moves', () => {
    const gap = ms('2026-03-29T01:00');
    const at = (minute: number, changes: Partial<LocalRule>) =>
      shown(firstLocalSlot(rule([minute], changes), gap - 60_000, gap + 7_200_000));
    // 02:00 is the first minute that is not there, 02:59 the last, 03:00 is there.
    expect([120, 179, 180].map((minute) => at(minute, { gap: 'shift' }))).toEqual([
      '2026-03-29T01:00',
      '2026-03-29T01:59',
      '2026-03-29T01:00',
    ]);
    expect([120, 179, 180].map((minute) => at(minute, { gap: 'end' }))).toEqual([
      '2026-03-29T01:00',
      '2026-03-29T01:00',
      '2026-03-29T01:00',
    ]);
    expect([120, 179, 180].map((minute) => at(minute, { gap: 'skip' }))).toEqual([
      null,
      null,
      '2026-03-29T01:00',
    ]);
  });

  it('of what is moved to the end of a gap is that end alone', () => {
    const gap = ms('2026-03-29T01:00');
    const several = rule([125, 150, 175], { gap: 'end' });
    expect(firstLocalSlot(several, gap, gap)).toBe(gap);
    expect(shown(firstLocalSlot(several, gap + 1, Infinity))).toBe('2026-03-30T00:05');
  });

  it('is found at the ends of what is shown twice', () => {
    const fold = ms('2026-10-25T01:00');
    const at = (minute: number, changes: Partial<LocalRule>) =>
      [fold - 3_600_000, fold].map((from) =>
        shown(firstLocalSlot(rule([minute], changes), from, from + 3_599_999)),
      );
    expect(at(120, { fold: 'first' })).toEqual(['2026-10-25T00:00', null]);
    expect(at(179, { fold: 'first' })).toEqual(['2026-10-25T00:59', null]);
    expect(at(120, { fold: 'second' })).toEqual([null, '2026-10-25T01:00']);
    expect(at(179, { fold: 'second' })).toEqual([null, '2026-10-25T01:59']);
    expect(at(120, { fold: 'both' })).toEqual(['2026-10-25T00:00', '2026-10-25T01:00']);
    expect(at(179, { fold: 'both' })).toEqual(['2026-10-25T00:59', '2026-10-25T01:59']);
  });

  it('is looked for a century ahead', () => {
    const far = rule([0], { timezone: 'UTC' }, onlyIn(2126));
    const slot = ms('2126-06-01T00:00');
    expect(firstLocalSlot(far, slot - CENTURY, Infinity)).toBe(slot);
    expect(firstLocalSlot(far, slot - CENTURY - 1, Infinity)).toBeNull();
    const berlin = rule([0], {}, onlyIn(2126));
    expect(shown(firstLocalSlot(berlin, slot - CENTURY, Infinity))).toBe('2126-05-31T22:00');
    expect(
      firstLocalSlot(
        rule([0], {}, () => 0),
        0,
        Infinity,
      ),
    ).toBeNull();
  });
});

describe('the count of slots in a range', () => {
  const count = (of: LocalRule, from: string, to: string, cap = 10_000) =>
    countLocalSlots(of, ms(from), ms(to), cap);

  it('includes both ends', () => {
    expect(count(rule(halfPastTwo), '2026-06-15T00:30', '2026-06-15T00:30').count).toBe(1);
    expect(count(rule(halfPastTwo), '2026-06-15T00:30', '2026-06-16T00:30').count).toBe(2);
    expect(count(rule(halfPastTwo), '2026-06-15T00:31', '2026-06-16T00:29').count).toBe(0);
    expect(count(rule(halfPastTwo), '2026-06-15T00:30', '2026-06-15T00:29').count).toBe(0);
  });

  it.each([
    ['shift', 'first', 24 * 6, 24 * 6 - 6],
    ['skip', 'both', 24 * 6 + 6, 24 * 6 - 6],
    ['end', 'second', 24 * 6, 24 * 6 - 6],
  ] as const)(
    'where times are moved by %s and doubled by %s is what the clock shows',
    (gap, fold, october, march) => {
      const given = rule(everyTenMinutes, { gap, fold });
      expect(count(given, '2026-10-24T22:00', '2026-10-25T22:59')).toEqual({
        count: october,
        complete: true,
      });
      expect(count(given, '2026-03-28T23:00', '2026-03-29T21:59')).toEqual({ count: march, complete: true });
    },
  );

  it('has a moved time once where it falls on one that matches anyway', () => {
    const night = ['2026-03-28T23:00', '2026-03-29T21:59'] as const;
    expect(count(rule([150, 160, 210]), ...night).count).toBe(2);
    expect(count(rule([150, 160, 215]), ...night).count).toBe(3);
    expect(count(rule([150, 160, 180], { gap: 'end' }), ...night).count).toBe(1);
    expect(count(rule([150, 160, 181], { gap: 'end' }), ...night).count).toBe(2);
  });

  it('ends where the range does, also among times that were moved', () => {
    const moved = rule([150, 160]);
    const until = (time: string) => count(moved, '2026-03-28T23:00', `2026-03-29T${time}`).count;
    expect(['01:29:59.999', '01:30', '01:39:59.999', '01:40'].map(until)).toEqual([0, 1, 1, 2]);
  });

  it('of as many as it is asked for is complete where no more come', () => {
    const once = rule([0], {}, onlyIn(2026));
    expect(count(once, '2026-01-01T00:00', '2027-01-01T00:00', 1)).toEqual({ count: 1, complete: true });
  });

  it('stops beyond what it is asked for, and says that there may be more', () => {
    const of = rule(everyTenMinutes);
    const some = count(of, '2026-01-01T00:00', '2030-01-01T00:00', 5_000);
    expect(some.complete).toBe(false);
    expect(some.count).toBeGreaterThan(5_000);
    expect(some.count).toBeLessThan(15_000);
    expect(count(of, '2026-06-01T00:00', '2026-06-01T23:59', 144)).toEqual({ count: 144, complete: true });
  });

  it('sees nearly 18 years of a zone with daylight saving, and says where it did not see all', () => {
    const daily = rule(halfPastTwo);
    expect(count(daily, '2026-01-01T00:00', '2036-01-01T00:00')).toEqual({ count: 3_652, complete: true });
    const part = count(daily, '2026-01-01T00:00', '2056-01-01T00:00', 100_000);
    expect(part.complete).toBe(false);
    expect(part.count).toBeGreaterThan(17 * 365);
  });

  it('sees all of a rare pattern, and of a zone that never changes', () => {
    const once = rule([0], {}, onlyIn(2100));
    expect(count(once, '2026-01-01T00:00', '2400-01-01T00:00')).toEqual({ count: 1, complete: true });
    const utc = rule([0], { timezone: 'UTC' }, onlyIn(2100));
    expect(count(utc, '2026-01-01T00:00', '9999-01-01T00:00')).toEqual({ count: 1, complete: true });
  });
});

describe('the latest slot of a range', () => {
  const latest = (of: LocalRule, from: string, to: string) => shown(latestLocalSlot(of, ms(from), ms(to)));

  it('may be at either end of it', () => {
    expect(latest(rule(halfPastTwo), '2026-06-15T00:30', '2026-06-15T00:30')).toBe('2026-06-15T00:30');
    expect(latest(rule(halfPastTwo), '2026-06-15T00:30', '2026-06-16T00:29')).toBe('2026-06-15T00:30');
    expect(latest(rule(halfPastTwo), '2026-06-15T00:31', '2026-06-16T00:29')).toBeNull();
    expect(latest(rule(halfPastTwo), '2026-06-15T00:30', '2026-06-15T00:29')).toBeNull();
  });

  it('is the last one, however far it lies back, and however many there are', () => {
    const latestBy = (to: string) => latest(rule(everyTenMinutes), '2026-06-15T06:00', to);
    expect(latestBy('2026-06-15T12:30')).toBe('2026-06-15T12:30');
    expect(latestBy('2026-06-15T12:29:59.999')).toBe('2026-06-15T12:20');
    expect(latest(rule(everyTenMinutes), '2020-01-01T00:00', '2026-06-15T12:34')).toBe('2026-06-15T12:30');
    const once = rule([0], { timezone: 'UTC' }, onlyIn(2001));
    expect(latest(once, '1990-01-01T00:00', '2090-01-01T00:00')).toBe('2001-06-01T00:00');
    const first = rule([0], { timezone: 'UTC' }, (_, month) => (month === 1 ? 1 : 0));
    expect(latest(first, '1990-01-01T00:00', '2026-12-31T00:00')).toBe('2026-01-01T00:00');
  });

  it('is looked for a century back', () => {
    const once = rule([0], { timezone: 'UTC' }, onlyIn(2026));
    const slot = ms('2026-06-01T00:00');
    expect(latestLocalSlot(once, -Infinity, slot + CENTURY)).toBe(slot);
    expect(latestLocalSlot(once, -Infinity, slot + CENTURY + 1)).toBeNull();
  });

  it('is the second of a time that comes twice, where both are slots', () => {
    const range = ['2026-10-24T12:00', '2026-10-25T12:00'] as const;
    expect(latest(rule(halfPastTwo, { fold: 'both' }), ...range)).toBe('2026-10-25T01:30');
    expect(latest(rule(halfPastTwo, { fold: 'first' }), ...range)).toBe('2026-10-25T00:30');
    expect(latest(rule(halfPastTwo, { fold: 'second' }), ...range)).toBe('2026-10-25T01:30');
  });
});
