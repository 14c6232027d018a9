/** The log as auditors read it: as it is stored, of everybody, nothing opened. */
import type { Position } from '../../../domain/shared/event.ts';
import type { EventId, Sequence, TaskId, UserId } from '../../../domain/shared/ids.ts';
import type { Instant } from '../../../domain/shared/instant.ts';

/** An event as it is stored. */
export interface StoredEntry {
  readonly sequence: Sequence;
  readonly subject: string;
  readonly body: Uint8Array;
}

/** What the tree has of an event: where it stands, and the SHA-256 of what is stored, in hex. */
export interface EntryDigest {
  readonly sequence: Sequence;
  readonly subject: string;
  readonly hash: string;
}

/** Of events that the log acknowledged to this process, or delivered to it, last. */
export interface RecentDigests {
  /** Of all after a sequence, up to and with another; null where some of them are not known. */
  between(after: Sequence, through: Sequence): readonly EntryDigest[] | null;
}

export interface EntryFilter {
  /** Null: of everybody, and of every task. */
  readonly userId: UserId | null;
  readonly taskId: TaskId | null;
}

/** Throws LogUnavailable. */
export interface StoredLog {
  lastSequence(): Promise<Sequence>;
  /** Pages of what is after a sequence, up to and with another, in order. */
  pages(filter: EntryFilter, after: Sequence, through: Sequence): AsyncGenerator<readonly StoredEntry[]>;
}

export interface AuditQuery extends EntryFilter {
  /** Null: of all types. */
  readonly types: ReadonlySet<string> | null;
  /** By the events' own times: from the one on, before the other. */
  readonly from: Instant | null;
  readonly to: Instant | null;
  readonly after: Sequence;
  /** Null: up to the end of the log. */
  readonly until: Sequence | null;
}

export type AuditedEvents =
  /** Lines of JSON in pieces; the last line says that it is the last. */
  | { readonly kind: 'events'; readonly chunks: AsyncGenerator<Uint8Array, void, void> }
  /** `after` is beyond the end of the log. */
  | { readonly kind: 'cursor_ahead'; readonly last: Sequence };

/** What shows that an event is in the log: lines as of `AuditedEvents`, the last of them the proof. */
export type ProvenEvents =
  | { readonly kind: 'proven'; readonly chunks: AsyncGenerator<Uint8Array, void, void> }
  | { readonly kind: 'not_found' }
  /** No signed checkpoint covers any event of the task yet. */
  | { readonly kind: 'not_signed' };

export type LogFaultKind =
  /** Its bytes are not those that the next event of its subject was appended behind, or no document at all. */
  | 'changed'
  /** Of its subject one or more events are not there. */
  | 'missing'
  /** It stands behind one that came after it. */
  | 'moved'
  /** A header says another thing than its document. */
  | 'header'
  /** It stands under the subject of another task or user than its document says. */
  | 'foreign-subject';

export interface LogFault {
  readonly kind: LogFaultKind;
  /** Of the event; of the one behind those that are missing. */
  readonly sequence: number;
  readonly subject: string;
  readonly what: string;
}

export interface LogCheckOptions {
  readonly filter: EntryFilter;
  /** The last that is read. */
  readonly through: Sequence;
  /** Whose chains are followed: one position is kept for each of these subjects. */
  readonly isFollowed: (subject: string) => boolean;
  readonly onFault: (fault: LogFault) => void;
  /** Every event that is read, in order, whether its chain is followed or not. */
  readonly onEntry: (entry: StoredEntry) => void;
  readonly signal: AbortSignal;
}

/** Holds stored events against their chains, headers and subjects, and answers how many were followed. Throws LogUnavailable, and why it was stopped. */
export type LogChecker = (options: LogCheckOptions) => Promise<number>;

/** What is wrong with the log as it is stored, with what was signed of it, or with a value of the views. */
export interface StoreFault {
  readonly kind: LogFaultKind | 'reordered' | 'forged-checkpoint' | 'view';
  /** Null: it is of no one event. */
  readonly sequence: number | null;
  /** Of the event; of a value `<view> <user> <task> [<place>]`. */
  readonly subject: string;
  readonly what: string;
}

export type StoreNews =
  /** `done` of `of` events have been looked at in this step, each as often as the step reads the log. */
  | {
      readonly kind: 'progress';
      readonly step: 'log' | 'views';
      readonly done: number;
      readonly of: number;
    }
  | { readonly kind: 'fault'; readonly fault: StoreFault };

export interface StoreVerdict {
  readonly events: number;
  /** Null: the log has faults, so nothing can be said of the views. */
  readonly values: number | null;
  /** Up to where in the log the views are; null as `values`. */
  readonly checkpoint: Sequence | null;
  /** Up to where signed checkpoints were found to cover the log; null where nothing is signed, or not all of it was read. */
  readonly signedThrough: number | null;
}

/** Whether the log is what was appended and signed, and the views are what it says. */
export interface StoreVerification {
  /** False where it names a task that there is not, or that is another user's. */
  isKnown(filter: EntryFilter): Promise<boolean>;
  /** Tells of faults and progress as it goes. Throws LogUnavailable, and why it was stopped. */
  verify(filter: EntryFilter, tell: (news: StoreNews) => void, signal: AbortSignal): Promise<StoreVerdict>;
}

/** What auditors ask. All throw LogUnavailable. */
export interface AuditedLog {
  events(query: AuditQuery): Promise<AuditedEvents>;
  /** `userId` null: whoever's it is. */
  proof(userId: UserId | null, taskId: TaskId): Promise<ProvenEvents>;
  /** The last signed checkpoint, as it is; null where there is none. */
  checkpoint(): Promise<string | null>;
  /** By level and path (c2sp.org/tlog-tiles); null where the tree of that checkpoint has no such tile. */
  tile(level: string, path: string): Promise<Uint8Array | null>;
  /** The entries of a tile of level 0. */
  entries(path: string): Promise<Uint8Array | null>;
}

/** Full tiles of the tree over the log, and what there is of those of higher levels. Throws LogUnavailable. */
export interface StoredTiles {
  get(level: number, index: number): Promise<Buffer | null>;
  put(level: number, index: number, hashes: Buffer): Promise<void>;
}

/** A checkpoint in the log. */
export interface LoggedCheckpoint extends Position {
  /** The signed note. */
  readonly note: string;
  readonly time: Instant;
  /** It records that the log's key was changed to this one; null: it does not. */
  readonly keyChangedTo: string | null;
}

/** Verifier keys as text, of the same log. */
export interface KeyChange {
  readonly from: string;
  readonly to: string;
}

export interface CheckpointAppend {
  readonly note: string;
  /** The note is signed by both keys; null: the key stays. */
  readonly keyChange: KeyChange | null;
  readonly eventId: EventId;
  readonly time: Instant;
  /** Its optimistic lock. */
  readonly after: Position;
}

/** The checkpoints in the log, on a subject of their own. Throws LogUnavailable. */
export interface CheckpointLog {
  last(): Promise<LoggedCheckpoint | null>;
  append(append: CheckpointAppend): Promise<'appended' | 'conflict'>;
}

/** The last note that this instance has signed, outside of NATS: what was signed stays known when a store is rolled back. */
export interface SeenCheckpoint {
  /** Null where none was signed here. */
  read(): Promise<string | null>;
  /** On disk when it resolves. */
  write(note: string): Promise<void>;
}
