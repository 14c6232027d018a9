import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dayOf,
  earliest,
  epochMs,
  type Instant,
  instantFromRfc3339,
  instantOf,
  monthOf,
  msBetween,
  parseInstant,
  plusMs,
} from '../../../src/domain/shared/instant.ts';

const FIRST = Date.parse('0000-01-01T00:00:00.000Z');
const FIRST_GIVEN = Date.parse('0001-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');
const at = (text: string) => text as Instant;

describe('an instant', () => {
  it('has three decimals and Z, so that comparing text compares time', () => {
    expect(instantOf(0)).toBe('1970-01-01T00:00:00.000Z');
    const ms = fc.integer({ min: FIRST, max: LAST });
    fc.assert(
      fc.property(ms, ms, (a, b) => {
        expect(instantOf(a) < instantOf(b)).toBe(a < b);
        expect(epochMs(instantOf(a))).toBe(a);
        expect(parseInstant(instantOf(a))).toBe(instantOf(a));
      }),
    );
  });

  it('lies in the years 0000 to 9999', () => {
    expect(instantOf(FIRST)).toBe('0000-01-01T00:00:00.000Z');
    expect(instantOf(LAST)).toBe('9999-12-31T23:59:59.999Z');
    expect(() => instantOf(FIRST - 1)).toThrow(RangeError);
    expect(() => instantOf(LAST + 1)).toThrow('instant out of range: 253402300800000');
    expect(() => instantOf(Number.NaN)).toThrow(RangeError);
  });

  it.each([
    ['2026-11-23T08:54:00Z', 'no decimals'],
    ['2026-11-23T08:54:00.0000Z', 'more than three decimals'],
    ['2026-11-23T08:54:00.000+00:00', 'an offset'],
    ['2026-13-23T08:54:00.000Z', 'a month that does not exist'],
    [' 2026-11-23T08:54:00.000Z', 'something before it'],
    ['2026-11-23T08:54:00.000Z ', 'something behind it'],
  ])('as stored is not %s: %s', (text) => {
    expect(parseInstant(text)).toBeNull();
  });

  it('has a UTC day and a UTC month', () => {
    expect(dayOf(at('2026-11-23T23:59:59.999Z'))).toBe('2026-11-23');
    expect(monthOf(at('2026-11-23T23:59:59.999Z'))).toBe('2026-11');
  });

  it('is moved and measured in milliseconds', () => {
    const noon = at('2026-11-23T12:00:00.000Z');
    expect(plusMs(noon, 1)).toBe('2026-11-23T12:00:00.001Z');
    expect(plusMs(noon, -1)).toBe('2026-11-23T11:59:59.999Z');
    expect(msBetween(noon, plusMs(noon, 1_500))).toBe(1_500);
    expect(msBetween(plusMs(noon, 1_500), noon)).toBe(-1_500);
  });

  it('is the earliest of those that are given, in any order; of none there is none', () => {
    const [a, b] = [at('2026-11-23T12:00:00.000Z'), at('2026-11-23T12:00:00.001Z')];
    expect(earliest(a, b)).toBe(a);
    expect(earliest(b, null, a)).toBe(a);
    expect(earliest(null, b)).toBe(b);
    expect(earliest(null, null)).toBeNull();
    expect(earliest()).toBeNull();
  });
});

describe('RFC 3339 text', () => {
  it.each([
    ['2026-11-23T08:54:00Z', '2026-11-23T08:54:00.000Z'],
    ['2026-11-23t08:54:00z', '2026-11-23T08:54:00.000Z'],
    ['2026-11-23T08:54:07+01:30', '2026-11-23T07:24:07.000Z'],
    ['2026-11-23T08:54:00-01:30', '2026-11-23T10:24:00.000Z'],
    ['2026-11-23T08:54:00-00:00', '2026-11-23T08:54:00.000Z'],
    ['2026-11-23T23:59:00-23:59', '2026-11-24T23:58:00.000Z'],
    ['2026-11-23T08:54:00.1Z', '2026-11-23T08:54:00.100Z'],
    ['2026-11-23T08:54:00.009Z', '2026-11-23T08:54:00.009Z'],
    ['2026-11-23T08:54:00.1239999Z', '2026-11-23T08:54:00.123Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['0096-02-29T12:00:00Z', '0096-02-29T12:00:00.000Z'],
    ['0099-12-31T23:59:59Z', '0099-12-31T23:59:59.000Z'],
    ['0100-01-01T00:00:00Z', '0100-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ['0000-12-31T23:59:00-00:01', '0001-01-01T00:00:00.000Z'],
  ])('%s is the instant %s', (text, instant) => {
    expect(instantFromRfc3339(text)).toBe(instant);
  });

  it.each([
    ['2026-11-23T08:54:00', 'lacks an offset'],
    ['2026-11-23', 'lacks a time'],
    ['2026-11-23 08:54:00Z', 'has no T'],
    ['2026-11-23T08:54Z', 'lacks seconds'],
    ['2026-11-23T08:54:00.Z', 'has a point without decimals'],
    ['2026-11-23T08:54:00+0130', 'has an offset without a colon'],
    ['x2026-11-23T08:54:00Z', 'has something before it'],
    ['2026-11-23T08:54:00Zx', 'has something behind it'],
    ['2026-02-30T00:00:00Z', 'names a day that does not exist'],
    ['2027-02-29T00:00:00Z', 'names a leap day of a year that has none'],
    ['2026-00-01T00:00:00Z', 'names a month that does not exist'],
    ['2026-11-23T24:00:00Z', 'names an hour that does not exist'],
    ['2026-11-23T23:60:00Z', 'names a minute that does not exist'],
    ['2026-11-23T23:59:60Z', 'names a leap second'],
    ['2026-11-23T08:54:00+24:00', 'has an offset of a day'],
    ['2026-11-23T08:54:00+00:60', 'has an offset of sixty minutes'],
    ['10000-01-01T00:00:00+01:00', 'has a year of five digits'],
    ['0000-12-31T23:59:59.999Z', 'is before the year 1'],
    ['0001-01-01T00:00:00+00:01', 'is before the year 1 in UTC'],
    ['9999-12-31T23:59:59.999-00:01', 'is after the year 9999 in UTC'],
  ])('%s is none: it %s', (text) => {
    expect(instantFromRfc3339(text)).toBeNull();
  });

  it('reads any instant back, whatever the offset that it is shown with', () => {
    const minutes = fc.integer({ min: -1439, max: 1439 });
    const ms = fc.integer({ min: FIRST_GIVEN + 86_400_000, max: LAST - 86_400_000 });
    fc.assert(
      fc.property(ms, minutes, (epoch, offset) => {
        const wall = instantOf(epoch + offset * 60_000).slice(0, -1);
        const [hour, minute] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60].map((part) =>
          String(part).padStart(2, '0'),
        );
        const text = `${wall}${offset < 0 ? '-' : '+'}${hour}:${minute}`;
        expect(instantFromRfc3339(text)).toBe(instantOf(epoch));
      }),
    );
  });
});
