import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDuration, type Durations, durationAt } from '../../src/projections/durations.ts';

const counted = (all: readonly number[]) => all.reduce<Durations>((sum, ms) => addDuration(sum, ms), {});

describe('durations', () => {
  it('are told within 5 %, also of several counts together', () => {
    const times = fc.array(fc.oneof(fc.nat(30), fc.nat(100_000), fc.nat(7 * 86_400_000)), { minLength: 1 });
    fc.assert(
      fc.property(times, times, fc.constantFrom(0, 0.01, 0.5, 0.95, 1), (some, others, share) => {
        const sorted = [...some, ...others].sort((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(sorted.length * share)) - 1] ?? 0;
        const told = durationAt([counted(some), counted(others)], share) ?? Number.NaN;
        expect(Math.abs(told - exact)).toBeLessThanOrEqual(exact * 0.05);
      }),
    );
  });

  it('of nothing are none', () => {
    expect([durationAt([], 0.5), durationAt([{}], 0.5)]).toEqual([null, null]);
  });

  it('are counted in the classes of before: what is stored is read by later builds', () => {
    const times = [0, 1, 10, 11, 12, 13, 100, 1_000, 60_000, 3_600_000, 1e12];
    expect(times.map((ms) => Object.keys(addDuration({}, ms)).map(Number))).toEqual(
      [0, 1, 10, 11, 12, 13, 38, 63, 106, 149, 203].map((at) => [at]),
    );
  });
});
