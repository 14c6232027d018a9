/** Events that are sent when their time has come: those that did not arrive, and those that were asked for again. */
import type { PendingDelivery } from '../../application/ports/event-deliveries.ts';
import type { Sequence } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';

export class PendingDeliveries {
  readonly #bySequence = new Map<Sequence, PendingDelivery>();
  readonly #inHand = new Set<Sequence>();

  constructor(pending: readonly PendingDelivery[]) {
    for (const each of pending) this.put(each);
  }

  get count(): number {
    return this.#bySequence.size;
  }

  get all(): readonly PendingDelivery[] {
    return [...this.#bySequence.values()];
  }

  find(sequence: Sequence): PendingDelivery | null {
    return this.#bySequence.get(sequence) ?? null;
  }

  /** It is not in hand any more. */
  put(delivery: PendingDelivery): void {
    this.#bySequence.set(delivery.sequence, delivery);
    this.#inHand.delete(delivery.sequence);
  }

  remove(sequence: Sequence): void {
    this.#bySequence.delete(sequence);
    this.#inHand.delete(sequence);
  }

  /** Takes the one that is due longest into hand; null where none is due. */
  take(now: Instant): PendingDelivery | null {
    const next = this.#next();
    if (next === null || next.next_at > now) return null;
    this.#inHand.add(next.sequence);
    return next;
  }

  /** When the next one is due; null where all are in hand. */
  get nextAt(): Instant | null {
    return this.#next()?.next_at ?? null;
  }

  /** The endpoint answers again: what had failed need not wait. */
  allDue(now: Instant): void {
    for (const [sequence, delivery] of this.#bySequence) {
      if (delivery.next_at > now) this.#bySequence.set(sequence, { ...delivery, next_at: now });
    }
  }

  #next(): PendingDelivery | null {
    let next: PendingDelivery | null = null;
    for (const delivery of this.#bySequence.values()) {
      if (this.#inHand.has(delivery.sequence)) continue;
      if (next === null || delivery.next_at < next.next_at) next = delivery;
    }
    return next;
  }
}
