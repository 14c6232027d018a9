/**
 * The leases of workers, one key each in the bucket LEASES. A worker writes its key every second and a half, and once more
 * when it ends; nobody competes for it, so there is no lock.
 *
 *     worker    writes ---> writes ---> writes ---x (killed)
 *     watcher   hears       hears       hears . . . . unchanged for 7 s, and still so when read: it is gone
 *
 * The server republishes what is stored, so a watcher hears of each write; it counts on its own monotonic clock how long
 * it has heard nothing. Silence that it could not have heard does not count: after a pause of its own, or a connection
 * that was down, every count begins anew. Before a worker counts as gone its key is read from the stream's leader.
 *
 * A worker on the machine of the watcher whose process is no more is gone at once.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Clock } from '../../application/ports/clock.ts';
import type { WorkerLeaseListener, WorkerLeases } from '../../application/ports/work/worker-leases.ts';
import { hasProcessEnded, ownProcessIdentity } from '../../kernel/process-identity.ts';
import { answerOf, jetstreamApi } from '../connection/api.ts';
import { ConnectionWatch } from '../connection/connection-watch.ts';
import { pauseFor, Wake } from '../connection/timing.ts';
import { LEASES_PREFIX, LEASES_STREAM, subjectTokenOf, WORKER_KEYS } from './bucket.ts';

const PREFIX = `${LEASES_PREFIX}${WORKER_KEYS}`;
const RENEW_MS = 1_500;
/** Without a sign of life for this long a worker is gone. */
const GONE_AFTER_MS = 7_000;
const LOOK_MS = 500;
/** A watcher that looks later than this was paused itself. */
const PAUSED_MS = 2_000;
const REQUEST_MS = 1_000;
/** Of a worker that is gone: its key is removed then. */
const FORGOTTEN_AFTER_MS = 24 * 3_600_000;

const stored = z.object({
  worker_id: z.string(),
  ended: z.boolean(),
  /** Of its process (`process-identity.ts`). */
  process: z.string().nullable(),
  /** Wall clock, epoch milliseconds: for tidying up alone. */
  at: z.number(),
});
type Stored = z.infer<typeof stored>;

interface Watched {
  readonly subject: string;
  value: Stored;
  revision: number;
  /** Monotonic milliseconds. */
  heardAt: number;
  gone: boolean;
}

export interface WorkerLeasesOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Milliseconds; default 7,000. Renewed four times in it. */
  readonly goneAfterMs?: number;
}

export class JetStreamWorkerLeases implements WorkerLeases {
  readonly #nc: NatsConnection;
  readonly #options: WorkerLeasesOptions;

  constructor(nc: NatsConnection, options: WorkerLeasesOptions) {
    this.#nc = nc;
    this.#options = options;
  }

  hold(workerId: string, signal: AbortSignal) {
    let tell: () => void = () => {};
    const known = new Promise<void>((resolve) => {
      tell = resolve;
    });
    return { known, ended: this.#hold(workerId, signal, tell) };
  }

  async #hold(workerId: string, signal: AbortSignal, onKnown: () => void): Promise<void> {
    const process = await ownProcessIdentity();
    const renewMs = this.#options.goneAfterMs === undefined ? RENEW_MS : this.#options.goneAfterMs / 4;
    while (!signal.aborted) {
      const written = await this.#write({ worker_id: workerId, ended: false, process, at: Date.now() });
      if (written) onKnown();
      await pauseFor(written ? renewMs : renewMs / 4, signal);
    }
    onKnown();
    await this.#write({ worker_id: workerId, ended: true, process, at: Date.now() });
  }

  /** False without an answer: it is written again soon. */
  async #write(value: Stored): Promise<boolean> {
    try {
      const message = await this.#nc.request(subjectOf(value.worker_id), JSON.stringify(value), {
        timeout: REQUEST_MS,
      });
      answerOf(message.json());
      return true;
    } catch (error) {
      this.#options.logger.debug({ err: error }, 'the lease of the worker was not stored');
      return false;
    }
  }

  async watch(listener: WorkerLeaseListener, signal: AbortSignal): Promise<void> {
    await new WorkerWatch(this.#nc, this.#options, listener).run(signal);
  }
}

class WorkerWatch {
  readonly #nc: NatsConnection;
  readonly #options: WorkerLeasesOptions;
  readonly #listener: WorkerLeaseListener;
  readonly #workers = new Map<string, Watched>();
  #listed = false;

  constructor(nc: NatsConnection, options: WorkerLeasesOptions, listener: WorkerLeaseListener) {
    this.#nc = nc;
    this.#options = options;
    this.#listener = listener;
  }

  async run(signal: AbortSignal): Promise<void> {
    const wake = new Wake(signal);
    const connection = new ConnectionWatch(this.#nc);
    const stopWatching = connection.onUp(() => this.#beginAnew());
    const subscription = this.#nc.subscribe('leases.changed.worker.>', {
      callback: (error, message) => {
        if (error !== null) return;
        const revision = Number(message.headers?.get('Nats-Sequence') ?? 0);
        const value = parsed(message.data);
        if (value === null) return;
        this.#heard(value, revision);
        if (value.ended) wake.now();
      },
    });
    let lookedAt = this.#now();
    try {
      while (!signal.aborted) {
        if (this.#now() - lookedAt > PAUSED_MS) this.#beginAnew();
        lookedAt = this.#now();
        if (connection.up) await this.#look();
        await wake.orAfter(LOOK_MS);
      }
    } finally {
      subscription.unsubscribe();
      stopWatching();
      wake.stop();
    }
  }

  /** What was not watched does not count. */
  #beginAnew(): void {
    this.#listed = false;
    const now = this.#now();
    for (const worker of this.#workers.values()) worker.heardAt = now;
  }

  async #look(): Promise<void> {
    if (!this.#listed) await this.#list();
    for (const worker of [...this.#workers.values()]) {
      if (worker.gone) this.#forget(worker);
      else if (worker.value.ended || (await this.#isGone(worker))) {
        worker.gone = true;
        this.#listener.onGone(worker.value.worker_id);
      }
    }
  }

  async #isGone(worker: Watched): Promise<boolean> {
    const { process } = worker.value;
    if (process !== null && (await hasProcessEnded(process))) return true;
    const { goneAfterMs = GONE_AFTER_MS } = this.#options;
    if (this.#now() - worker.heardAt < goneAfterMs) return false;
    const { revision } = worker;
    // Read from the stream's leader: a write may have been republished while nobody here heard it.
    const read = await this.#read(worker.subject);
    if (read === null) return false;
    this.#heard(read.value, read.revision);
    return worker.revision === revision && this.#now() - worker.heardAt >= goneAfterMs;
  }

  #heard(value: Stored, revision: number): void {
    const known = this.#workers.get(value.worker_id);
    if (known === undefined) {
      const subject = subjectOf(value.worker_id);
      const heardAt = this.#now();
      this.#workers.set(value.worker_id, { subject, value, revision, heardAt, gone: false });
      if (!value.ended) this.#listener.onAlive(value.worker_id);
      return;
    }
    if (revision <= known.revision) return;
    known.value = value;
    known.revision = revision;
    known.heardAt = this.#now();
    if (!known.gone || value.ended) return;
    known.gone = false;
    this.#listener.onAlive(value.worker_id);
  }

  async #list(): Promise<void> {
    try {
      const { state } = await jetstreamApi<{ state: { subjects?: Record<string, number> } }>(
        this.#nc,
        `STREAM.INFO.${LEASES_STREAM}`,
        { subjects_filter: `${PREFIX}>` },
        REQUEST_MS,
      );
      for (const subject of Object.keys(state.subjects ?? {})) {
        const read = await this.#read(subject);
        if (read !== null) this.#heard(read.value, read.revision);
      }
      this.#listed = true;
    } catch (error) {
      this.#options.logger.debug({ err: error }, 'the leases of workers were not listed');
    }
  }

  async #read(subject: string): Promise<{ readonly value: Stored; readonly revision: number } | null> {
    try {
      const { message } = await jetstreamApi<{ message: { seq: number; data?: string } }>(
        this.#nc,
        `STREAM.MSG.GET.${LEASES_STREAM}`,
        { last_by_subj: subject },
        REQUEST_MS,
      );
      const value = parsed(Buffer.from(message.data ?? '', 'base64'));
      return value === null ? null : { value, revision: message.seq };
    } catch {
      // Not there any more, or nobody answers: nothing is known.
      return null;
    }
  }

  #forget(worker: Watched): void {
    if (Date.now() - worker.value.at < FORGOTTEN_AFTER_MS) return;
    this.#workers.delete(worker.value.worker_id);
    void jetstreamApi(
      this.#nc,
      `STREAM.PURGE.${LEASES_STREAM}`,
      { filter: worker.subject },
      REQUEST_MS,
    ).catch(() => undefined);
  }

  #now(): number {
    return this.#options.clock.monotonicMs();
  }
}

function subjectOf(workerId: string): string {
  return `${PREFIX}${subjectTokenOf(workerId)}`;
}

function parsed(bytes: Uint8Array): Stored | null {
  try {
    return stored.parse(JSON.parse(Buffer.from(bytes).toString()));
  } catch {
    return null;
  }
}
