import { describe, expect, it } from 'vitest';
import { excludedSpans, outside, spanAround } from '../../../../src/domain/schedule/calendar/excluded.ts';

const spans = (dates: readonly string[], timezone: string) =>
  excludedSpans(dates, timezone).map(({ from, to }) =>
    [from, to].map((ms) => new Date(ms).toISOString().slice(0, 16)),
  );

describe('the spans of excluded dates', () => {
  it('are whole days of UTC, those next to each other as one', () => {
    expect(spans(['2026-12-24', '2026-12-25', '2026-12-31'], 'UTC')).toEqual([
      ['2026-12-24T00:00', '2026-12-26T00:00'],
      ['2026-12-31T00:00', '2027-01-01T00:00'],
    ]);
  });

  it.each([
    ['Asia/Kathmandu', '2026-06-15', '2026-06-14T18:15', '2026-06-15T18:15'],
    ['America/New_York', '2026-06-15', '2026-06-15T04:00', '2026-06-16T04:00'],
    ['Pacific/Kiritimati', '2026-06-15', '2026-06-14T10:00', '2026-06-15T10:00'],
    ['Pacific/Pago_Pago', '2026-06-15', '2026-06-15T11:00', '2026-06-16T11:00'],
    // 23 and 25 hours long.
    ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00', '2026-03-29T22:00'],
    ['Europe/Berlin', '2026-10-25', '2026-10-24T22:00', '2026-10-25T23:00'],
    // Without its midnight.
    ['Africa/Cairo', '2026-04-24', '2026-04-23T22:00', '2026-04-24T21:00'],
  ])('in %s %s is from %s to %s', (timezone, date, from, to) => {
    expect(spans([date], timezone)).toEqual([[from, to]]);
  });

  it('are none for a day that the zone left out', () => {
    expect(spans(['2011-12-30'], 'Pacific/Apia')).toEqual([]);
  });

  it('are two for a day that clocks set back show in two pieces, and one for both days of such a night', () => {
    // At a minute past midnight clocks went back to 23:01 of the day before.
    const [before, after] = ['2006-10-28', '2006-10-29'];
    expect(spans([before], 'America/St_Johns')).toEqual([
      ['2006-10-28T02:30', '2006-10-29T02:30'],
      ['2006-10-29T02:31', '2006-10-29T03:30'],
    ]);
    expect(spans([after], 'America/St_Johns')).toEqual([
      ['2006-10-29T02:30', '2006-10-29T02:31'],
      ['2006-10-29T03:30', '2006-10-30T03:30'],
    ]);
    expect(spans([before, after], 'America/St_Johns')).toEqual([['2006-10-28T02:30', '2006-10-30T03:30']]);
  });

  it('are one for a day whose first hour comes twice', () => {
    expect(spans(['2019-11-03'], 'America/Havana')).toEqual([['2019-11-03T04:00', '2019-11-04T05:00']]);
  });
});

describe('the span around an instant', () => {
  const excluded = [
    { from: 10, to: 20 },
    { from: 30, to: 40 },
    { from: 50, to: 60 },
  ];
  it.each([
    [9, null],
    [10, 10],
    [19, 10],
    [20, null],
    [29, null],
    [30, 30],
    [39, 30],
    [40, null],
    [50, 50],
    [59, 50],
    [60, null],
  ])('%d begins at %s', (instant, from) => {
    expect(spanAround(excluded, instant)?.from ?? null).toBe(from);
  });

  it('is none where nothing is excluded', () => {
    expect(spanAround([], 0)).toBeNull();
  });
});

describe('what is left of a range', () => {
  const excluded = [
    { from: 10, to: 20 },
    { from: 30, to: 40 },
  ];
  it.each<[number, number, [number, number][]]>([
    [0, 5, [[0, 5]]],
    [0, 9, [[0, 9]]],
    [0, 10, [[0, 9]]],
    [0, 19, [[0, 9]]],
    [
      0,
      20,
      [
        [0, 9],
        [20, 20],
      ],
    ],
    [10, 15, []],
    [10, 25, [[20, 25]]],
    [12, 19, []],
    [20, 29, [[20, 29]]],
    [20, 30, [[20, 29]]],
    [
      0,
      99,
      [
        [0, 9],
        [20, 29],
        [40, 99],
      ],
    ],
    [40, 40, [[40, 40]]],
    [41, 40, []],
  ])('from %d to %d is %j', (from, to, parts) => {
    expect(outside(excluded, from, to).map((part) => [part.from, part.to])).toEqual(parts);
  });
});
