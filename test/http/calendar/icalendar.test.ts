import fc from 'fast-check';
import ICAL from 'ical.js';
import { describe, expect, test } from 'vitest';
import { instantOf } from '../../../src/domain/shared/instant.ts';
import type { CreateTask } from '../../../src/domain/task/commands.ts';
import { dueOnDay } from '../../../src/domain/task/due-day.ts';
import type { TaskState } from '../../../src/domain/task/state.ts';
import { calendarOf } from '../../../src/http/calendar/icalendar.ts';
import { History } from '../../support/histories/history.ts';

function task(given: Partial<CreateTask>): TaskState {
  return new History().create(given).state as TaskState;
}

function parsed(text: string): ICAL.Event[] {
  const calendar = new ICAL.Component(ICAL.parse(text));
  return calendar.getAllSubcomponents('vevent').map((one) => new ICAL.Event(one));
}

const words = fc
  .array(
    fc.constantFrom(
      'Zürich',
      '会議',
      '👩‍👩‍👧',
      ';',
      ',',
      '\\',
      ':',
      '"',
      '\\n',
      'BEGIN:VEVENT',
      'x'.repeat(80),
      ' ',
    ),
  )
  .map((parts) => parts.join(''));
const text = fc.oneof(words, fc.string({ unit: 'binary', maxLength: 200 }));
/** What RFC 5545 can say: line breaks are all alike, and there are no control characters. */
const sayable = (written: string) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is left out
  written.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '').replace(/\r\n?/g, '\n');

describe('a calendar', () => {
  test('says whatever was written, in lines of at most 75 bytes that end in CRLF', () => {
    fc.assert(
      fc.property(text, text, (title, description) => {
        const event_title = `${title.trim()}.`;
        const config = { event_title, event_time: '2031-01-01T10:00:00Z', location: event_title };
        const body = calendarOf([task({ task_type: 'calendar_event', config, description })]);
        expect(body.endsWith('\r\nEND:VCALENDAR\r\n')).toBe(true);
        for (const line of body.split('\r\n')) {
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
          expect(line).not.toMatch(/[\r\n]/);
          expect(Buffer.from(line).toString()).toBe(line);
        }
        const [event, ...others] = parsed(body);
        expect(others).toEqual([]);
        // White space that stood behind a control character may lead what is left.
        expect(event?.summary?.trim()).toBe(sayable(event_title).trim());
        if (sayable(description) !== '') expect(event?.description).toBe(sayable(description));
      }),
    );
  });

  test('of the same tasks has the same bytes, in any order and at any time', () => {
    const tasks = [1, 2, 3].map((day) => ({
      ...task({ due_date: instantOf(Date.UTC(2031, 0, day)), task_type: 'todo' }),
      task_id: `tsk_${day}` as TaskState['task_id'],
    }));
    expect(calendarOf([...tasks].reverse())).toBe(calendarOf(tasks));
  });

  test('has a to-do that is due on a day on that day, of the zone that it is a day of, and at no time', () => {
    for (const timezone of ['Pacific/Kiritimati', 'America/New_York', 'UTC']) {
      const body = calendarOf([task({ ...dueOnDay('2031-12-24', timezone), task_type: 'todo' })]);
      expect(body).toContain('\r\nDTSTART;VALUE=DATE:20311224\r\n');
      const [event] = parsed(body);
      expect([event?.startDate.isDate, event?.startDate.toString()]).toEqual([true, '2031-12-24']);
      expect(event?.component.getFirstPropertyValue('transp')).toBe('TRANSPARENT');
    }
  });

  test('of ten thousand tasks is made', () => {
    const one = task({ due_date: instantOf(Date.UTC(2031, 0, 1)), task_type: 'todo' });
    const many = Array.from({ length: 10_000 }, (_, n) => ({
      ...one,
      task_id: `tsk_${n}` as TaskState['task_id'],
    }));
    expect(calendarOf(many).match(/^BEGIN:VEVENT\r$/gm)).toHaveLength(10_000);
  });

  test('without anything in it is one all the same', () => {
    expect(parsed(calendarOf([]))).toEqual([]);
  });

  test.each(['0001-01-01T00:00:00Z', '9999-12-31T23:59:00Z'])(
    'leaves out or bounds what has no date: %s',
    (time) => {
      const config = { event_title: 'x', event_time: time, duration_minutes: 600 };
      for (const event of parsed(calendarOf([task({ task_type: 'calendar_event', config })]))) {
        expect(event.startDate.toJSDate().toISOString()).toBe(new Date(time).toISOString());
      }
    },
  );
});
