import { describe, expect, test } from 'vitest';
import { shiftedDay } from '../../../src/console/parts/time-text.ts';
import {
  calendarDays,
  countsByDay,
  isCalendarDate,
  stepped,
} from '../../../src/console/screens/calendar/calendar-days.ts';

const HOUR = 3_600_000;

describe('the days of the calendar', () => {
  test('are whole weeks from Monday on', () => {
    const days = calendarDays('month', '2026-12-07', 'Europe/Zurich');
    expect([days.length, days[0]?.date, days.at(-1)?.date]).toEqual([35, '2026-11-30', '2027-01-03']);
    expect(days.filter(({ isInside }) => isInside)).toHaveLength(31);
    expect(calendarDays('week', '2026-12-06', 'UTC').map(({ date }) => date.slice(5))).toEqual([
      '11-30',
      '12-01',
      '12-02',
      '12-03',
      '12-04',
      '12-05',
      '12-06',
    ]);
  });

  test('are as long as they are in the zone, and leave no instant out', () => {
    for (const zone of ['Europe/Zurich', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu']) {
      for (const month of ['2026-03-10', '2026-04-10', '2026-10-10', '2026-11-10']) {
        const days = calendarDays('month', month, zone);
        expect(days.slice(1).map(({ from }) => from)).toEqual(days.slice(0, -1).map(({ to }) => to));
      }
    }
    const lengths = (zone: string, month: string) =>
      new Set(calendarDays('month', month, zone).map(({ from, to }) => (to - from) / HOUR));
    expect(lengths('Europe/Zurich', '2026-03-10')).toEqual(new Set([24, 23]));
    expect(lengths('Australia/Lord_Howe', '2026-04-10')).toEqual(new Set([24, 24.5]));
  });

  test('go on and back by months and weeks', () => {
    expect(stepped('month', '2026-01-31', 1)).toBe('2026-02-28');
    expect(stepped('month', '2026-01-15', -1)).toBe('2025-12-15');
    expect(stepped('week', '2026-12-29', 1)).toBe('2027-01-05');
    expect(shiftedDay('2026-03-01', -1)).toBe('2026-02-28');
    expect(['2026-02-30', '2026-12-24', 'x'].map(isCalendarDate)).toEqual([false, true, false]);
  });
});

test('slots and their counts fall on the day of the zone', () => {
  const days = calendarDays('week', '2026-12-02', 'America/New_York');
  const counts = countsByDay(days, [
    {
      slots: [
        { at: '2026-12-02T04:59:00.000Z', fate: 'fired', execution_status: 'completed' },
        { at: '2026-12-02T05:00:00.000Z', fate: 'fired', execution_status: 'failed' },
        { at: '2026-12-02T06:00:00.000Z', fate: 'skipped', execution_status: null },
        { at: '2026-12-02T07:00:00.000Z', fate: 'excluded', execution_status: null },
        { at: '2027-12-02T06:00:00.000Z', fate: 'planned', execution_status: null },
      ],
      buckets: null,
    },
    {
      slots: null,
      buckets: [{ from: '2026-12-02T05:30:00.000Z', counts: { completed: 6, planned: 2, missed: 1 } }],
    },
  ]);
  expect([...counts]).toEqual([
    ['2026-12-01', { completed: 1, failed: 0, planned: 0, leftOut: 0 }],
    ['2026-12-02', { completed: 6, failed: 1, planned: 2, leftOut: 2 }],
  ]);
});
