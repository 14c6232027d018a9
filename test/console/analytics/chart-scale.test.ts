import { expect, test } from 'vitest';
import {
  amountText,
  axisTop,
  durationTop,
  stackedHeights,
} from '../../../src/console/screens/analytics/chart-scale.ts';

test('an axis ends at a round number that is not below the highest bar', () => {
  expect([0, 0.3, 1, 3, 10, 11, 21, 60, 4800].map(axisTop)).toEqual([1, 0.5, 1, 5, 10, 20, 50, 100, 5000]);
});

test('an axis of seconds ends where its half has a name too', () => {
  expect([0.3, 30, 61, 250, 3_601, 90_000, 300_000].map(durationTop)).toEqual([
    0.5, 60, 120, 600, 7_200, 172_800, 345_600,
  ]);
});

test('the parts of a bar lie on each other', () => {
  expect(stackedHeights([5, 0, 5], 20, 100)).toEqual([
    { y: 75, height: 25 },
    { y: 75, height: 0 },
    { y: 50, height: 25 },
  ]);
});

test('small amounts keep their digits', () => {
  expect([0, 0.25, 12.55, 1200].map(amountText)).toEqual(['0', '0.25', '12.6', '1,200']);
});
