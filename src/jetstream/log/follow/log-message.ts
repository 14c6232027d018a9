import type { Hash, Sequence } from '../../../domain/shared/ids.ts';
import { hashOf, type StoredMessage } from '../../codec/codec.ts';

/** Hashing and parsing so much takes some ten milliseconds. */
const READ_BYTES = 1024 * 1024;

/** The log does not hold what it held: a sequence is missing, or it ends before one that was read from it. */
export class LogBroken extends Error {
  override readonly name = 'LogBroken';
}

/** A message as it came from the log; its hash is taken once, whoever asks. */
export class LogMessage implements StoredMessage {
  readonly subject: string;
  readonly sequence: Sequence;
  readonly body: Uint8Array;
  #hash: Hash | null;

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
