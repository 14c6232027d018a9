import type { RecordedTaskEvent, UnopenedTaskEvent } from '../../../domain/shared/event.ts';
import type { Hash, Sequence } from '../../../domain/shared/ids.ts';
import {
  decodeSealed,
  hashOf,
  leaveSealed,
  openEvent,
  type SealedEvent,
  type StoredMessage,
} from '../../codec/codec.ts';
import type { SealingKey } from '../../codec/sealing.ts';
import { parseTaskSubject } from '../../connection/subjects.ts';
import type { RecentAppends } from './recent-appends.ts';

/** Hashing and parsing so much takes some ten milliseconds. */
const READ_BYTES = 1024 * 1024;

/** The log does not hold what it held: a sequence is missing, or it ends before one that was read from it. */
export class LogBroken extends Error {
  override readonly name = 'LogBroken';
}

/** A message as it came from the log: what it says is worked out once, whoever of the process's followers asks. */
export class LogMessage implements StoredMessage {
  readonly subject: string;
  readonly sequence: Sequence;
  readonly body: Uint8Array;
  #hash: Hash | null;
  #task: ReturnType<typeof parseTaskSubject> | undefined;
  /** As this process has appended it; null: it has not, or no longer knows. */
  #own: RecordedTaskEvent | null | undefined;
  #sealed: SealedEvent | null = null;
  #unopened: UnopenedTaskEvent | null = null;

  /** `hash`: where it is known. */
  constructor(subject: string, sequence: Sequence, body: Uint8Array, hash: Hash | null = null) {
    this.#hash = hash;
    this.subject = subject;
    this.sequence = sequence;
    this.body = body;
  }

  get hash(): Hash {
    this.#hash ??= hashOf(this.body);
    return this.#hash;
  }

  /** Whose task it is of; null where it is of none. */
  get task(): ReturnType<typeof parseTaskSubject> {
    if (this.#task === undefined) this.#task = parseTaskSubject(this.subject);
    return this.#task;
  }

  ownIn(appends: RecentAppends | null): RecordedTaskEvent | null {
    if (this.#own === undefined) this.#own = appends?.find(this, this.hash) ?? null;
    return this.#own;
  }

  /** Throws UnreadableEvent. */
  opened(key: SealingKey | null): RecordedTaskEvent {
    this.#sealed ??= decodeSealed(this, this.hash, this.task);
    return openEvent(this, this.#sealed, key);
  }

  /** Throws UnreadableEvent. */
  unopened(): UnopenedTaskEvent {
    this.#sealed ??= decodeSealed(this, this.hash, this.task);
    this.#unopened ??= leaveSealed(this.#sealed);
    return this.#unopened;
  }
}

/** How many of the messages, from `from` on, are read in one go: at least one, at most `max`. */
export function countWithin(messages: readonly LogMessage[], max: number, from = 0): number {
  let bytes = 0;
  for (let count = 0; count < max; count++) {
    const message = messages[from + count];
    if (message === undefined) return count;
    bytes += message.body.length;
    if (bytes > READ_BYTES && count > 0) return count;
  }
  return max;
}
