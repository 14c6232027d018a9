import { LogRefused, LogUnavailable, OutcomeUnknown } from '../../../application/ports/failures.ts';
import type { MaySend } from '../../../application/ports/log/log.ts';
import { type EventId, type Hash, NO_SEQUENCE, type Sequence } from '../../../domain/shared/ids.ts';
import { CLOUD_EVENTS_JSON, type StoredMessage } from '../../codec/codec.ts';
import type { BatchMessage } from '../../connection/atomic-batch.ts';

/** One message to append: under a lock on its own subject, or right behind the unit's entry before it there. */
export interface LogEntry {
  readonly subject: string;
  readonly eventId: EventId;
  readonly eventType: string;
  /**
   * Sequence of the subject's last message, 0 for none: the lock. Null: the entry follows another of its unit on the
   * same subject, and is held by that one's lock.
   */
  readonly expected: Sequence | null;
  readonly body: Uint8Array;
  /** SHA-256 of `body`, where it is known. */
  readonly hash?: Hash;
}

/** The first entry of a subject in its unit. */
export interface LockedEntry extends LogEntry {
  readonly expected: Sequence;
}

export type UnitOutcome =
  /** All entries are stored, as these messages. A body may be another than was given: that of an earlier append of the id. */
  | { readonly kind: 'stored'; readonly messages: readonly StoredMessage[] }
  /** A lock was lost: nothing of the unit is stored, or ever will be. */
  | { readonly kind: 'conflict' };

/** Room for the headers and the subject of one message, bytes. */
const OVERHEAD = 1_024;
const BATCH_ENTRIES = 256;
const BATCH_BYTES = 4_000_000;

/** Entries that are stored all or none, one lock for each of their subjects, from its append to its outcome. */
export class AppendUnit {
  readonly entries: readonly LogEntry[];
  /** One for each subject. */
  readonly locks: readonly LockedEntry[];
  readonly #maySend: MaySend;
  #begun = false;
  /** At most this many bytes with headers. */
  readonly bytes: number;
  readonly deadline: number;
  /** Something of it was sent, and whether it was stored is not known. */
  unanswered = false;
  /** A lock of it was seen to be lost: it is read before it is sent. */
  contested = false;
  /** How many of its subjects are held by units before it. */
  blockedBy = 0;
  settled = false;
  /** Its entries are what follows their locks; false too where they were stored before them, as repeats. */
  wonLocks = false;
  readonly outcome: Promise<UnitOutcome>;
  #resolve!: (outcome: UnitOutcome) => void;
  #reject!: (error: Error) => void;

  constructor(entries: readonly LogEntry[], deadline: number, maySend: MaySend) {
    this.entries = entries;
    this.locks = entries.filter(isLocked);
    this.#maySend = maySend;
    this.bytes = entries.reduce((sum, entry) => sum + bytesOf(entry), 0);
    this.deadline = deadline;
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** It needs no batch. */
  get isSingle(): boolean {
    return this.entries.length === 1;
  }

  /** Before it is sent: false where it is not to be any more. */
  begins(): boolean {
    this.#begun ||= this.#maySend();
    return this.#begun;
  }

  /** Milliseconds until it is given up. */
  remaining(): number {
    return this.deadline - performance.now();
  }

  stored(messages: readonly StoredMessage[]): void {
    this.settled = true;
    this.wonLocks = messages.every(
      ({ sequence }, index) => sequence > (this.entries[index]?.expected ?? NO_SEQUENCE),
    );
    this.#resolve({ kind: 'stored', messages });
  }

  storedFrom(firstSequence: number): void {
    this.stored(
      this.entries.map(({ subject, body, hash }, index) => {
        return { subject, body, hash, sequence: (firstSequence + index) as Sequence };
      }),
    );
  }

  conflict(): void {
    this.settled = true;
    this.#resolve({ kind: 'conflict' });
  }

  refused(code: LogRefused['code'], cause?: unknown): void {
    this.settled = true;
    this.#reject(new LogRefused(code, REFUSALS[code] ?? 'the log will not store the event', { cause }));
  }

  /** Gives up: no answer in time. */
  abandon(cause?: unknown): void {
    this.settled = true;
    this.#reject(
      this.unanswered
        ? new OutcomeUnknown('the log did not answer: the event is stored at most once', { cause })
        : new LogUnavailable('the log did not answer: nothing was stored', { cause }),
    );
  }
}

const REFUSALS: Partial<Record<LogRefused['code'], string>> = {
  LOG_FULL: 'the log has no room left',
  LOG_INCOMPLETE: 'the log has lost events, and takes none before that is mended',
};

function isLocked(entry: LogEntry): entry is LockedEntry {
  return entry.expected !== null;
}

/** At most this many bytes go over the wire for the entry. */
export function bytesOf(entry: LogEntry): number {
  return entry.body.length + OVERHEAD;
}

export function batchMessage(entry: LogEntry): BatchMessage {
  return { subject: entry.subject, payload: entry.body, headers: entryHeaders(entry) };
}

export function entryHeaders(entry: LogEntry): Record<string, string> {
  return {
    'Nats-Msg-Id': entry.eventId,
    ...(entry.expected === null ? {} : { 'Nats-Expected-Last-Subject-Sequence': `${entry.expected}` }),
    'Content-Type': CLOUD_EVENTS_JSON,
    'Event-Type': entry.eventType,
  };
}

/** How many of the units, in order, go into one batch; at least one of any. */
export function batchSize(units: readonly AppendUnit[]): number {
  let entries = 0;
  let bytes = 0;
  for (const [index, unit] of units.entries()) {
    entries += unit.entries.length;
    bytes += unit.bytes;
    if (index > 0 && (entries > BATCH_ENTRIES || bytes > BATCH_BYTES)) return index;
  }
  return units.length;
}
