/** Messages that start tasks. */
import type { UserId } from '../../../domain/shared/ids.ts';
import type { Instant } from '../../../domain/shared/instant.ts';

/** What somebody published on `events.<user>.<subject>`. */
export interface TriggerMessage {
  readonly userId: UserId;
  readonly subject: string;
  /** No other message ever has it. */
  readonly id: string;
  /** Where it stands in its stream. */
  readonly sequence: number;
  readonly published_at: Instant;
  readonly payload: Uint8Array;
  /** The trace that it was published in; null: none. */
  readonly traceparent: string | null;
  /** 1 for the first delivery. */
  readonly deliveries: number;
  ack(): void;
  /** It is never to be delivered again; the reason is for the server's log. */
  drop(reason: string): void;
  /** Hands it back, to be delivered again after the delay. */
  handBack(delayMs: number): void;
  /** Puts redelivery off by the ack wait (5 s). */
  working(): void;
}

export interface TriggerMessageQueue {
  /**
   * Takes messages, shared with all other instances, at most `maxInHand` of them not yet acked, dropped or handed
   * back. Ends when `signal` aborts. Survives server restarts.
   */
  consume(
    maxInHand: number,
    onMessage: (message: TriggerMessage) => void,
    signal: AbortSignal,
  ): Promise<void>;
}
