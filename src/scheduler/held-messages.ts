import type { TriggerMessage } from '../application/ports.ts';
import type { UserId } from '../domain/ids.ts';

/** Messages of one user that may wait for a task that runs. */
export const MAX_HELD = 100;
const FIRST_DELAY_MS = 250;
const LAST_DELAY_MS = 5_000;
/** One that has not come again by then has gone to another instance. */
const GRACE_MS = 10_000;

/** The messages that this instance has handed back until a task has ended its run, counted for each user. */
export class HeldMessages {
  readonly #users = new Map<UserId, Map<string, number>>();

  get size(): number {
    return [...this.#users.values()].reduce((sum, held) => sum + held.size, 0);
  }

  /** Milliseconds until it should come again, growing; null where its user has too many waiting. */
  hold({ userId, id, deliveries }: TriggerMessage, nowMs: number): number | null {
    const held = this.#users.get(userId) ?? new Map<string, number>();
    for (const [message, until] of held) {
      if (until < nowMs) held.delete(message);
    }
    if (held.size >= MAX_HELD && !held.has(id)) return null;
    const delayMs = Math.min(LAST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(deliveries - 1, 10));
    held.set(id, nowMs + delayMs + GRACE_MS);
    this.#users.set(userId, held);
    return delayMs;
  }

  release({ userId, id }: TriggerMessage): void {
    const held = this.#users.get(userId);
    held?.delete(id);
    if (held?.size === 0) this.#users.delete(userId);
  }
}
