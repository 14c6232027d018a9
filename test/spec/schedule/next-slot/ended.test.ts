import { expect, test } from 'vitest';
import { slots } from '../../../domain/schedule/given.ts';

test('A schedule has a slot at its end, and none after it', () => {
  const document = { type: 'daily', run_time: '09:00', end_at: '2026-03-22T09:00:00Z' };
  expect(slots(document, '2026-03-20T10:00:00Z', 9)).toEqual([
    '2026-03-21T09:00:00.000Z',
    '2026-03-22T09:00:00.000Z',
  ]);
});

test('A schedule leaves out the dates that it excludes', () => {
  const document = { type: 'daily', run_time: '09:00', exclude_dates: ['2026-03-21'] };
  expect(slots(document, '2026-03-20T10:00:00Z', 1)).toEqual(['2026-03-22T09:00:00.000Z']);
});
