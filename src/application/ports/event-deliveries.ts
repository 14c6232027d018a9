/** Events on their way to endpoints of their owners' own. */
import type { DestinationId, EventId, ReplayId, Sequence, TaskId, UserId } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { TaskEventType } from '../../domain/task/events/events.ts';

/** `failed`: given up. */
export const DELIVERY_STATUSES = ['delivered', 'waiting', 'failed'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** How the last try of an event's delivery ended. */
export interface DeliveryRecord {
  readonly event_id: EventId;
  readonly sequence: Sequence;
  readonly event_type: TaskEventType;
  readonly task_id: TaskId;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  /** It was sent again, by a replay or by hand. */
  readonly is_replay: boolean;
  /** Null where there was no answer; then `error` says why, by a code. */
  readonly response_status: number | null;
  readonly error: string | null;
  readonly duration_ms: number;
  readonly first_attempt_at: Instant;
  readonly last_attempt_at: Instant;
  /** Null: none follows. */
  readonly next_attempt_at: Instant | null;
}

export interface ListedDelivery extends DeliveryRecord {
  /** Larger for what was recorded later. */
  readonly place: number;
}

/**
 * What became of deliveries, for people to look at. Of each destination the last thousand tries and the last thousand
 * events given up are kept, for a month; what still has to be sent depends on none of it. All throw LogUnavailable.
 */
export interface DeliveryRecords {
  /** On disk once resolved where the event was given up. */
  add(userId: UserId, destinationId: DestinationId, record: DeliveryRecord): Promise<void>;
  /** One for each event, the last first. */
  list(userId: UserId, destinationId: DestinationId): Promise<readonly ListedDelivery[]>;
  /** The destination is no more: neither are its records, nor how far it had come. */
  forget(userId: UserId, destinationId: DestinationId): Promise<void>;
}

/** An event that is sent when its time has come. */
export interface PendingDelivery {
  readonly sequence: Sequence;
  /** Tries that were made. */
  readonly attempts: number;
  readonly first_at: Instant;
  readonly next_at: Instant;
  readonly is_replay: boolean;
}

/** How far sending to a destination has come. Every event up to `through` has arrived, was given up, or is in `pending`. */
export interface DestinationProgress {
  readonly through: Sequence;
  readonly pending: readonly PendingDelivery[];
  /** Since when nothing has arrived; null: the last try did. */
  readonly failing_since: Instant | null;
  /** The event that had turned the destination on. */
  readonly on_since: Sequence;
  /** Requests for single events up to there have been taken up. */
  readonly resends_through: Sequence;
  readonly replay: ReplayProgress | null;
}

export interface ReplayProgress {
  readonly replay_id: ReplayId;
  readonly through: Sequence;
  readonly sent: number;
}

/** Throws LogUnavailable and LogRefused. */
export interface DestinationProgressStore {
  /** Null: nothing has been sent. */
  read(
    userId: UserId,
    destinationId: DestinationId,
  ): Promise<{
    readonly progress: DestinationProgress;
    readonly version: number;
    readonly term: number;
  } | null>;
  /** The new version; null, and nothing stored, where another version stands there. */
  write(
    userId: UserId,
    destinationId: DestinationId,
    stored: { readonly progress: DestinationProgress; readonly version: number; readonly term: number },
  ): Promise<number | null>;
}

/** An endpoint that its owner named; where it stands is looked at for each call. */
export interface EndpointCalls {
  /** Never throws but for the reason of the signal. */
  post(call: EndpointCall, signal: AbortSignal): Promise<EndpointAnswer>;
  /** Why an endpoint cannot be called, for its owner; null: nothing is known against it. */
  refusal(url: string, signal: AbortSignal): Promise<string | null>;
}

export interface EndpointCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type EndpointAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfterMs: number | null }
  /** `code`: `TIMEOUT`, `CONNECTION_FAILED`, `EGRESS_REFUSED`, … */
  | { readonly kind: 'failed'; readonly code: string };
