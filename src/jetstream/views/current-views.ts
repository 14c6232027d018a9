/**
 * Which generation of the views this process reads. The record that says so is looked at once a second, while somebody
 * reads; in between a reader may be in one that is not current any more. That one is as right as it was: it has a
 * checkpoint of its own, and the log goes on where that ends.
 *
 * Some readers take the checkpoint first, then values, then the log from that checkpoint on (the schedule's book does).
 * They lack nothing if no value is read in a generation that is not so far. So one whose checkpoint is behind a
 * checkpoint that was told here is not read yet.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { LogUnavailable } from '../../application/ports/failures.ts';
import { NO_SEQUENCE, type Sequence } from '../../domain/shared/ids.ts';
import { JetStreamCode, jetstreamErrorCode } from '../connection/errors.ts';
import { type GenerationRecord, readGenerations } from './generation-record.ts';
import { ViewBucket } from './view-bucket.ts';
import { VIEWS_VERSION } from './view-keys.ts';

const LOOK_EVERY_MS = 1_000;
/** Of a process that was stopped, or has not read for long: what it knows may be dropped by now. */
const STALE_AFTER_MS = 600_000;

interface Known {
  readonly bucket: ViewBucket | null;
  /** Monotonic milliseconds. */
  readonly lookedAt: number;
}

export class CurrentViews {
  readonly #nc: NatsConnection;
  readonly #version: number;
  #known: Known | null = null;
  #looking: Promise<ViewBucket | null> | null = null;
  #told = NO_SEQUENCE;

  constructor(nc: NatsConnection, version = VIEWS_VERSION) {
    this.#nc = nc;
    this.#version = version;
  }

  /** Null: there is none yet, and the log has everything. Throws LogUnavailable. */
  async bucket(): Promise<ViewBucket | null> {
    const known = this.#known;
    if (known === null || known.bucket === null) return this.#look();
    const age = performance.now() - known.lookedAt;
    if (age >= STALE_AFTER_MS) return this.#look();
    // Nobody waits for it: what is known serves.
    if (age >= LOOK_EVERY_MS) this.#look().catch(() => {});
    return known.bucket;
  }

  /** The generation to read where `bucket` did not answer; null where there is no other. Throws LogUnavailable. */
  async insteadOf(bucket: ViewBucket): Promise<ViewBucket | null> {
    const now = await this.#look();
    return now?.name === bucket.name ? null : now;
  }

  /** A checkpoint that somebody goes on from. */
  told(checkpoint: Sequence): void {
    if (checkpoint > this.#told) this.#told = checkpoint;
  }

  #look(): Promise<ViewBucket | null> {
    this.#looking ??= this.#lookNow().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #lookNow(): Promise<ViewBucket | null> {
    const lookedAt = performance.now();
    const { record } = await readGenerations(this.#nc, this.#version);
    const bucket = await this.#toRead(record, this.#known?.bucket ?? null);
    this.#known = { bucket, lookedAt };
    return bucket;
  }

  async #toRead({ current }: GenerationRecord, read: ViewBucket | null): Promise<ViewBucket | null> {
    if (current === null) return null;
    if (current.bucket === read?.name) return read;
    const next = new ViewBucket(this.#nc, current.bucket);
    if (read === null || (await next.checkpoint()).sequence >= this.#told) return next;
    return (await isThere(read)) ? read : next;
  }
}

async function isThere(bucket: ViewBucket): Promise<boolean> {
  try {
    await bucket.checkpoint();
    return true;
  } catch (error) {
    if (error instanceof LogUnavailable || jetstreamErrorCode(error) !== JetStreamCode.streamNotFound) {
      throw error;
    }
    return false;
  }
}
