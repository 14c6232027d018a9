/**
 * What has just come to this thread and is in hand. Long work, which is done in stretches (`timeslice.ts`), gives way to
 * it: who has come for something short waits for one stretch, not for one at each step of what they came for.
 *
 * Nothing tells whose a stretch is. So a stretch gives way to those who came after its work began, for that cannot be its
 * own; and to nobody where all that is in hand is of one lane (a user, say), who would only wait for themselves.
 */

/** For so long somebody is new. What takes longer is long work itself. */
const NEW_MS = 25;
/** Lanes are there while something of theirs has come so lately. */
const LATELY_MS = 2_000;

interface Piece {
  readonly lane: string;
  readonly sinceMs: number;
}

/** What is in hand of one thread. */
export class Newcomers {
  /** In the order in which they came. */
  readonly #inHand = new Set<Piece>();
  readonly #ofLanes = new Map<string, number>();
  #latestLane = '';
  /** When something came last of another lane than the latest. */
  #otherCameMs = Number.NEGATIVE_INFINITY;
  #latestCameMs = Number.NEGATIVE_INFINITY;
  /** Called when something has left. */
  #look: (() => void) | null = null;

  /**
   * Something of a lane is in hand from now on, until what is answered is called, once. `isLong`: it is known to be long,
   * so nothing gives way to it, lest two that are long wait for each other.
   */
  comeIntoHand(lane: string, isLong = false): () => void {
    const piece = { lane, sinceMs: performance.now() };
    if (lane !== this.#latestLane) this.#otherCameMs = this.#latestCameMs;
    this.#latestLane = lane;
    this.#latestCameMs = piece.sinceMs;
    if (!isLong) this.#inHand.add(piece);
    this.#ofLanes.set(lane, (this.#ofLanes.get(lane) ?? 0) + 1);
    return () => {
      this.#inHand.delete(piece);
      const others = (this.#ofLanes.get(lane) ?? 1) - 1;
      if (others > 0) this.#ofLanes.set(lane, others);
      else this.#ofLanes.delete(lane);
      this.#look?.();
    };
  }

  /** Whether somebody is new who came after this, monotonic milliseconds. */
  hasNewcomer(afterMs: number): boolean {
    if (this.#ofLanes.size < 2) return false;
    const from = Math.max(afterMs, performance.now() - NEW_MS);
    for (const { sinceMs } of this.#inHand) if (sinceMs > from) return true;
    return false;
  }

  /** Whether somebody of another lane is new. */
  isAnotherNew(than: string): boolean {
    const from = performance.now() - NEW_MS;
    for (const { lane, sinceMs } of this.#inHand) if (lane !== than && sinceMs > from) return true;
    return false;
  }

  /** Whether more than one lane has been here lately: what is long is then to be done in shorter stretches. */
  isShared(): boolean {
    return performance.now() - this.#otherCameMs < LATELY_MS;
  }

  /** `act` is called whenever something leaves; null: no more. */
  whenSomethingLeaves(act: (() => void) | null): void {
    this.#look = act;
  }
}

export const newcomersHere = new Newcomers();
