/** The log as auditors read it: as it is stored, of everybody, nothing opened. */
import type { Sequence, TaskId, UserId } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';

/** An event as it is stored. */
export interface StoredEntry {
  readonly sequence: Sequence;
  readonly subject: string;
  readonly body: Uint8Array;
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

export interface AuditedLog {
  events(query: AuditQuery): Promise<AuditedEvents>;
}
