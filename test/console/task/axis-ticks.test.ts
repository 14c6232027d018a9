import { expect, test } from 'vitest';
import { axisTicks } from '../../../src/console/screens/task/axis-ticks.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const labels = (from: string, spanMs: number, zone: string) =>
  axisTicks(Date.parse(from), spanMs, zone).map(({ label }) => label);

test('an axis is labelled at whole hours of the zone, and with the day where one begins', () => {
  expect(labels('2026-12-06T17:48:00Z', DAY, 'Europe/Zurich')).toEqual([
    '20:00',
    'Mon 7 Dec',
    '04:00',
    '08:00',
    '12:00',
    '16:00',
  ]);
  expect(labels('2026-12-06T12:00:00Z', DAY, 'Asia/Kathmandu')).toContain('Mon 7 Dec');
  expect(labels('2026-12-06T12:07:00Z', HOUR, 'Asia/Kathmandu')).toEqual([
    '18:00',
    '18:15',
    '18:30',
    '18:45',
  ]);
});

test('days begin at midnight on either side of a change of the clocks', () => {
  const week = axisTicks(Date.parse('2027-03-26T12:00:00Z'), 7 * DAY, 'Europe/Zurich');
  expect(week.map(({ at }) => new Date(at).toISOString().slice(5, 16))).toEqual([
    '03-26T23:00',
    '03-27T23:00',
    '03-28T22:00',
    '03-29T22:00',
    '03-30T22:00',
    '03-31T22:00',
    '04-01T22:00',
  ]);
  expect(labels('2027-10-28T12:00:00Z', 7 * DAY, 'Europe/Zurich')).toHaveLength(7);
});

test('a month has its Mondays, a year every other month', () => {
  expect(labels('2026-12-01T00:00:00Z', 30 * DAY, 'UTC')).toEqual([
    'Mon 7 Dec',
    'Mon 14 Dec',
    'Mon 21 Dec',
    'Mon 28 Dec',
  ]);
  expect(labels('2026-12-01T00:00:00Z', 360 * DAY, 'UTC')).toHaveLength(6);
});
