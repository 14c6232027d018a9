/**
 * Next slots that are none any more, and the events that move them, while this instance leads. A slot may have been worked
 * out by older zone data than this process has, by calendars that have changed since, or ahead of a clock that was put back.
 */
import type { CalendarOwner, Calendars } from '../../../application/commands/calendars.ts';
import type { Clock } from '../../../application/ports/clock.ts';
import type { Leadership } from '../../../application/ports/lease.ts';
import { calendarsFollowed } from '../../../domain/schedule/followed-calendars.ts';
import { type Decision, NOTHING } from '../../../domain/shared/decision.ts';
import type { Instant } from '../../../domain/shared/instant.ts';
import { followsZoneData } from '../../../domain/task/decide/slots/reschedule.ts';
import { decideDue } from '../../../domain/task/decider.ts';
import type { TaskEvent } from '../../../domain/task/events/events.ts';
import type { SchedulingState } from '../../../domain/task/state.ts';
import { Timeslice } from '../../../kernel/timeslice.ts';
import { RowFlags } from '../../book/row-flags.ts';
import type { ScheduleBook, SchedulingSnapshot } from '../../book/schedule-book.ts';
import type { RowTimers } from '../row-timers.ts';
import { CalendarMoves, type CalendarMovesDeps } from './calendar-moves.ts';

export interface SlotMovesDeps {
  readonly book: ScheduleBook;
  readonly timers: RowTimers;
  readonly calendars: Pick<Calendars, 'of'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: CalendarMovesDeps['logger'];
  /** Nothing of the task is moved any more. */
  readonly isOver: (state: SchedulingState) => boolean;
  readonly append: (row: number, entry: SchedulingSnapshot, event: TaskEvent, now: Instant) => void;
}

export class SlotMoves {
  readonly #deps: SlotMovesDeps;
  readonly #calendars: CalendarMoves;
  /** How far next slots have been held against the zone data of this process. */
  #rowsChecked = 0;
  /** Whose slots follow zone data: few enough need be unpacked to be held against it. */
  readonly #ofZones = new RowFlags();
  /** The clock came back from a leap that had been believed. */
  #wasPutBack = false;
  /** Rows behind that which are to be held against it once more: an event of theirs was on its way. */
  readonly #unchecked = new Set<number>();

  constructor(deps: SlotMovesDeps) {
    this.#deps = deps;
    const { calendars, logger } = deps;
    this.#calendars = new CalendarMoves({ calendars, logger, move: (row) => this.#moveFollower(row) });
  }

  /** Has those looked at that a leader before, this instance too, has left behind. */
  lookAtUnchecked(): void {
    for (const row of this.#unchecked) this.#deps.timers.lookAt(row);
  }

  /** Moves what follows calendars, until the signal aborts. */
  followCalendars(signal: AbortSignal): Promise<void> {
    return this.#calendars.lead(signal);
  }

  /**
   * Once in a process, whose zone data never changes, and again when its clock was put back: moves next slots that are
   * none by them. Beside the firing, a few milliseconds at a time.
   */
  async checkRows(leadership: Leadership): Promise<void> {
    const { book, clock } = this.#deps;
    const slice = new Timeslice();
    while (this.#rowsChecked < book.rows && !leadership.signal.aborted) {
      const row = this.#rowsChecked++;
      const entry = this.#wasPutBack || this.#ofZones.has(row) ? book.at(row) : null;
      if (entry !== null) this.#moveUnlessOnItsWay(row, entry, clock.now());
      if (slice.isOver()) await slice.next();
    }
  }

  /** All rows are to be checked, and slots taken back that lie ahead of the clock. */
  clockPutBack(): void {
    this.#wasPutBack = true;
    this.#rowsChecked = 0;
  }

  /** The log has been followed to a change of the calendars of these owners. */
  calendarsChanged(owners: readonly CalendarOwner[]): void {
    this.#calendars.ownersChanged(owners);
  }

  /** The row has this state from now on; null: it is free. */
  changed(row: number, state: SchedulingState | null): void {
    this.#ofZones.set(row, state !== null && followsZoneData(state));
    this.#calendars.changed(row, state);
    if (state === null) this.#unchecked.delete(row);
  }

  isUnchecked(row: number): boolean {
    return this.#unchecked.has(row);
  }

  /** Whether the next slot is none, and an event that moves it is on its way. */
  move(row: number, entry: SchedulingSnapshot, now: Instant): boolean {
    this.#unchecked.delete(row);
    let decision: Decision<TaskEvent>;
    try {
      decision = this.#wasPutBack ? decideDue(entry.state, { type: 'take_back_slots' }, now) : NOTHING;
      if (decision.kind === 'nothing') decision = decideDue(entry.state, { type: 'follow_zone_data' }, now);
      if (decision.kind === 'nothing') decision = this.#followed(entry.state, now);
    } catch (error) {
      this.#deps.logger.error({ err: error, task_id: entry.state.task_id }, 'next slot cannot be checked');
      return false;
    }
    if (decision.kind !== 'event') return false;
    this.#unchecked.add(row);
    this.#deps.timers.clear(row);
    this.#deps.append(row, entry, decision.event, now);
    return true;
  }

  #moveUnlessOnItsWay(row: number, entry: SchedulingSnapshot, now: Instant): void {
    if (this.#deps.timers.isOnItsWay(row)) this.#unchecked.add(row);
    else this.move(row, entry, now);
  }

  #moveFollower(row: number): void {
    const entry = this.#deps.book.at(row);
    if (entry === null || this.#deps.isOver(entry.state)) return;
    this.#moveUnlessOnItsWay(row, entry, this.#deps.clock.now());
  }

  #followed(state: SchedulingState, now: Instant): Decision<TaskEvent> {
    if (calendarsFollowed(state.schedule).length === 0) return NOTHING;
    const calendars = this.#calendars.knownTo(state.user_id);
    return decideDue(state, { type: 'follow_calendars', data: { calendars } }, now);
  }
}
