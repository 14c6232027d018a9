/**
 * The analytics of a build: sums in memory, each written when there is no room for it any more, and at the end. One that
 * was written and is needed again is read from the leader, for nothing in it would tell that a part is missing.
 */
import type { Sequence, UserId } from '../../domain/shared/ids.ts';
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
  readonly place: AnalyticsPlace;
  value: Counted;
  bytes: number;
  /** How often something was added since it was measured. */
  added: number;
}

/** Measuring a month takes as long as adding to it. */
const MEASURED_EVERY = 32;

export class BuiltSums {
  readonly #mostBytes: number;
  /** By user, null for the service, and period. */
  readonly #kept = new Map<UserId | null, Map<string, Kept>>();
  /** Keys of those that are written, and not in memory. */
  readonly #away = new Set<string>();
  #bytes = 0;

  /** `mostBytes`: memory for sums, roughly. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** What has to be read before these are added, by key; mostly nothing. */
  missing(counted: readonly CountedEvent[]): ReadonlyMap<string, AnalyticsPlace> {
    const missing = new Map<string, AnalyticsPlace>();
    if (this.#away.size === 0) return missing;
    for (const { tally } of counted)
      for (const place of placesOf(tally)) {
        const key = analyticsKey(place);
        if (this.#away.has(key)) missing.set(key, place);
      }
    return missing;
  }

  /** All that was written must be stored. Throws LogUnavailable. */
  async read(
    missing: ReadonlyMap<string, AnalyticsPlace>,
    bucket: Pick<ViewBucket, 'getFromLeader'>,
  ): Promise<void> {
    for (const [key, place] of missing) {
      const bytes = await bucket.getFromLeader(key);
      if (bytes === null) throw new Error(`${key} was written and is not there`);
      this.#away.delete(key);
      this.#keep(place, decodeCounted(bytes));
    }
  }

  /** None of its values may be missing. */
  add({ tally, sequence }: CountedEvent): void {
    for (const change of addTally(this.#held, tally, true))
      this.#keep(change, { sequence, state: change.state });
  }

  readonly #held = ({ user_id, period }: AnalyticsPlace) =>
    this.#kept.get(user_id)?.get(period)?.value.state ?? null;

  #keep({ user_id, period }: AnalyticsPlace, value: Counted): void {
    const ofUser = this.#kept.get(user_id) ?? new Map<string, Kept>();
    if (ofUser.size === 0) this.#kept.set(user_id, ofUser);
    const kept = ofUser.get(period);
    if (kept === undefined) {
      const bytes = countedBytes(value.state);
      ofUser.set(period, { place: { user_id, period }, value, bytes, added: 0 });
      this.#bytes += bytes;
      return;
    }
    kept.value = value;
    if (++kept.added < MEASURED_EVERY) return;
    const bytes = countedBytes(value.state);
    this.#bytes += bytes - kept.bytes;
    kept.bytes = bytes;
    kept.added = 0;
  }

  get isFull(): boolean {
    return this.#bytes > this.#mostBytes;
  }

  /** All that are in memory, to be written; they are away then. */
  *takeAll(): Generator<ViewWrite> {
    for (const ofUser of this.#kept.values())
      for (const { place, value } of ofUser.values()) {
        const key = analyticsKey(place);
        this.#away.add(key);
        yield { key, headers: {}, payload: encodeValue(value) };
      }
    this.#kept.clear();
    this.#bytes = 0;
  }
}
