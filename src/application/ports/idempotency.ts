/** What is kept of requests with a key. */
import type { EventId, ExecutionId, TaskId, UserId } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';

/** The ids that the work behind an idempotency key uses, whoever ends up doing it. */
export interface ClaimedIds {
  readonly event_id: EventId;
  /** For what the work creates; unused where it creates none. */
  readonly task_id: TaskId;
  readonly execution_id: ExecutionId;
}

/** An answer as it was given first. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface IdempotencyRecord {
  /** Of the request that the key stands for. */
  readonly fingerprint: string;
  /** The process that claimed it last. */
  readonly instance: string;
  readonly claimed_at: Instant;
  readonly ids: ClaimedIds;
  /** Null until there is one, and where it is made anew. */
  readonly answer: KeptAnswer | null;
  /** The answer is made anew from the event `ids.event_id`, which the log has: it would be stored twice. */
  readonly answered_by_event?: true;
}

export interface StoredIdempotency {
  readonly record: IdempotencyRecord;
  /** What a replacement is conditional on. */
  readonly version: number;
}

/** Keys and what they stand for, on disk once stored, for 24 hours. Everything throws LogUnavailable. */
export interface IdempotencyStore {
  /** Stores the record where the user has none under this key, else answers the one there is. */
  claim(
    userId: UserId,
    key: string,
    record: IdempotencyRecord,
  ): Promise<
    { readonly kind: 'claimed'; readonly version: number } | ({ readonly kind: 'taken' } & StoredIdempotency)
  >;
  /** Null where the user has none under this key. */
  read(userId: UserId, key: string): Promise<StoredIdempotency | null>;
  /** The new version; null, and nothing stored, where another replacement came first. */
  replace(userId: UserId, key: string, record: IdempotencyRecord, version: number): Promise<number | null>;
}
