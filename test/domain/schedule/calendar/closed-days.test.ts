import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countSlots,
  latestSlot,
  nextSlot,
  nominalSlotsFrom,
  slotsFrom,
} from '../../../../src/domain/schedule/slots.ts';
import type { CalendarDays, Schedule } from '../../../../src/domain/schedule/types.ts';
import type { Instant } from '../../../../src/domain/shared/instant.ts';
import { at, NOW } from '../given.ts';
import {
  calendarDays,
  dates,
  followingFaults,
  followingSchedule,
  HOLIDAYS_ID,
  WORKDAYS_ID,
  weekdays,
} from './given-calendars.ts';

const noon = { type: 'daily', time: '12:00' };
const shown = (day: string) => `${day}T12:00:00.000Z`;

function firstSlots(schedule: Schedule, from: string, count: number): string[] {
  const found: string[] = [];
  for (const slot of slotsFrom(schedule, at(from))) {
    found.push(slot);
    if (found.length >= count) break;
  }
  return found;
}

describe('a schedule that follows calendars', () => {
  const holidays = calendarDays(HOLIDAYS_ID, ['2026-12-25', '2026-12-28']);
  const workdays = calendarDays(WORKDAYS_ID, [], [1, 2, 3, 4, 5]);

  it('has no slots on the days of those it excludes, and slots only on the days of the others', () => {
    const document = { ...noon, exclude_calendars: [HOLIDAYS_ID], only_calendars: [WORKDAYS_ID] };
    const schedule = followingSchedule(document, holidays, workdays);
    expect(firstSlots(schedule, '2026-12-23T13:00:00Z', 3)).toEqual(
      ['2026-12-24', '2026-12-29', '2026-12-30'].map(shown),
    );
    expect(latestSlot(schedule, at(shown('2026-12-28')), at(shown('2026-12-01')))).toBe(shown('2026-12-24'));
    expect(latestSlot(schedule, at(shown('2026-12-28')), at(shown('2026-12-25')))).toBeNull();
    const [from, to] = [at(shown('2026-12-21')), at(shown('2026-12-31'))];
    expect(countSlots(schedule, from, to)).toEqual({ count: 7, count_is_minimum: false });
  });

  it('tells which calendar leaves a slot out, its own dates first', () => {
    const document = {
      ...noon,
      end_at: shown('2026-12-28'),
      exclude_dates: ['2026-12-26'],
      exclude_calendars: [HOLIDAYS_ID],
      only_calendars: [WORKDAYS_ID],
    };
    const schedule = followingSchedule(document, holidays, workdays);
    const excluded = (by: string, calendar_id: string) => ({ excluded: true, closing: { by, calendar_id } });
    expect([...nominalSlotsFrom(schedule, at('2026-12-24T00:00:00Z'))]).toEqual([
      { at: shown('2026-12-24'), excluded: false },
      { at: shown('2026-12-25'), ...excluded('exclude_calendars', HOLIDAYS_ID) },
      { at: shown('2026-12-26'), excluded: true },
      { at: shown('2026-12-27'), ...excluded('only_calendars', WORKDAYS_ID) },
      { at: shown('2026-12-28'), ...excluded('exclude_calendars', HOLIDAYS_ID) },
    ]);
  });

  it('goes by the day that the wall shows', () => {
    const document = { type: 'daily', time: '23:30', timezone: 'America/New_York' };
    const schedule = followingSchedule({ ...document, exclude_calendars: [HOLIDAYS_ID] }, holidays);
    expect(firstSlots(schedule, '2026-12-25T00:00:00Z', 2)).toEqual([
      '2026-12-25T04:30:00.000Z',
      '2026-12-27T04:30:00.000Z',
    ]);
  });

  it('is refused where no slot is left, also one that would be looked for for ever', () => {
    const mondays = calendarDays(HOLIDAYS_ID, [], [1]);
    const never = calendarDays(WORKDAYS_ID, [], [1, 2, 3, 4, 5, 6, 7]);
    const past = calendarDays(WORKDAYS_ID, ['2026-03-19']);
    const weekly = { type: 'weekly', weekday: 1, timezone: 'Europe/Berlin' };
    for (const [document, calendar] of [
      [{ ...weekly, exclude_calendars: [HOLIDAYS_ID] }, mondays],
      [{ ...noon, exclude_calendars: [WORKDAYS_ID] }, never],
      [{ ...noon, timezone: 'Europe/Berlin', only_calendars: [WORKDAYS_ID] }, past],
      [{ type: 'interval', interval_seconds: 60, only_calendars: [WORKDAYS_ID] }, past],
    ] as const) {
      const began = process.cpuUsage();
      expect(followingFaults(document, calendar)).toMatchObject([{ path: [], type: 'no_future_slot' }]);
      expect(followingFaults(document, calendar)[0]?.msg).toContain('on a day that its calendars leave open');
      expect(process.cpuUsage(began).user).toBeLessThan(2_000_000);
    }
  });

  it('counts a minimum where a range has more open days than one call steps through', () => {
    const schedule = followingSchedule(
      { ...noon, exclude_calendars: [HOLIDAYS_ID] },
      calendarDays(HOLIDAYS_ID, [], [3]),
    );
    const counted = countSlots(schedule, NOW, at('2126-01-01T00:00:00Z'));
    expect(counted.count_is_minimum).toBe(true);
    expect(counted.count).toBeGreaterThan(5_000);
  });
});

describe('whatever the schedule and its calendars', () => {
  const zone = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/Santiago',
    'Pacific/Apia',
    'Asia/Kathmandu',
    'Africa/Cairo',
  );
  const shape = fc.constantFrom(
    { type: 'daily', time: '00:15' },
    { type: 'weekly', weekdays: [1, 6], time: '23:45' },
    { type: 'monthly', day: 'last' },
    { type: 'cron', expression: '7 */5 * * *' },
    { type: 'interval', interval_seconds: 40_000, anchor: '2026-01-01T00:00:00Z' },
    { type: 'rrule', rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU', start_date: '2026-01-04' },
  );
  const calendar = (id: typeof HOLIDAYS_ID) =>
    fc.tuple(dates, weekdays).map(([some, days]) => calendarDays(id, some, [...days].sort()));

  /** Day by day, with nothing of the code under test but the slots that there are without calendars. */
  function isOpen(slot: Instant, timezone: string, excluded: NaiveDays, only: NaiveDays | null): boolean {
    const date = formatOf(timezone).format(new Date(slot));
    const weekday = new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
    const has = (days: NaiveDays) => days.dates.has(date) || days.weekdays.includes(weekday);
    return !has(excluded) && (only === null || has(only));
  }

  it('has exactly those slots of the plain schedule that fall on an open day', () => {
    fc.assert(
      fc.property(
        zone,
        shape,
        calendar(HOLIDAYS_ID),
        fc.option(calendar(WORKDAYS_ID)),
        (timezone, plain, ex, only) => {
          const document = { ...plain, timezone };
          const base = followingSchedule(document);
          const schedule: Schedule = {
            ...base,
            exclude_calendars: [ex],
            ...(only === null ? {} : { only_calendars: [only] }),
          };
          const [from, to] = [at('2026-02-01T00:00:00Z'), at('2027-01-20T00:00:00Z')];
          const wanted: Instant[] = [];
          for (const slot of slotsFrom(base, from)) {
            if (slot > to) break;
            if (isOpen(slot, timezone, naive(ex), only && naive(only))) wanted.push(slot);
          }
          const found: Instant[] = [];
          for (const slot of slotsFrom(schedule, from)) {
            if (slot > to) break;
            found.push(slot);
          }
          expect(found).toEqual(wanted);
          const open = [...nominalUntil(schedule, from, to)].filter(({ excluded }) => !excluded);
          expect(open.map(({ at: slot }) => slot)).toEqual(wanted);
          expect(countSlots(schedule, at('2026-02-01T00:00:00.001Z'), to).count).toBe(wanted.length);
          expect(latestSlot(schedule, to, at('2026-02-01T00:00:00.001Z'))).toBe(wanted.at(-1) ?? null);
          const middle = wanted[Math.floor(wanted.length / 2)];
          if (middle !== undefined) {
            expect(nextSlot(schedule, middle)).toBe(
              wanted[wanted.indexOf(middle) + 1] ?? nextSlot(schedule, to),
            );
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  const formats = new Map<string, Intl.DateTimeFormat>();
  function formatOf(timeZone: string): Intl.DateTimeFormat {
    const format =
      formats.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
    formats.set(timeZone, format);
    return format;
  }

  interface NaiveDays {
    readonly dates: ReadonlySet<string>;
    readonly weekdays: readonly number[];
  }

  /** Read anew from the text that stands in the task. */
  function naive({ dates: packed, weekdays: days }: CalendarDays): NaiveDays {
    const all = new Set<string>();
    for (const ofYear of packed.split(';').filter(Boolean)) {
      const [year = '', parts = ''] = ofYear.split(':');
      for (const part of parts.split(',')) {
        const [first = '', last = first] = part.split('-');
        const day = (text: string) => Date.parse(`${year}-${text.slice(0, 2)}-${text.slice(2)}T00:00:00Z`);
        for (let each = day(first); each <= day(last); each += 86_400_000) {
          all.add(new Date(each).toISOString().slice(0, 10));
        }
      }
    }
    return { dates: all, weekdays: days };
  }

  function* nominalUntil(schedule: Schedule, from: Instant, to: Instant) {
    for (const slot of nominalSlotsFrom(schedule, from)) {
      if (slot.at > to) return;
      yield slot;
    }
  }
});
