import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CalendarEvent } from '../../../src/domain/calendar/calendars.ts';
import type { Sequence } from '../../../src/domain/shared/ids.ts';
import {
  CALENDAR_VERSIONS,
  decodeCalendarEvent,
  encodeCalendarEvent,
} from '../../../src/jetstream/codec/calendar-codec.ts';
import { calendarsSubject } from '../../../src/jetstream/connection/subjects.ts';
import { SAMPLE_CALENDAR_EVENTS, SAMPLE_KEY } from '../../support/histories/sample-events.ts';
import { appendOf, START } from '../../support/log/log-fixture.ts';

interface Sample {
  readonly subject: string;
  readonly sequence: Sequence;
  readonly body: string;
  readonly event: CalendarEvent;
}

const versions = SAMPLE_CALENDAR_EVENTS.flatMap(({ type }) =>
  Array.from({ length: CALENDAR_VERSIONS[type] }, (_, index) => [type, index + 1] as const),
);

function sampleOf(type: string, version: number): Sample {
  const path = join(import.meta.dirname, '..', 'samples', `${type}.${version}.json`);
  return JSON.parse(readFileSync(path, 'utf8'));
}

test.each(versions)('%s in version %i is still read', (type, version) => {
  const sample = sampleOf(type, version);
  const message = { ...sample, body: Buffer.from(sample.body) };
  expect(decodeCalendarEvent(message, SAMPLE_KEY).event).toEqual(sample.event);
});

test('without a key a name is null, and the days are there', () => {
  const sample = sampleOf('calendar.created', 1);
  expect(sample.body).not.toContain('Holidays');
  const { event } = decodeCalendarEvent({ ...sample, body: Buffer.from(sample.body) }, null);
  expect(event.data).toEqual({ ...sample.event.data, personal: null });
});

test('what stands under another subject, or is sealed for another event, is refused by name', () => {
  const sample = sampleOf('calendar.created', 1);
  const body = Buffer.from(sample.body);
  for (const subject of ['tasklog.bob._calendars', calendarsSubject(null)]) {
    expect(() => decodeCalendarEvent({ ...sample, subject, body }, SAMPLE_KEY)).toThrow(/is of user/);
  }
  const moved = Buffer.from(sample.body.replace(/"id":"(.{25})./, '"id":"$1Z'));
  expect(() => decodeCalendarEvent({ ...sample, body: moved }, SAMPLE_KEY)).toThrow(/does not open/);
});

test('of the installation it is in clear', () => {
  const { eventId, time, context } = appendOf();
  const [event] = SAMPLE_CALENDAR_EVENTS as readonly [CalendarEvent];
  const { body } = encodeCalendarEvent({ owner: null, eventId, time, event, context, after: START }, null);
  const message = { subject: calendarsSubject(null), sequence: 7 as Sequence, body };
  expect(decodeCalendarEvent(message, null).event).toEqual(event);
});
