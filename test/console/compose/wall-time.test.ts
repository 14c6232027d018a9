import { describe, expect, test } from 'vitest';
import { clockChanges, instantOfLocal, localText } from '../../../src/console/compose/wall-time.ts';

describe('a local time', () => {
  test.each([
    ['Europe/Zurich', '2027-06-01T08:00', '2027-06-01T06:00:00.000Z'],
    ['Europe/Zurich', '2027-10-31T02:30', '2027-10-31T00:30:00.000Z'],
    ['America/New_York', '2027-03-14T02:30', '2027-03-14T07:30:00.000Z'],
    ['Asia/Kathmandu', '2027-01-01T00:00', '2026-12-31T18:15:00.000Z'],
  ])('of %s, %s, is an instant', (zone, local, at) => {
    expect(new Date(instantOfLocal(zone, local) ?? 0).toISOString()).toBe(at);
  });

  test('is what the clocks show at its instant', () => {
    const at = Date.parse('2027-06-01T06:00:00Z');
    expect(localText('Europe/Zurich', at)).toBe('2027-06-01T08:00');
    expect(instantOfLocal('Europe/Zurich', '2027-06-01 08:00')).toBeNull();
    expect(instantOfLocal('Europe/Zurich', '2027-13-01T08:00')).toBeNull();
  });
});

test('the changes of the clocks of a year are found', () => {
  const year = [Date.parse('2026-12-02T10:00:00Z'), Date.parse('2027-12-02T10:00:00Z')] as const;
  const shown = (zone: string) =>
    clockChanges(zone, ...year).map(({ at, byMinutes }) => `${new Date(at).toISOString()} ${byMinutes}`);
  expect(shown('Europe/Zurich')).toEqual(['2027-03-28T01:00:00.000Z 60', '2027-10-31T01:00:00.000Z -60']);
  expect(shown('Australia/Lord_Howe')).toEqual([
    '2027-04-03T15:00:00.000Z -30',
    '2027-10-02T15:30:00.000Z 30',
  ]);
  expect(shown('UTC')).toEqual([]);
  expect(shown('Asia/Kathmandu')).toEqual([]);
});
