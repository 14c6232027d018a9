import { useRef } from 'preact/hooks';
import type { ApiSchema } from '../../api/client.ts';
import { SLOT_KINDS, type SlotShape, slotKind, slotSentence } from '../../parts/slot-words.ts';
import { now } from '../../parts/time.tsx';
import { exactText } from '../../parts/time-text.ts';

type TaskSlots = Pick<ApiSchema<'Timeline'>['tasks'][number], 'slots' | 'buckets'>;

export interface SlotMarksProps {
  readonly timeline: TaskSlots | undefined;
  readonly range: { readonly from: number; readonly to: number };
  readonly zone: string;
  readonly chosen: string | null;
  readonly choose: (at: string) => void;
  /** Planned slots do not come as long as it is so. */
  readonly isPaused: boolean;
  /** Each slot names its schedule: there are several. */
  readonly areNamed: boolean;
}

/** More than these stand close together. */
const DENSE = 40;

/** In a square of sixteen, from the ground up. */
const SHAPES: Readonly<Record<SlotShape, string>> = {
  completed: 'M4 1h8v15H4z',
  failed: 'M8 0l6 16H2z',
  cancelled: 'M4 8h8v2H4zM4 14h8v2H4z',
  running: 'M8 2a6 6 0 0 1 0 12zM8 2a6 6 0 0 0 0 12v-1.6a4.4 4.4 0 0 1 0-8.8z',
  skipped: 'M4 16L12 1v15z',
  missed: 'M4 1h8v15H4zM5.6 2.6v11.8h4.8V2.6z',
  excluded: 'M6.5 12h3v4h-3z',
  void: 'M3 14.6h10V16H3z',
  due: 'M4 8h8v8H4z',
  planned: 'M4 8h8v8H4zM5.6 9.6v4.8h4.8V9.6z',
};

export function SlotMarks({ timeline, range, zone, chosen, choose, isPaused, areNamed }: SlotMarksProps) {
  const place = (at: number) => `${(((at - range.from) / (range.to - range.from)) * 100).toFixed(3)}%`;
  return (
    <div class={isPaused ? 'axis paused' : 'axis'}>
      <div class="now-line" style={{ left: place(now.value) }} aria-hidden="true">
        now
      </div>
      {timeline?.buckets ? (
        <Buckets buckets={timeline.buckets} place={place} zone={zone} />
      ) : (
        <Slots
          slots={timeline?.slots ?? []}
          place={place}
          zone={zone}
          chosen={chosen}
          choose={choose}
          areNamed={areNamed}
        />
      )}
    </div>
  );
}

interface SlotsProps {
  readonly slots: readonly ApiSchema<'TimelineSlot'>[];
  readonly place: (at: number) => string;
  readonly zone: string;
  readonly chosen: string | null;
  readonly choose: (at: string) => void;
  readonly areNamed: boolean;
}

/** One stop for the Tab key; arrows walk. */
function Slots({ slots, place, zone, chosen, choose, areNamed }: SlotsProps) {
  const list = useRef<HTMLOListElement>(null);
  const entry = slots.some(({ at }) => at === chosen) ? chosen : (slots[0]?.at ?? null);
  const walk = (event: KeyboardEvent, index: number) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const next = by === undefined ? undefined : slots[index + by];
    if (by === undefined || next === undefined) return;
    event.preventDefault();
    choose(next.at);
    list.current?.querySelectorAll('button')[index + by]?.focus();
  };
  return (
    <ol ref={list} class={slots.length > DENSE ? 'slots dense' : 'slots'}>
      {slots.map((slot, index) => {
        const at = Date.parse(slot.at);
        const kind = slotKind(slot);
        return (
          <li key={slot.at} style={{ left: place(at) }}>
            <button
              type="button"
              tabIndex={slot.at === entry ? 0 : -1}
              aria-pressed={slot.at === chosen}
              aria-label={`${exactText(at, zone)}${areNamed ? `, ${slot.schedule_id}` : ''}: ${slotSentence(slot)}`}
              class={slot.reason !== null && kind === 'planned' ? 'withheld' : undefined}
              onClick={() => choose(slot.at)}
              onKeyDown={(event) => walk(event, index)}
            >
              <svg viewBox="0 0 16 16" aria-hidden="true">
                <path class={`slot-${kind}`} d={SHAPES[kind]} fill-rule="evenodd" />
              </svg>
            </button>
          </li>
        );
      })}
    </ol>
  );
}

interface BucketsProps {
  readonly buckets: NonNullable<TaskSlots['buckets']>;
  readonly place: (at: number) => string;
  readonly zone: string;
}

/** As high as there are slots, the worst at the top. */
function Buckets({ buckets, place, zone }: BucketsProps) {
  const totalOf = (counts: object) =>
    Object.values(counts).reduce((sum: number, count) => sum + Number(count), 0);
  const most = Math.max(1, ...buckets.map(({ counts }) => totalOf(counts)));
  return (
    <ol class="buckets">
      {buckets.map(({ from, counts }) => {
        const known = counts as Readonly<Record<string, number | undefined>>;
        const kinds = SLOT_KINDS.filter((kind) => (known[kind] ?? 0) > 0);
        const words = kinds.map((kind) => `${known[kind]} ${kind}`).join(', ');
        return (
          <li
            key={from}
            style={{ left: place(Date.parse(from)) }}
            title={`${exactText(Date.parse(from), zone)}: ${words}`}
          >
            <span class="visually-hidden">
              {exactText(Date.parse(from), zone)}: {words}
            </span>
            {kinds.map((kind) => (
              <span
                key={kind}
                class={`bar-${kind}`}
                style={{ height: `${((known[kind] ?? 0) / most) * 100}%` }}
                aria-hidden="true"
              />
            ))}
          </li>
        );
      })}
    </ol>
  );
}
