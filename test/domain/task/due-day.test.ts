import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endOfDate, localDateOf } from '../../../src/domain/schedule/calendar/local-day.ts';
import { offsetAt } from '../../../src/domain/schedule/calendar/zone.ts';
import { epochMs, plusMs } from '../../../src/domain/shared/instant.ts';
import { nextDueAt } from '../../../src/domain/task/decide/due.ts';
import { DUE_DAYS, dueOnDay } from '../../../src/domain/task/due-day.ts';
import { History, START } from '../../support/histories/history.ts';

const zones = fc.constantFrom(
  ...['America/Santiago', 'Africa/Cairo', 'Pacific/Apia', 'Pacific/Kiritimati', 'Europe/Zurich'],
  ...['Australia/Lord_Howe', 'Asia/Kathmandu', 'America/Havana', 'Asia/Beirut', 'UTC', 'Etc/GMT+12'],
);
const MISSING: Readonly<Record<string, string>> = {
  'Pacific/Apia': '2011-12-30',
  'Pacific/Kiritimati': '1994-12-31',
};
const days = fc.oneof(
  fc.integer({ min: -8_000, max: 40_000 }),
  // Around the days that two of the zones left out.
  fc.constantFrom(...Object.values(MISSING)).chain((date) => {
    const day = Date.parse(date) / 86_400_000;
    return fc.integer({ min: day - 2, max: day + 2 });
  }),
);
const dateOf = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10);

test('A due day ends with the last millisecond that its zone shows of it, and reminds from nine of that day', () => {
  fc.assert(
    fc.property(zones, days, (timezone, day) => {
      const date = dateOf(day);
      const { due_date, due_day } = dueOnDay(date, timezone);
      expect(plusMs(due_date, 1)).toBe(endOfDate(timezone, date));
      expect(due_day.reminders_from <= due_date).toBe(true);
      if (MISSING[timezone] === date) {
        // Over with the day before.
        expect(localDateOf(timezone, due_date)).toBe(dateOf(day - 1));
        return;
      }
      expect(localDateOf(timezone, due_date)).toBe(date);
      const from = epochMs(due_day.reminders_from);
      expect(new Date(from + offsetAt(timezone, from)).toISOString()).toBe(`${date}T09:00:00.000Z`);
    }),
    { numRuns: 300 },
  );
});

test('Later days are due later, whatever their zones leave out', () => {
  fc.assert(
    fc.property(zones, days, (timezone, day) => {
      const [before, after] = [dueOnDay(dateOf(day), timezone), dueOnDay(dateOf(day + 1), timezone)];
      expect(before.due_date <= after.due_date).toBe(true);
    }),
  );
});

test('The first and the last day that may be given have their instants in every zone', () => {
  for (const timezone of ['Pacific/Kiritimati', 'Etc/GMT+12', 'America/Juneau', 'Asia/Manila', 'UTC']) {
    for (const date of [DUE_DAYS.first, DUE_DAYS.last]) {
      const { due_date, due_day } = dueOnDay(date, timezone);
      expect(due_date >= '0001-01-01T00:00:00.000Z' && due_day.reminders_from >= '0001-01-01').toBe(true);
      // A year's reminder can be looked back to, and being overdue ahead to.
      const task = { due_date, due_day, remind_before: ['P366D'] };
      expect(() => nextDueAt(new History().create(task).state as never)).not.toThrow();
    }
  }
});

test('Of a fold no zone is asked: what the event says is what the task has', () => {
  const { due_date, due_day } = dueOnDay('2026-12-24', 'Europe/Zurich');
  const strange = { ...due_day, timezone: 'Mars/Olympus_Mons' };
  const history = new History().create({ due_date, due_day: strange });
  expect(history.state).toMatchObject({ due_date, due_day: strange, overdue_due: plusMs(due_date, 1) });
  history.step({ do: 'update', after: 1, changes: { due_date: START }, status: null });
  expect(history.state).toMatchObject({ due_date: START, due_day: null, overdue_due: START });
});
