import { setImmediate as turn } from 'node:timers/promises';

/** How long work may hold the event loop before others get their turn. */
const SLICE_MS = 5;

/** A stretch of work on the event loop. */
export class Timeslice {
  #startedMs = performance.now();

  isOver(): boolean {
    return performance.now() - this.#startedMs > SLICE_MS;
  }

  /** Lets everything else that waits have its turn, then starts a new stretch. */
  async next(): Promise<void> {
    await turn();
    this.#startedMs = performance.now();
  }
}
