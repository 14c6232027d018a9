/**
 * How far a follower of the log has come, kept for its successor. It is written some seconds late, and only
 * forward: whoever resumes from it must find a repeat harmless.
 */
import type { Logger } from 'pino';
import { LogRefused, LogUnavailable } from '../application/ports/failures.ts';
import type { RecordKey, RelayStateStore } from '../application/ports/platform.ts';
import { NO_SEQUENCE, parseSequence, type Sequence } from '../domain/shared/ids.ts';

const WRITE_AFTER_MS = 2_000;

export class Checkpoint {
  readonly #records: RelayStateStore;
  readonly #key: RecordKey;
  readonly #logger: Logger;
  #reached: Sequence = NO_SEQUENCE;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(records: RelayStateStore, name: string, logger: Logger) {
    this.#records = records;
    this.#key = checkpointKey(name);
    this.#logger = logger;
  }

  /** Throws LogUnavailable. */
  async read(): Promise<Sequence> {
    return sequenceIn((await this.#records.get(this.#key))?.value.sequence);
  }

  moveTo(sequence: Sequence): void {
    this.#reached = sequence;
    this.#timer ??= setTimeout(() => this.#write(), WRITE_AFTER_MS);
  }

  /** Writes what is left to write. */
  async settle(): Promise<void> {
    if (this.#timer !== null) this.#write();
    await this.#writing;
  }

  #write(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#writing = this.#writing.then(() => this.#advance());
  }

  async #advance(): Promise<void> {
    try {
      const stored = await this.#records.get(this.#key);
      const sequence = this.#reached;
      if (sequence <= sequenceIn(stored?.value.sequence)) return;
      await this.#records.put(this.#key, { sequence }, stored?.version ?? 0);
    } catch (error) {
      // Without one the successor begins further back, no more; so whatever is wrong ends nothing here.
      const passing = error instanceof LogUnavailable || error instanceof LogRefused;
      this.#logger[passing ? 'warn' : 'error'](
        { err: error, key: this.#key },
        'a checkpoint was not written',
      );
    }
  }
}

/** Lets the follower of a name that has never come anywhere begin behind this sequence. Throws LogUnavailable and LogRefused. */
export async function beginBehind(records: RelayStateStore, name: string, sequence: Sequence): Promise<void> {
  const key = checkpointKey(name);
  // Read first: a full store refuses also a write that would change nothing.
  if ((await records.get(key)) === null) await records.put(key, { sequence }, 0);
}

function checkpointKey(name: string): RecordKey {
  return ['checkpoint', name];
}

function sequenceIn(value: unknown): Sequence {
  return (typeof value === 'number' ? parseSequence(value) : null) ?? NO_SEQUENCE;
}
