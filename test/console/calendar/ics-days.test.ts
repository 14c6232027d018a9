import { describe, expect, test } from 'vitest';
import { daysByYear, daysWords } from '../../../src/console/screens/calendars/calendar-words.ts';
import { daysOfIcs } from '../../../src/console/screens/calendars/ics-days.ts';

const ics = (...events: readonly string[][]) =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//test//EN',
    ...events.flatMap((lines, index) => ['BEGIN:VEVENT', `UID:${index}`, ...lines, 'END:VEVENT']),
    'END:VCALENDAR',
  ].join('\r\n');
const day = (date: string) => [`DTSTART;VALUE=DATE:${date}`];

describe('the days of an iCalendar file', () => {
  test('are those of events that last whole days, each once, to the day before their end', async () => {
    const file = ics(
      day('20361225'),
      [...day('20361224'), 'DTEND;VALUE=DATE:20361227'],
      [...day('20370101'), 'DTEND;VALUE=DATE:20370101'],
    );
    expect(await daysOfIcs(file)).toEqual({
      dates: ['2036-12-24', '2036-12-25', '2036-12-26', '2037-01-01'],
      leftOut: 0,
    });
    expect((await daysOfIcs(`${file}\r\n${ics(day('20380101'))}`)).dates).toHaveLength(5);
  });

  test('are none of what has a time, repeats or is cancelled; what is left out is counted', async () => {
    const file = ics(
      ['DTSTART:20361225T090000Z'],
      [...day('20361226'), 'RRULE:FREQ=YEARLY'],
      [...day('20361227'), 'STATUS:CANCELLED'],
      ['SUMMARY:no start'],
    );
    expect(await daysOfIcs(file)).toEqual({ dates: [], leftOut: 3 });
  });

  test('are bounded, however long an event is, and a file that is none is refused', async () => {
    const { dates } = await daysOfIcs(ics([...day('20000101'), 'DTEND;VALUE=DATE:99990101']));
    expect(dates).toHaveLength(2_001);
    await expect(daysOfIcs('no calendar')).rejects.toThrow();
  });
});

test('days are said in words, and by year', () => {
  expect(daysWords({ dates: [], weekdays: [] })).toBe('No days');
  expect(daysWords({ dates: ['2036-12-25'], weekdays: [6, 7] })).toBe(
    'Thu 25 Dec 2036; Saturdays and Sundays',
  );
  expect(daysByYear(['2036-12-25', '2036-12-26', '2037-01-01'])).toEqual([
    ['2036', 'Thu 25 Dec, Fri 26 Dec'],
    ['2037', 'Thu 1 Jan'],
  ]);
});
