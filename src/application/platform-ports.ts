/** What working with other services needs of the world: the stream that they read, and a memory of its own. */
import type { Sequence } from '../domain/ids.ts';
import type { JsonObject } from '../domain/json.ts';

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
] as const;
export type PublishedType = (typeof PUBLISHED_TYPES)[number];

export interface PublishedMessage {
  readonly type: PublishedType;
  /** The event in the log that it tells of. */
  readonly logSequence: Sequence;
  readonly logType: string;
  /** A CloudEvents document. */
  readonly document: JsonObject;
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

/** Small values by key, on disk once stored. Keys are tokens of letters, digits, `-`, `_`, `=`, joined by dots. Both throw LogUnavailable. */
export interface Records {
  /** As the leader has it; null where there is none. */
  get(key: string): Promise<StoredRecord | null>;
  /** The new version; null, and nothing stored, where the key has another version (0: has never been stored). */
  put(key: string, value: JsonObject, version: number): Promise<number | null>;
}
