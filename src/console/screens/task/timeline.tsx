/**
 * Past, now and future on one axis: every slot with what became of it or will, and why. Beyond five hundred they are
 * counted. The axis has hours and days of the zone that the page shows.
 */
import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { useMemo, useRef, useState } from 'preact/hooks';
import { type ApiSchema, answered, api } from '../../api/client.ts';
import { useKeys } from '../../frame/keys.ts';
import { FaultPanel } from '../../frame/no-screen.tsx';
import { slotKind } from '../../parts/slot-words.ts';
import { now } from '../../parts/time.tsx';
import { shownZone } from '../../parts/zones.ts';
import { axisTicks } from './axis-ticks.ts';
import { SlotDetail } from './slot-detail.tsx';
import { SlotMarks } from './slot-marks.tsx';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ZOOMS = {
  hour: { label: 'Hour', spanMs: HOUR_MS },
  day: { label: 'Day', spanMs: DAY_MS },
  week: { label: 'Week', spanMs: 7 * DAY_MS },
  month: { label: 'Month', spanMs: 30 * DAY_MS },
  year: { label: 'Year', spanMs: 360 * DAY_MS },
} as const;
type Zoom = keyof typeof ZOOMS;
/** Where now is, of the whole axis. */
const NOW_AT = 0.55;
/** The range that is asked for moves by this part of itself, so that a page that is left open asks seldom. */
const STEPS = 24;

export interface TaskTimelineProps {
  readonly task: ApiSchema<'Task'>;
  readonly zone: string | null;
}

export function TaskTimeline({ task, zone }: TaskTimelineProps) {
  const [zoom, setZoom] = useState<Zoom>(() => fittingZoom(task));
  const [shift, setShift] = useState(0);
  const [chosen, choose] = useState<string | null>(null);
  const { spanMs } = ZOOMS[zoom];
  const step = spanMs / STEPS;
  const anchor = Math.floor(now.value / step) * step;
  const from = anchor - spanMs * NOW_AT + shift * spanMs;
  const range = { from, to: from + spanMs };
  const { data, error, refetch } = useQuery({
    queryKey: ['task', task.task_id, 'timeline', range],
    queryFn: ({ signal }) => read(task.task_id, range, signal),
    placeholderData: keepPreviousData,
  });
  // What was shown stays beside what went wrong.
  const kept = useRef(data);
  if (data !== undefined) kept.current = data;
  const slots = kept.current?.slots ?? [];
  const slot = slots.find(({ at }) => at === chosen) ?? latestTold(slots);
  // From the slot that is told of, also where nobody chose it.
  const walk = (by: number) => {
    const start = slots.findIndex(({ at }) => at === slot?.at);
    const next = slots[Math.min(slots.length - 1, Math.max(0, start + by))];
    if (next !== undefined) choose(next.at);
  };
  useKeys([
    { key: 'ArrowLeft', what: 'Slot before', run: () => walk(-1) },
    { key: 'ArrowRight', what: 'Next slot', run: () => walk(1) },
  ]);
  const shown = shownZone(zone);
  const ticks = useMemo(() => axisTicks(from, spanMs, shown), [from, spanMs, shown]);
  return (
    <section class="panel timeline" aria-label="Slots, past and to come">
      <div class="timeline-head">
        <button type="button" class="quiet" aria-label="Earlier" onClick={() => setShift(shift - 0.5)}>
          ←
        </button>
        {(Object.keys(ZOOMS) as Zoom[]).map((name) => (
          <button
            key={name}
            type="button"
            class="chip"
            aria-pressed={name === zoom}
            onClick={() => setZoom(name)}
          >
            {ZOOMS[name].label}
          </button>
        ))}
        <button type="button" class="quiet" aria-label="Later" onClick={() => setShift(shift + 0.5)}>
          →
        </button>
        {shift === 0 ? null : (
          <button type="button" class="quiet" onClick={() => setShift(0)}>
            Back to now
          </button>
        )}
      </div>
      {error === null ? null : <FaultPanel error={error} retry={() => void refetch()} />}
      <SlotMarks
        timeline={kept.current}
        range={range}
        zone={shown}
        chosen={slot?.at ?? null}
        choose={choose}
        isPaused={task.status === 'paused'}
        areNamed={task.schedule === null}
      />
      <ol class="ticks" aria-hidden="true">
        {ticks.map(({ at, label }) => (
          <li key={at} style={{ left: `${(((at - from) / spanMs) * 100).toFixed(2)}%` }}>
            {label}
          </li>
        ))}
      </ol>
      {slot === undefined ? null : (
        <SlotDetail slot={slot} task={task} zone={zone} runBefore={runBefore(slots, slot.at)} />
      )}
    </section>
  );
}

function runBefore(slots: readonly ApiSchema<'TimelineSlot'>[], at: string): string | null {
  return slots.findLast((slot) => slot.at < at && slot.execution_id !== null)?.execution_id ?? null;
}

async function read(
  taskId: string,
  range: { readonly from: number; readonly to: number },
  signal: AbortSignal,
) {
  const from = new Date(range.from).toISOString();
  const to = new Date(range.to).toISOString();
  const query = { from, to, task_id: [taskId] };
  const timeline = await answered(api.GET('/api/v1/timeline', { params: { query }, signal }));
  return timeline.tasks[0] ?? { task_id: taskId, slots: [], buckets: null, is_complete: true };
}

/** So that some slots are in sight, and not hundreds. */
function fittingZoom({ schedule, next_run_time, last_run_time }: ApiSchema<'Task'>): Zoom {
  const seconds = schedule?.type === 'interval' ? schedule.interval_seconds : null;
  const apart =
    seconds !== null
      ? seconds * 1_000
      : next_run_time !== null && last_run_time !== null
        ? Date.parse(next_run_time) - Date.parse(last_run_time)
        : DAY_MS;
  const zoom = (Object.keys(ZOOMS) as Zoom[]).find((name) => ZOOMS[name].spanMs >= 6 * apart);
  return zoom ?? 'year';
}

/** What there is to tell of by itself: the last slot that did not simply complete, else the last that has been. */
function latestTold<S extends ApiSchema<'TimelineSlot'>>(slots: readonly S[]): S | undefined {
  const past = slots.filter(({ fate }) => fate !== 'planned' && fate !== 'due');
  return past.findLast((slot) => slotKind(slot) !== 'completed') ?? past.at(-1) ?? slots[0];
}
