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

/** In the order in which they came. */
const inHand = new Set<Piece>();
const ofLanes = new Map<string, number>();
let latestLane = '';
/** When something came last of another lane than the latest. */
let otherCameMs = -Infinity;
let latestCameMs = -Infinity;
/** Called when something has left. */
let look: (() => void) | null = null;

/**
 * Something of a lane is in hand from now on, until what is answered is called, once. `isLong`: it is known to be long, so
 * nothing gives way to it, lest two that are long wait for each other.
 */
export function comeIntoHand(lane: string, isLong = false): () => void {
  const piece = { lane, sinceMs: performance.now() };
  if (lane !== latestLane) otherCameMs = latestCameMs;
  latestLane = lane;
  latestCameMs = piece.sinceMs;
  if (!isLong) inHand.add(piece);
  ofLanes.set(lane, (ofLanes.get(lane) ?? 0) + 1);
  return () => {
    inHand.delete(piece);
    const others = (ofLanes.get(lane) ?? 1) - 1;
    if (others > 0) ofLanes.set(lane, others);
    else ofLanes.delete(lane);
    look?.();
  };
}

/** Whether somebody is new who came after this, monotonic milliseconds. */
export function hasNewcomer(afterMs: number): boolean {
  if (ofLanes.size < 2) return false;
  const from = Math.max(afterMs, performance.now() - NEW_MS);
  for (const { sinceMs } of inHand) if (sinceMs > from) return true;
  return false;
}

/** Whether somebody of another lane is new. */
export function isAnotherNew(than: string): boolean {
  const from = performance.now() - NEW_MS;
  for (const { lane, sinceMs } of inHand) if (lane !== than && sinceMs > from) return true;
  return false;
}

/** Whether more than one lane has been here lately: what is long is then to be done in shorter stretches. */
export function isShared(): boolean {
  return performance.now() - otherCameMs < LATELY_MS;
}

/** `act` is called whenever something leaves; null: no more. */
export function whenSomethingLeaves(act: (() => void) | null): void {
  look = act;
}
