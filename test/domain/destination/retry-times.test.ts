import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GIVEN_UP_AFTER_MS, nextTry } from '../../../src/domain/destination/retry-times.ts';
import { type Instant, msBetween } from '../../../src/domain/shared/instant.ts';

const FIRST = '2026-11-23T08:54:00.000Z' as Instant;

/** Milliseconds between the tries of an event that never arrives. */
function pauses(random: () => number, retryAfterMs: number | null = null): number[] {
  const all: number[] = [];
  let now = FIRST;
  for (let attempts = 1; ; attempts++) {
    const next = nextTry({ attempts, firstAt: FIRST, now, retryAfterMs }, random());
    if (next === null) return all;
    all.push(msBetween(now, next));
    now = next;
  }
}

test('pauses grow from five seconds to ten hours and end after three days', () => {
  const all = pauses(() => 0.5);
  expect(all.slice(0, 7)).toEqual([5, 60, 300, 1_800, 7_200, 18_000, 36_000].map((s) => s * 1_000));
  expect(all.reduce((sum, ms) => sum + ms, 0)).toBe(GIVEN_UP_AFTER_MS);
});

test('whatever the spread and whatever is asked for, the last try is three days after the first', () => {
  const asked = fc.option(fc.integer({ min: 0, max: 10 ** 12 }));
  fc.assert(
    fc.property(fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })), asked, (stream, ms) => {
      const all = pauses(() => stream.next().value ?? 0, ms);
      const total = all.reduce((sum, each) => sum + each, 0);
      expect(total).toBeGreaterThanOrEqual(GIVEN_UP_AFTER_MS);
      expect(total).toBeLessThanOrEqual(GIVEN_UP_AFTER_MS + 1_000);
      expect(all.every((each) => each >= 1_000 && each <= 36_000_000)).toBe(true);
      expect(all.length).toBeLessThan(200);
    }),
  );
});
