import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addCredits,
  type CreditMicros,
  creditsOf,
  MAX_CREDITS,
  parseCredits,
} from '../../../src/domain/shared/credits.ts';

const micros = (count: number) => count as CreditMicros;

describe('an amount of credits', () => {
  it.each([
    [0, 0],
    [0.000_001, 1],
    [0.1, 100_000],
    [1.25, 1_250_000],
    [1_000_000, 1_000_000_000_000],
    [999_999.999_999, 999_999_999_999],
  ])('%d is kept as %d millionths', (credits, count) => {
    expect(parseCredits(credits)).toBe(count);
  });

  it.each([
    ['below nothing', -0.000_001],
    ['above the most that one amount may be', MAX_CREDITS + 0.000_001],
    ['finer than a millionth', 0.000_000_5],
    ['finer than a millionth, beside whole credits', 1.000_000_1],
    ['no number', Number.NaN],
    ['without end', Number.POSITIVE_INFINITY],
  ])('is refused where it is %s', (_, credits) => {
    expect(parseCredits(credits)).toBeNull();
  });

  it('is read back as it was shown', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX_CREDITS * 1_000_000 }), (count) => {
        expect(parseCredits(creditsOf(micros(count)))).toBe(count);
      }),
    );
    expect(creditsOf(micros(1_250_000))).toBe(1.25);
  });

  it('adds up without a rest', () => {
    expect(addCredits(micros(100_000), micros(200_000))).toBe(300_000);
  });
});
