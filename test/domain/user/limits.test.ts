import { describe, expect, test } from 'vitest';
import type { CreditMicros } from '../../../src/domain/shared/credits.ts';
import type { Instant } from '../../../src/domain/shared/instant.ts';
import { DEFAULT_TIER_LIMITS, isUnlimited, type Limits, resetsAt } from '../../../src/domain/user/limits.ts';

const NONE: Limits = { tasks: null, executions_per_day: null, credits_per_month_micros: null };

test('the tiers allow what the price list says', () => {
  expect(DEFAULT_TIER_LIMITS).toEqual({
    free: { tasks: 5, executions_per_day: 10, credits_per_month_micros: 100_000_000 },
    basic: { tasks: 20, executions_per_day: 100, credits_per_month_micros: 1_000_000_000 },
    pro: { tasks: 100, executions_per_day: 1_000, credits_per_month_micros: 10_000_000_000 },
    enterprise: NONE,
  });
});

test.each<[string, Partial<Limits>, boolean]>([
  ['nothing', {}, true],
  ['tasks', { tasks: 0 }, false],
  ['executions', { executions_per_day: 0 }, false],
  ['credits', { credits_per_month_micros: 0 as CreditMicros }, false],
])('limits of %s leave everything free, or not', (_, limits, unlimited) => {
  expect(isUnlimited({ ...NONE, ...limits })).toBe(unlimited);
});

describe('a count begins anew', () => {
  test.each([
    ['2026-11-23T12:00:00.000Z', '2026-11-24T00:00:00.000Z', '2026-12-01T00:00:00.000Z'],
    ['2026-12-31T23:59:59.999Z', '2027-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    ['2028-02-29T00:00:00.000Z', '2028-03-01T00:00:00.000Z', '2028-03-01T00:00:00.000Z'],
  ])('at midnight UTC after the day, and after the month, that %s is in', (now, day, month) => {
    expect(resetsAt('executions_per_day', now as Instant)).toBe(day);
    expect(resetsAt('credits_per_month', now as Instant)).toBe(month);
  });

  test('never by itself for tasks', () => {
    expect(resetsAt('tasks', '2026-11-23T12:00:00.000Z' as Instant)).toBeNull();
  });
});
