/**
 * The analytics beside what the log says. A sum says up to which event it goes and is compared with the sum up to that
 * very event: for those that were written since the log was folded, the log is folded once more, to where they are.
 */
import type { RecordedTaskEvent } from '../../../domain/shared/event.ts';
import { NO_SEQUENCE, type Sequence } from '../../../domain/shared/ids.ts';
import { ANALYTICS, type AnalyticsPlace, type Counted, type Tally } from '../../../projections/analytics.ts';
import { addTally } from '../../../projections/analytics-sums.ts';
import type { WholeViews } from '../../ports/views.ts';

export class ExpectedAnalytics {
  readonly values = new Map<string, Counted>();
  readonly #sums = new Map<string, Counted>();
  readonly #upTo: ReadonlyMap<string, Sequence> | null;

  /** `upTo`: where given, only these values are kept, each as it was at its sequence. */
  constructor(upTo: ReadonlyMap<string, Sequence> | null = null) {
    this.#upTo = upTo;
  }

  add(event: RecordedTaskEvent, tally: Tally | null): void {
    if (tally === null) return;
    const { sequence } = event.meta;
    for (const { state, ...place } of addTally((at) => this.#sums.get(keyOf(at))?.state ?? null, tally)) {
      const key = keyOf(place);
      this.#sums.set(key, { sequence, state });
      const isKept = this.#upTo === null || sequence <= (this.#upTo.get(key) ?? NO_SEQUENCE);
      if (isKept) this.values.set(key, { sequence, state });
    }
  }
}

export interface AnalyticsComparison {
  readonly expected: ExpectedAnalytics;
  readonly views: Pick<WholeViews, 'analytics'>;
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
  const { expected, views, checkpoint, replay, compare } = options;
  const found = new Map<string, Counted>();
  await views.analytics((entries) => {
    for (const entry of entries) found.set(keyOf(entry), entry.value);
  });
  const moved = new Map<string, Sequence>();
  for (const [key, value] of found) {
    const wanted = expected.values.get(key);
    const isBehind =
      wanted !== undefined && value.sequence < wanted.sequence && wanted.sequence <= checkpoint;
    if (wanted?.sequence === value.sequence || isBehind) compare(key, value, wanted);
    else moved.set(key, value.sequence);
  }
  if (moved.size > 0) {
    const then = new ExpectedAnalytics(moved);
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
