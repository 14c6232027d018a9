import { describe, expect, test } from 'vitest';
import { DEFAULT_OPTIONS } from '../../../src/domain/schedule/parse/options.ts';
import type { Schedule } from '../../../src/domain/schedule/types.ts';
import type { CreditMicros } from '../../../src/domain/shared/credits.ts';
import type { Instant } from '../../../src/domain/shared/instant.ts';
import { DEFAULT_TIER_LIMITS, isUnlimited, type Limits, resetsAt } from '../../../src/domain/user/limits.ts';
import { beyondTier } from '../../../src/domain/user/schedule-limits.ts';

const NONE: Limits = {
  tasks: null,
  executions_per_day: null,
  credits_per_month_micros: null,
  existing_tasks: null,
  edits_per_day: null,
  stored_bytes: null,
};

test('the tiers allow what the price list says', () => {
  expect(DEFAULT_TIER_LIMITS).toEqual({
    free: {
      tasks: 5,
      executions_per_day: 10,
      credits_per_month_micros: 100_000_000,
      existing_tasks: 1_000,
      edits_per_day: 500,
      stored_bytes: 33_554_432,
      event_destinations: 1,
      calendars: 5,
      calendar_changes_per_day: 50,
      timeout_seconds: 60,
      attempts: 5,
    },
    basic: {
      tasks: 20,
      executions_per_day: 100,
      credits_per_month_micros: 1_000_000_000,
      existing_tasks: 5_000,
      edits_per_day: 2_000,
      stored_bytes: 268_435_456,
      event_destinations: 3,
      calendars: 20,
      calendar_changes_per_day: 100,
      timeout_seconds: 300,
      attempts: 10,
    },
    pro: {
      tasks: 100,
      executions_per_day: 1_000,
      credits_per_month_micros: 10_000_000_000,
      existing_tasks: 20_000,
      edits_per_day: 20_000,
      stored_bytes: 2_147_483_648,
      event_destinations: 10,
      calendars: 50,
      calendar_changes_per_day: 200,
      timeout_seconds: 900,
      attempts: null,
    },
    enterprise: {
      ...NONE,
      event_destinations: 50,
      calendars: 50,
      calendar_changes_per_day: 200,
      timeout_seconds: null,
      attempts: null,
    },
  });
});

test('a schedule may ask for the time and the attempts that its tier allows, or that it has already', () => {
  const asking = (timeout_seconds: number | null, max_attempts: number | null) =>
    ({
      ...DEFAULT_OPTIONS,
      type: 'daily',
      time: '09:00',
      timeout_seconds,
      retry:
        max_attempts === null ? null : { max_attempts, initial_seconds: 1, multiplier: 1, max_seconds: 1 },
    }) as unknown as Schedule;
  const { free, enterprise } = DEFAULT_TIER_LIMITS;
  const beyond = [
    { path: ['timeout_seconds'], limit: 60 },
    { path: ['retry', 'max_attempts'], limit: 5 },
  ];
  expect(beyondTier(asking(null, null), null, free)).toEqual([]);
  expect(beyondTier(asking(60, 5), null, free)).toEqual([]);
  expect(beyondTier(asking(61, 6), null, free)).toEqual(beyond);
  expect(beyondTier(asking(3_600, 20), null, enterprise)).toEqual([]);
  expect(beyondTier(asking(900, 20), asking(900, 20), free)).toEqual([]);
  expect(beyondTier(asking(901, 20), asking(900, null), free)).toEqual(beyond);
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
