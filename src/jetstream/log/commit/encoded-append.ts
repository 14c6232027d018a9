/** Appends as entries of the log, and what is stored as the events that they were. */
import type {
  Append,
  AppendedEvents,
  FollowingEvent,
  UserAppend,
} from '../../../application/ports/log/log.ts';
import type { RecordedTaskEvent } from '../../../domain/shared/event.ts';
import type { Hash, Revision, Sequence } from '../../../domain/shared/ids.ts';
import { decodeOpened, encodeEvent, type StoredMessage } from '../../codec/codec.ts';
import type { SealingKey } from '../../codec/sealing.ts';
import { factsSubject, taskSubject } from '../../connection/subjects.ts';
import { type RecentAppends, recordedEvent } from '../follow/recent-appends.ts';
import { encodeFact } from '../user-facts.ts';
import type { LogEntry } from './append-unit.ts';

export interface EncodedAppend {
  /** One for each event, in order. */
  readonly entries: readonly LogEntry[];
  /** The events as they are stored by these messages: their own, or those of an earlier append of the same ids. */
  readonly recorded: (messages: readonly StoredMessage[]) => AppendedEvents;
}

export function encodedAppend(append: Append, key: SealingKey, own: RecentAppends | null): EncodedAppend {
  const first = encodedEvent(append, append.after.sequence, key, own);
  if (append.following === undefined || append.following.length === 0) {
    const recorded = ([message]: readonly StoredMessage[]) => {
      return { event: first.recorded(message), following: [] };
    };
    return { entries: [first.entry], recorded };
  }
  const encoded = [first];
  let before: Append = append;
  let hash = first.hash;
  for (const event of append.following) {
    before = following(before, event, hash);
    const next = encodedEvent(before, null, key, own);
    hash = next.hash;
    encoded.push(next);
  }
  return {
    entries: encoded.map(({ entry }) => entry),
    recorded: (messages) => {
      return {
        event: first.recorded(messages[0]),
        following: encoded.slice(1).map(({ recorded }, index) => recorded(messages[index + 1])),
      };
    },
  };
}

/** The event as an append of its own. Its `after` has no sequence of its own yet: it is where the one before will be. */
function following(before: Append, event: FollowingEvent, hash: Hash): Append {
  const { userId, taskId, after } = before;
  return {
    userId,
    taskId,
    ...event,
    after: { sequence: after.sequence, revision: (after.revision + 1) as Revision, hash },
  };
}

interface EncodedEntry {
  readonly entry: LogEntry;
  readonly hash: Hash;
  readonly recorded: (message: StoredMessage | undefined) => RecordedTaskEvent;
}

function encodedEvent(
  append: Append,
  expected: Sequence | null,
  key: SealingKey,
  own: RecentAppends | null,
): EncodedEntry {
  const { userId, taskId, eventId, event } = append;
  const encoded = encodeEvent(append, key);
  const { body, hash } = encoded;
  const subject = taskSubject(userId, taskId);
  own?.keep(append, subject, encoded);
  return {
    entry: { subject, eventId, eventType: event.type, expected, body, hash },
    hash,
    recorded: (message) => {
      if (message === undefined) throw new Error(`${eventId} was stored without a message`);
      return message.body === body
        ? recordedEvent(append, hash, message.sequence)
        : decodeOpened(message, key);
    },
  };
}

export function factEntry(fact: UserAppend): LogEntry {
  return {
    subject: factsSubject(fact.userId),
    eventId: fact.eventId,
    eventType: fact.event.type,
    expected: fact.after.sequence,
    body: encodeFact(fact),
  };
}
