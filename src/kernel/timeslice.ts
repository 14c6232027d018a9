import { setImmediate as tick } from 'node:timers/promises';

/** How long work may hold the event loop before others get their turn. */
const SLICE_MS = 5;

/** What waits for its next stretch. */
const waiting: (() => void)[] = [];

/**
 * A stretch of work on the event loop. Of all work that is done in stretches one is done between two looks at what else
 * there is: however much of it there is, whoever needs the loop for a moment waits for one stretch.
 */
export class Timeslice {
  #startedMs = performance.now();

  isOver(): boolean {
    return performance.now() - this.#startedMs > SLICE_MS;
  }

  /** Lets everything else that waits have its turn, then starts a new stretch. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      if (waiting.length === 0) void goOn();
      waiting.push(() => {
        this.#startedMs = performance.now();
        resolve();
      });
    });
  }
}

async function goOn(): Promise<void> {
  do {
    await tick();
    waiting.shift()?.();
  } while (waiting.length > 0);
}
