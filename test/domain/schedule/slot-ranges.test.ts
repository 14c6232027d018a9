import { describe, expect, it } from 'vitest';
import {
  countSlots,
  latestSlot,
  nextSlot,
  nominalSlotsFrom,
  slotFrom,
  slotsFrom,
} from '../../../src/domain/schedule/slots.ts';
import type { JsonObject } from '../../../src/domain/shared/json.ts';
import { at, schedule } from './given.ts';

const from = (document: JsonObject, instant: string) => slotFrom(schedule(document), at(instant));
const next = (document: JsonObject, after: string) => nextSlot(schedule(document), at(after));
const count = (document: JsonObject, first: string, last: string) =>
  countSlots(schedule(document), at(first), at(last));
const latest = (document: JsonObject, first: string, last: string) =>
  latestSlot(schedule(document), at(last), at(first));

const noon = { type: 'daily', time: '12:00' };
const holidays = { ...noon, exclude_dates: ['2026-12-24', '2026-12-25', '2026-12-31'] };
const every90s = { type: 'interval', interval_seconds: 90, anchor: '2026-04-01T00:00:00Z' };
const once = { type: 'once', run_time: '2026-04-01T12:00:00Z' };
const shown = (day: string) => `2026-12-${day}T12:00:00.000Z`;

describe('slotFrom', () => {
  it('is the first at the instant or after it, where nextSlot is strictly after', () => {
    expect(from(noon, '2026-06-01T12:00:00Z')).toBe('2026-06-01T12:00:00.000Z');
    expect(from(noon, '2026-06-01T12:00:00.001Z')).toBe('2026-06-02T12:00:00.000Z');
    expect(next(noon, '2026-06-01T12:00:00Z')).toBe('2026-06-02T12:00:00.000Z');
    expect(from(once, '2026-04-01T12:00:00Z')).toBe('2026-04-01T12:00:00.000Z');
    expect(from(once, '2026-04-01T12:00:00.001Z')).toBeNull();
  });
});

describe('excluded dates', () => {
  it('have no slots, however many come one after another', () => {
    expect(next(holidays, shown('23'))).toBe(shown('26'));
    expect(from(holidays, shown('24'))).toBe(shown('26'));
    expect(next(holidays, shown('30'))).toBe('2027-01-01T12:00:00.000Z');
    const found = [...slotsFrom(schedule({ ...holidays, end_at: shown('31') }), at(shown('22')))];
    expect(found).toEqual(['23', '26', '27', '28', '29', '30'].map(shown));
  });

  it('are told by the nominal slots', () => {
    const given = schedule({ ...holidays, end_at: shown('27') });
    expect([...nominalSlotsFrom(given, at(shown('23')))]).toEqual([
      { at: shown('24'), excluded: true },
      { at: shown('25'), excluded: true },
      { at: shown('26'), excluded: false },
      { at: shown('27'), excluded: false },
    ]);
    const plain = schedule({ ...noon, end_at: shown('24') });
    expect([...nominalSlotsFrom(plain, at(shown('23')))]).toEqual([{ at: shown('24'), excluded: false }]);
  });

  it('are left out of the count', () => {
    expect(count(holidays, shown('20'), shown('31'))).toEqual({ count: 9, count_is_minimum: false });
    expect(count(holidays, shown('24'), shown('25'))).toEqual({ count: 0, count_is_minimum: false });
    const minutes = { type: 'cron', expression: '* * * * *', exclude_dates: ['2026-12-25'] };
    const most = { count: 10_000, count_is_minimum: true };
    expect(count(minutes, '2026-12-22T00:00:00Z', '2027-12-31T00:00:00Z')).toEqual(most);
    expect(count(minutes, '2026-12-24T00:00:00Z', '2026-12-26T23:59:00Z').count).toBe(2_880);
  });

  it('are passed over looking back', () => {
    expect(latest(holidays, shown('20'), shown('25'))).toBe(shown('23'));
    expect(latest(holidays, shown('20'), shown('31'))).toBe(shown('30'));
    expect(latest(holidays, shown('24'), shown('25'))).toBeNull();
    expect(latest(holidays, shown('20'), shown('26'))).toBe(shown('26'));
  });
});

describe('start_at and end_at', () => {
  const bounds = { start_at: '2026-05-02T00:00:00Z', end_at: '2026-05-04T12:00:00Z' };
  const bounded = { ...noon, ...bounds };
  const may = (day: string, time = '12:00:00.000') => `2026-05-${day}T${time}Z`;

  it('bound what is next', () => {
    expect(from(bounded, may('01'))).toBe(may('02'));
    expect(next(bounded, may('03'))).toBe(may('04'));
    expect(next(bounded, may('04'))).toBeNull();
  });

  it('bound what is counted', () => {
    expect(count(bounded, may('01'), may('31')).count).toBe(3);
    expect(count(bounded, may('03'), may('31')).count).toBe(2);
    expect(count(bounded, may('01'), may('03')).count).toBe(2);
    expect(count({ ...bounded, end_at: may('04', '11:59:59.999') }, may('01'), may('31')).count).toBe(2);
    expect(count({ ...noon, start_at: may('02', '12:00:00.001') }, may('01'), may('03')).count).toBe(1);
  });

  it('bound what is latest', () => {
    expect(latest(bounded, may('01'), may('31'))).toBe(may('04'));
    expect(latest(bounded, may('01'), may('03'))).toBe(may('03'));
    expect(latest(bounded, may('01'), may('01'))).toBeNull();
    expect(latest(bounded, may('05'), may('31'))).toBeNull();
  });

  it('leave an interval on its beat', () => {
    const given = { ...every90s, start_at: '2026-05-01T00:01:00Z', end_at: '2026-05-01T00:04:30Z' };
    expect(next(given, '2026-05-01T00:03:00Z')).toBe('2026-05-01T00:04:30.000Z');
    expect(next(given, '2026-04-01T00:00:00Z')).toBe('2026-05-01T00:01:30.000Z');
    expect(count(given, '2026-04-01T00:00:00Z', '2026-06-01T00:00:00Z').count).toBe(3);
    expect(latest(given, '2026-04-01T00:00:00Z', '2026-06-01T00:00:00Z')).toBe('2026-05-01T00:04:30.000Z');
    expect(next(given, '2026-05-01T00:04:30Z')).toBeNull();
  });
});

describe('each type of schedule', () => {
  it.each<[JsonObject, string, number, string]>([
    [{ type: 'cron', expression: '0 12 1 * *' }, '2026-06-01', 3, '2026-08-01'],
    [{ type: 'daily', time: '12:00' }, '2026-06-01', 92, '2026-08-31'],
    [{ type: 'weekly', weekday: 'mon', time: '12:00' }, '2026-06-01', 14, '2026-08-31'],
    [{ type: 'monthly', day: 30, time: '12:00' }, '2026-06-30', 3, '2026-08-30'],
    [{ type: 'rrule', rrule: 'FREQ=MONTHLY;BYDAY=1TU', time: '12:00' }, '2026-06-02', 3, '2026-08-04'],
    [{ type: 'interval', every: 'P30D', anchor: '2026-06-03T12:00:00Z' }, '2026-06-03', 3, '2026-08-02'],
    [{ type: 'once', run_time: '2026-07-01T12:00:00Z' }, '2026-07-01', 1, '2026-07-01'],
  ])('%j has its first, its count and its last slot in a range', (document, first, all, last) => {
    const range = ['2026-06-01T00:00:00Z', '2026-08-31T23:59:59Z'] as const;
    const noonOf = (day: string) => `${day}T12:00:00.000Z`;
    expect(from(document, range[0])).toBe(noonOf(first));
    expect(count(document, ...range)).toEqual({ count: all, count_is_minimum: false });
    expect(latest(document, ...range)).toBe(noonOf(last));
  });

  it.each<JsonObject>([
    { type: 'daily', time: '12:00' },
    { type: 'interval', every: 'P1D', anchor: '2026-06-03T12:00:00Z' },
    { type: 'once', run_time: '2026-06-15T12:00:00Z' },
  ])('%j has no slot in a range that ends before it begins', (document) => {
    expect(count(document, '2026-06-20T00:00:00Z', '2026-06-10T00:00:00Z').count).toBe(0);
    expect(latest(document, '2026-06-20T00:00:00Z', '2026-06-10T00:00:00Z')).toBeNull();
    expect(latest(document, '2026-06-15T12:00:00Z', '2026-06-15T12:00:00Z')).toBe('2026-06-15T12:00:00.000Z');
    expect(count(document, '2026-06-15T12:00:00Z', '2026-06-15T12:00:00Z')).toEqual({
      count: 1,
      count_is_minimum: false,
    });
  });
});

describe('an interval', () => {
  it('is counted from its anchor on, both ends included', () => {
    expect(count(every90s, '2026-03-31T00:00:00Z', '2026-04-01T00:00:00Z').count).toBe(1);
    expect(count(every90s, '2026-03-31T00:00:00Z', '2026-03-31T23:59:59Z').count).toBe(0);
    expect(count(every90s, '2026-04-01T00:01:30Z', '2026-04-01T00:03:00Z').count).toBe(2);
    expect(count(every90s, '2026-04-01T00:01:31Z', '2026-04-01T00:02:59Z').count).toBe(0);
    expect(count(every90s, '2026-04-01T00:03:00Z', '2026-04-01T00:01:00Z').count).toBe(0);
  });

  it('looks back to its anchor, and not beyond the range', () => {
    expect(latest(every90s, '2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z')).toBe('2026-04-01T00:00:00.000Z');
    expect(latest(every90s, '2026-03-01T00:00:00Z', '2026-03-31T23:59:59.999Z')).toBeNull();
    expect(latest(every90s, '2026-04-01T00:01:30Z', '2026-04-01T00:02:59Z')).toBe('2026-04-01T00:01:30.000Z');
    expect(latest(every90s, '2026-04-01T00:01:31Z', '2026-04-01T00:02:59Z')).toBeNull();
    expect(latest(every90s, '2026-04-02T00:00:00Z', '2026-04-01T00:00:00Z')).toBeNull();
  });
});

describe('a one-off', () => {
  it('is the latest from its time on', () => {
    expect(latest(once, '2026-04-01T00:00:00Z', '2026-04-01T12:00:00Z')).toBe('2026-04-01T12:00:00.000Z');
    expect(latest(once, '2026-04-01T12:00:00Z', '2026-05-01T12:00:00Z')).toBe('2026-04-01T12:00:00.000Z');
    expect(latest(once, '2026-04-01T00:00:00Z', '2026-04-01T11:59:59.999Z')).toBeNull();
    expect(latest(once, '2026-04-01T12:00:00.001Z', '2026-05-01T00:00:00Z')).toBeNull();
  });

  it('outside of its bounds is none', () => {
    const given = schedule(once);
    const range = [at('2026-01-01T00:00:00Z'), at('2027-01-01T00:00:00Z')] as const;
    const late = { ...given, start_at: at('2026-04-01T12:00:00.001Z') };
    const early = { ...given, end_at: at('2026-04-01T11:59:59.999Z') };
    for (const none of [late, early]) {
      expect(slotFrom(none, range[0])).toBeNull();
      expect(countSlots(none, ...range).count).toBe(0);
      expect(latestSlot(none, range[1], range[0])).toBeNull();
    }
  });
});

describe('a recurrence rule that ends at an instant', () => {
  const rule = (until: string) => ({
    type: 'rrule',
    rrule: `FREQ=DAILY;UNTIL=${until};BYDAY=MO,TU,WE,TH,FR,SA,SU`,
    time: '12:00',
  });
  const range = ['2026-06-01T00:00:00Z', '2026-07-01T00:00:00Z'] as const;

  it('has no slot after it, whatever is asked', () => {
    expect(count(rule('20260610T120000Z'), ...range).count).toBe(10);
    expect(count(rule('20260610T115959Z'), ...range).count).toBe(9);
    expect(latest(rule('20260610T120000Z'), ...range)).toBe('2026-06-10T12:00:00.000Z');
    expect(latest(rule('20260610T115959Z'), ...range)).toBe('2026-06-09T12:00:00.000Z');
    expect(next(rule('20260610T120000Z'), '2026-06-10T12:00:00Z')).toBeNull();
  });

  it('ends there also where end_at comes later', () => {
    const given = { ...rule('20260610T120000Z'), end_at: '2026-06-20T00:00:00Z' };
    expect(count(given, ...range).count).toBe(10);
    expect(count({ ...given, end_at: '2026-06-05T12:00:00Z' }, ...range).count).toBe(5);
  });
});

it('a count over decades of a zone with daylight saving says that it is a minimum', () => {
  const yearly = { type: 'cron', expression: '30 2 * * 0', timezone: 'Europe/Berlin' };
  const counted = count(yearly, '2026-01-01T00:00:00Z', '2126-01-01T00:00:00Z');
  expect(counted.count_is_minimum).toBe(true);
  expect(counted.count).toBeLessThan(10_000);
});
