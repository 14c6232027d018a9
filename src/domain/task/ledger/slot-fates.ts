/** What may become of a slot. */
import type { ClosingCalendar } from '../../schedule/calendar/closed-days.ts';
import type { ExecutionId } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import type { LimitReason, SkippedRange } from '../events/events.ts';
import type { EndedExecution } from '../events/execution-events.ts';
import type { SchedulingState } from '../state.ts';

export type SlotFate =
  | { readonly fate: 'fired'; readonly run: SlotRun }
  /** The last run was still going, the task was paused, its owner took it out, or had reached a limit. */
  | { readonly fate: 'skipped'; readonly reason: SkipReason }
  /** Nothing fired it in time; with a run, nothing started that in time. */
  | { readonly fate: 'missed'; readonly run: SlotRun | null }
  /** `closing`: by which calendar; absent: by a date of the schedule's own. */
  | { readonly fate: 'excluded'; readonly closing?: ClosingCalendar }
  | { readonly fate: 'void'; readonly reason: VoidReason }
  /** It has no fate yet: it is the next, waits for the end of a run, or is about to be taken. */
  | { readonly fate: 'due' };

export type SkipReason = 'overlap' | 'paused' | 'by_owner' | LimitReason;
export type VoidReason = EndedExecution['code'] | 'CANCELLED_BY_USER';

export interface SlotRun {
  readonly execution_id: ExecutionId;
  /** Null until it has started. */
  readonly late_by_ms: number | null;
  readonly status: 'requested' | 'running' | 'completed' | 'failed' | 'cancelled';
  readonly code: string | null;
}

export type SlotRecord = SlotFate & {
  readonly at: Instant;
  readonly schedule_version: number;
  /** Of several schedules: the first that has it. */
  readonly schedule_id?: string;
};

/** Where a listing of slots goes on: versions come one after another, slots of one by time. */
export interface SlotPlace {
  readonly schedule_version: number;
  readonly at: Instant;
}

/** Both inclusive. */
export interface SlotRange {
  readonly from: Instant;
  readonly to: Instant;
}

/** What the ledger knows between two events, besides the task and the slots that have their fate: enough to go on. */
export interface LedgerPoint {
  readonly mark: Instant | null;
  /** No slot of this schedule version that has its fate is later; null: none has. */
  readonly furthest: Instant | null;
  /** The unfinished execution, where a slot requested it. */
  readonly running: SlotRun | null;
}

const OVERLAP: SlotFate = { fate: 'skipped', reason: 'overlap' };
export const PAUSED: SlotFate = { fate: 'skipped', reason: 'paused' };
export const BY_OWNER: SlotFate = { fate: 'skipped', reason: 'by_owner' };
const MISSED: SlotFate = { fate: 'missed', run: null };

export function skippedFate(reason: SkippedRange['reason']): SlotFate {
  switch (reason) {
    case 'missed':
      return MISSED;
    case 'overlap':
      return OVERLAP;
    case 'paused':
      return PAUSED;
    case 'execution_limit':
    case 'credit_limit':
      return { fate: 'skipped', reason };
  }
}

/** An execution that ended without an outcome: it ran, or its slot has another fate. */
export function endedFate(run: SlotRun, code: VoidReason | 'NOT_STARTED' | 'OVERLAP'): SlotFate {
  if (run.late_by_ms !== null) return { fate: 'fired', run: { ...run, status: 'cancelled', code } };
  if (code === 'NOT_STARTED') return { fate: 'missed', run: { ...run, status: 'cancelled', code } };
  return code === 'OVERLAP' ? OVERLAP : { fate: 'void', reason: code };
}

/** Why a slot that no run has started for will have none. */
export function voidReason(after: SchedulingState): VoidReason {
  if (after.deleted_at !== null) return 'TASK_DELETED';
  switch (after.resting_status) {
    case 'paused':
      return 'TASK_PAUSED';
    case 'cancelled':
      return 'TASK_CANCELLED';
    case 'completed':
    case 'failed':
      return 'TASK_COMPLETED';
    case 'pending':
    case 'scheduled':
      return 'SCHEDULE_CHANGED';
  }
}
