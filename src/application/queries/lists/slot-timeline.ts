/**
 * The slots of several tasks in one stretch of time: what became of those that have been, and which are planned. It costs
 * what lies in the range, not what the tasks have behind them, and no more than a bound: what is beyond it is left out
 * and said to be.
 */
import { dueAt } from '../../../domain/schedule/jitter.ts';
import { type Instant, msBetween, plusMs } from '../../../domain/shared/instant.ts';
import type { TaskSnapshot } from '../../../domain/task/evolve/snapshot.ts';
import { plannedSlots } from '../../../domain/task/ledger/planned-slots.ts';
import type { SlotPlace, SlotRecord } from '../../../domain/task/ledger/slot-fates.ts';
import type { TaskHistory } from '../history/task-history.ts';

export interface SlotTimelineQuery {
  readonly tasks: readonly TaskSnapshot[];
  /** From this instant on … */
  readonly from: Instant;
  /** … and before this one. */
  readonly before: Instant;
  /** Wanted as counts of so many ms each; null: as counts only of tasks with more slots than are shown. */
  readonly bucketMs: number | null;
  readonly now: Instant;
}

/** Ahead: the slot has no fate yet, and it will run, or not for this reason, unless something changes. */
export interface SlotAhead {
  readonly fate: 'planned';
  readonly at: Instant;
  readonly schedule_version: number;
  /** As in `SlotRecord`. */
  readonly schedule_id?: string;
  readonly reason: 'paused' | 'by_owner' | 'execution_limit' | 'credit_limit' | null;
}
export type TimelineSlot = (SlotRecord | SlotAhead) & { readonly due_at: Instant };

/** How many of each kind: fired ones by how their run stands, all others by their fate. */
export type SlotKind =
  | Exclude<SlotRecord['fate'], 'fired'>
  | 'planned'
  | 'requested'
  | 'running'
  | 'completed'
  | 'failed'
  | 'cancelled';

export interface SlotBucket {
  readonly from: Instant;
  readonly counts: Readonly<Partial<Record<SlotKind, number>>>;
}

export interface TaskSlots {
  readonly task: TaskSnapshot;
  /** In order; null where they are counted instead. */
  readonly slots: readonly TimelineSlot[] | null;
  /** In order, those with slots only; null where the slots themselves are shown. */
  readonly buckets: readonly SlotBucket[] | null;
  /** False where slots at the end of the range were not looked at any more. */
  readonly is_complete: boolean;
}

/** Of one task; more are counted. */
export const MOST_SLOTS_SHOWN = 500;
/** Of all tasks of one question. */
const MOST_SLOTS_READ = 10_000;
const PORTION = 500;
const MOST_BUCKETS = 200;
const WIDTHS_MS = [1, 5, 15, 60, 180, 360, 1_440, 10_080].map((minutes) => minutes * 60_000);

/** Throws LogUnavailable. */
export async function slotTimeline(
  history: Pick<TaskHistory, 'slots'>,
  query: SlotTimelineQuery,
): Promise<readonly TaskSlots[]> {
  const { tasks, from, before, now } = query;
  const widthMs = query.bucketMs ?? widthFor(msBetween(from, before));
  const found: TaskSlots[] = [];
  let left = MOST_SLOTS_READ;
  for (const task of tasks) {
    const slots: TimelineSlot[] = [];
    let is_complete = true;
    for await (const slot of slotsOf(history, task, { from, to: plusMs(before, -1) }, now)) {
      if (left === 0) {
        is_complete = false;
        break;
      }
      left -= 1;
      slots.push(slot);
    }
    const isCounted = query.bucketMs !== null || slots.length > MOST_SLOTS_SHOWN;
    found.push({
      task,
      slots: isCounted ? null : slots,
      buckets: isCounted ? bucketsOf(slots, from, widthMs) : null,
      is_complete,
    });
  }
  return found;
}

function widthFor(rangeMs: number): number {
  return WIDTHS_MS.find((width) => rangeMs / width <= MOST_BUCKETS) ?? Math.ceil(rangeMs / MOST_BUCKETS);
}

async function* slotsOf(
  history: Pick<TaskHistory, 'slots'>,
  task: TaskSnapshot,
  range: { readonly from: Instant; readonly to: Instant },
  now: Instant,
): AsyncGenerator<TimelineSlot> {
  const { state } = task;
  if (state.schedule_version === 0) return;
  let last: Instant | null = null;
  for (let after: SlotPlace | null = null; ; ) {
    const portion: SlotRecord[] = await history.slots(task, { ...range, after, limit: PORTION }, now);
    for (const slot of portion) {
      yield aheadOr(slot, state, now);
      last = slot.at;
    }
    const end = portion.at(-1);
    if (end === undefined || portion.length < PORTION) break;
    after = { schedule_version: end.schedule_version, at: end.at };
  }
  const { schedule_version } = state;
  const reason = state.resting_status === 'paused' ? 'paused' : null;
  for (const { at, due_at, skipped, schedule_id } of plannedSlots(state, now, range)) {
    // The next one is in the ledger already.
    if (last !== null && at <= last) continue;
    yield {
      fate: 'planned',
      at,
      due_at,
      schedule_version,
      schedule_id,
      reason: skipped ? 'by_owner' : reason,
    };
  }
}

/** A slot of the ledger, which also has the next one, and those that a limit takes ahead of their time. */
function aheadOr(slot: SlotRecord, state: TaskSnapshot['state'], now: Instant): TimelineSlot {
  const { at, schedule_version, schedule_id } = slot;
  const due_at =
    state.schedule !== null && schedule_version === state.schedule_version
      ? dueAt(state.schedule, state.task_id, schedule_version, at, schedule_id)
      : at;
  const ahead = aheadOf(slot, now);
  return ahead === null ? { ...slot, due_at } : { ...ahead, due_at };
}

/** Null where the slot has been, or has its fate for good. */
export function aheadOf(slot: SlotRecord, now: Instant): SlotAhead | null {
  const { at, schedule_version, schedule_id, fate } = slot;
  const named = schedule_id === undefined ? {} : { schedule_id };
  if (at <= now) return null;
  if (fate === 'due') return { fate: 'planned', at, schedule_version, ...named, reason: null };
  if (fate !== 'skipped' || slot.reason === 'overlap' || slot.reason === 'paused') return null;
  return { fate: 'planned', at, schedule_version, ...named, reason: slot.reason };
}

function bucketsOf(slots: readonly TimelineSlot[], from: Instant, widthMs: number): SlotBucket[] {
  const buckets: { from: Instant; counts: Partial<Record<SlotKind, number>> }[] = [];
  // Versions of a schedule come one after another, and may overlap in time by a minute.
  for (const slot of [...slots].sort((a, b) => (a.at < b.at ? -1 : 1))) {
    const start = plusMs(from, Math.floor(msBetween(from, slot.at) / widthMs) * widthMs);
    if (buckets.at(-1)?.from !== start) buckets.push({ from: start, counts: {} });
    const counts = buckets.at(-1)?.counts ?? {};
    const kind = slot.fate === 'fired' ? slot.run.status : slot.fate;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return buckets;
}
