/**
 * The analytics that a projector's next tallies are added to: kept from the last ones, or read from the bucket. Valid
 * only as long as this projector's lock on the checkpoint holds, so it lives no longer.
 *
 * Nothing in a sum tells that a part of it is missing, so what is read must be current: it is read together with the
 * checkpoint, and where that is older than what this projector has committed (a replica that lags), from the leader.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { LRUCache } from 'lru-cache';
import { NO_SEQUENCE, type Sequence } from '../domain/shared/ids.ts';
import { getLastMessages } from '../jetstream/connection/last-messages.ts';
import { readLast } from '../jetstream/connection/leader-read.ts';
import {
  CHECKPOINT_SUBJECT,
  decodeCheckpoint,
  decodeCounted,
  VIEWS_STREAM,
} from '../jetstream/views/view-keys.ts';
import type { AnalyticsState, Counted } from '../projections/analytics.ts';

/** Values of one get: below the server's 1,024 subjects. */
const VALUES_AT_ONCE = 500;

export class AnalyticsValues {
  readonly #nc: NatsConnection;
  readonly #kept: LRUCache<string, Counted>;

  /** `cacheBytes`: memory for what is kept, roughly. */
  constructor(nc: NatsConnection, cacheBytes: number) {
    this.#nc = nc;
    this.#kept = new LRUCache({
      maxSize: cacheBytes,
      sizeCalculation: ({ state }) => countedBytes(state),
    });
  }

  keep(subject: string, value: Counted): void {
    this.#kept.set(subject, value);
  }

  kept(subject: string): Counted | undefined {
    return this.#kept.get(subject);
  }

  /** With everything up to `committed`; null where there is no value. Throws LogUnavailable. */
  async read(subjects: readonly string[], committed: Sequence): Promise<Map<string, Counted | null>> {
    const values = new Map<string, Counted | null>();
    for (let from = 0; from < subjects.length; from += VALUES_AT_ONCE) {
      await this.#readSome(subjects.slice(from, from + VALUES_AT_ONCE), committed, values);
    }
    return values;
  }

  async #readSome(
    subjects: readonly string[],
    committed: Sequence,
    values: Map<string, Counted | null>,
  ): Promise<void> {
    const found = await getLastMessages(this.#nc, VIEWS_STREAM, [...subjects, CHECKPOINT_SUBJECT]);
    const data = new Map(found?.map((message) => [message.subject, message.data]));
    const checkpoint = data.get(CHECKPOINT_SUBJECT);
    const upTo = checkpoint === undefined ? NO_SEQUENCE : decodeCheckpoint(checkpoint);
    const current = found !== null && upTo >= committed;
    for (const subject of subjects) {
      const bytes = current ? data.get(subject) : (await readLast(this.#nc, VIEWS_STREAM, subject))?.body;
      values.set(subject, bytes === undefined ? null : decodeCounted(bytes));
    }
  }
}

const FRAME = 2_048;
/** The JSON of a day with its hours, and of all counters of a type, each with a few digits. */
const DAY = 140;
const TYPE = 70;

/** Roughly, as JSON. */
export function countedBytes(state: AnalyticsState): number {
  if (!('days' in state)) return FRAME;
  let bytes = DAY;
  for (const day in state.days) bytes += DAY + TYPE * Object.keys(state.days[day]?.by_type ?? {}).length;
  return bytes;
}
