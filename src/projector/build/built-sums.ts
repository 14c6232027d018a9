/**
 * The analytics of a build: sums in memory, each written when there is no room for it any more, and at the end. One that
 * was written and is needed again is read from the leader, for nothing in it would tell that a part is missing.
 */
import type { Sequence } from '../../domain/shared/ids.ts';
import type { ViewBucket, ViewWrite } from '../../jetstream/views/view-bucket.ts';
import { analyticsKey, decodeCounted, encodeValue } from '../../jetstream/views/view-keys.ts';
import type { AnalyticsPlace, Counted, Tally } from '../../projections/analytics.ts';
import { addTally, placesOf } from '../../projections/analytics-sums.ts';
import { countedBytes } from '../analytics-values.ts';

/** What an event adds, and which it is. */
export interface CountedEvent {
  readonly tally: Tally;
  readonly sequence: Sequence;
}

interface Kept {
  value: Counted;
  bytes: number;
}

export class BuiltSums {
  readonly #mostBytes: number;
  readonly #kept = new Map<string, Kept>();
  /** Written, and not in memory. */
  readonly #away = new Set<string>();
  #bytes = 0;

  /** `mostBytes`: memory for sums, roughly. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** What has to be read before these are added; mostly nothing. */
  missing(counted: readonly CountedEvent[]): ReadonlySet<string> {
    const missing = new Set<string>();
    if (this.#away.size === 0) return missing;
    for (const { tally } of counted)
      for (const place of placesOf(tally)) {
        const key = analyticsKey(place);
        if (this.#away.has(key)) missing.add(key);
      }
    return missing;
  }

  /** All that was written must be stored. Throws LogUnavailable. */
  async read(keys: ReadonlySet<string>, bucket: Pick<ViewBucket, 'getFromLeader'>): Promise<void> {
    for (const key of keys) {
      const bytes = await bucket.getFromLeader(key);
      if (bytes === null) throw new Error(`${key} was written and is not there`);
      this.#away.delete(key);
      this.#keep(key, decodeCounted(bytes));
    }
  }

  /** None of its values may be missing. */
  add({ tally, sequence }: CountedEvent): void {
    const held = (place: AnalyticsPlace) => this.#kept.get(analyticsKey(place))?.value.state ?? null;
    for (const { state, ...place } of addTally(held, tally))
      this.#keep(analyticsKey(place), { sequence, state });
  }

  #keep(key: string, value: Counted): void {
    const bytes = countedBytes(value.state);
    const kept = this.#kept.get(key);
    this.#bytes += bytes - (kept?.bytes ?? 0);
    if (kept === undefined) {
      this.#kept.set(key, { value, bytes });
    } else {
      kept.value = value;
      kept.bytes = bytes;
    }
  }

  get isFull(): boolean {
    return this.#bytes > this.#mostBytes;
  }

  /** All that are in memory, to be written; they are away then. */
  *takeAll(): Generator<ViewWrite> {
    for (const [key, { value }] of this.#kept) {
      this.#away.add(key);
      yield { key, headers: {}, payload: encodeValue(value) };
    }
    this.#kept.clear();
    this.#bytes = 0;
  }
}
