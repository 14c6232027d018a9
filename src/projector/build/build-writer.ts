/**
 * Stores what a build has made, of a generation that nobody reads or projects: in batches as full as the server takes
 * them, while the next events are folded. Two are under way at once, so that one is taken in while the disk has the other:
 * before a value is made again, it is read, and before that all is stored (`flush`), so no two hold one key. A batch whose
 * answer was lost is sent again.
 */
import { isUnavailable } from '../../jetstream/connection/errors.ts';
import { pauseFor } from '../../jetstream/connection/timing.ts';
import type { ViewWrite } from '../../jetstream/views/view-bucket.ts';
import { ONE_BATCH } from '../projection-step.ts';

const PATIENCE_MS = 30_000;
const RETRY_MS = 500;
/** Full batches that wait. */
const MOST_WAITING = 3;
const AT_ONCE = 2;

/** Stores writes together, all or none; answers the place of the last in the stream. */
export type StoreTogether = (writes: readonly ViewWrite[]) => Promise<number>;

export class BuildWriter {
  readonly #store: StoreTogether;
  readonly #over: AbortSignal;
  readonly #waiting: ViewWrite[][] = [];
  #open: ViewWrite[] = [];
  #openBytes = 0;
  readonly #underWay = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | null = null;

  /** Nothing more is stored once `over` has aborted. */
  constructor(store: StoreTogether, over: AbortSignal) {
    this.#store = store;
    this.#over = over;
  }

  add(write: ViewWrite): void {
    const bytes = write.payload.length;
    if (this.#open.length >= ONE_BATCH.values || this.#openBytes + bytes > ONE_BATCH.bytes) this.#close();
    this.#open.push(write);
    this.#openBytes += bytes;
  }

  /** Resolves when more may be added without too much waiting. Throws what the last try of a batch threw. */
  async room(): Promise<void> {
    while (this.#waiting.length > MOST_WAITING && this.#underWay.size > 0) await Promise.race(this.#underWay);
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** Resolves when all is stored. Throws likewise. */
  async flush(): Promise<void> {
    if (this.#open.length > 0) this.#close();
    while (this.#underWay.size > 0) await Promise.race(this.#underWay);
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** Resolves when nothing is under way any more. */
  async end(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  #close(): void {
    if (this.#open.length > 0) this.#waiting.push(this.#open);
    this.#open = [];
    this.#openBytes = 0;
    this.#storeNext();
  }

  #storeNext(): void {
    if (this.#failure !== null || this.#over.aborted) return;
    while (this.#underWay.size < AT_ONCE) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      const stored: Promise<void> = this.#storeAtLast(next)
        .catch((error: unknown) => {
          this.#failure ??= { error };
        })
        .then(() => {
          this.#underWay.delete(stored);
          this.#storeNext();
        });
      this.#underWay.add(stored);
    }
  }

  /** Values may be stored twice: nobody reads what is between. */
  async #storeAtLast(writes: readonly ViewWrite[]): Promise<void> {
    const giveUpAt = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        await this.#store(writes);
        return;
      } catch (error) {
        if (!isUnavailable(error) || performance.now() > giveUpAt || this.#over.aborted) throw error;
        await pauseFor(RETRY_MS, this.#over);
      }
    }
  }
}
