import { describe, expect, it } from 'vitest';
import { countSlots } from '../../../src/domain/schedule/slots.ts';
import type { JsonObject } from '../../../src/domain/shared/json.ts';
import { at, schedule, slots } from './given.ts';

/** Slots over a change of the clock, as `DDTHH:MM` in UTC. */
function around(document: JsonObject, from: string, count: number): string[] {
  return slots(document, from, count).map((slot) => slot.slice(8, 16));
}

describe('Europe/Berlin, 2026-03-29: 02:00 to 03:00 do not exist (01:00Z)', () => {
  const zone = { timezone: 'Europe/Berlin' };
  const eve = '2026-03-28T12:00:00Z';
  it.each<[string, JsonObject, string[]]>([
    ['daily 02:30, shift', { type: 'daily', time: '02:30' }, ['29T01:30', '30T00:30']],
    ['daily 02:30, end', { type: 'daily', time: '02:30', dst_gap: 'end' }, ['29T01:00', '30T00:30']],
    ['daily 02:30, skip', { type: 'daily', time: '02:30', dst_gap: 'skip' }, ['30T00:30', '31T00:30']],
    ['daily 02:00, shift', { type: 'daily', time: '02:00' }, ['29T01:00', '30T00:00']],
    [
      'daily 01:59 and 03:00 are not touched',
      { type: 'cron', expression: '59 1 * * *' },
      ['29T00:59', '29T23:59'],
    ],
    ['daily 03:00, skip', { type: 'daily', time: '03:00', dst_gap: 'skip' }, ['29T01:00', '30T01:00']],
    ['cron 30 2, shift', { type: 'cron', expression: '30 2 * * *' }, ['29T01:30', '30T00:30']],
    [
      'weekly on that Sunday, skip',
      { type: 'weekly', weekday: 7, time: '02:30', dst_gap: 'skip' },
      ['05T00:30'],
    ],
    [
      'monthly on that day, end',
      { type: 'monthly', day: 29, time: '02:15', dst_gap: 'end' },
      ['29T01:00', '29T00:15'],
    ],
    [
      'two local times that become one instant are one slot',
      { type: 'cron', expression: '30 2,3 * * *' },
      ['29T01:30', '30T00:30', '30T01:30'],
    ],
    [
      'several in the gap, end: one slot',
      { type: 'cron', expression: '0,20,40 2 * * *', dst_gap: 'end' },
      ['29T01:00', '30T00:00', '30T00:20'],
    ],
    [
      'every half hour at hours in a list, shift',
      { type: 'cron', expression: '*/30 1,2 * * *' },
      ['29T00:00', '29T00:30', '29T01:00', '29T01:30', '29T23:00'],
    ],
  ])('%s', (_, document, expected) => {
    expect(around({ ...document, ...zone }, eve, expected.length)).toEqual(expected);
  });

  it('patterns with hour * or a step run on elapsed time, whatever the policies', () => {
    for (const dst_gap of ['shift', 'end', 'skip']) {
      const hourly = { type: 'cron', expression: '30 * * * *', dst_gap, ...zone };
      expect(around(hourly, '2026-03-28T23:00:00Z', 4)).toEqual([
        '28T23:30',
        '29T00:30',
        '29T01:30',
        '29T02:30',
      ]);
      const everySecond = { type: 'cron', expression: '30 */2 * * *', dst_gap, ...zone };
      expect(around(everySecond, '2026-03-28T22:00:00Z', 3)).toEqual(['28T23:30', '29T02:30', '29T04:30']);
    }
  });
});

describe('Europe/Berlin, 2026-10-25: 02:00 to 03:00 come twice (00:00Z and 01:00Z)', () => {
  const zone = { timezone: 'Europe/Berlin' };
  const eve = '2026-10-24T12:00:00Z';
  it.each<[string, JsonObject, string[]]>([
    ['daily 02:30, first', { type: 'daily', time: '02:30' }, ['25T00:30', '26T01:30']],
    ['daily 02:30, second', { type: 'daily', time: '02:30', dst_fold: 'second' }, ['25T01:30', '26T01:30']],
    [
      'daily 02:30, both',
      { type: 'daily', time: '02:30', dst_fold: 'both' },
      ['25T00:30', '25T01:30', '26T01:30'],
    ],
    ['weekly on that Sunday, first', { type: 'weekly', weekday: 7, time: '02:30' }, ['25T00:30', '01T01:30']],
    [
      'weekly on that Sunday, second',
      { type: 'weekly', weekday: 7, time: '02:30', dst_fold: 'second' },
      ['25T01:30', '01T01:30'],
    ],
    [
      'yearly on that day, both',
      { type: 'cron', expression: '30 2 25 10 *', dst_fold: 'both' },
      ['25T00:30', '25T01:30', '25T00:30'],
    ],
    ['daily 02:00, first', { type: 'daily', time: '02:00' }, ['25T00:00', '26T01:00']],
    ['daily 03:00 comes once', { type: 'daily', time: '03:00', dst_fold: 'both' }, ['25T02:00', '26T02:00']],
    ['daily 01:59 comes once', { type: 'daily', time: '01:59', dst_fold: 'both' }, ['24T23:59', '26T00:59']],
    [
      'several in the fold, both: in order of the instants',
      { type: 'cron', expression: '15,45 2 * * *', dst_fold: 'both' },
      ['25T00:15', '25T00:45', '25T01:15', '25T01:45', '26T01:15'],
    ],
    [
      'across the fold, second',
      { type: 'cron', expression: '30 1-3 * * *', dst_fold: 'second' },
      ['24T23:30', '25T01:30', '25T02:30', '26T00:30'],
    ],
  ])('%s', (_, document, expected) => {
    expect(around({ ...document, ...zone }, eve, expected.length)).toEqual(expected);
  });

  it('patterns with hour * or a step run on elapsed time, whatever the policies', () => {
    for (const dst_fold of ['first', 'second', 'both']) {
      const hourly = { type: 'cron', expression: '30 * * * *', dst_fold, ...zone };
      expect(around(hourly, '2026-10-24T23:00:00Z', 4)).toEqual([
        '24T23:30',
        '25T00:30',
        '25T01:30',
        '25T02:30',
      ]);
      const everySecond = { type: 'cron', expression: '0 */2 * * *', dst_fold, ...zone };
      expect(around(everySecond, '2026-10-24T21:00:00Z', 4)).toEqual([
        '24T22:00',
        '25T00:00',
        '25T01:00',
        '25T03:00',
      ]);
    }
  });
});

it('slots that fall together are counted once', () => {
  const count = (expression: string, dst_gap: string) => {
    const given = schedule({ type: 'cron', expression, timezone: 'Europe/Berlin', dst_gap });
    return countSlots(given, at('2026-03-28T23:00:00Z'), at('2026-03-29T21:59:59Z')).count;
  };
  expect(count('0,30 2,3 * * *', 'shift')).toBe(2);
  expect(count('0,30 2,4 * * *', 'shift')).toBe(4);
  expect(count('0,30 2,3 * * *', 'end')).toBe(2);
  expect(count('0,30 2,4 * * *', 'end')).toBe(3);
  expect(count('0,30 2,4 * * *', 'skip')).toBe(2);
});

describe('America/New_York', () => {
  const zone = { timezone: 'America/New_York' };
  it.each<[string, string[]]>([
    ['shift', ['08T07:30', '09T06:30']],
    ['end', ['08T07:00', '09T06:30']],
    ['skip', ['09T06:30', '10T06:30']],
  ])('gap of 2026-03-08, daily 02:30, %s', (dst_gap, expected) => {
    const document = { type: 'daily', time: '02:30', dst_gap, ...zone };
    expect(around(document, '2026-03-07T12:00:00Z', 2)).toEqual(expected);
  });

  it.each<[string, string[]]>([
    ['first', ['01T05:30', '02T06:30', '03T06:30']],
    ['second', ['01T06:30', '02T06:30', '03T06:30']],
    ['both', ['01T05:30', '01T06:30', '02T06:30']],
  ])('fold of 2026-11-01, daily 01:30, %s', (dst_fold, expected) => {
    const document = { type: 'daily', time: '01:30', dst_fold, ...zone };
    expect(around(document, '2026-10-31T12:00:00Z', 3)).toEqual(expected);
  });
});

describe('Australia/Lord_Howe changes by half an hour', () => {
  const zone = { timezone: 'Australia/Lord_Howe' };

  it('15 2 * * * has a slot on 2026-10-04, whose 02:00 to 02:30 do not exist', () => {
    const document = { type: 'cron', expression: '15 2 * * *', ...zone };
    expect(slots(document, '2026-10-02T12:00:00Z', 3)).toEqual([
      '2026-10-02T15:45:00.000Z',
      '2026-10-03T15:45:00.000Z',
      '2026-10-04T15:15:00.000Z',
    ]);
  });

  it('a shifted time can come after one that was later on the wall', () => {
    const document = { type: 'cron', expression: '15,40 2 * * *', ...zone };
    expect(around(document, '2026-10-03T12:00:00Z', 4)).toEqual([
      '03T15:40',
      '03T15:45',
      '04T15:15',
      '04T15:40',
    ]);
  });

  it('01:30 to 02:00 come twice on 2026-04-05', () => {
    const document = { type: 'daily', time: '01:45', dst_fold: 'both', ...zone };
    expect(around(document, '2026-04-04T00:00:00Z', 3)).toEqual(['04T14:45', '04T15:15', '05T15:15']);
  });
});

describe('changes at midnight and of whole days', () => {
  it('Africa/Cairo, 2026-04-24: midnight does not exist', () => {
    const document = { type: 'daily', time: '00:00', timezone: 'Africa/Cairo' };
    expect(slots(document, '2026-04-23T12:00:00Z', 2)).toEqual([
      '2026-04-23T22:00:00.000Z',
      '2026-04-24T21:00:00.000Z',
    ]);
  });

  it('Pacific/Apia had no 2011-12-30: its times fall together with those of the 31st', () => {
    const document = { type: 'daily', time: '09:00', timezone: 'Pacific/Apia' };
    expect(slots(document, '2011-12-29T00:00:00Z', 3)).toEqual([
      '2011-12-29T19:00:00.000Z',
      '2011-12-30T19:00:00.000Z',
      '2011-12-31T19:00:00.000Z',
    ]);
  });

  it('Africa/Casablanca falls back for Ramadan', () => {
    const document = { type: 'daily', time: '02:30', dst_fold: 'both', timezone: 'Africa/Casablanca' };
    expect(slots(document, '2026-02-14T12:00:00Z', 3)).toEqual([
      '2026-02-15T01:30:00.000Z',
      '2026-02-15T02:30:00.000Z',
      '2026-02-16T02:30:00.000Z',
    ]);
  });
});

it('intervals take no notice of any of it', () => {
  const document = {
    type: 'interval',
    every: 'PT90M',
    anchor: '2026-03-28T23:30:00Z',
    timezone: 'Europe/Berlin',
    dst_gap: 'skip',
  };
  expect(around(document, '2026-03-28T22:00:00Z', 4)).toEqual([
    '28T23:30',
    '29T01:00',
    '29T02:30',
    '29T04:00',
  ]);
});
