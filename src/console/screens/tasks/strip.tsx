/** A day back and a day ahead, by hours: each kind of slot has a shape, so that it is read without colours. */
import type { ApiSchema } from '../../api/client.ts';
import { SLOT_KINDS, type SlotShape } from '../../parts/slot-words.ts';

const HOUR_MS = 3_600_000;
const HOURS = 48;
const PAST = 24;
const STEP = 5;

type Buckets = NonNullable<ApiSchema<'Timeline'>['tasks'][number]['buckets']>;

/** At x, in a cell of 4 by 16. */
const SHAPES: Readonly<Record<SlotShape, (x: number) => string>> = {
  completed: (x) => `M${x} 3h4v10h-4z`,
  failed: (x) => `M${x + 2} 1l2.4 14h-4.8z`,
  running: (x) => `M${x} 8h4v5h-4zM${x} 3h4v1.4h-4z`,
  skipped: (x) => `M${x} 13l4-10v10z`,
  missed: (x) => `M${x} 3h4v10h-4zM${x + 1.1} 4.1v7.8h1.8V4.1z`,
  cancelled: (x) => `M${x} 6.8h4v2.4h-4z`,
  due: (x) => `M${x} 9h4v4h-4z`,
  planned: (x) => `M${x} 9h4v4h-4zM${x + 1} 10v2h2v-2z`,
  excluded: (x) => `M${x + 1} 11h2v2h-2z`,
  void: (x) => `M${x} 12h4v1h-4z`,
};

export interface StripProps {
  readonly buckets: Buckets;
  /** Epoch milliseconds of the first hour. */
  readonly start: number;
}

export function Strip({ buckets, start }: StripProps) {
  const paths = new Map<SlotShape, string>();
  const totals = new Map<SlotShape, number>();
  for (const { from, counts } of buckets) {
    const hour = Math.round((Date.parse(from) - start) / HOUR_MS);
    const known = counts as Readonly<Record<string, number | undefined>>;
    const countOf = (kind: SlotShape) =>
      (known[kind] ?? 0) + (kind === 'running' ? (known.requested ?? 0) : 0);
    for (const kind of SLOT_KINDS) totals.set(kind, (totals.get(kind) ?? 0) + countOf(kind));
    const worst = SLOT_KINDS.find((kind) => countOf(kind) > 0);
    if (worst === undefined || hour < 0 || hour >= HOURS) continue;
    const x = hour * STEP + (hour >= PAST ? 4 : 0);
    paths.set(worst, (paths.get(worst) ?? '') + SHAPES[worst](x));
  }
  const words = [...totals].filter(([, count]) => count > 0).map(([kind, count]) => `${count} ${kind}`);
  const label = words.length === 0 ? 'Nothing in the day before and after now' : words.join(', ');
  return (
    <svg
      class="strip"
      viewBox={`0 0 ${HOURS * STEP + 4} 16`}
      preserveAspectRatio="xMinYMid meet"
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      <path class="now" d={`M${PAST * STEP + 1.5} 0v16`} />
      {[...paths].map(([kind, d]) => (
        <path key={kind} class={`slot-${kind}`} d={d} fill-rule="evenodd" />
      ))}
    </svg>
  );
}
