/**
 * How far a destination has come, written a second late: whoever goes on from it repeats what was sent in between, under
 * the same ids, and passes nothing over.
 */

import type {
  DestinationProgress,
  DestinationProgressStore,
} from '../../application/ports/event-deliveries.ts';
import { Overtaken } from '../../application/ports/platform.ts';
import type { DestinationId, Term, UserId } from '../../domain/shared/ids.ts';

const WRITE_AFTER_MS = 1_000;

export interface StoredProgressOptions {
  readonly store: DestinationProgressStore;
  readonly userId: UserId;
  readonly destinationId: DestinationId;
  readonly term: Term;
  /** As it is now. */
  readonly current: () => DestinationProgress;
  readonly onFailure: (error: unknown) => void;
}

export class StoredProgress {
  readonly #options: StoredProgressOptions;
  #version = 0;
  #written = '';
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: StoredProgressOptions) {
    this.#options = options;
  }

  /** Null: nothing was sent yet. Throws LogUnavailable. */
  async read(): Promise<DestinationProgress | null> {
    const { store, userId, destinationId } = this.#options;
    const stored = await store.read(userId, destinationId);
    this.#version = stored?.version ?? 0;
    return stored?.progress ?? null;
  }

  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#writing = this.#writing.then(() => this.#write()).catch(this.#options.onFailure);
    }, WRITE_AFTER_MS);
  }

  /** Writes what is left to write. Throws LogUnavailable, LogRefused, Overtaken. */
  async settle(): Promise<void> {
    const isLeft = this.#timer !== null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#writing;
    if (isLeft) await this.#write();
  }

  async #write(): Promise<void> {
    const { store, userId, destinationId, term, current } = this.#options;
    for (;;) {
      const progress = current();
      const text = JSON.stringify(progress);
      if (text === this.#written) return;
      const version = await store.write(userId, destinationId, { progress, term, version: this.#version });
      if (version !== null) {
        this.#version = version;
        this.#written = text;
        return;
      }
      // A write of this leader whose answer was lost, or one of an earlier leader: both are behind. A later one is not.
      const stored = await store.read(userId, destinationId);
      if (stored !== null && stored.term > term) throw new Overtaken('another instance sends these events');
      this.#version = stored?.version ?? 0;
    }
  }
}
