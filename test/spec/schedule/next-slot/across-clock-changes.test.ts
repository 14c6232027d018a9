import { expect, test } from 'vitest';
import { slots } from '../../../domain/schedule/given.ts';

const berlin = (run_time: string) => ({ type: 'daily', run_time, timezone: 'Europe/Berlin' });

test('A daily slot keeps its time on the wall when the clocks change', () => {
  expect(slots(berlin('09:00'), '2026-03-28T00:00:00Z', 2)).toEqual([
    '2026-03-28T08:00:00.000Z',
    '2026-03-29T07:00:00.000Z',
  ]);
});

test('A daily slot at a time that does not exist that day is moved behind the gap, and is not lost', () => {
  expect(slots(berlin('02:30'), '2026-03-28T12:00:00Z', 2)).toEqual([
    '2026-03-29T01:30:00.000Z',
    '2026-03-30T00:30:00.000Z',
  ]);
});

test('A daily slot at a time that comes twice runs once, the first time', () => {
  expect(slots(berlin('02:30'), '2026-10-24T12:00:00Z', 2)).toEqual([
    '2026-10-25T00:30:00.000Z',
    '2026-10-26T01:30:00.000Z',
  ]);
});
