import { setImmediate as tick } from 'node:timers/promises';
import { hasNewcomer, isAnotherNew, isShared, whenSomethingLeaves } from './newcomers.ts';

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

/** What waits for its next stretch, in order. */
const waiting: Waiting[] = [];
/** Whether somebody is at it to let them begin, one after the other. */
let isGoingOn = false;
/** Looks again at who may go on, while none may. */
let lookAgain: (() => void) | null = null;
/** When work in stretches began in this turn of the loop; null: none has. */
let begunMs: number | null = null;

/**
 * A stretch of work on the event loop. Of all work that is done in stretches one is done between two looks at what else
 * there is: however much of it there is, whoever needs the loop for a moment waits for one stretch. Works that are short
 * but many, one after the other in the same turn of the loop, are one stretch together. And none is done while somebody
 * is in hand who has come after the work began (`newcomers.ts`), for a while.
 */
export class Timeslice {
  readonly #bornMs = performance.now();

  constructor() {
    begin();
  }

  isOver(): boolean {
    return performance.now() - begin() > (isShared() ? SHARED_SLICE_MS : SLICE_MS);
  }

  /** Lets everything else that waits have its turn, then starts a new stretch. */
  next(): Promise<void> {
    return nextStretch(() => hasNewcomer(this.#bornMs));
  }
}

/** Resolves when long work of a lane may begin: as its next stretch, when nobody of another lane is new. */
export function longWorkMayBegin(lane: string): Promise<void> {
  return nextStretch(() => isAnotherNew(lane));
}

function nextStretch(isAwaited: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    waiting.push({ isAwaited, sinceMs: performance.now(), begin: resolve });
    if (isGoingOn) lookAgain?.();
    else void goOn();
  });
}

/** When the stretch of this turn of the loop has begun: now, where there was none yet. */
function begin(): number {
  if (begunMs !== null) return begunMs;
  const now = performance.now();
  begunMs = now;
  setImmediate(() => {
    if (begunMs === now) begunMs = null;
  });
  return now;
}

async function goOn(): Promise<void> {
  isGoingOn = true;
  while (waiting.length > 0) {
    await tick();
    const next = await nextThatMay();
    begunMs = null;
    begin();
    next.begin();
  }
  isGoingOn = false;
}

/** Takes out the first that nobody has come after, or that has given way for long enough. */
async function nextThatMay(): Promise<Waiting> {
  for (;;) {
    const now = performance.now();
    const at = waiting.findIndex((one) => now - one.sinceMs >= GIVES_WAY_MS || !one.isAwaited());
    const [found] = at < 0 ? [] : waiting.splice(at, 1);
    if (found !== undefined) return found;
    await somethingChanged(GIVES_WAY_MS - (now - (waiting[0]?.sinceMs ?? now)));
  }
}

function somethingChanged(withinMs: number): Promise<void> {
  return new Promise((resolve) => {
    const changed = () => {
      clearTimeout(timer);
      lookAgain = null;
      whenSomethingLeaves(null);
      resolve();
    };
    const timer = setTimeout(changed, Math.max(1, withinMs));
    lookAgain = changed;
    whenSomethingLeaves(changed);
  });
}
