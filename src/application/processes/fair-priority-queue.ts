import type { Instant } from '../../domain/shared/instant.ts';
import { PRIORITIES, type Priority } from '../../domain/task/status.ts';

export interface Prioritized {
  readonly priority: Priority;
  readonly due_at: Instant;
}

/** A priority that was passed over this often while it had something waiting is next. */
const PASSED_OVER_AT_MOST = 19;
const HIGHEST_FIRST: readonly Priority[] = [...PRIORITIES].reverse();

/**
 * Chooses what starts next among commands that wait: the highest priority, and within one what is due longest.
 * No priority starves: of 20 starts while it waits, `low` gets at least one, and so do `medium` and `high` once the
 * lower ones have had theirs.
 */
export class FairPriorityQueue<T extends Prioritized> {
  /** By due time, the latest first: what is next stands at the end. */
  readonly #waiting: Readonly<Record<Priority, T[]>> = { low: [], medium: [], high: [], urgent: [] };
  readonly #passedOver: Record<Priority, number> = { low: 0, medium: 0, high: 0, urgent: 0 };

  add(item: T): void {
    const list = this.#waiting[item.priority];
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = list[middle];
      // Of two due at one time, the one that came first goes first: it stands nearer to the end.
      if (other !== undefined && other.due_at > item.due_at) low = middle + 1;
      else high = middle;
    }
    list.splice(low, 0, item);
  }

  remove(item: T): void {
    const list = this.#waiting[item.priority];
    const at = list.indexOf(item);
    if (at >= 0) list.splice(at, 1);
  }

  /** Takes out what starts next; null where nothing waits. */
  next(): T | null {
    const priority = this.#choose();
    if (priority === null) return null;
    for (const other of PRIORITIES) {
      if (other === priority) this.#passedOver[other] = 0;
      else if (this.#waiting[other].length > 0) this.#passedOver[other]++;
    }
    return this.#waiting[priority].pop() ?? null;
  }

  count(priority: Priority): number {
    return this.#waiting[priority].length;
  }

  #choose(): Priority | null {
    const waits = (priority: Priority) => this.#waiting[priority].length > 0;
    const starved = PRIORITIES.find(
      (priority) => waits(priority) && this.#passedOver[priority] >= PASSED_OVER_AT_MOST,
    );
    return starved ?? HIGHEST_FIRST.find(waits) ?? null;
  }
}
