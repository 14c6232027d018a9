import type { Instant } from '../../domain/shared/instant.ts';
import { PRIORITIES, type Priority } from '../../domain/task/status.ts';

export interface Prioritized {
  readonly priority: Priority;
  readonly due_at: Instant;
}

export interface Choice<T> {
  /** Default: everything may. */
  readonly mayStart?: (item: T) => boolean;
  /** What the owner of an item has going: within a priority, who has least is next. Default: nothing. */
  readonly heldBy?: (item: T) => number;
}

/** A priority that was passed over this often while it had something waiting is next. */
const PASSED_OVER_AT_MOST = 19;
const HIGHEST_FIRST: readonly Priority[] = [...PRIORITIES].reverse();

/**
 * Chooses what starts next among commands that wait: the highest priority, within one the owner who has least going,
 * and of those what is due longest.
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

  /** Takes out what starts next; null where nothing waits that may start. */
  next({ mayStart = () => true, heldBy = () => 0 }: Choice<T> = {}): T | null {
    const first = (priority: Priority) => this.#first(priority, mayStart, heldBy);
    const priority = this.#choose((one) => first(one) >= 0);
    if (priority === null) return null;
    for (const other of PRIORITIES) {
      if (other === priority) this.#passedOver[other] = 0;
      else if (this.#waiting[other].length > 0) this.#passedOver[other]++;
    }
    return this.#waiting[priority].splice(first(priority), 1)[0] ?? null;
  }

  count(priority: Priority): number {
    return this.#waiting[priority].length;
  }

  #choose(waits: (priority: Priority) => boolean): Priority | null {
    const starved = PRIORITIES.find(
      (priority) => this.#passedOver[priority] >= PASSED_OVER_AT_MOST && waits(priority),
    );
    return starved ?? HIGHEST_FIRST.find(waits) ?? null;
  }

  /** Where what is next of a priority stands; -1 where nothing of it may start. */
  #first(priority: Priority, mayStart: (item: T) => boolean, heldBy: (item: T) => number): number {
    const list = this.#waiting[priority];
    let first = -1;
    let least = Infinity;
    for (let at = list.length - 1; at >= 0 && least > 0; at--) {
      const item = list[at];
      if (item === undefined || !mayStart(item)) continue;
      const held = heldBy(item);
      if (held < least) [first, least] = [at, held];
    }
    return first;
  }
}
