/**
 * Events of calendars to the bytes of the log and back: CloudEvents chained like those of tasks. A user's name for a
 * calendar is sealed under the user's key, bound to the event and the calendar; the installation has no key, and nothing
 * of its own to hide.
 */
import type { CalendarAppend } from '../../application/commands/calendars.ts';
import type { CalendarEvent } from '../../domain/calendar/calendars.ts';
import type { Upcasters } from '../../domain/shared/event.ts';
import { parseCalendarId, parseRevision, type Revision } from '../../domain/shared/ids.ts';
import { type Instant, parseInstant } from '../../domain/shared/instant.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import { parseCalendarsSubject } from '../connection/subjects.ts';
import {
  appendedMeta,
  cloudEvent,
  type EncodedEvent,
  encodedDocument,
  malformed,
  readDocument,
  type StoredMessage,
  versionsOf,
} from './codec.ts';
import { openedPersonal, withPersonalSealed } from './sealed-personal.ts';
import type { SealingKey } from './sealing.ts';

const UPCASTERS: Upcasters<CalendarEvent['type']> = {
  'calendar.created': [],
  'calendar.changed': [],
  'calendar.deleted': [],
};

/** As `EVENT_VERSIONS`. */
export const CALENDAR_VERSIONS = versionsOf(UPCASTERS);

/** `key` null: the installation's. */
export function encodeCalendarEvent(append: CalendarAppend, key: SealingKey | null): EncodedEvent {
  const { event, owner, eventId } = append;
  const data =
    'personal' in event.data && key !== null
      ? withPersonalSealed(key, eventId, event.data.calendar_id, event.data)
      : event.data;
  const place = owner === null ? { subject: 'calendars' } : { subject: owner, userid: owner };
  const meta = { ...place, ...appendedMeta(append) };
  return encodedDocument(cloudEvent(event.type, CALENDAR_VERSIONS[event.type], data as JsonObject, meta));
}

export interface StoredCalendarEvent {
  readonly event: CalendarEvent;
  readonly revision: Revision;
  readonly time: Instant;
}

/** `key` null: what was sealed reads as null. Throws UnreadableEvent. */
export function decodeCalendarEvent(message: StoredMessage, key: SealingKey | null): StoredCalendarEvent {
  const { type, data, document } = readDocument(message, UPCASTERS);
  if ((document.userid ?? null) !== parseCalendarsSubject(message.subject)) {
    throw malformed(message, `the document is of user ${document.userid}`);
  }
  const revision = parseRevision(document.revision);
  const time = parseInstant(document.time);
  if (revision === null || time === null) throw malformed(message, 'revision or time');
  if (parseCalendarId(String(data.calendar_id)) === null) throw malformed(message, 'calendar_id');
  const { sealed, ...open } = data;
  const personal =
    sealed === undefined
      ? {}
      : { personal: openedPersonal(message, document, String(data.calendar_id), key) };
  return { event: { type, data: { ...open, ...personal } } as unknown as CalendarEvent, revision, time };
}
