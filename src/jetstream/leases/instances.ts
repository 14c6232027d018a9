/**
 * The instances of the service, one key each in the bucket LEASES (`instance.<name>`), and who leads what.
 *
 * An instance writes its key every two seconds and removes it when it ends. Whether one still lives is measured by the clock
 * of NATS alone: the answer that lists the keys carries the server's time, and each key the time at which the server
 * stored it. A leader that has not renewed for a lease time does not trust its lease any more (`lease.ts`), so nobody
 * leads then.
 *
 * It is for people: nothing is decided by it. Whether a worker is gone its lease tells (`worker-leases.ts`).
 */
import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import { z } from 'zod';
import type {
  AnnouncedInstance,
  Instances,
  InstancesAndLeases,
  LedLease,
  LivingInstance,
} from '../../application/ports/instances.ts';
import { type Instant, instantOf, msBetween, parseInstant } from '../../domain/shared/instant.ts';
import { answerOf, jetstreamApi } from '../connection/api.ts';
import { unavailableOr } from '../connection/errors.ts';
import { readLast, type TimedMessage } from '../connection/leader-read.ts';
import { pauseFor } from '../connection/timing.ts';
import { INSTANCE_KEYS, LEASES_PREFIX, LEASES_STREAM, subjectTokenOf, WORKER_KEYS } from './bucket.ts';
import { LEASE_TTL_MS, parseStoredLease } from './lease.ts';

const INSTANCES = `${LEASES_PREFIX}${INSTANCE_KEYS}`;
const WORKERS = `${LEASES_PREFIX}${WORKER_KEYS}`;
const RENEW_MS = 2_000;
/** Without a sign of life for this long an instance is not shown. */
const GONE_AFTER_MS = 7_000;
/** Of one that did not end by itself: its key is removed then by the next that starts. */
const FORGOTTEN_AFTER_MS = 3_600_000;
const REQUEST_MS = 1_000;
/** When the service stops, there is less time for it. */
const FAREWELL_MS = 500;

const announced = z.object({
  instance: z.string(),
  roles: z.array(z.string()),
  version: z.string(),
  started_at: z.string().transform((text, context) => {
    const instant = parseInstant(text);
    if (instant === null) context.addIssue('no instant');
    return instant ?? z.NEVER;
  }),
});

export interface InstancesOptions {
  readonly logger: Logger;
  /** Milliseconds; default 7,000. Renewed more than three times in it. */
  readonly goneAfterMs?: number;
}

export class JetStreamInstances implements Instances {
  readonly #nc: NatsConnection;
  readonly #logger: Logger;
  readonly #goneAfterMs: number;
  readonly #renewMs: number;

  constructor(nc: NatsConnection, { logger, goneAfterMs }: InstancesOptions) {
    this.#nc = nc;
    this.#logger = logger;
    this.#goneAfterMs = goneAfterMs ?? GONE_AFTER_MS;
    this.#renewMs = goneAfterMs === undefined ? RENEW_MS : goneAfterMs / 4;
  }

  /**
   * Announces this instance until `signal` aborts, then removes its key. `known` resolves when it is stored for the first
   * time, or the signal has aborted; `ended` when its end is stored or cannot be. Neither rejects.
   */
  announce(self: AnnouncedInstance, signal: AbortSignal) {
    let tell: () => void = () => {};
    const known = new Promise<void>((resolve) => {
      tell = resolve;
    });
    return { known, ended: this.#announce(self, signal, tell) };
  }

  async look(): Promise<InstancesAndLeases> {
    const { now, keys } = await this.#stored('');
    return {
      instances: keys.flatMap((key) => this.#living(key, now)),
      leases: keys.filter(isLead).map((key) => led(key, now)),
    };
  }

  async #announce(self: AnnouncedInstance, signal: AbortSignal, onKnown: () => void): Promise<void> {
    const subject = `${INSTANCES}${subjectTokenOf(self.instance)}`;
    const value = JSON.stringify(self);
    await this.#tidyUp();
    while (!signal.aborted) {
      const written = await this.#attempt(async () => {
        answerOf((await this.#nc.request(subject, value, { timeout: REQUEST_MS })).json());
      });
      if (written) onKnown();
      await pauseFor(written ? this.#renewMs : this.#renewMs / 4, signal);
    }
    onKnown();
    await this.#attempt(() => this.#remove(subject, FAREWELL_MS));
  }

  /** Removes the keys of those that have long been silent. */
  async #tidyUp(): Promise<void> {
    await this.#attempt(async () => {
      const { now, keys } = await this.#stored(INSTANCE_KEYS);
      for (const { subject, storedAt } of keys)
        if (msBetween(storedAt, now) >= FORGOTTEN_AFTER_MS) await this.#remove(subject);
    });
  }

  async #remove(subject: string, timeoutMs = REQUEST_MS): Promise<void> {
    await jetstreamApi(this.#nc, `STREAM.PURGE.${LEASES_STREAM}`, { filter: subject }, timeoutMs);
  }

  /** False where it failed: what is shown to people holds nothing up. */
  async #attempt(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.#logger.debug({ err: error }, 'the instance was not announced');
      return false;
    }
  }

  /** None where it is no instance, is gone, or cannot be read. */
  #living({ subject, body, storedAt }: TimedMessage, now: Instant): readonly LivingInstance[] {
    if (!subject.startsWith(INSTANCES) || msBetween(storedAt, now) >= this.#goneAfterMs) return [];
    const { success, data } = announced.safeParse(jsonOf(body));
    return success ? [{ ...data, seen_at: storedAt }] : [];
  }

  /** By name, with the server's time of before. Throws LogUnavailable. */
  async #stored(
    beginning: string,
  ): Promise<{ readonly now: Instant; readonly keys: readonly TimedMessage[] }> {
    const { now, subjects } = await this.#list(`${LEASES_PREFIX}${beginning}>`);
    const read = (subject: string) => readLast(this.#nc, LEASES_STREAM, subject, REQUEST_MS);
    // Null: removed meanwhile.
    const keys = (await Promise.all(subjects.map(read))).filter((key) => key !== null);
    return { now, keys };
  }

  async #list(filter: string): Promise<{ readonly now: Instant; readonly subjects: readonly string[] }> {
    try {
      const { ts, state } = await jetstreamApi<{ ts: string; state: { subjects?: Record<string, number> } }>(
        this.#nc,
        `STREAM.INFO.${LEASES_STREAM}`,
        { subjects_filter: filter },
        REQUEST_MS,
      );
      return { now: instantOf(Date.parse(ts)), subjects: Object.keys(state.subjects ?? {}).sort() };
    } catch (error) {
      throw unavailableOr(error);
    }
  }
}

function isLead({ subject }: TimedMessage): boolean {
  return !subject.startsWith(INSTANCES) && !subject.startsWith(WORKERS);
}

function led({ subject, body, sequence, storedAt }: TimedMessage, now: Instant): LedLease {
  const { holder, term, since } = parseStoredLease(body);
  const isHeld = holder !== null && msBetween(storedAt, now) < LEASE_TTL_MS;
  return {
    lease: subject.slice(LEASES_PREFIX.length),
    leader: isHeld ? holder : null,
    term: isHeld ? term || sequence : null,
    since: isHeld && since != null ? parseInstant(since) : null,
    renewed_at: storedAt,
  };
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return null;
  }
}
