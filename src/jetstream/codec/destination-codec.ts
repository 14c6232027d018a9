/**
 * Events of event destinations to the bytes of the log and back: CloudEvents chained like those of tasks. Where events
 * go and what they are signed with is sealed under the user's key, bound to the event and the destination.
 */
import type { DestinationAppend } from '../../application/commands/event-destinations.ts';
import type { DestinationEvent } from '../../domain/destination/event-destination.ts';
import type { Upcasters } from '../../domain/shared/event.ts';
import {
  parseDestinationId,
  parseReplayId,
  parseRevision,
  parseSequence,
  type Revision,
} from '../../domain/shared/ids.ts';
import { type Instant, parseInstant } from '../../domain/shared/instant.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import { parseDestinationsSubject } from '../connection/subjects.ts';
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

const UPCASTERS: Upcasters<DestinationEvent['type']> = {
  'user.event_destination_created': [],
  'user.event_destination_changed': [],
  'user.event_destination_turned_off': [],
  'user.event_destination_deleted': [],
  'user.event_replay_requested': [],
  'user.event_replay_ended': [],
  'user.event_resend_requested': [],
};

/** As `EVENT_VERSIONS`. */
export const DESTINATION_VERSIONS = versionsOf(UPCASTERS);

export function encodeDestinationEvent(append: DestinationAppend, key: SealingKey): EncodedEvent {
  const { event, userId, eventId } = append;
  const data =
    'personal' in event.data
      ? withPersonalSealed(key, eventId, event.data.destination_id, event.data)
      : event.data;
  const meta = { subject: userId, userid: userId, ...appendedMeta(append) };
  return encodedDocument(cloudEvent(event.type, DESTINATION_VERSIONS[event.type], data as JsonObject, meta));
}

export interface StoredDestinationEvent {
  readonly event: DestinationEvent;
  readonly revision: Revision;
  readonly time: Instant;
}

/** `key` null: what was sealed reads as null. Throws UnreadableEvent. */
export function decodeDestinationEvent(
  message: StoredMessage,
  key: SealingKey | null,
): StoredDestinationEvent {
  const { type, data, document } = readDocument(message, UPCASTERS);
  if (document.userid !== parseDestinationsSubject(message.subject)) {
    throw malformed(message, `the document is of user ${document.userid}`);
  }
  const revision = parseRevision(document.revision);
  const time = parseInstant(document.time);
  if (revision === null || time === null) throw malformed(message, 'revision or time');
  const { sealed, ...open } = data;
  checkIds(message, open);
  const personal =
    sealed === undefined
      ? {}
      : { personal: openedPersonal(message, document, String(data.destination_id), key) };
  return { event: { type, data: { ...open, ...personal } } as unknown as DestinationEvent, revision, time };
}

function checkIds(message: StoredMessage, data: JsonObject): void {
  const isRight =
    parseDestinationId(String(data.destination_id)) !== null &&
    (data.replay_id === undefined || parseReplayId(String(data.replay_id)) !== null) &&
    ['after', 'from', 'to', 'event_sequence'].every(
      (name) => data[name] === undefined || parseSequence(Number(data[name])) !== null,
    );
  if (!isRight) throw malformed(message, 'destination_id, replay_id or a sequence');
}
