import { setImmediate as tick } from 'node:timers/promises';
import { type Newcomers, newcomersHere } from './newcomers.ts';

/** How long work may hold the event loop before others get their turn: where several share the thread, and where not. */
const SHARED_SLICE_MS = 2;
const SLICE_MS = 5;
/** How long at most it gives way to who has come meanwhile. */
const GIVES_WAY_MS = 10;

interface Waiting {
  /** Whether somebody has come to whom it gives way. */
  readonly isAwaited: () => boolean;
  readonly sinceMs: number;
  readonly begin: () => void;
}

/** The stretches of one thread: of all work that is done in stretches, one at a time. */
export class Stretches {
  readonly newcomers: Newcomers;
  /** What waits for its next stretch, in order. */
  readonly #waiting: Waiting[] = [];
  /** Whether somebody is at it to let them begin, one after the other. */
  #isGoingOn = false;
  /** Looks again at who may go on, while none may. */
  #lookAgain: (() => void) | null = null;
  /** When work in stretches began in this turn of the loop; null: none has. */
  #begunMs: number | null = null;

  constructor(newcomers: Newcomers) {
    this.newcomers = newcomers;
  }

  /** When the stretch of this turn of the loop has begun: now, where there was none yet. */
  begin(): number {
    if (this.#begunMs !== null) return this.#begunMs;
    const now = performance.now();
    this.#begunMs = now;
    setImmediate(() => {
      if (this.#begunMs === now) this.#begunMs = null;
    });
    return now;
  }

  /** Resolves when the next one begins that may: nobody has come to whom it gives way, or for long enough. */
  next(isAwaited: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ isAwaited, sinceMs: performance.now(), begin: resolve });
      if (this.#isGoingOn) this.#lookAgain?.();
      else void this.#goOn();
    });
  }

  async #goOn(): Promise<void> {
    this.#isGoingOn = true;
    while (this.#waiting.length > 0) {
      await tick();
      const next = await this.#nextThatMay();
      this.#begunMs = null;
      this.begin();
      next.begin();
    }
    this.#isGoingOn = false;
  }

  /** Takes out the first that nobody has come after, or that has given way for long enough. */
  async #nextThatMay(): Promise<Waiting> {
    for (;;) {
      const now = performance.now();
      const at = this.#waiting.findIndex((one) => now - one.sinceMs >= GIVES_WAY_MS || !one.isAwaited());
      const [found] = at < 0 ? [] : this.#waiting.splice(at, 1);
      if (found !== undefined) return found;
      await this.#somethingChanged(GIVES_WAY_MS - (now - (this.#waiting[0]?.sinceMs ?? now)));
    }
  }

  #somethingChanged(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const changed = () => {
        clearTimeout(timer);
        this.#lookAgain = null;
        this.newcomers.whenSomethingLeaves(null);
        resolve();
      };
      const timer = setTimeout(changed, Math.max(1, withinMs));
      this.#lookAgain = changed;
      this.newcomers.whenSomethingLeaves(changed);
    });
  }
}

const stretchesHere = new Stretches(newcomersHere);

/**
 * A stretch of work on the event loop. Of all work that is done in stretches one is done between two looks at what else
 * there is: however much of it there is, whoever needs the loop for a moment waits for one stretch. Works that are short
 * but many, one after the other in the same turn of the loop, are one stretch together. And none is done while somebody
 * is in hand who has come after the work began (`newcomers.ts`), for a while.
 */
export class Timeslice {
  readonly #bornMs = performance.now();
  readonly #stretches: Stretches;

  /** `stretches`: default those of this thread. */
  constructor(stretches = stretchesHere) {
    this.#stretches = stretches;
    stretches.begin();
  }

  isOver(): boolean {
    const longest = this.#stretches.newcomers.isShared() ? SHARED_SLICE_MS : SLICE_MS;
    return performance.now() - this.#stretches.begin() > longest;
  }

  /** Lets everything else that waits have its turn, then starts a new stretch. */
  next(): Promise<void> {
    return this.#stretches.next(() => this.#stretches.newcomers.hasNewcomer(this.#bornMs));
  }
}

/** Resolves when long work of a lane may begin: as its next stretch, when nobody of another lane is new. */
export function longWorkMayBegin(lane: string, stretches = stretchesHere): Promise<void> {
  return stretches.next(() => stretches.newcomers.isAnotherNew(lane));
}
