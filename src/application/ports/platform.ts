/** What working with other services needs of the world: the stream that they read, and a memory of its own. */
import type { Sequence, UserId } from '../../domain/shared/ids.ts';
import type { JsonObject } from '../../domain/shared/json.ts';

/** Types of the messages to other services; each is its own subject. */
export const PUBLISHED_TYPES = [
  'task.created',
  'task.updated',
  'task.executed',
  'task.failed',
  'task.deleted',
  'task.status_changed',
  'task.reminder_triggered',
  'task.overdue',
  'task.slots_skipped',
] as const;
export type PublishedType = (typeof PUBLISHED_TYPES)[number];

export interface PublishedMessage {
  readonly type: PublishedType;
  /** Whose task it is. */
  readonly userId: UserId;
  /** The event in the log that it tells of. */
  readonly logSequence: Sequence;
  readonly logType: string;
  /** A CloudEvents document, as JSON. */
  readonly body: string;
}

/** Where the published stream stands. */
export interface PublishedPosition {
  /** Sequence of its last message, also of one that has expired since: the lock of what is published next. */
  readonly last: number;
  /** The event in the log that its last message tells of; 0 where there is none any more. */
  readonly logSequence: Sequence;
}

/** Something else stands at the end of the stream than was expected there: nothing was stored, or it was before. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

export interface PublishedStream {
  /** Throws LogUnavailable. */
  position(): Promise<PublishedPosition>;
  /**
   * Stores all messages or none, behind the message `after`, and answers the sequence of the last one. Throws Overtaken
   * where another message stands at the end; LogUnavailable where it is not known what was stored; LogRefused.
   */
  publish(messages: readonly PublishedMessage[], after: number): Promise<number>;
}

export interface StoredRecord {
  readonly value: JsonObject;
  /** What a replacement is conditional on. */
  readonly version: number;
}

/** What names a record: its kind, and the ids that it is of. */
export type RecordKey = readonly [kind: string, ...ids: string[]];

/** Small values by key, on disk once stored. Both throw LogUnavailable, `put` LogRefused too. */
export interface RelayStateStore {
  /** As the leader has it; null where there is none. */
  get(key: RecordKey): Promise<StoredRecord | null>;
  /** The new version; null, and nothing stored, where the key has another version (0: has never been stored). */
  put(key: RecordKey, value: JsonObject, version: number): Promise<number | null>;
}

// ---- Messages taken from streams ------------------------------------------------------------------------

/** A message in hand, until it is acked or handed back. */
export interface DeliveredMessage {
  /** What it was published to first: also of a dead letter that is replayed. */
  readonly subject: string;
  readonly body: Uint8Array;
  /** Its id, '' where its publisher gave none. */
  readonly messageId: string;
  /** Where it is stored now. */
  readonly place: MessagePlace;
  /** 1 for the first delivery. */
  readonly deliveries: number;
  ack(): void;
  /** To be delivered again after the delay. */
  handBack(delayMs: number): void;
  /** Puts redelivery off by the ack wait (30 s). */
  working(): void;
}

export interface MessagePlace {
  readonly stream: string;
  readonly consumer: string;
  readonly sequence: number;
}

export interface MessageSource {
  /** Takes messages, at most `maxInHand` at once, until the signal aborts. Survives server restarts. */
  consume(
    maxInHand: number,
    onMessage: (message: DeliveredMessage) => void,
    signal: AbortSignal,
  ): Promise<void>;
}

/** A message that nothing more is done with, until somebody replays it. */
export interface DeadLetter {
  readonly place: MessagePlace;
  readonly subject: string;
  readonly messageId: string;
  readonly body: Uint8Array;
  readonly deliveries: number;
  /** A sentence for people. */
  readonly reason: string;
}

export interface StoredDeadLetter extends DeadLetter {
  /** Its number among the dead letters. */
  readonly number: number;
  /** When it was given up, RFC 3339. */
  readonly time: string;
}

/** Dead letters as those who run the service see them. All throw LogUnavailable. */
export interface StoredDeadLetters {
  /** Those with a larger number, oldest first. */
  list(after?: number): AsyncIterable<StoredDeadLetter>;
  /** Null where there is none of that number. */
  read(number: number): Promise<StoredDeadLetter | null>;
  /** Sends it back to the consumer that gave it up; false where there is none of that number. */
  replay(number: number): Promise<boolean>;
}

/** All throw LogUnavailable. */
export interface DeadLetters {
  /** Stores it, on disk once resolved; one that is there already stays as it is. */
  bury(letter: DeadLetter): Promise<void>;
}
