/**
 * The analytics that a projector's next tallies are added to: kept from the last ones, or read from the bucket. Valid
 * only as long as this projector's lock on the checkpoint holds, so it lives no longer.
 *
 * Nothing in a sum tells that a part of it is missing, so what is read must be current: it is read together with the
 * checkpoint, and where that is older than what this projector has committed (a replica that lags), from the leader.
 */
import { LRUCache } from 'lru-cache';
import { NO_SEQUENCE, type Sequence } from '../domain/shared/ids.ts';
import type { ViewBucket } from '../jetstream/views/view-bucket.ts';
import { CHECKPOINT_KEY, decodeCheckpoint, decodeCounted } from '../jetstream/views/view-keys.ts';
import type { AnalyticsState, Counted } from '../projections/analytics.ts';

/** Values of one get: below the server's 1,024 subjects. */
const VALUES_AT_ONCE = 500;

export class AnalyticsValues {
  readonly #bucket: ViewBucket;
  readonly #kept: LRUCache<string, Counted>;

  /** `cacheBytes`: memory for what is kept, roughly. */
  constructor(bucket: ViewBucket, cacheBytes: number) {
    this.#bucket = bucket;
    this.#kept = new LRUCache({
      maxSize: cacheBytes,
      sizeCalculation: ({ state }) => countedBytes(state),
    });
  }

  keep(key: string, value: Counted): void {
    this.#kept.set(key, value);
  }

  kept(key: string): Counted | undefined {
    return this.#kept.get(key);
  }

  /** With everything up to `committed`; null where there is no value. Throws LogUnavailable. */
  async read(keys: readonly string[], committed: Sequence): Promise<Map<string, Counted | null>> {
    const values = new Map<string, Counted | null>();
    for (let from = 0; from < keys.length; from += VALUES_AT_ONCE) {
      await this.#readSome(keys.slice(from, from + VALUES_AT_ONCE), committed, values);
    }
    return values;
  }

  async #readSome(
    keys: readonly string[],
    committed: Sequence,
    values: Map<string, Counted | null>,
  ): Promise<void> {
    const found = await this.#bucket.getTogether([...keys, CHECKPOINT_KEY]);
    const data = new Map(found?.map((message) => [message.key, message.data]));
    const checkpoint = data.get(CHECKPOINT_KEY);
    const upTo = checkpoint === undefined ? NO_SEQUENCE : decodeCheckpoint(checkpoint);
    const current = found !== null && upTo >= committed;
    for (const key of keys) {
      const bytes = current ? (data.get(key) ?? null) : await this.#bucket.getFromLeader(key);
      values.set(key, bytes === null ? null : decodeCounted(bytes));
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
