/**
 * Turns on one thread, fair between those who want them. A thread that serves many at once gives each piece of work as
 * much as any other: whoever has twenty pieces in hand gets twenty times as much as who has one. So what counts is what
 * a lane (a user, say) has in hand together, in milliseconds of the thread:
 *
 *     take --> in hand, while that is worth less than IN_HAND_MS --> end
 *        '---> waiting, in order; beyond WAITING_MS of work or LONGEST_WAIT_MS: TooMuchWaiting
 *
 * A few pieces of each lane are always in hand, but of those that are known to be large, one. So what is cheap goes as before, many at once, and what is dear goes a few
 * at a time; lanes with much to do share the thread evenly. Who is alone is never held back: the bounds hold only
 * while another lane has asked within the last seconds.
 *
 * Nobody can say beforehand what a piece costs, and nothing tells who ran on the thread. But what it was busy is known,
 * and divided among all that is in hand it comes out right on average; a lane's mean for a kind of work (a route, say)
 * stands for the next piece of that kind.
 */
import { performance } from 'node:perf_hooks';

/** What a lane may have in hand, milliseconds of the thread. */
const IN_HAND_MS = 20;
/** What a lane may have in hand whatever it costs: its light pieces are charged too much beside the dear ones of others. */
const FEW = 4;
/** What a lane may have waiting. */
const WAITING_MS = 5_000;
const MOST_WAITING = 1_000;
const LONGEST_WAIT_MS = 10_000;
/** Others are there while they have asked so lately. */
const LATELY_MS = 2_000;
/** Of a kind that the lane has not had yet. */
const UNKNOWN_MS = 5;
/** How much the last piece of a kind counts. */
const NEWEST = 0.25;
const KINDS_KEPT = 200;
/** Lanes that are remembered before those that are quiet are forgotten. */
const LANES_KEPT = 1_000;
const QUIET_MS = 60_000;

/** A lane has more waiting than it may. */
export class TooMuchWaiting extends Error {
  override readonly name = 'TooMuchWaiting';
  /** When a repeat makes sense. */
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super('more work is waiting than one may have waiting');
    this.retryAfterMs = retryAfterMs;
  }
}

export interface TurnRequest {
  readonly lane: string;
  /** What it is likely to cost as much as. */
  readonly kind: string;
  /** It is certain to hold the thread for a while, whatever others of its kind have cost; default: it is not. */
  readonly isLarge?: boolean;
  /** Whether anybody still wants it when it is its turn; default: yes. Else it is given up, with TooMuchWaiting. */
  readonly isWanted?: () => boolean;
}

/** A piece in hand. */
export interface TurnInHand {
  /** For what is waited for without the thread: meanwhile the piece is not in hand. Then it is next in its lane. */
  aside<T>(wait: () => Promise<T>): Promise<T>;
  end(): void;
}

export interface TurnClock {
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  /** For how many milliseconds the thread has been busy so far. */
  readonly busyMs: () => number;
}

interface Lane {
  inHand: number;
  /** Sum of what is expected of what is in hand. */
  inHandMs: number;
  largeInHand: number;
  waitingMs: number;
  readonly waiting: Waiting[];
  /** Back from aside. */
  readonly returning: Returning[];
  readonly costs: Map<string, number>;
  askedAt: number;
}

interface Waiting {
  readonly piece: TurnRequest;
  readonly expectedMs: number;
  readonly resolve: (turn: TurnInHand) => void;
  readonly reject: (reason: TooMuchWaiting) => void;
  readonly timer: NodeJS.Timeout;
}

interface Returning {
  readonly piece: TurnRequest;
  readonly expectedMs: number;
  readonly enter: () => void;
  readonly resolve: () => void;
}

/** Of the thread that this runs on: it is busy while its loop is. */
export const THREAD_CLOCK: TurnClock = {
  nowMs: () => performance.now(),
  busyMs: () => performance.eventLoopUtilization().active,
};

export class FairTurns {
  readonly #clock: TurnClock;
  readonly #lanes = new Map<string, Lane>();
  #inHand = 0;
  /** What each piece that has been in hand since the beginning would have cost. */
  #perPieceMs = 0;
  #busyAt: number;
  #sweptAt = 0;
  #latest: Lane | null = null;
  /** When a lane other than the latest asked last. */
  #otherAskedAt = -Infinity;

  constructor(clock: TurnClock = THREAD_CLOCK) {
    this.#clock = clock;
    this.#busyAt = clock.busyMs();
  }

  /** Resolves when the piece may begin. Rejects with TooMuchWaiting. */
  async take(piece: TurnRequest): Promise<TurnInHand> {
    const lane = this.#lane(piece.lane);
    this.#noteAsked(lane);
    const expectedMs = lane.costs.get(piece.kind) ?? UNKNOWN_MS;
    if (isNext(lane) && this.#fits(lane, piece, expectedMs)) return this.#begin(lane, piece, expectedMs);
    const waitingMs = lane.waitingMs + expectedMs;
    if (waitingMs > WAITING_MS || lane.waiting.length >= MOST_WAITING) throw new TooMuchWaiting(waitingMs);
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#remove(lane, waiting);
        reject(new TooMuchWaiting(lane.waitingMs));
      };
      const timer = setTimeout(giveUp, LONGEST_WAIT_MS);
      const waiting: Waiting = { piece, expectedMs, resolve, reject, timer };
      lane.waiting.push(waiting);
      lane.waitingMs = waitingMs;
    });
  }

  #begin(lane: Lane, piece: TurnRequest, expectedMs: number): TurnInHand {
    let costMs = 0;
    let since = 0;
    let isInHand = false;
    const enter = () => {
      since = this.#enter(lane, expectedMs);
      if (piece.isLarge) lane.largeInHand += 1;
      isInHand = true;
    };
    const leave = () => {
      costMs += this.#leave(lane, expectedMs) - since;
      if (piece.isLarge) lane.largeInHand -= 1;
      isInHand = false;
    };
    enter();
    return {
      aside: async (wait) => {
        leave();
        this.#goOn(lane);
        try {
          return await wait();
        } finally {
          if (this.#fits(lane, piece, expectedMs)) enter();
          else
            await new Promise<void>((resolve) => lane.returning.push({ piece, expectedMs, enter, resolve }));
        }
      },
      end: () => {
        if (!isInHand) return;
        leave();
        learn(lane, piece.kind, costMs);
        this.#goOn(lane);
      },
    };
  }

  #enter(lane: Lane, expectedMs: number): number {
    this.#account();
    this.#inHand += 1;
    lane.inHand += 1;
    lane.inHandMs += expectedMs;
    return this.#perPieceMs;
  }

  #leave(lane: Lane, expectedMs: number): number {
    this.#account();
    this.#inHand -= 1;
    lane.inHand -= 1;
    lane.inHandMs = lane.inHand === 0 ? 0 : lane.inHandMs - expectedMs;
    return this.#perPieceMs;
  }

  /** Divides what the thread was busy since it was last looked at among what is in hand. */
  #account(): void {
    const busy = this.#clock.busyMs();
    if (this.#inHand > 0) this.#perPieceMs += (busy - this.#busyAt) / this.#inHand;
    this.#busyAt = busy;
  }

  #goOn(lane: Lane): void {
    for (let next = lane.returning[0]; next !== undefined; next = lane.returning[0]) {
      if (!this.#fits(lane, next.piece, next.expectedMs)) return;
      lane.returning.shift();
      next.enter();
      next.resolve();
    }
    for (let next = lane.waiting[0]; next !== undefined; next = lane.waiting[0]) {
      const isWanted = next.piece.isWanted?.() ?? true;
      if (isWanted && !this.#fits(lane, next.piece, next.expectedMs)) return;
      this.#remove(lane, next);
      if (isWanted) next.resolve(this.#begin(lane, next.piece, next.expectedMs));
      else next.reject(new TooMuchWaiting(lane.waitingMs));
    }
  }

  #fits(lane: Lane, { isLarge = false }: TurnRequest, expectedMs: number): boolean {
    const isFew = isLarge
      ? lane.largeInHand === 0
      : lane.inHand < FEW || lane.inHandMs + expectedMs <= IN_HAND_MS;
    return isFew || this.#isAlone(lane);
  }

  #isAlone(lane: Lane): boolean {
    const otherAskedAt = this.#latest === lane ? this.#otherAskedAt : (this.#latest?.askedAt ?? -Infinity);
    return this.#clock.nowMs() - otherAskedAt > LATELY_MS;
  }

  #noteAsked(lane: Lane): void {
    if (this.#latest !== lane) {
      this.#otherAskedAt = this.#latest?.askedAt ?? -Infinity;
      this.#latest = lane;
    }
    lane.askedAt = this.#clock.nowMs();
  }

  #remove(lane: Lane, waiting: Waiting): void {
    clearTimeout(waiting.timer);
    const at = lane.waiting.indexOf(waiting);
    if (at < 0) return;
    lane.waiting.splice(at, 1);
    lane.waitingMs = lane.waiting.length === 0 ? 0 : lane.waitingMs - waiting.expectedMs;
  }

  #lane(name: string): Lane {
    const known = this.#lanes.get(name);
    if (known !== undefined) return known;
    this.#forgetQuiet();
    const lane: Lane = {
      inHand: 0,
      inHandMs: 0,
      largeInHand: 0,
      waitingMs: 0,
      waiting: [],
      returning: [],
      costs: new Map(),
      askedAt: 0,
    };
    this.#lanes.set(name, lane);
    return lane;
  }

  #forgetQuiet(): void {
    const now = this.#clock.nowMs();
    if (this.#lanes.size < LANES_KEPT || now - this.#sweptAt < QUIET_MS / 10) return;
    this.#sweptAt = now;
    for (const [name, { inHand, waiting, askedAt }] of this.#lanes) {
      if (inHand === 0 && waiting.length === 0 && now - askedAt > QUIET_MS) this.#lanes.delete(name);
    }
  }
}

function isNext({ waiting, returning }: Lane): boolean {
  return waiting.length === 0 && returning.length === 0;
}

function learn({ costs }: Lane, kind: string, costMs: number): void {
  const known = costs.get(kind);
  if (known === undefined && costs.size >= KINDS_KEPT) return;
  costs.set(kind, known === undefined ? costMs : known + (costMs - known) * NEWEST);
}
