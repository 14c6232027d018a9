/**
 * How many deliveries are under way at once, and whose turn is next: among the users who wait the one with the fewest
 * under way, and of those who has waited longest; nobody has more than a quarter. Endpoints whose last delivery did not
 * arrive, and new ones, share places of their own, so that however many hang, those that answer have theirs.
 */
import type { UserId } from '../../domain/shared/ids.ts';
import { onAbort } from '../../kernel/on-abort.ts';

export interface PlaceCounts {
  /** For endpoints whose last delivery arrived. */
  readonly proven: number;
  readonly others: number;
}

export type GivePlaceBack = () => void;

export class DeliveryPlaces {
  readonly #proven: FairPlaces;
  readonly #others: FairPlaces;

  constructor({ proven, others }: PlaceCounts) {
    this.#proven = new FairPlaces(proven);
    this.#others = new FairPlaces(others);
  }

  /** Null where the signal aborts before there is one. */
  take(userId: UserId, isProven: boolean, signal: AbortSignal): Promise<GivePlaceBack | null> {
    return (isProven ? this.#proven : this.#others).take(userId, signal);
  }
}

/** Of all places, what one user may have at most. */
const SHARE = 0.25;

interface WaitingUser {
  readonly userId: UserId;
  readonly resolve: (place: GivePlaceBack | null) => void;
}

class FairPlaces {
  #free: number;
  readonly #mostOfUser: number;
  readonly #inUse = new Map<UserId, number>();
  /** The longest waiting first. */
  readonly #waiting = new Set<WaitingUser>();

  constructor(count: number) {
    this.#free = count;
    this.#mostOfUser = Math.max(1, Math.floor(count * SHARE));
  }

  take(userId: UserId, signal: AbortSignal): Promise<GivePlaceBack | null> {
    if (signal.aborted) return Promise.resolve(null);
    if (this.#free > 0 && this.#has(userId) < this.#mostOfUser) return Promise.resolve(this.#given(userId));
    return new Promise((resolve) => {
      const waiting = {
        userId,
        resolve: (place: GivePlaceBack | null) => {
          off();
          resolve(place);
        },
      };
      const off = onAbort(signal, () => {
        if (this.#waiting.delete(waiting)) resolve(null);
      });
      this.#waiting.add(waiting);
    });
  }

  #has(userId: UserId): number {
    return this.#inUse.get(userId) ?? 0;
  }

  #given(userId: UserId): GivePlaceBack {
    this.#free -= 1;
    this.#inUse.set(userId, this.#has(userId) + 1);
    let isGivenBack = false;
    return () => {
      if (isGivenBack) return;
      isGivenBack = true;
      const left = this.#has(userId) - 1;
      if (left === 0) this.#inUse.delete(userId);
      else this.#inUse.set(userId, left);
      this.#free += 1;
      this.#next();
    };
  }

  #next(): void {
    let next: WaitingUser | null = null;
    let least = this.#mostOfUser;
    for (const waiting of this.#waiting) {
      const inUse = this.#has(waiting.userId);
      if (inUse < least) [next, least] = [waiting, inUse];
      if (least === 0) break;
    }
    if (next === null) return;
    this.#waiting.delete(next);
    next.resolve(this.#given(next.userId));
  }
}
