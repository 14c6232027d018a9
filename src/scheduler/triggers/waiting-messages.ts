import type { TriggerMessage } from '../../application/ports/work/trigger-messages.ts';
import type { UserId } from '../../domain/shared/ids.ts';

/** Messages of one user that may wait for a task that runs. */
export const MAX_HELD = 100;
/**
 * Those of all users together. The consumer (`streams/trigger-events.json`) delivers nothing new to any instance while
 * `max_ack_pending` messages wait in all of them: this is far below.
 */
export const MAX_HELD_IN_ALL = 8_000;
/** One user has at most this part of the room that is left, so that there is some for everybody. */
const SHARE_OF_FREE = 0.05;
const FIRST_DELAY_MS = 250;
const LAST_DELAY_MS = 5_000;
/** One that has not come again by then has gone to another instance. */
const GRACE_MS = 10_000;
const SWEEP_MS = 1_000;

/** The messages that this instance has handed back until a task has ended its run, counted for each user. */
export class WaitingMessages {
  /** By user and message: until when it is counted, monotonic milliseconds. */
  readonly #users = new Map<UserId, Map<string, number>>();
  #size = 0;
  #sweptMs = Number.NEGATIVE_INFINITY;

  get size(): number {
    return this.#size;
  }

  /**
   * Milliseconds until it should come again, growing; null where its user, or all together, have too many waiting.
   * That is asked anew each time that it comes: who had many when there was room makes some when there is little.
   */
  hold(message: TriggerMessage, nowMs: number): number | null {
    const { userId, id, deliveries } = message;
    this.release(message);
    this.#sweep(nowMs);
    const held = this.#users.get(userId) ?? new Map<string, number>();
    const allowed = Math.min(MAX_HELD, Math.ceil((MAX_HELD_IN_ALL - this.#size) * SHARE_OF_FREE));
    if (held.size >= allowed) return null;
    const delayMs = Math.min(LAST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(deliveries - 1, 10));
    held.set(id, nowMs + delayMs + GRACE_MS);
    this.#size += 1;
    this.#users.set(userId, held);
    return delayMs;
  }

  release({ userId, id }: Pick<TriggerMessage, 'userId' | 'id'>): void {
    const held = this.#users.get(userId);
    if (held?.delete(id)) this.#size -= 1;
    if (held?.size === 0) this.#users.delete(userId);
  }

  /** Forgets those that have gone to another instance. */
  #sweep(nowMs: number): void {
    if (nowMs - this.#sweptMs < SWEEP_MS) return;
    this.#sweptMs = nowMs;
    for (const [userId, held] of this.#users) {
      for (const [id, until] of held) if (until < nowMs) this.release({ userId, id });
    }
  }
}
