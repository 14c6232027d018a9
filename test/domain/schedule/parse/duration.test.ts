import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationOf, secondsOfDuration } from '../../../../src/domain/schedule/parse/duration.ts';

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

describe('an ISO 8601 duration', () => {
  it.each([
    ['PT0S', 0],
    ['P0D', 0],
    ['PT1S', 1],
    ['PT90M', 90 * MINUTE],
    ['PT36H', 36 * HOUR],
    ['P1D', DAY],
    ['P1W', 7 * DAY],
    ['P1W2DT3H4M5S', 9 * DAY + 3 * HOUR + 4 * MINUTE + 5],
    ['P2DT5S', 2 * DAY + 5],
    ['PT1H1S', HOUR + 1],
    ['PT9999999999S', 9_999_999_999],
    [`PT${'0'.repeat(9)}1S`, 1],
  ])('%s is %d seconds', (text, seconds) => {
    expect(secondsOfDuration(text)).toBe(seconds);
  });

  it.each([
    '',
    'P',
    'PT',
    'P1DT',
    'P1',
    '1D',
    'p1d',
    ' P1D',
    'P1D ',
    'P1Y',
    'P1M',
    'PT1.5H',
    'PT-1H',
    '-PT1H',
    'P1DT1D',
    'PT1M1H',
    'P1D1W',
    'P12345678901D',
    'P1H',
  ])('is not %j', (text) => {
    expect(secondsOfDuration(text)).toBeNull();
  });
});

describe('the one spelling of a duration', () => {
  it.each([
    [0, 'PT0S'],
    [1, 'PT1S'],
    [59, 'PT59S'],
    [MINUTE, 'PT1M'],
    [HOUR, 'PT1H'],
    [HOUR + 1, 'PT1H1S'],
    [23 * HOUR + 59 * MINUTE + 59, 'PT23H59M59S'],
    [DAY, 'P1D'],
    [7 * DAY, 'P7D'],
    [DAY + 1, 'P1DT1S'],
    [10 * DAY + 10 * HOUR + 10 * MINUTE + 10, 'P10DT10H10M10S'],
  ])('of %d seconds is %s', (seconds, text) => {
    expect(durationOf(seconds)).toBe(text);
  });

  it('is read back as the same seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000 * DAY }), (seconds) => {
        expect(secondsOfDuration(durationOf(seconds))).toBe(seconds);
      }),
    );
  });
});
