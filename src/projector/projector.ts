/**
 * The projector keeps the views up to date. Of all instances that stand for its lease one projects; the lease only
 * spares double work. What keeps values right is the lock on the checkpoint: each step is one atomic batch that is
 * taken only if the checkpoint is still the one that the step was folded on. A projector that was deposed, paused or
 * cut off finds its next step refused whole, forgets what it has folded, and starts from the checkpoint that is stored.
 *
 * It projects the generation that is read. Where there is none of its version, it builds one and lets it be read once it
 * holds what the log held when it was begun. When a rebuild has another one read, it goes on with that.
 *
 * Where the log holds an event that cannot be read or folded, the projector stops standing and says so: the views stay
 * as they are, reads go on (from the log), and a newer build goes on from the checkpoint. Nothing is ever skipped.
 */

import { getHeapStatistics } from 'node:v8';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import { LogUnavailable } from '../application/ports/failures.ts';
import type { Lease } from '../application/ports/lease.ts';
import type { LogFollower } from '../application/ports/log/following.ts';
import type { EventLog } from '../application/ports/log/log.ts';
import { NO_SEQUENCE, type Sequence } from '../domain/shared/ids.ts';
import { failIfLeaderGone } from '../jetstream/connection/abandoned-requests.ts';
import { ConnectionWatch } from '../jetstream/connection/connection-watch.ts';
import { isUnavailable, jetstreamErrorCode } from '../jetstream/connection/errors.ts';
import { pauseFor } from '../jetstream/connection/timing.ts';
import { GroupCommit } from '../jetstream/log/commit/group-commit.ts';
import { JetStreamTemplateLog } from '../jetstream/log/template-log.ts';
import { type ProjectedGeneration, ViewGenerations } from '../jetstream/views/generations.ts';
import type { KeyFinder } from '../jetstream/views/sealed-values.ts';
import { type StoredCheckpoint, ViewBucket } from '../jetstream/views/view-bucket.ts';
import { TaskViews } from '../projections/task-views.ts';
import { AnalyticsValues } from './analytics-values.ts';
import { ViewBuild } from './build/view-build.ts';
import { ProjectionRun } from './projection-run.ts';
import type { ProjectionStep } from './projection-step.ts';
import type { ProjectorState, ProjectorStatus } from './projector-status.ts';
import { TaskFolds } from './task-folds.ts';
import { TemplateFolds } from './template-folds.ts';

export interface ProjectorOptions {
  readonly nc: NatsConnection;
  readonly keys: KeyFinder;
  readonly log: Pick<EventLog, 'readTask'>;
  readonly follower: LogFollower;
  readonly lease: Lease;
  readonly logger: Logger;
  /** Executions of a task that have a value. */
  readonly executionsKept: number;
  /** Memory for the tasks that are folded again and again, roughly, and as much for sums; default 32 MiB, 256 at most in all for a build. */
  readonly cacheBytes?: number;
  /** Default: of this build's version. */
  readonly generations?: ViewGenerations;
}

/** For as long as it is projected here. */
interface Projecting extends ProjectedGeneration {
  /** Aborts where another one is to be projected. */
  readonly end: AbortController;
  /** Null: it is not to be read yet, or is already. */
  switching: Promise<void> | null;
}

const COMMIT_TIMEOUT_MS = 3_000;
const BUILD_TIMEOUT_MS = 5_000;
/** Twice as long each time that nothing was committed in between. */
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 1_000;
/** How long a connection that is down is waited for before it is tried nevertheless. */
const RECONNECT_MS = 1_000;
const CACHE_BYTES = 32 * 1024 * 1024;
const LOOK_AHEAD_MS = 1_000;
/** For tasks and sums of a build, roughly: where the heap may be small, a quarter of it. */
const BUILD_CACHE_BYTES = Math.min(256 * 1024 * 1024, getHeapStatistics().heap_size_limit / 4);
const TELL_BUILD_EVERY_MS = 10_000;
const DROP_UNUSED_EVERY_MS = 60_000;

export class Projector {
  readonly #options: ProjectorOptions;
  readonly #views: TaskViews;
  readonly #watch: ConnectionWatch;
  readonly #templateLog: JetStreamTemplateLog;
  readonly #generations: ViewGenerations;
  #projecting: Projecting | null = null;
  #droppedAt = Number.NEGATIVE_INFINITY;
  #standing: { readonly stop: AbortController; readonly ended: Promise<void> } | null = null;
  #state: ProjectorState = 'stopped';
  #checkpoint = NO_SEQUENCE;
  #head = NO_SEQUENCE;
  #error: string | null = null;
  #waiters: { readonly sequence: Sequence; readonly resolve: () => void }[] = [];

  constructor(options: ProjectorOptions) {
    this.#options = options;
    this.#views = new TaskViews(options.executionsKept);
    this.#watch = new ConnectionWatch(options.nc);
    this.#generations = options.generations ?? new ViewGenerations(options.nc);
    this.#templateLog = new JetStreamTemplateLog(options.nc, new GroupCommit(options.nc));
  }

  status(): ProjectorStatus {
    const lag = Math.max(0, this.#head - this.#checkpoint);
    return { state: this.#state, checkpoint: this.#checkpoint, lag, error: this.#error };
  }

  /** Stands for the lease until `stop`. */
  start(): void {
    if (this.#standing !== null) return;
    const stop = new AbortController();
    this.#state = 'standby';
    const look = setInterval(() => void this.#lookAhead(), LOOK_AHEAD_MS);
    const ended = this.#options.lease
      .run((leadership) => this.#lead(leadership.signal, stop), stop.signal)
      .catch((error: unknown) => this.#fail(error))
      .finally(() => clearInterval(look));
    this.#standing = { stop, ended };
  }

  /** The step under way is finished; the lease is given up. */
  async stop(): Promise<void> {
    const standing = this.#standing;
    if (standing === null) return;
    standing.stop.abort();
    await standing.ended;
    this.#standing = null;
    if (this.#state !== 'failed') this.#state = 'stopped';
  }

  /**
   * Projects what the log holds now, without the lease, and answers the checkpoint. Throws LogUnavailable where the
   * server does not answer or another projector was faster, and what is wrong with the log.
   */
  async runOnce(): Promise<Sequence> {
    const generation = await this.#projected();
    const end = await this.#options.follower.lastSequence();
    const done = new AbortController();
    await this.#project(generation, done.signal, (checkpoint) => {
      if (checkpoint >= end) done.abort();
    });
    return this.#checkpoint;
  }

  /**
   * Fills a new generation, which nobody reads or projects yet, until it holds the log, or lacks no more than came while
   * that was looked at; answers its checkpoint. `onProgress`: how many events of how many. What a build that threw has
   * left is worth nothing. Throws as `runOnce`.
   */
  async build(bucket: ViewBucket, onProgress: (done: number, of: number) => void): Promise<Sequence> {
    const never = new AbortController();
    return (await this.#buildIn(bucket, onProgress).run(never.signal)) ?? NO_SEQUENCE;
  }

  #buildIn(bucket: ViewBucket, onProgress: (done: number, of: number) => void): ViewBuild {
    const { nc, keys, log, follower, executionsKept, cacheBytes = BUILD_CACHE_BYTES } = this.#options;
    return new ViewBuild({
      views: this.#views,
      keys,
      log,
      follower,
      executionsKept,
      cacheBytes,
      templates: new TemplateFolds(this.#templateLog),
      bucket,
      store: (writes) => failIfLeaderGone(nc, bucket.stream, bucket.write(writes, BUILD_TIMEOUT_MS)),
      onProgress,
    });
  }

  /** Resolves once this instance has committed, or found committed, everything up to the sequence. */
  caughtUpTo(sequence: Sequence): Promise<void> {
    if (this.#checkpoint >= sequence) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ sequence, resolve }));
  }

  async #lead(signal: AbortSignal, stop: AbortController): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (!signal.aborted) {
      this.#state = 'projecting';
      const before = this.#checkpoint;
      try {
        await this.#project(await this.#projected(), signal);
      } catch (error) {
        if (!isPassing(error)) {
          this.#fail(error);
          stop.abort();
          return;
        }
        this.#state = 'waiting';
        this.#error = messageOf(error);
        this.#options.logger.warn({ err: error, checkpoint: this.#checkpoint }, 'projecting starts again');
        retryMs = this.#checkpoint > before ? FIRST_RETRY_MS : Math.min(retryMs * 2, LAST_RETRY_MS);
        await pauseFor(retryMs, signal);
        await this.#watch.upWithin(RECONNECT_MS);
      }
    }
    this.#state = 'standby';
  }

  /** A generation that somebody has begun to build, and not finished, is left for another. */
  async #projected(): Promise<ProjectedGeneration> {
    const generation = await this.#generations.projected();
    if (generation.through === null) return generation;
    const { at, sequence } = await generation.bucket.checkpoint();
    return at > 0 && sequence === NO_SEQUENCE ? this.#generations.beginAgain(generation) : generation;
  }

  /** Until the signal aborts, or another generation is to be projected. */
  async #project(
    generation: ProjectedGeneration,
    signal: AbortSignal,
    onCheckpoint?: (checkpoint: Sequence) => void,
  ): Promise<void> {
    const projecting: Projecting = { ...generation, end: new AbortController(), switching: null };
    const end = () => projecting.end.abort();
    signal.addEventListener('abort', end, { once: true });
    this.#projecting = projecting;
    try {
      if (signal.aborted) return;
      const from = await this.#begun(projecting);
      const advance = (checkpoint: Sequence) => {
        this.#advanceTo(checkpoint);
        this.#switchIfDue(projecting);
        onCheckpoint?.(checkpoint);
      };
      // Of another generation than the last one it may be earlier.
      this.#checkpoint = NO_SEQUENCE;
      advance(from.sequence);
      await this.#runIn(projecting.bucket, from, advance).follow(
        this.#options.follower,
        projecting.end.signal,
      );
    } finally {
      signal.removeEventListener('abort', end);
      this.#projecting = null;
      await projecting.switching;
    }
  }

  /** Where to go on in a generation. One that holds nothing yet, and that nobody reads, is built first. */
  async #begun({ bucket, through, end }: Projecting): Promise<StoredCheckpoint> {
    const from = await bucket.checkpoint();
    if (through === null || from.at > 0) return from;
    const { logger } = this.#options;
    let toldAt = performance.now();
    const build = this.#buildIn(bucket, (done, of) => {
      if (of > this.#head) this.#head = of as Sequence;
      if (performance.now() - toldAt < TELL_BUILD_EVERY_MS) return;
      toldAt = performance.now();
      logger.info({ done, of }, 'building the views');
    });
    await build.run(end.signal);
    return bucket.checkpoint();
  }

  #runIn(
    bucket: ViewBucket,
    from: StoredCheckpoint,
    onCheckpoint: (checkpoint: Sequence) => void,
  ): ProjectionRun {
    const { keys, log, executionsKept, cacheBytes = CACHE_BYTES } = this.#options;
    return new ProjectionRun({
      from,
      views: this.#views,
      folds: new TaskFolds({ views: this.#views, keys, log, executionsKept, cacheBytes, bucket }),
      analytics: new AnalyticsValues(bucket, cacheBytes),
      templates: new TemplateFolds(this.#templateLog),
      keys,
      commit: (step, lock) => this.#commit(bucket, step, lock),
      onCheckpoint,
      onSeen: (through) => {
        if (through > this.#head) this.#head = through;
      },
    });
  }

  async #commit(bucket: ViewBucket, step: ProjectionStep, lock: number): Promise<number> {
    const batch = bucket.write(step.writes(lock), COMMIT_TIMEOUT_MS);
    const sequence = await failIfLeaderGone(this.#options.nc, bucket.stream, batch);
    this.#error = null;
    return sequence;
  }

  /** Lets the generation be read that was built, once it holds enough. Where that fails it is tried again later. */
  #switchIfDue(projecting: Projecting): void {
    const { bucket, through } = projecting;
    if (through === null || this.#checkpoint < through || projecting.switching !== null) return;
    projecting.switching = this.#generations.switchTo(bucket).catch((error: unknown) => {
      projecting.switching = null;
      this.#options.logger.warn({ err: error }, 'the views that were built are not read yet');
    });
  }

  #advanceTo(checkpoint: Sequence): void {
    this.#checkpoint = checkpoint;
    if (checkpoint > this.#head) this.#head = checkpoint;
    if (this.#waiters.length === 0) return;
    const reached = this.#waiters.filter(({ sequence }) => sequence <= checkpoint);
    this.#waiters = this.#waiters.filter(({ sequence }) => sequence > checkpoint);
    for (const { resolve } of reached) resolve();
  }

  /** What stays true while nothing is followed: how far the log and the views are, and which views are read. */
  async #lookAhead(): Promise<void> {
    try {
      const head = await this.#options.follower.lastSequence();
      if (head > this.#head) this.#head = head;
      const { current, building } = await this.#generations.record();
      const projecting = this.#projecting;
      if (projecting !== null) {
        const { name } = projecting.bucket;
        if (name !== current?.bucket && name !== building?.bucket) projecting.end.abort();
        else this.#switchIfDue(projecting);
        if (name === current?.bucket) await this.#dropUnused();
      } else if (this.#state === 'standby' && current !== null) {
        const bucket = new ViewBucket(this.#options.nc, current.bucket);
        this.#advanceTo((await bucket.checkpoint()).sequence);
      }
    } catch (error) {
      if (!(error instanceof LogUnavailable))
        this.#options.logger.warn({ err: error }, 'the log was not looked at');
    }
  }

  async #dropUnused(): Promise<void> {
    if (performance.now() - this.#droppedAt < DROP_UNUSED_EVERY_MS) return;
    this.#droppedAt = performance.now();
    await this.#generations.dropUnused();
  }

  #fail(error: unknown): void {
    this.#state = 'failed';
    this.#error = messageOf(error);
    this.#options.logger.error({ err: error, checkpoint: this.#checkpoint }, 'projecting has stopped');
  }
}

/** Whether starting again from the stored checkpoint may help: anything that the server said, or did not say. */
function isPassing(error: unknown): boolean {
  return isUnavailable(error) || jetstreamErrorCode(error) !== null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
