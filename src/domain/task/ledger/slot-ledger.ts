/**
 * What became of every slot of a task, told from its events.
 *
 * An event that takes slots takes them in their order, from `next_run_time` on. So the ledger keeps one mark, the
 * instant up to which slots have their fate, and each event that moves the mark adds a *span*: all slots between
 * the old mark and the new one, which share a fate (a range of missed slots is one span, a slot that ran another).
 * Slots on excluded dates lie in between and are nobody's event; they are told by the schedule.
 *
 *     set            requested        skipped x 3         paused         resumed        changed
 *      |---------------s|----------s--s--s|-----s----------|------s--s------|-----s--------|
 *                    fired          missed    due: the span ends later     paused        void
 *
 * While a task is done or has no schedule there is no mark, and no slots.
 */

import { nominalSlotsFrom } from '../../schedule/slots.ts';
import type { Schedule } from '../../schedule/types.ts';
import type { UnopenedTaskEvent } from '../../shared/event.ts';
import type { ExecutionId } from '../../shared/ids.ts';
import { type Instant, plusMs } from '../../shared/instant.ts';
import type { EndedExecution, LimitReason, SkippedRange } from '../events.ts';
import { evolveScheduling } from '../evolve-scheduling.ts';
import { isLimitReason } from '../limit-reason.ts';
import { isSpokenFor, type SchedulingState } from '../state.ts';

export type SlotFate =
  | { readonly fate: 'fired'; readonly run: SlotRun }
  /** The last run was still going, the task was paused, or its user had reached a limit. */
  | { readonly fate: 'skipped'; readonly reason: SkipReason }
  /** Nothing fired it in time; with a run, nothing started that in time. */
  | { readonly fate: 'missed'; readonly run: SlotRun | null }
  | { readonly fate: 'excluded' }
  | { readonly fate: 'void'; readonly reason: VoidReason }
  /** It has no fate yet: it is the next, waits for the end of a run, or is about to be taken. */
  | { readonly fate: 'due' };

export type SkipReason = 'overlap' | 'paused' | LimitReason;
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
};

/** Where a listing of slots goes on: versions come one after another, slots of one by time. */
export interface SlotPlace {
  readonly schedule_version: number;
  readonly at: Instant;
}

/** A fate that may still become another. */
interface Entry {
  fate: SlotFate;
}

interface Span {
  readonly schedule: Schedule;
  readonly version: number;
  /** Slots after this … */
  readonly after: Instant;
  /** … up to this one, inclusive. */
  readonly to: Instant;
  readonly entry: Entry;
}

/** Only spans that touch this are kept. */
export interface SlotRange {
  readonly from: Instant;
  readonly to: Instant;
}

const OVERLAP: SlotFate = { fate: 'skipped', reason: 'overlap' };
const PAUSED: SlotFate = { fate: 'skipped', reason: 'paused' };
const MISSED: SlotFate = { fate: 'missed', run: null };
const DUE: SlotFate = { fate: 'due' };

export class SlotLedger {
  readonly #range: SlotRange;
  readonly #spans: Span[] = [];
  #state: SchedulingState | null = null;
  /** Slots up to here have their fate. */
  #mark: Instant | null = null;
  #buffered: Entry | null = null;
  /** Of the unfinished execution, where a slot requested it. */
  #running: Entry | null = null;

  constructor(range: SlotRange) {
    this.#range = range;
  }

  /** As of the last event added. */
  get state(): SchedulingState | null {
    return this.#state;
  }

  /** The task's next event. */
  add(event: UnopenedTaskEvent): void {
    const before = this.#state;
    const after = evolveScheduling(before, event);
    this.#state = after;
    const { time } = event.meta;
    if (before === null || before.schedule_version !== after.schedule_version) {
      if (before !== null) this.#close(before, time, 'SCHEDULE_CHANGED');
      this.#open(after, time);
    } else {
      if (isSpokenFor(before) && !isSpokenFor(after)) this.#mark = before.buffered_slot;
      this.#take(before, after, event);
      // A task that was paused from pending awaits none: those after the mark have no fate yet.
      const next = after.next_run_time ?? (this.#mark === null ? null : plusMs(this.#mark, 1));
      if (isOpen(after) && next !== null) this.#takeBack(after, next);
    }
    this.#follow(event);
    if (this.#buffered !== null && after.buffered_slot === null) {
      if (this.#buffered.fate === DUE) this.#buffered.fate = { fate: 'void', reason: voidReason(after) };
      this.#buffered = null;
    }
  }

  /** Slots of a range after a place, in order, as of `now`; each is worked out as it is taken. */
  *slots(
    now: Instant,
    after: SlotPlace | null = null,
    range: SlotRange = this.#range,
  ): Generator<SlotRecord, void, undefined> {
    const last = this.#lastSpan(now);
    for (const span of last === null ? this.#spans : [...this.#spans, last]) {
      const { version, schedule } = span;
      if (span.to < range.from || span.after >= range.to) continue;
      if (after !== null && version < after.schedule_version) continue;
      const seen = after !== null && version === after.schedule_version ? after.at : null;
      const start = range.from <= span.after ? span.after : plusMs(range.from, -1);
      const from = latest(start, seen);
      for (const slot of nominalSlotsFrom(schedule, from)) {
        if (slot.at > span.to || slot.at > range.to) break;
        const fate: SlotFate = slot.excluded ? { fate: 'excluded' } : span.entry.fate;
        yield { at: slot.at, schedule_version: version, ...fate };
      }
    }
  }

  /** A schedule is set: its slots begin. */
  #open(state: SchedulingState, time: Instant): void {
    this.#mark = state.schedule === null ? null : slotsEndAt(state, time);
  }

  /** Slots that have come by now have no other fate any more. */
  #close(before: SchedulingState, time: Instant, reason: VoidReason): void {
    this.#spanUntil(before, time, reason);
    this.#mark = null;
  }

  #spanUntil(before: SchedulingState, time: Instant, reason: VoidReason): void {
    this.#span(before, time, {
      fate: before.resting_status === 'paused' ? PAUSED : { fate: 'void', reason },
    });
  }

  #take(before: SchedulingState, after: SchedulingState, event: UnopenedTaskEvent): void {
    const { time } = event.meta;
    switch (event.type) {
      case 'task.execution_requested': {
        const { trigger_type, scheduled_for: slot, execution_id } = event.data;
        if (trigger_type !== 'scheduled' || slot === null) return;
        const run: SlotRun = { execution_id, late_by_ms: null, status: 'requested', code: null };
        const entry = (slot === before.buffered_slot && this.#buffered) || { fate: DUE };
        entry.fate = { fate: 'fired', run };
        this.#running = entry;
        if (slot !== before.buffered_slot) this.#span(before, slot, entry);
        break;
      }
      case 'task.slot_buffered':
        this.#buffered = { fate: DUE };
        this.#span(before, event.data.slot, this.#buffered);
        break;
      case 'task.slots_skipped': {
        const fate = skippedFate(event.data.reason);
        if (this.#buffered !== null && isLimitReason(event.data.reason)) this.#buffered.fate = fate;
        this.#span(before, event.data.to, { fate });
        break;
      }
      case 'task.updated':
      case 'task.status_changed':
        this.#move(before, after, time);
        break;
      case 'task.deleted':
        // The mark stays: should the task be restored, the slots that passed meanwhile are told of.
        if (isOpen(before)) this.#spanUntil(before, time, 'TASK_DELETED');
        break;
      case 'task.restored':
        this.#span(before, slotsEndAt(after, time), { fate: { fate: 'void', reason: 'TASK_DELETED' } });
        if (!isOpen(after)) this.#mark = null;
        break;
      case 'task.created':
      case 'task.execution_started':
      case 'task.execution_completed':
      case 'task.execution_failed':
      case 'task.execution_cancelled':
      case 'task.backfill_requested':
      case 'task.rescheduled':
      case 'task.reminder_triggered':
      case 'task.overdue':
      case 'task.webhook_issued':
      case 'task.webhook_revoked':
        break;
    }
    if (isSpokenFor(after)) this.#mark = null;
  }

  /** A person or service moved the task: its slots end, or go on after those that passed while it was paused. */
  #move(before: SchedulingState, after: SchedulingState, time: Instant): void {
    const wasOpen = isOpen(before);
    if (wasOpen && !isOpen(after)) this.#close(before, time, voidReason(after));
    else if (!wasOpen && isOpen(after)) this.#mark = slotsEndAt(after, time);
    else if (before.resting_status === 'paused' && after.resting_status === 'scheduled') {
      this.#span(before, slotsEndAt(after, time), { fate: PAUSED });
    }
  }

  /** What becomes of the execution that a slot requested. */
  #follow(event: UnopenedTaskEvent): void {
    const entry = this.#running;
    if (entry === null || entry.fate.fate !== 'fired') return;
    const { run } = entry.fate;
    const set = (changes: Partial<SlotRun>) => {
      entry.fate = { fate: 'fired', run: { ...run, ...changes } };
    };
    switch (event.type) {
      case 'task.execution_started':
        set({ status: 'running', late_by_ms: run.late_by_ms ?? event.data.late_by_ms });
        return;
      case 'task.execution_completed':
        set({ status: 'completed' });
        break;
      case 'task.execution_failed':
        if (event.data.will_retry) return;
        set({ status: 'failed', code: event.data.code });
        break;
      case 'task.execution_cancelled':
        entry.fate = endedFate(run, event.data.code);
        break;
      case 'task.updated':
      case 'task.status_changed':
      case 'task.deleted':
        if (event.data.ended_execution === null) return;
        entry.fate = endedFate(run, event.data.ended_execution.code);
        break;
      case 'task.created':
      case 'task.restored':
      case 'task.execution_requested':
      case 'task.slots_skipped':
      case 'task.slot_buffered':
      case 'task.backfill_requested':
      case 'task.rescheduled':
      case 'task.reminder_triggered':
      case 'task.overdue':
      case 'task.webhook_issued':
      case 'task.webhook_revoked':
        return;
    }
    this.#running = null;
  }

  /** All slots up to `to` that have no fate yet get this one. */
  #span({ schedule, schedule_version: version }: SchedulingState, to: Instant, entry: Entry): void {
    const after = this.#mark;
    if (schedule === null || after === null || to <= after) return;
    this.#mark = to;
    if (to < this.#range.from || after >= this.#range.to) return;
    this.#spans.push({ schedule, version, after, to, entry });
  }

  /**
   * A limit skips slots ahead of their time. Where the task is taken up anew before that (resumed, restored, reopened),
   * those from its next slot on have no fate yet.
   */
  #takeBack({ schedule_version: version }: SchedulingState, next: Instant): void {
    const last = plusMs(next, -1);
    if (this.#mark !== null && this.#mark > last) this.#mark = last;
    for (let at = this.#spans.length - 1; at >= 0; at -= 1) {
      const span = this.#spans[at];
      if (span === undefined || span.version !== version || span.to <= last) return;
      if (span.after >= last) this.#spans.pop();
      else this.#spans[at] = { ...span, to: last };
    }
  }

  /** Slots that no event has taken yet. */
  #lastSpan(now: Instant): Span | null {
    const state = this.#state;
    const mark = this.#mark;
    if (state === null || state.schedule === null || mark === null || state.deleted_at !== null) return null;
    const { schedule, schedule_version: version, next_run_time } = state;
    if (state.resting_status === 'paused')
      return { schedule, version, after: mark, to: now, entry: { fate: PAUSED } };
    if (state.resting_status !== 'scheduled') return null;
    return { schedule, version, after: mark, to: latest(now, next_run_time), entry: { fate: DUE } };
  }
}

function skippedFate(reason: SkippedRange['reason']): SlotFate {
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

/** Whether the task has slots that come: it is scheduled, or paused, when they are skipped. */
function isOpen(state: SchedulingState): boolean {
  const { resting_status, deleted_at, schedule } = state;
  if (deleted_at !== null || schedule === null) return false;
  return resting_status === 'scheduled' || resting_status === 'paused';
}

/** An execution that ended without an outcome: it ran, or its slot has another fate. */
function endedFate(run: SlotRun, code: VoidReason | 'NOT_STARTED' | 'OVERLAP'): SlotFate {
  if (run.late_by_ms !== null) return { fate: 'fired', run: { ...run, status: 'cancelled', code } };
  if (code === 'NOT_STARTED') return { fate: 'missed', run: { ...run, status: 'cancelled', code } };
  return code === 'OVERLAP' ? OVERLAP : { fate: 'void', reason: code };
}

/** Before the next slot, which was decided on a little before the event was stored. */
function slotsEndAt({ next_run_time }: SchedulingState, time: Instant): Instant {
  return next_run_time !== null && next_run_time <= time ? plusMs(next_run_time, -1) : time;
}

/** Why a slot that no run has started for will have none. */
function voidReason(after: SchedulingState): VoidReason {
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

function latest(first: Instant, ...others: readonly (Instant | null)[]): Instant {
  return others.reduce<Instant>((last, each) => (each !== null && each > last ? each : last), first);
}
