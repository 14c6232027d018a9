/**
 * The analytics beside what the log says. A sum says up to which event it goes and is compared with the sum up to that
 * very event: for those that were written since the log was folded, the log is folded once more, to where they are.
 */
import type { RecordedTaskEvent } from '../../../domain/shared/event.ts';
import { NO_SEQUENCE, type Sequence, type UserId } from '../../../domain/shared/ids.ts';
import {
  ALL,
  ANALYTICS,
  type AnalyticsPlace,
  type AnalyticsState,
  type Counted,
  type Tally,
} from '../../../projections/analytics.ts';
import { addTally } from '../../../projections/analytics-sums.ts';
import type { WholeViews } from '../../ports/views.ts';

export class ExpectedAnalytics {
  readonly values = new Map<string, Counted>();
  readonly #ofUsers = new Map<string, AnalyticsState>();
  readonly #upTo: ReadonlyMap<string, Sequence> | null;
  readonly #isOf: (userId: UserId | null) => boolean;

  /**
   * `isOf`: whose are kept, null for what is counted of all. `upTo`: where given, only these values are kept, each as it
   * was at its sequence.
   */
  constructor(isOf: (userId: UserId | null) => boolean, upTo: ReadonlyMap<string, Sequence> | null = null) {
    this.#isOf = isOf;
    this.#upTo = upTo;
  }

  /** A user's events in their order; those of different users in any. */
  add(event: RecordedTaskEvent, tally: Tally | null): void {
    if (tally === null) return;
    const { sequence } = event.meta;
    const held = (at: AnalyticsPlace) => {
      const key = keyOf(at);
      return this.#ofUsers.get(key) ?? this.values.get(key)?.state ?? null;
    };
    for (const { state, ...place } of addTally(held, tally)) {
      const key = keyOf(place);
      // What is counted of all depends on how much each user had before.
      if (place.user_id !== null && place.period === ALL) this.#ofUsers.set(key, state);
      const isKept = this.#upTo === null || sequence <= (this.#upTo.get(key) ?? NO_SEQUENCE);
      if (!isKept || !this.#isOf(place.user_id)) continue;
      const before = this.values.get(key)?.sequence ?? NO_SEQUENCE;
      this.values.set(key, { sequence: Math.max(before, sequence) as Sequence, state });
    }
  }
}

export interface AnalyticsComparison {
  readonly expected: ExpectedAnalytics;
  readonly views: Pick<WholeViews, 'analytics'>;
  /** Which of them are compared, as `expected` has them. */
  readonly isOf: (userId: UserId | null) => boolean;
  /** Read before the values. */
  readonly checkpoint: Sequence;
  /** Folds the log anew, to this sequence. */
  readonly replay: (
    end: Sequence,
    onTally: (event: RecordedTaskEvent, tally: Tally | null) => void,
  ) => Promise<void>;
  readonly compare: (key: string, inView: unknown, inLog: unknown) => void;
}

/** Compares every value, and answers how many there are. */
export async function analyticsDifferences(options: AnalyticsComparison): Promise<number> {
  const { expected, views, isOf, checkpoint, replay, compare } = options;
  const found = new Map<string, Counted>();
  await views.analytics((entries) => {
    for (const entry of entries) found.set(keyOf(entry), entry.value);
  }, isOf);
  const moved = new Map<string, Sequence>();
  for (const [key, value] of found) {
    const wanted = expected.values.get(key);
    const isBehind =
      wanted !== undefined && value.sequence < wanted.sequence && wanted.sequence <= checkpoint;
    if (wanted?.sequence === value.sequence || isBehind) compare(key, value, wanted);
    else moved.set(key, value.sequence);
  }
  if (moved.size > 0) {
    const then = new ExpectedAnalytics(isOf, moved);
    const end = Math.max(...moved.values()) as Sequence;
    await replay(end, (event, tally) => then.add(event, tally));
    for (const key of moved.keys()) compare(key, found.get(key), then.values.get(key));
  }
  for (const [key, value] of expected.values) {
    if (!found.has(key) && value.sequence <= checkpoint) compare(key, undefined, value);
  }
  return found.size;
}

function keyOf({ user_id, period }: AnalyticsPlace): string {
  return user_id === null ? `${ANALYTICS.name} ${period}` : `${ANALYTICS.name} ${user_id} ${period}`;
}
