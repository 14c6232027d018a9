import { describe, expect, test } from 'vitest';
import { calendarDecider, type OwnCalendars } from '../../../../src/domain/calendar/calendars.ts';
import type { CalendarId } from '../../../../src/domain/shared/ids.ts';
import { type Instant, instantOf } from '../../../../src/domain/shared/instant.ts';

const NOW = instantOf(Date.parse('2026-06-01T22:00:00Z'));
const id = (n: number) => `cal_01J0000000000000000000000${n}` as CalendarId;

function create(
  own: OwnCalendars,
  n: number,
  limits: { calendars: number; calendar_changes_per_day: number },
) {
  const data = { calendar_id: id(n), name: `Number ${n}`, dates: [], weekdays: [6, 7], limits };
  return calendarDecider.decide(own, { type: 'create', data }, NOW);
}

function having(count: number, time: Instant = NOW): OwnCalendars {
  let own = calendarDecider.initial;
  for (let n = 1; n <= count; n++) {
    const decision = create(own, n, { calendars: 50, calendar_changes_per_day: 200 });
    if (decision.kind !== 'event') throw new Error(decision.kind);
    own = calendarDecider.evolve(own, { ...decision.event, time });
  }
  return own;
}

describe('A calendar is refused', () => {
  test('where its owner has as many as the tier allows', () => {
    expect(create(having(2), 3, { calendars: 3, calendar_changes_per_day: 9 }).kind).toBe('event');
    expect(create(having(2), 3, { calendars: 2, calendar_changes_per_day: 9 })).toMatchObject({
      rejection: { code: 'CALENDAR_LIMIT_EXCEEDED', limit_type: 'calendars', limit: 2, used: 2 },
    });
  });

  test('where the changes that the tier allows in a day are used up, until the next', () => {
    const limits = { calendars: 9, calendar_changes_per_day: 2 };
    expect(create(having(2), 3, limits)).toMatchObject({
      rejection: { code: 'EDIT_LIMIT_EXCEEDED', limit: 2, used: 2, retry_after_seconds: 7_200 },
    });
    expect(create(having(2, instantOf(Date.parse('2026-05-31T23:59:59Z'))), 3, limits).kind).toBe('event');
  });
});
