/**
 * Turns on one thread, fair between those who want them. A thread that serves many at once gives each piece of work as
 * much as any other: whoever has twenty pieces in hand gets twenty times as much as who has one. So what counts is what
 * a lane (a user, say) has in hand together, in milliseconds of the thread:
 *
 *     take --> in hand, while that is worth less than IN_HAND_MS --> end
 *        '---> waiting, in order; beyond WAITING_MS of work or LONGEST_WAIT_MS: TooMuchWaiting
 *
 * A few pieces of each lane are always in hand, but of those that are dear, or known to be large, one. So what is cheap goes
 * as before, many at once, and what is dear goes one at a time, in stretches that give way to who has just come
 * (`newcomers.ts`); lanes with much to do share the thread evenly. Who is alone is never held back: the bounds hold only
 * while another lane has asked within the last seconds.
 *
 * Nobody can say beforehand what a piece costs, and nothing tells who ran on the thread. But what it was busy is known,
 * and divided among all that is in hand, as much to each as was expected of it, it comes out right on average: who is
 * cheap is not charged for the dear piece of another beside it. A lane's mean for a kind of work (a route, say) stands for
 * the next piece of that kind.
 */
import { performance } from 'node:perf_hooks';
import { type Newcomers, newcomersHere } from './newcomers.ts';

/** What a lane may have in hand, milliseconds of the thread. */
const IN_HAND_MS = 20;
/** What a lane may have in hand whatever that costs together, of pieces that are not dear. */
const FEW = 4;
/** What is expected to cost so much is dear. */
const DEAR_MS = 4;
/** What a lane may have waiting. */
const WAITING_MS = 5_000;
const MOST_WAITING = 1_000;
const LONGEST_WAIT_MS = 10_000;
/** Others are there while they have asked so lately. */
const LATELY_MS = 2_000;
/** Of a kind that the lane has not had yet. */
const UNKNOWN_MS = 3;
/** The least that anything is taken to cost: of nothing no share could be charged. */
const LEAST_MS = 0.1;
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
  /** Much is expected of it. */
  readonly isDear: boolean;
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
  /** Of those that are dear or large. */
  dearInHand: number;
  waitingMs: number;
  readonly cheap: Queue;
  readonly dear: Queue;
  readonly costs: Map<string, number>;
  askedAt: number;
}

/** In order; what is cheap does not wait for what is dear. */
interface Queue {
  readonly waiting: Waiting[];
  /** Back from aside. */
  readonly returning: Returning[];
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
  readonly #newcomers: Newcomers;
  readonly #lanes = new Map<string, Lane>();
  /** Pieces in hand, of all lanes, and the sum of what is expected of them. */
  #count = 0;
  #inHandMs = 0;
  /** What a piece would have cost that was expected to cost a millisecond, and in hand since the beginning. */
  #perExpectedMs = 0;
  #busyAt: number;
  #sweptAt = 0;
  #latest: Lane | null = null;
  /** When a lane other than the latest asked last. */
  #otherAskedAt = -Infinity;

  /** `newcomers`: who is told of what is in hand; default those of this thread. */
  constructor(clock: TurnClock = THREAD_CLOCK, newcomers = newcomersHere) {
    this.#clock = clock;
    this.#newcomers = newcomers;
    this.#busyAt = clock.busyMs();
  }

  /** Resolves when the piece may begin. Rejects with TooMuchWaiting. */
  async take(piece: TurnRequest): Promise<TurnInHand> {
    const lane = this.#lane(piece.lane);
    this.#noteAsked(lane);
    const expectedMs = lane.costs.get(piece.kind) ?? UNKNOWN_MS;
    const queue = isDear(piece, expectedMs) ? lane.dear : lane.cheap;
    if (isNext(queue) && this.#fits(lane, piece, expectedMs)) return this.#begin(lane, piece, expectedMs);
    const waitingMs = lane.waitingMs + expectedMs;
    if (waitingMs > WAITING_MS || waitingIn(lane) >= MOST_WAITING) throw new TooMuchWaiting(waitingMs);
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#remove(lane, queue, waiting);
        reject(new TooMuchWaiting(lane.waitingMs));
      };
      const timer = setTimeout(giveUp, LONGEST_WAIT_MS);
      const waiting: Waiting = { piece, expectedMs, resolve, reject, timer };
      queue.waiting.push(waiting);
      lane.waitingMs = waitingMs;
    });
  }

  #begin(lane: Lane, piece: TurnRequest, expectedMs: number): TurnInHand {
    let costMs = 0;
    let since = 0;
    let leaveHand: (() => void) | null = null;
    const isLong = isDear(piece, expectedMs);
    const dear = isLong ? 1 : 0;
    const enter = () => {
      since = this.#enter(lane, expectedMs);
      lane.dearInHand += dear;
      leaveHand = this.#newcomers.comeIntoHand(piece.lane, isLong);
    };
    const leave = () => {
      costMs += (this.#leave(lane, expectedMs) - since) * expectedMs;
      lane.dearInHand -= dear;
      leaveHand?.();
      leaveHand = null;
    };
    enter();
    return {
      isDear: isLong,
      aside: async (wait) => {
        leave();
        this.#goOn(lane);
        try {
          return await wait();
        } finally {
          if (this.#fits(lane, piece, expectedMs)) enter();
          else
            await new Promise<void>((resolve) =>
              lane[isLong ? 'dear' : 'cheap'].returning.push({ piece, expectedMs, enter, resolve }),
            );
        }
      },
      end: () => {
        if (leaveHand === null) return;
        leave();
        learn(lane, piece.kind, costMs);
        this.#goOn(lane);
      },
    };
  }

  #enter(lane: Lane, expectedMs: number): number {
    this.#account();
    this.#inHandMs += expectedMs;
    this.#count += 1;
    lane.inHand += 1;
    lane.inHandMs += expectedMs;
    return this.#perExpectedMs;
  }

  #leave(lane: Lane, expectedMs: number): number {
    this.#account();
    this.#count -= 1;
    // Anew from nothing each time: sums of fractions drift.
    this.#inHandMs = this.#count === 0 ? 0 : this.#inHandMs - expectedMs;
    lane.inHand -= 1;
    lane.inHandMs = lane.inHand === 0 ? 0 : lane.inHandMs - expectedMs;
    return this.#perExpectedMs;
  }

  /** Divides what the thread was busy since it was last looked at among what is in hand, by what was expected. */
  #account(): void {
    const busy = this.#clock.busyMs();
    if (this.#count > 0) this.#perExpectedMs += (busy - this.#busyAt) / this.#inHandMs;
    this.#busyAt = busy;
  }

  #goOn(lane: Lane): void {
    for (const queue of [lane.cheap, lane.dear]) this.#takeFrom(lane, queue);
  }

  #takeFrom(lane: Lane, queue: Queue): void {
    const { returning, waiting } = queue;
    for (let next = returning[0]; next !== undefined; next = returning[0]) {
      if (!this.#fits(lane, next.piece, next.expectedMs)) return;
      returning.shift();
      next.enter();
      next.resolve();
    }
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const isWanted = next.piece.isWanted?.() ?? true;
      if (isWanted && !this.#fits(lane, next.piece, next.expectedMs)) return;
      this.#remove(lane, queue, next);
      if (isWanted) next.resolve(this.#begin(lane, next.piece, next.expectedMs));
      else next.reject(new TooMuchWaiting(lane.waitingMs));
    }
  }

  #fits(lane: Lane, piece: TurnRequest, expectedMs: number): boolean {
    const isFew = isDear(piece, expectedMs)
      ? lane.dearInHand === 0
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

  #remove(lane: Lane, queue: Queue, waiting: Waiting): void {
    clearTimeout(waiting.timer);
    const at = queue.waiting.indexOf(waiting);
    if (at < 0) return;
    queue.waiting.splice(at, 1);
    lane.waitingMs = waitingIn(lane) === 0 ? 0 : lane.waitingMs - waiting.expectedMs;
  }

  #lane(name: string): Lane {
    const known = this.#lanes.get(name);
    if (known !== undefined) return known;
    this.#forgetQuiet();
    const lane: Lane = {
      inHand: 0,
      inHandMs: 0,
      dearInHand: 0,
      waitingMs: 0,
      cheap: { waiting: [], returning: [] },
      dear: { waiting: [], returning: [] },
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
    for (const [name, lane] of this.#lanes) {
      const isIdle = lane.inHand === 0 && waitingIn(lane) === 0;
      if (isIdle && now - lane.askedAt > QUIET_MS) this.#lanes.delete(name);
    }
  }
}

function isDear({ isLarge = false }: TurnRequest, expectedMs: number): boolean {
  return isLarge || expectedMs >= DEAR_MS;
}

function isNext({ waiting, returning }: Queue): boolean {
  return waiting.length === 0 && returning.length === 0;
}

function waitingIn({ cheap, dear }: Lane): number {
  return cheap.waiting.length + dear.waiting.length;
}

function learn({ costs }: Lane, kind: string, paidMs: number): void {
  const costMs = Math.max(LEAST_MS, paidMs);
  const known = costs.get(kind);
  if (known === undefined && costs.size >= KINDS_KEPT) return;
  costs.set(kind, known === undefined ? costMs : known + (costMs - known) * NEWEST);
}
