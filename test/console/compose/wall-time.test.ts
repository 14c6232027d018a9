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

describe('of zones with changes of every kind', () => {
  const HOUR = 3_600_000;
  // Both changes of a year; Samoa left a whole day out, and changed its clocks for the last time in 2021.
  test.each([
    ['America/New_York', '2027-03-14T07:00:00Z', '2027-11-07T06:00:00Z'],
    ['Australia/Lord_Howe', '2027-04-03T15:00:00Z', '2027-10-02T15:30:00Z'],
    ['Asia/Kathmandu', '2027-03-28T01:00:00Z', '1985-12-31T18:30:00Z'],
    ['Pacific/Apia', '2011-12-30T10:00:00Z', '2021-04-03T14:00:00Z'],
  ])('%s shows what the browser does, and finds the instant again', (zone, ...changes) => {
    const shown = new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      dateStyle: 'short',
      timeStyle: 'short',
    });
    for (const change of changes) {
      for (let at = Date.parse(change) - 30 * HOUR; at <= Date.parse(change) + 30 * HOUR; at += HOUR / 4) {
        const local = localText(zone, at);
        expect([new Date(at), local.replace('T', ' ')]).toEqual([new Date(at), shown.format(at)]);
        const found = instantOfLocal(zone, local) ?? 0;
        // Of two instants that show the same it is the first.
        expect(localText(zone, found)).toBe(local);
        expect(found).toBeLessThanOrEqual(at);
      }
    }
  });
});
