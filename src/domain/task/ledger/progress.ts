/**
 * How far a task's history has come, beside the task itself: what makes it possible to go on from the middle of a
 * long history when slots, runs or the task at some time are asked for. One event moves it at a time.
 */
import type { TriggerType } from '../../execution/types.ts';
import type { UnopenedTaskEvent } from '../../shared/event.ts';
import type { ExecutionId } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import type { SchedulingState } from '../state.ts';
import type { LedgerPoint, SlotRange } from './slot-fates.ts';
import { SlotLedger } from './slot-ledger.ts';

export interface Progress {
  /** The latest time of any event so far: later ones may be earlier, where a clock was set back. */
  readonly latest: Instant;
  readonly ledger: LedgerPoint;
  /** The unfinished execution. */
  readonly run: UnfinishedRun | null;
  /** Slots whose fate has changed since `Progress` was last `rested`; null: none has. */
  readonly touched: SlotRange | null;
}

export interface UnfinishedRun {
  readonly execution_id: ExecutionId;
  readonly trigger_type: TriggerType;
  /** Of its first attempt; null until then. */
  readonly started_at: Instant | null;
}

/** `before` and `after`: the task without and with the event. */
export function advanceProgress(
  progress: Progress | null,
  before: SchedulingState | null,
  event: UnopenedTaskEvent,
  after: SchedulingState,
): Progress {
  const { time } = event.meta;
  const ledger = new SlotLedger(null);
  if (progress !== null && before !== null) ledger.goOn(before, progress.ledger);
  ledger.addFolded(event, after);
  return {
    latest: progress === null || time > progress.latest ? time : progress.latest,
    ledger: ledger.point,
    run: runAfter(progress?.run ?? null, event, after),
    touched: hullOf(progress?.touched ?? null, ledger.touched),
  };
}

/** The same, with nothing touched yet. */
export function rested(progress: Progress): Progress {
  return { ...progress, touched: null };
}

/** The unfinished run after an event. */
export function runAfter(
  run: UnfinishedRun | null,
  event: UnopenedTaskEvent,
  after: SchedulingState,
): UnfinishedRun | null {
  const { execution } = after;
  if (execution === null) return null;
  const { execution_id, trigger_type } = execution;
  const known = run?.execution_id === execution_id ? run : { execution_id, trigger_type, started_at: null };
  if (event.type !== 'task.execution_started' || known.started_at !== null) return known;
  return { ...known, started_at: event.meta.time };
}

/** The least range that holds both. */
export function hullOf(one: SlotRange | null, other: SlotRange | null): SlotRange | null {
  if (one === null || other === null) return one ?? other;
  const first = one.from < other.from ? one : other;
  const last = one.to > other.to ? one : other;
  return { from: first.from, to: last.to };
}
