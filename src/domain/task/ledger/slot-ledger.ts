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

import { END_OF_TIME } from '../../schedule/slots.ts';
import type { UnopenedTaskEvent } from '../../shared/event.ts';
import { type Instant, instantOf, plusMs } from '../../shared/instant.ts';
import { executionEndOf, type TakenSlots, takenSlotsOf } from '../events/event-accessors.ts';
import { evolveScheduling } from '../evolve/evolve-scheduling.ts';
import { isLimitReason } from '../limit-reason.ts';
import { isSpokenFor, wholeOpenSchedule } from '../slots-used.ts';
import type { SchedulingState } from '../state.ts';
import { hasSlotsThatCome, slotsEndAt } from './open-slots.ts';
import { SkipsByVersion } from './skips-by-version.ts';
import {
  BY_OWNER,
  endedFate,
  type LedgerPoint,
  PAUSED,
  type SlotFate,
  type SlotPlace,
  type SlotRange,
  type SlotRecord,
  type SlotRun,
  skippedFate,
  type VoidReason,
  voidReason,
} from './slot-fates.ts';
import { type FateEntry, latest, type SlotSpan, SlotSpans } from './slot-spans.ts';

const DUE: SlotFate = { fate: 'due' };
const ALL_OF_TIME: SlotRange = { from: instantOf(0), to: instantOf(END_OF_TIME) };

export class SlotLedger {
  readonly #range: SlotRange | null;
  readonly #spans = new SlotSpans();
  #state: SchedulingState | null = null;
  /** Slots up to here have their fate. */
  #mark: Instant | null = null;
  /** The end of the last span of this schedule version. */
  #furthest: Instant | null = null;
  #buffered: FateEntry | null = null;
  /** Of the unfinished execution, where a slot requested it. */
  #running: FateEntry | null = null;
  #touched: SlotRange | null = null;
  readonly #skips = new SkipsByVersion();

  /** `range` null: no spans are kept, and `slots` are those of no event. */
  constructor(range: SlotRange | null) {
    this.#range = range;
  }

  /** As of the last event added. */
  get state(): SchedulingState | null {
    return this.#state;
  }

  get point(): LedgerPoint {
    const fate = this.#running?.fate;
    return {
      mark: this.#mark,
      furthest: this.#furthest,
      running: fate?.fate === 'fired' ? fate.run : null,
    };
  }

  /** All slots that the events added since `goOn` have given a fate, another one, or none, lie in here; null: no slots. */
  get touched(): SlotRange | null {
    return this.#touched;
  }

  /**
   * Goes on after an event that leaves the task and the ledger like this, as if all events up to it had been added. It
   * must have touched no slot of the range that those added so far have not.
   */
  goOn(state: SchedulingState, { mark, furthest, running }: LedgerPoint): void {
    this.#state = state;
    this.#mark = mark;
    this.#furthest = furthest;
    this.#running = running === null ? null : this.#entryOf(running);
    this.#buffered = state.buffered_slot === null ? null : this.#entryAt(state, state.buffered_slot);
    this.#touched = null;
    this.#skips.keep(state);
  }

  #entryOf(run: SlotRun): FateEntry {
    const fate: SlotFate = { fate: 'fired', run };
    const known = this.#spans.ofRun(run.execution_id);
    if (known === undefined) return { fate };
    known.fate = fate;
    return known;
  }

  #entryAt({ schedule_version }: SchedulingState, slot: Instant): FateEntry {
    return this.#spans.upTo(schedule_version, slot) ?? { fate: DUE };
  }

  /** The task's next event. */
  add(event: UnopenedTaskEvent): void {
    this.addFolded(event, evolveScheduling(this.#state, event));
  }

  /** The same, for who has folded it into the task already. */
  addFolded(event: UnopenedTaskEvent, after: SchedulingState): void {
    const before = this.#state;
    this.#state = after;
    const { time } = event.meta;
    if (before === null || before.schedule_version !== after.schedule_version) {
      if (before !== null) this.#close(before, time, 'SCHEDULE_CHANGED');
      this.#open(after, time);
      this.#skips.keep(after);
    } else {
      if (
        event.type === 'task.rescheduled' &&
        event.data.calendars !== undefined &&
        hasSlotsThatCome(before)
      ) {
        // What the days so far have left out is told by them.
        this.#span(before, slotsEndAt(after, time), {
          fate: before.resting_status === 'paused' ? PAUSED : DUE,
        });
      }
      if (isSpokenFor(before) && !isSpokenFor(after)) this.#mark = before.buffered_slot;
      this.#take(before, after, event);
      // A task that was paused from pending awaits none: those after the mark have no fate yet.
      const next = after.next_run_time ?? (this.#mark === null ? null : plusMs(this.#mark, 1));
      if (hasSlotsThatCome(after) && next !== null) this.#takeBack(after, next);
    }
    if (event.type === 'task.slot_skip_changed') {
      this.#skips.set(after, event.data);
      this.#touch(event.data.slot);
    }
    this.#follow(event, before);
    if (this.#buffered !== null && after.buffered_slot === null) {
      if (this.#buffered.fate.fate === 'due')
        this.#buffered.fate = { fate: 'void', reason: voidReason(after) };
      this.#touch(before?.buffered_slot ?? null);
      this.#buffered = null;
    }
  }

  /**
   * Slots of a range after a place, in order, as of `now`; each is worked out as it is taken. `now` null: without those
   * that no event has taken.
   */
  slots(
    now: Instant | null,
    after: SlotPlace | null = null,
    range: SlotRange = this.#range ?? ALL_OF_TIME,
  ): Generator<SlotRecord, void, undefined> {
    const last = now === null ? null : this.#lastSpan(now);
    return this.#spans.slots(last, after, range, this.#skips);
  }

  /** A schedule is set: its slots begin. */
  #open(state: SchedulingState, time: Instant): void {
    this.#mark = state.schedule === null ? null : slotsEndAt(state, time);
    this.#furthest = null;
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
    const taken = takenSlotsOf(event);
    if (taken !== null) {
      this.#takeSlots(before, taken);
      // Behind the last slot that could be taken there may be some that the owner took out.
      const last = after.next_run_time === null ? this.#skips.last(before.schedule_version) : null;
      if (last !== null && !isSpokenFor(after)) this.#span(before, last, { fate: BY_OWNER });
    } else if (event.type === 'task.updated' || event.type === 'task.status_changed') {
      this.#move(before, after, time);
    } else if (event.type === 'task.deleted') {
      // The mark stays: should the task be restored, the slots that passed meanwhile are told of.
      if (hasSlotsThatCome(before)) this.#spanUntil(before, time, 'TASK_DELETED');
    } else if (event.type === 'task.restored') {
      this.#span(before, slotsEndAt(after, time), { fate: { fate: 'void', reason: 'TASK_DELETED' } });
      if (!hasSlotsThatCome(after)) this.#mark = null;
    }
    if (isSpokenFor(after)) this.#mark = null;
  }

  #takeSlots(before: SchedulingState, taken: TakenSlots): void {
    switch (taken.by) {
      case 'run': {
        const { slot, execution_id } = taken;
        const run: SlotRun = { execution_id, late_by_ms: null, status: 'requested', code: null };
        const entry = (slot === before.buffered_slot && this.#buffered) || { fate: DUE };
        entry.fate = { fate: 'fired', run };
        this.#running = entry;
        if (slot !== before.buffered_slot) this.#span(before, slot, entry);
        return;
      }
      case 'wait':
        this.#buffered = { fate: DUE };
        this.#span(before, taken.slot, this.#buffered);
        return;
      case 'skip': {
        const fate = skippedFate(taken.reason);
        if (this.#buffered !== null && isLimitReason(taken.reason)) this.#buffered.fate = fate;
        this.#span(before, taken.to, { fate });
      }
    }
  }

  /** A person or service moved the task: its slots end, or go on after those that passed while it was paused. */
  #move(before: SchedulingState, after: SchedulingState, time: Instant): void {
    const wasOpen = hasSlotsThatCome(before);
    if (wasOpen && !hasSlotsThatCome(after)) this.#close(before, time, voidReason(after));
    else if (!wasOpen && hasSlotsThatCome(after)) this.#mark = slotsEndAt(after, time);
    else if (before.resting_status === 'paused' && after.resting_status === 'scheduled') {
      this.#span(before, slotsEndAt(after, time), { fate: PAUSED });
    }
  }

  /** What becomes of the execution that a slot requested. */
  #follow(event: UnopenedTaskEvent, before: SchedulingState | null): void {
    const entry = this.#running;
    if (entry === null || entry.fate.fate !== 'fired') return;
    const { run } = entry.fate;
    const change = (fate: SlotFate) => {
      entry.fate = fate;
      this.#touch(before?.execution?.scheduled_for ?? null);
    };
    const set = (changes: Partial<SlotRun>) => change({ fate: 'fired', run: { ...run, ...changes } });
    if (event.type === 'task.execution_started') {
      set({ status: 'running', late_by_ms: run.late_by_ms ?? event.data.late_by_ms });
      return;
    }
    const end = executionEndOf(event);
    if (end === null) return;
    if (end.outcome === 'cancelled') change(endedFate(run, end.code));
    else set({ status: end.outcome, code: end.outcome === 'failed' ? end.code : null });
    this.#running = null;
  }

  /** All slots up to `to` that have no fate yet get this one. */
  #span(state: SchedulingState, to: Instant, entry: FateEntry): void {
    const { schedule_version: version } = state;
    const schedule = wholeOpenSchedule(state);
    const after = this.#mark;
    if (schedule === null || after === null || to <= after) return;
    this.#mark = to;
    this.#furthest = this.#furthest === null ? to : latest(this.#furthest, to);
    this.#touch(after, to);
    const range = this.#range;
    if (range === null || to < range.from || after >= range.to) return;
    this.#spans.push({ schedule, version, after, to, entry });
  }

  /** Widens `touched`. */
  #touch(from: Instant | null, to: Instant | null = from): void {
    if (from === null || to === null) return;
    const touched = this.#touched;
    if (touched === null) this.#touched = { from, to };
    else this.#touched = { from: from < touched.from ? from : touched.from, to: latest(to, touched.to) };
  }

  /**
   * A limit skips slots ahead of their time. Where the task is taken up anew before that (resumed, restored, reopened),
   * those from its next slot on have no fate yet.
   */
  #takeBack({ schedule_version: version }: SchedulingState, next: Instant): void {
    const last = plusMs(next, -1);
    if (this.#mark !== null && this.#mark > last) this.#mark = last;
    if (this.#furthest !== null && this.#furthest > last) {
      this.#touch(last, this.#furthest);
      this.#furthest = last;
    }
    this.#spans.takeBack(version, last);
  }

  /** Slots that no event has taken yet. */
  #lastSpan(now: Instant): SlotSpan | null {
    const state = this.#state;
    const mark = this.#mark;
    if (state === null || state.schedule === null || mark === null || state.deleted_at !== null) return null;
    const { schedule_version: version, next_run_time } = state;
    const schedule = wholeOpenSchedule(state) ?? state.schedule;
    if (state.resting_status === 'paused')
      return { schedule, version, after: mark, to: now, entry: { fate: PAUSED } };
    if (state.resting_status !== 'scheduled') return null;
    return { schedule, version, after: mark, to: latest(now, next_run_time), entry: { fate: DUE } };
  }
}
