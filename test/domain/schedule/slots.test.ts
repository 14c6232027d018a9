import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countSlots, latestSlot, nextSlot } from '../../../src/domain/schedule/slots.ts';
import { epochMs, instantOf } from '../../../src/domain/shared/instant.ts';
import type { JsonObject } from '../../../src/domain/shared/json.ts';
import { scheduleDocument } from './arbitraries.ts';
import { at, schedule, slots } from './given.ts';

const next = (document: JsonObject, after: string) => nextSlot(schedule(document), at(after));
const count = (document: JsonObject, from: string, to: string) =>
  countSlots(schedule(document), at(from), at(to));
const latest = (document: JsonObject, notAfter: string, notBefore: string) =>
  latestSlot(schedule(document), at(notAfter), at(notBefore));

const everyMinute = { type: 'cron', expression: '* * * * *' };
const END = '9999-12-31T23:59:59.999Z';

describe('nextSlot', () => {
  it('is strictly after, to the millisecond', () => {
    const daily = { type: 'daily', timezone: 'Europe/Berlin' };
    expect(next(daily, '2026-06-01T06:59:59.999Z')).toBe('2026-06-01T07:00:00.000Z');
    expect(next(daily, '2026-06-01T07:00:00Z')).toBe('2026-06-02T07:00:00.000Z');
    expect(next(everyMinute, '2026-06-01T06:59:59.999Z')).toBe('2026-06-01T07:00:00.000Z');
  });

  it('of an interval without an anchor begins with its start_at', () => {
    const document = { type: 'interval', every: 'P1D', start_at: '2027-01-01T09:00:00Z' };
    const now = at('2026-12-31T00:00:00Z');
    expect(slots(document, now, 2, now)).toEqual(['2027-01-01T09:00:00.000Z', '2027-01-02T09:00:00.000Z']);
  });

  it('of a range of hours that goes round midnight is on both sides of it', () => {
    expect(slots({ type: 'cron', expression: '0 22-2 * * *' }, '2027-01-01T21:00:00Z', 6)).toEqual([
      '2027-01-01T22:00:00.000Z',
      '2027-01-01T23:00:00.000Z',
      '2027-01-02T00:00:00.000Z',
      '2027-01-02T01:00:00.000Z',
      '2027-01-02T02:00:00.000Z',
      '2027-01-02T22:00:00.000Z',
    ]);
  });

  it('of an interval is anchor + k x interval, and never before the anchor', () => {
    const interval = { type: 'interval', interval_seconds: 90, anchor: '2026-03-20T10:00:07.5Z' };
    expect(next(interval, '2020-01-01T00:00:00Z')).toBe('2026-03-20T10:00:07.500Z');
    expect(next(interval, '2026-03-20T10:00:07.5Z')).toBe('2026-03-20T10:01:37.500Z');
    expect(next(interval, '2031-03-20T10:00:00Z')).toBe('2031-03-20T10:00:07.500Z');
  });

  it('of a one-off is its time, once', () => {
    const once = { type: 'once', run_time: '2026-04-01T12:00:00Z' };
    expect(next(once, '2026-03-20T10:00:00Z')).toBe('2026-04-01T12:00:00.000Z');
    expect(next(once, '2026-04-01T12:00:00Z')).toBeNull();
  });

  it('monthly is the last day of a month that lacks the day', () => {
    const at31 = { type: 'monthly', day: 31, run_time: '00:00' };
    const days = slots(at31, '2027-12-31T00:00:00Z', 4).map((slot) => slot.slice(0, 10));
    expect(days).toEqual(['2028-01-31', '2028-02-29', '2028-03-31', '2028-04-30']);
    const at29 = slots({ type: 'monthly', day: 29 }, '2027-02-01T00:00:00Z', 1)[0];
    expect(at29).toBe('2027-02-28T09:00:00.000Z');
    expect(slots({ type: 'monthly', day: 'last' }, '2026-02-01T00:00:00Z', 2)).toEqual([
      '2026-02-28T09:00:00.000Z',
      '2026-03-31T09:00:00.000Z',
    ]);
  });

  it('weekly counts days by the local calendar', () => {
    const sunday = { type: 'weekly', weekday: 7, run_time: '20:00', timezone: 'America/New_York' };
    expect(next(sunday, '2026-06-01T00:00:00Z')).toBe('2026-06-08T00:00:00.000Z');
    const monday = {
      type: 'weekly',
      weekdays: ['mon', 'thu'],
      run_time: '08:00',
      timezone: 'Asia/Kathmandu',
    };
    expect(slots(monday, '2026-06-01T00:00:00Z', 3)).toEqual([
      '2026-06-01T02:15:00.000Z',
      '2026-06-04T02:15:00.000Z',
      '2026-06-08T02:15:00.000Z',
    ]);
  });

  it('stays within start_at and end_at, both included', () => {
    const bounded = { ...everyMinute, start_at: '2026-05-01T00:00:00Z', end_at: '2026-05-01T00:02:00Z' };
    expect(slots(bounded, '2026-03-20T10:00:00Z', 9)).toEqual([
      '2026-05-01T00:00:00.000Z',
      '2026-05-01T00:01:00.000Z',
      '2026-05-01T00:02:00.000Z',
    ]);
  });

  it('ends with the year 9999', () => {
    expect(next(everyMinute, '9999-12-31T23:58:00Z')).toBe('9999-12-31T23:59:00.000Z');
    expect(next(everyMinute, '9999-12-31T23:59:00Z')).toBeNull();
    expect(next({ type: 'interval', interval_seconds: 60 }, END)).toBeNull();
    expect(next({ type: 'daily', time: '08:00', timezone: 'Pacific/Apia' }, '9999-12-31T12:00:00Z')).toBe(
      '9999-12-31T19:00:00.000Z',
    );
    expect(
      next({ type: 'daily', time: '08:00', timezone: 'America/New_York' }, '9999-12-31T13:00:00Z'),
    ).toBeNull();
  });
});

describe('countSlots', () => {
  it('includes both ends', () => {
    expect(count(everyMinute, '2026-03-20T10:00:00Z', '2026-03-20T10:05:00Z').count).toBe(6);
    expect(count(everyMinute, '2026-03-20T10:00:00.001Z', '2026-03-20T10:04:59.999Z').count).toBe(4);
    expect(count(everyMinute, '2026-03-20T10:00:01Z', '2026-03-20T10:00:59Z').count).toBe(0);
    expect(count(everyMinute, '2026-03-20T11:00:00Z', '2026-03-20T10:00:00Z').count).toBe(0);
  });

  it('stops at 10,000 and says so', () => {
    const exactly = count(everyMinute, '2026-03-20T00:00:00Z', '2026-03-26T22:39:00Z');
    expect(exactly).toEqual({ count: 10_000, count_is_minimum: false });
    const more = count(everyMinute, '2026-03-20T00:00:00Z', '2026-03-26T22:40:00Z');
    expect(more).toEqual({ count: 10_000, count_is_minimum: true });
  });

  it('of an interval is exact arithmetic up to there', () => {
    const interval = { type: 'interval', interval_seconds: 60, anchor: '2026-03-20T10:00:00Z' };
    expect(count(interval, '2026-01-01T00:00:00Z', '2026-03-20T10:10:59Z').count).toBe(11);
    expect(count(interval, '0001-01-01T00:00:00Z', END)).toEqual({ count: 10_000, count_is_minimum: true });
  });

  it('of a one-off is one or none', () => {
    const once = { type: 'once', run_time: '2026-04-01T12:00:00Z' };
    expect(count(once, '2026-04-01T12:00:00Z', '2026-04-01T12:00:00Z').count).toBe(1);
    expect(count(once, '2026-04-01T12:00:00.001Z', END).count).toBe(0);
  });
});

describe('latestSlot', () => {
  it('is the most recent in the range, both ends included', () => {
    expect(latest(everyMinute, '2026-03-20T10:05:30Z', '2026-03-20T10:00:00Z')).toBe(
      '2026-03-20T10:05:00.000Z',
    );
    expect(latest(everyMinute, '2026-03-20T10:05:00Z', '2026-03-20T10:05:00Z')).toBe(
      '2026-03-20T10:05:00.000Z',
    );
    expect(latest(everyMinute, '2026-03-20T10:05:30Z', '2026-03-20T10:05:01Z')).toBeNull();
    const leapDay = { type: 'cron', expression: '0 0 29 2 *', timezone: 'Europe/Berlin' };
    expect(latest(leapDay, '2103-01-01T00:00:00Z', '1970-01-01T00:00:00Z')).toBe('2096-02-28T23:00:00.000Z');
    expect(latest(leapDay, '2027-01-01T00:00:00Z', '2024-03-01T00:00:00Z')).toBeNull();
    const interval = { type: 'interval', interval_seconds: 90, anchor: '2026-03-20T10:00:00Z' };
    expect(latest(interval, '2026-03-20T10:04:00Z', '2026-01-01T00:00:00Z')).toBe('2026-03-20T10:03:00.000Z');
    expect(latest(interval, '2026-03-20T09:59:59Z', '2026-01-01T00:00:00Z')).toBeNull();
  });
});

describe('slots of any schedule', () => {
  const instant = fc
    .integer({ min: Date.parse('2026-01-01T00:00:00Z'), max: Date.parse('2032-01-01T00:00:00Z') })
    .map(instantOf);

  it('strictly ascend, a minute or more apart, and nextSlot, countSlots and latestSlot agree on them', () => {
    fc.assert(
      fc.property(scheduleDocument(), instant, (document, from) => {
        const given = schedule(document);
        // There may be a slot at `from` itself.
        const begin = instantOf(epochMs(from) + 1);
        let after = from;
        for (let step = 1; step <= 6; step += 1) {
          const slot = nextSlot(given, after);
          if (slot === null) return;
          expect(epochMs(slot) - epochMs(after)).toBeGreaterThanOrEqual(step === 1 ? 1 : 60_000);
          expect(latestSlot(given, slot, begin)).toBe(slot);
          expect(latestSlot(given, instantOf(epochMs(slot) - 1), begin)).toBe(step === 1 ? null : after);
          expect(countSlots(given, begin, slot)).toEqual({
            count: step,
            count_is_minimum: false,
          });
          after = slot;
        }
      }),
      { numRuns: 400 },
    );
  });

  it('do not depend on what was asked before', () => {
    const document = {
      type: 'cron',
      expression: '*/7 1-4 * * *',
      timezone: 'Africa/Casablanca',
      dst_fold: 'both',
    };
    const asked = slots(document, '2026-02-14T00:00:00Z', 200);
    const backwards = asked
      .toReversed()
      .map((slot) => nextSlot(schedule(document), instantOf(Date.parse(slot) - 1)));
    expect(backwards.toReversed()).toEqual(asked);
  });
});
