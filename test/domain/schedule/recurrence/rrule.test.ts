import fc from 'fast-check';
import rrule from 'rrule';
import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../../../src/domain/schedule/parse/parse.ts';
import { countSlots } from '../../../../src/domain/schedule/slots.ts';
import type { JsonObject } from '../../../../src/domain/shared/json.ts';
import { at, faultsOf, faultTypes, schedule, slots } from '../given.ts';
import { expectedTimes } from './recurrence-oracle.ts';

const LONG_AGO = at('1990-01-01T00:00:00Z');

/** The first days of a rule. */
function days(rule: string, start_date: string, count: number): string[] {
  const document = { type: 'rrule', rrule: rule, start_date };
  return slots(document, '1990-01-01T00:00:00Z', count, LONG_AGO).map((slot) => slot.slice(0, 10));
}

describe('a recurrence rule, by the examples of RFC 5545', () => {
  it.each<[string, string, string]>([
    ['FREQ=DAILY;INTERVAL=10;COUNT=5', '1997-09-02', '1997-09-02 09-12 09-22 10-02 10-12'],
    [
      'FREQ=WEEKLY;INTERVAL=2;UNTIL=19970930T000000Z;WKST=SU;BYDAY=MO,WE,FR',
      '1997-09-01',
      '1997-09-01 09-03 09-05 09-15 09-17 09-19 09-29',
    ],
    ['FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO', '1997-08-05', '1997-08-05 08-10 08-19 08-24'],
    ['FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU', '1997-08-05', '1997-08-05 08-17 08-19 08-31'],
    ['FREQ=MONTHLY;COUNT=4;BYDAY=1FR', '1997-09-05', '1997-09-05 10-03 11-07 12-05'],
    ['FREQ=MONTHLY;COUNT=6;BYDAY=-2MO', '1997-09-22', '1997-09-22 10-20 11-17 12-22 1998-01-19 02-16'],
    ['FREQ=MONTHLY;BYMONTHDAY=-3;COUNT=4', '1997-09-28', '1997-09-28 10-29 11-28 12-29'],
    [
      'FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15',
      '1997-09-10',
      '1997-09-10 09-11 09-12 09-13 09-14 09-15 1999-03-10 03-11 03-12 03-13',
    ],
    ['FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5', '2007-01-15', '2007-01-15 01-30 02-15 03-15 03-30'],
    ['FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3', '1997-09-04', '1997-09-04 10-07 11-06'],
    [
      'FREQ=MONTHLY;COUNT=5;BYDAY=FR;BYMONTHDAY=13',
      '1997-09-02',
      '1998-02-13 03-13 11-13 1999-08-13 2000-10-13',
    ],
    ['FREQ=YEARLY;COUNT=3;BYMONTH=6,7', '1997-06-10', '1997-06-10 07-10 1998-06-10'],
    [
      'FREQ=YEARLY;INTERVAL=2;COUNT=5;BYMONTH=1,2,3',
      '1997-03-10',
      '1997-03-10 1999-01-10 02-10 03-10 2001-01-10',
    ],
    ['FREQ=YEARLY;BYDAY=20MO;COUNT=3', '1997-05-19', '1997-05-19 1998-05-18 1999-05-17'],
    ['FREQ=YEARLY;BYMONTH=3;BYDAY=TH;COUNT=4', '1997-03-13', '1997-03-13 03-20 03-27 1998-03-05'],
    [
      'FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3',
      '1996-11-05',
      '1996-11-05 2000-11-07 2004-11-02',
    ],
    ['FREQ=YEARLY;COUNT=3', '1996-02-29', '1996-02-29 2000-02-29 2004-02-29'],
  ])('%s from %s', (rule, start, expected) => {
    let year = '';
    const wanted = expected.split(' ').map((text) => {
      if (text.length > 5) year = text.slice(0, 4);
      return text.length > 5 ? text : `${year}-${text}`;
    });
    expect(days(rule, start, wanted.length + 1).slice(0, wanted.length)).toEqual(wanted);
    if (/COUNT|UNTIL/.test(rule)) expect(days(rule, start, wanted.length + 1)).toHaveLength(wanted.length);
  });
});

describe('a recurrence rule', () => {
  const names = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
  const some = <T>(item: fc.Arbitrary<T>) =>
    fc.uniqueArray(item, { minLength: 1, maxLength: 4 }).map((list) => list.join());
  const part = (name: string, value: fc.Arbitrary<string>) =>
    fc.oneof(
      fc.constant(''),
      value.map((text) => `;${name}=${text}`),
    );
  const weekday = fc.constantFrom(...names);
  const monthDay = fc.oneof(fc.integer({ min: 1, max: 31 }), fc.integer({ min: -31, max: -1 }));
  const common = fc.tuple(
    part('INTERVAL', fc.integer({ min: 1, max: 7 }).map(String)),
    part('COUNT', fc.integer({ min: 1, max: 30 }).map(String)),
    part('BYMONTH', some(fc.integer({ min: 1, max: 12 }))),
    part('WKST', weekday),
  );
  const counted = (most: number) =>
    fc.tuple(fc.constantFrom('1', '-1', '2', `${most}`), weekday).map(([n, day]) => `${n}${day}`);
  // Not both: the library wants a day to be in either list then, and not in one of them.
  const byDay = (most: number) => fc.oneof(some(weekday), some(counted(most)));
  const rules = fc
    .oneof(
      fc.tuple(fc.constant('FREQ=DAILY'), part('BYDAY', some(weekday)), part('BYMONTHDAY', some(monthDay))),
      fc.tuple(fc.constant('FREQ=WEEKLY'), part('BYDAY', some(weekday))),
      fc.tuple(fc.constant('FREQ=MONTHLY'), part('BYDAY', byDay(4)), part('BYMONTHDAY', some(monthDay))),
      fc.tuple(
        fc.constant('FREQ=MONTHLY'),
        some(weekday).map((list) => `;BYDAY=${list}`),
        // In their order: the library gives, and counts, the days in the order of the positions.
        fc.constantFrom('1', '2', '-1', '9', '1,2', '2,4').map((list) => `;BYSETPOS=${list}`),
      ),
      fc.tuple(fc.constant('FREQ=YEARLY'), part('BYMONTHDAY', some(monthDay))),
      fc.tuple(fc.constant('FREQ=YEARLY'), part('BYDAY', byDay(5))),
    )
    .chain((parts) => common.map((others) => [...parts, ...others].join('')));
  const starts = fc
    .integer({ min: Date.UTC(2020, 0, 1) / 86_400_000, max: Date.UTC(2031, 0, 1) / 86_400_000 })
    .map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10));

  /**
   * Days and weekdays come round after 400 years. The library is asked so much later, because it looks on to the year
   * 9999 where a rule names no day, and that can take it half a minute from today.
   */
  const CYCLE = 19 * 400;
  const yearsOn = (day: string, years: number) =>
    new Date(`${Number(day.slice(0, 4)) + years}${day.slice(4)}T00:00:00Z`);

  it('names the days that the library names when it walks the whole rule from its start', () => {
    fc.assert(
      fc.property(rules, starts, (text, start) => {
        const parsed = parseSchedule({ type: 'rrule', rrule: text, start_date: start }, LONG_AGO);
        const until = yearsOn('2040-01-01', CYCLE);
        const options = rrule.RRule.parseString(text);
        const walked = new rrule.RRule({ ...options, dtstart: yearsOn(start, CYCLE), until });
        const wanted = walked
          .all((day, index) => day < until && index < 60)
          .filter((day) => day < until)
          .slice(0, 60)
          .map((day) => yearsOn(day.toISOString().slice(0, 10), -CYCLE).toISOString().slice(0, 10));
        if (!parsed.ok) {
          expect(wanted).toEqual([]);
          return;
        }
        const found = days(text, start, 61).filter((day) => day < '2040');
        expect(found.slice(0, 60)).toEqual(wanted);
        expect(parseSchedule({ ...parsed.schedule } as JsonObject, LONG_AGO)).toEqual(parsed);
      }),
      { numRuns: 120 },
    );
  });

  const placed = fc
    .oneof(
      fc.tuple(
        fc.constant('FREQ=WEEKLY'),
        some(weekday).map((list) => `;BYDAY=${list}`),
      ),
      fc.tuple(
        fc.constantFrom('FREQ=MONTHLY', 'FREQ=YEARLY'),
        fc.oneof(
          some(weekday).map((list) => `;BYDAY=${list}`),
          some(monthDay).map((list) => `;BYMONTHDAY=${list}`),
          byDay(4).map((list) => `;BYDAY=${list}`),
        ),
      ),
      fc.tuple(
        fc.constant('FREQ=YEARLY'),
        some(fc.oneof(fc.integer({ min: 1, max: 366 }), fc.integer({ min: -366, max: -1 }))).map(
          (list) => `;BYYEARDAY=${list}`,
        ),
      ),
    )
    .chain((parts) =>
      fc
        .tuple(
          common,
          part('BYSETPOS', some(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: -9, max: -1 })))),
        )
        .map(([others, places]) => [...parts, ...others, places].join('')),
    );
  const timed = fc
    .tuple(rules, part('BYHOUR', some(fc.nat({ max: 23 }))), part('BYMINUTE', some(fc.nat({ max: 59 }))))
    .map((parts) => parts.join(''))
    .filter((text) => !text.includes('BYSETPOS'));

  it.each([
    ['picks places from both ends', placed],
    ['names times of the day', timed],
  ])('%s, as a walk over all days has it', (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, starts, (text, start) => {
        const wanted = expectedTimes(text, start, '09:00', 2036).slice(0, 60);
        const parsed = parseSchedule({ type: 'rrule', rrule: text, start_date: start }, LONG_AGO);
        if (!parsed.ok) {
          expect(wanted).toEqual([]);
          return;
        }
        const document = { type: 'rrule', rrule: text, start_date: start };
        const found = slots(document, '1990-01-01T00:00:00Z', 61, LONG_AGO).map((slot) => slot.slice(0, 16));
        expect(found.filter((slot) => slot < '2037').slice(0, 60)).toEqual(wanted);
        const counted = countSlots(parsed.schedule, LONG_AGO, at('2037-01-01T00:00:00Z'));
        if (wanted.length < 60) expect(counted.count).toBe(wanted.length);
      }),
      { numRuns: 150 },
    );
  });

  it.each<[string, string]>([
    [
      'FREQ=MONTHLY;BYMONTHDAY=20,31;BYSETPOS=-2',
      '2027-01-20 2027-03-20 2027-05-20 2027-07-20 2027-08-20 2027-10-20',
    ],
    ['FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-5', '2027-03-01 2027-05-03 2027-08-02 2027-11-01'],
    ['FREQ=YEARLY;INTERVAL=100;COUNT=3', '2027-01-01 2127-01-01 2227-01-01'],
    ['FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=-1;COUNT=3', '2027-01-01 2027-01-08 2027-01-15'],
    ['FREQ=DAILY;', '2027-01-01 2027-01-02'],
  ])('%s begins with its own days', (rule, expected) => {
    const wanted = expected.split(' ');
    const found = days(rule, '2027-01-01', wanted.length + 1);
    expect(found.slice(0, wanted.length)).toEqual(wanted);
    if (rule.includes('COUNT')) expect(found).toHaveLength(wanted.length);
  });

  it('takes the line before it that says when it begins', () => {
    const rrule = 'DTSTART:20270101T093000Z\nRRULE:FREQ=DAILY';
    const expected = {
      rrule: 'FREQ=DAILY',
      start_at: '2027-01-01T09:30:00.000Z',
      start_date: '2027-01-01',
      run_time: '09:30',
    };
    expect(schedule({ type: 'rrule', rrule })).toMatchObject(expected);
    expect(schedule({ type: 'rrule', rrule: rrule.replace('\n', '\r\n') })).toMatchObject(expected);
    expect(schedule({ type: 'rrule', rrule, start_at: '2027-01-01T10:30:00+01:00' })).toMatchObject(expected);
    expect(schedule({ type: 'rrule', rrule, run_time: '12:00' })).toMatchObject({ run_time: '12:00' });
    expect(schedule({ type: 'rrule', rrule, timezone: 'Asia/Tokyo' })).toMatchObject({ run_time: '18:30' });
    const local = 'DTSTART;TZID=Europe/Paris:20270701T090000\nRRULE:FREQ=WEEKLY;COUNT=2';
    expect(slots({ type: 'rrule', rrule: local }, '2027-01-01T00:00:00Z', 3)).toEqual([
      '2027-07-01T07:00:00.000Z',
      '2027-07-08T07:00:00.000Z',
    ]);
    expect(schedule({ type: 'rrule', rrule: 'DTSTART;VALUE=DATE:20270101\nFREQ=DAILY' })).toMatchObject({
      start_at: null,
      start_date: '2027-01-01',
      run_time: '09:00',
    });
  });

  it.each<[string, JsonObject, string]>([
    ['no time', { rrule: 'DTSTART:20270230T090000Z\nRRULE:FREQ=DAILY' }, 'rrule: invalid_value'],
    [
      'a zone of UTC',
      { rrule: 'DTSTART;TZID=Asia/Tokyo:20270101T090000Z\nFREQ=DAILY' },
      'rrule: invalid_value',
    ],
    [
      'another start',
      { rrule: 'DTSTART:20270101T090000Z\nFREQ=DAILY', start_at: '2027-01-02T09:00:00Z' },
      'start_at: conflict',
    ],
    [
      'another zone',
      { rrule: 'DTSTART;TZID=Asia/Tokyo:20270101T090000\nFREQ=DAILY', timezone: 'Europe/Paris' },
      'timezone: conflict',
    ],
    [
      'an unknown zone',
      { rrule: 'DTSTART;TZID=Nowhere:20270101T090000\nFREQ=DAILY' },
      'timezone: invalid_value',
    ],
    ['two rules', { rrule: 'DTSTART:20270101T090000Z\nFREQ=DAILY\nFREQ=WEEKLY' }, 'rrule: invalid_value'],
  ])('whose line says %s is refused', (_, members, fault) => {
    expect(faultTypes({ type: 'rrule', ...members })).toContain(fault);
  });

  it('is kept in one spelling, with the day that it begins on', () => {
    const given = schedule({
      type: 'rrule',
      rrule: ' rrule:wkst=MO;byday=su,mo,MO;interval=1;freq=weekly ',
      time: '07:30',
      timezone: 'Pacific/Apia',
    });
    expect(given).toMatchObject({
      type: 'rrule',
      rrule: 'FREQ=WEEKLY;BYDAY=MO,SU',
      start_date: '2026-03-20',
      run_time: '07:30',
    });
    const later = schedule({
      type: 'rrule',
      rrule: 'FREQ=DAILY',
      start_at: '2026-05-01T22:30:00Z',
      timezone: 'Europe/Berlin',
    });
    expect(later).toMatchObject({ start_date: '2026-05-02' });
  });

  it('follows the clock on the wall through changes of the clock', () => {
    const document = {
      type: 'rrule',
      rrule: 'FREQ=WEEKLY;BYDAY=SU',
      run_time: '02:30',
      timezone: 'Europe/Berlin',
    };
    expect(slots(document, '2026-03-21T12:00:00Z', 3)).toEqual([
      '2026-03-22T01:30:00.000Z',
      '2026-03-29T01:30:00.000Z',
      '2026-04-05T00:30:00.000Z',
    ]);
    expect(slots({ ...document, dst_gap: 'skip' }, '2026-03-22T12:00:00Z', 1)).toEqual([
      '2026-04-05T00:30:00.000Z',
    ]);
  });

  it('ends where UNTIL says: with a local day, before a local time, at an instant', () => {
    const last = (until: string) => {
      const rule = { type: 'rrule', rrule: `FREQ=DAILY;UNTIL=${until}`, timezone: 'America/New_York' };
      return slots(rule, '2026-03-20T00:00:00Z', 100).at(-1);
    };
    expect(last('20260401')).toBe('2026-04-01T13:00:00.000Z');
    expect(last('20260401T090000')).toBe('2026-04-01T13:00:00.000Z');
    expect(last('20260401T085959')).toBe('2026-03-31T13:00:00.000Z');
    expect(last('20260401T130000Z')).toBe('2026-04-01T13:00:00.000Z');
    expect(last('20260401T125959Z')).toBe('2026-03-31T13:00:00.000Z');
  });

  it.each<[string, string]>([
    ['FREQ=', 'rrule: invalid_value'],
    ['FREQ=HOURLY', 'rrule: unsupported'],
    ['FREQ=FORTNIGHTLY', 'rrule: invalid_value'],
    ['FREQ=DAILY;BYSECOND=9', 'rrule: unsupported'],
    ['FREQ=DAILY;DTSTART=20260101', 'rrule: unsupported'],
    ['FREQ=DAILY;FREQ=DAILY', 'rrule: invalid_value'],
    ['FREQ=DAILY;COLOR=RED', 'rrule: invalid_value'],
    ['FREQ=DAILY;INTERVAL=0', 'rrule: invalid_value'],
    ['FREQ=DAILY;INTERVAL=1001', 'rrule: invalid_value'],
    ['FREQ=DAILY;COUNT=3;UNTIL=20270101', 'rrule: invalid_value'],
    ['FREQ=DAILY;UNTIL=20270230', 'rrule: invalid_value'],
    ['FREQ=WEEKLY;BYDAY=XX', 'rrule: invalid_value'],
    ['FREQ=WEEKLY;BYDAY=2MO', 'rrule: invalid_value'],
    ['FREQ=MONTHLY;BYDAY=6MO', 'rrule: invalid_value'],
    ['FREQ=WEEKLY;BYMONTHDAY=3', 'rrule: invalid_value'],
    ['FREQ=MONTHLY;BYMONTHDAY=32', 'rrule: invalid_value'],
    ['FREQ=MONTHLY;BYSETPOS=1', 'rrule: invalid_value'],
    ['FREQ=DAILY;BYDAY=MO;BYSETPOS=1', 'rrule: unsupported'],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', 'rrule: invalid_value'],
    ['FREQ=DAILY;UNTIL=20260319', ': no_future_slot'],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO;BYSETPOS=2', ': no_future_slot'],
  ])('%s is refused: %s', (rule, fault) => {
    expect(faultTypes({ type: 'rrule', rrule: rule })).toEqual([fault]);
  });

  it('has every fault named at once, its start too', () => {
    const document = {
      type: 'rrule',
      rrule: 'FREQ=DAILY;INTERVAL=x;BYMONTH=13;COUNT=0',
      start_date: 'today',
      run_time: 9,
    };
    expect(faultTypes(document)).toEqual([
      'rrule: invalid_value',
      'rrule: invalid_value',
      'rrule: invalid_value',
      'start_date: invalid_value',
      'run_time: wrong_type',
    ]);
    expect(faultsOf({ type: 'rrule' })[0]).toMatchObject({ path: ['rrule'], type: 'missing' });
  });
});

describe('a count without a first day', () => {
  const counted = (run_time: string, more: object = {}) =>
    slots({ type: 'rrule', rrule: 'FREQ=DAILY;COUNT=3', run_time, ...more }, '2026-03-20T10:00:00Z', 5).map(
      (slot) => slot.slice(5, 16),
    );

  it('begins today where the time is to come, else tomorrow: as many runs as were asked for', () => {
    expect(counted('11:00')).toEqual(['03-20T11:00', '03-21T11:00', '03-22T11:00']);
    expect(counted('09:00')).toEqual(['03-21T09:00', '03-22T09:00', '03-23T09:00']);
    expect(counted('10:00')).toEqual(['03-21T10:00', '03-22T10:00', '03-23T10:00']);
    expect(counted('10:00', { start_at: '2026-03-25T10:00:00Z' })).toEqual([
      '03-25T10:00',
      '03-26T10:00',
      '03-27T10:00',
    ]);
    // In Tokyo it is seven in the evening.
    expect(counted('18:00', { timezone: 'Asia/Tokyo' })).toHaveLength(3);
  });

  it('with one counts from there, whatever has passed', () => {
    expect(counted('09:00', { start_date: '2026-03-20' })).toEqual(['03-21T09:00', '03-22T09:00']);
  });
});
