/** A user's events as they happen, for those who follow them (`src/history/event-streams.ts`). */
import type { Sequence, TaskId, UserId } from '../../../domain/shared/ids.ts';
import type { Instant } from '../../../domain/shared/instant.ts';
import type { TaskEvent } from '../../../domain/task/events/events.ts';
import type { LogCursor, LogPlaceFault } from './log-places.ts';

export interface EventStreamRequest {
  readonly userId: UserId;
  /** The place behind which the stream begins; null: behind the last event that there is. */
  readonly after: LogCursor | null;
  /** Null: all. */
  readonly types: ReadonlySet<TaskEvent['type']> | null;
  readonly taskIds: ReadonlySet<TaskId> | null;
  /** When the credential of who asks expires: the stream ends then. Null: never. */
  readonly expiresAt: Instant | null;
}

export type EventStreamItem =
  /** `text`: the event as its owner may see it, `{"sequence", "event"}` as JSON in one line. */
  | {
      readonly kind: 'event';
      readonly sequence: Sequence;
      readonly type: TaskEvent['type'];
      readonly text: string;
    }
  /** Nothing that the reader wants lies before it: a reader that comes back may go on from here. */
  | { readonly kind: 'position'; readonly sequence: Sequence }
  /** All that was in the log when the stream was opened, and since, has been sent. Once a stream. */
  | { readonly kind: 'caught_up'; readonly sequence: Sequence }
  /** The last item: why it ends, and when to come back. */
  | { readonly kind: 'goodbye'; readonly reason: GoodbyeReason; readonly retryMs: number };

export type GoodbyeReason = 'shutdown' | 'max_age' | 'credential_expired' | 'log_unavailable';

export type OpenedEventStream =
  /** `epoch`: of the places that its items name. */
  | {
      readonly kind: 'opened';
      readonly epoch: string | null;
      readonly items: AsyncGenerator<EventStreamItem, void, void>;
    }
  | LogPlaceFault
  | { readonly kind: 'too_many'; readonly whose: 'user' | 'instance'; readonly most: number };

export interface EventStreams {
  /**
   * Where its items are not taken any more, `return()` must be called, or `signal` abort, or the stream counts for ever.
   * Throws LogUnavailable where the end of the log is not known.
   */
  open(request: EventStreamRequest, signal: AbortSignal): Promise<OpenedEventStream>;
}
