import { describe, expect, test } from 'vitest';
import { backoffMs } from '../../../../src/domain/task/decide/retry.ts';

describe('the backoff of a failed attempt', () => {
  const retry = { max_attempts: 5, initial_seconds: 2, multiplier: 1.5, max_seconds: 6 };

  test.each([
    [1, 2_000],
    [2, 3_000],
    [3, 4_500],
    [4, 6_000],
    [5, null],
    [6, null],
  ])('number %d is %s ms: it grows up to its limit, while an attempt is left', (failed, ms) => {
    expect(backoffMs(retry, failed)).toBe(ms);
  });

  test('is as long as the other side asks for, up to its limit', () => {
    expect(backoffMs(retry, 1, 5_000)).toBe(5_000);
    expect(backoffMs(retry, 3, 1_000)).toBe(4_500);
    expect(backoffMs(retry, 1, 3_600_000)).toBe(6_000);
    expect(backoffMs(retry, 5, 1_000)).toBeNull();
  });

  test('is whole milliseconds, and none without a policy', () => {
    expect(backoffMs({ ...retry, initial_seconds: 1, multiplier: 1.0006 }, 2)).toBe(1_001);
    expect(backoffMs(null, 1)).toBeNull();
  });
});
