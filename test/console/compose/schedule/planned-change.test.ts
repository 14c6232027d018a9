import { expect, test } from 'vitest';
import { type PlannedSlots, plannedChange } from '../../../../src/console/compose/schedule/planned-change.ts';

const slots = (isCut: boolean, ...days: number[]) => ({
  isCut,
  at: days.map((day) => `2027-01-${String(day).padStart(2, '0')}T08:00:00.000Z`),
});
const NOW = Date.parse('2027-01-01T00:00:00Z');

const goesAndComes = (before: PlannedSlots, after: PlannedSlots, now = NOW) => {
  const { goes, comes } = plannedChange(before, after, now);
  return [goes.length, comes.length];
};

test('a change is told as far as both schedules are known', () => {
  // Sundays become Mondays; the slots of the second reach further.
  expect(goesAndComes(slots(true, 3, 10, 17), slots(true, 4, 11, 18, 25))).toEqual([3, 2]);
  expect(goesAndComes(slots(false, 3, 10), slots(true, 3, 4, 5))).toEqual([0, 2]);
  expect(goesAndComes(slots(true, 3, 10), slots(false))).toEqual([2, 0]);
});

test('nothing goes and nothing comes where the slots are the same', () => {
  expect(goesAndComes(slots(true, 3, 10), slots(true, 3, 10))).toEqual([0, 0]);
  expect(goesAndComes(slots(false), slots(false))).toEqual([0, 0]);
});

test('a change that is far away is told where nothing changes before', () => {
  const aYearBefore = NOW - 365 * 86_400_000;
  expect(goesAndComes(slots(false, 3), slots(false, 4), aYearBefore)).toEqual([1, 1]);
  const near = { isCut: false, at: ['2026-01-05T08:00:00.000Z'] };
  const both = { isCut: false, at: [...near.at, ...slots(false, 3).at] };
  expect(goesAndComes(both, slots(false, 4), aYearBefore)).toEqual([1, 0]);
});
