/**
 * Which tasks of the book follow calendars, and what days those have now. While this instance leads, a calendar that has
 * changed moves every task whose schedule still has its days of before:
 *
 *     calendar changed --> its owner's calendars are read --> rows that follow any of them --.
 *     task created, edited, restored, resumed --------------> its row -----------------------+--> move, some at a time
 *     this instance leads from now on ----------------------> all rows ----------------------'
 *
 * Nothing of it is kept: that a task is behind stands in the task itself, so whoever leads next finds it too, and what was
 * moved already is not behind any more. A calendar is read after the change of it was followed, so a task that was set with
 * older days is found whichever came first. Rows are moved at a pace that leaves the log to what is due.
 */
import type { Logger } from 'pino';
import type { CalendarOwner, Calendars } from '../../../application/commands/calendars.ts';
import { isLogAway } from '../../../application/ports/failures.ts';
import { calendarsFollowed } from '../../../domain/schedule/followed-calendars.ts';
import type { CalendarDays } from '../../../domain/schedule/types.ts';
import type { UserId } from '../../../domain/shared/ids.ts';
import { isBehind } from '../../../domain/task/decide/slots/follow-calendars.ts';
import type { SchedulingState } from '../../../domain/task/state.ts';
import { onAbort } from '../../../kernel/on-abort.ts';
import { pauseUnless } from '../../../kernel/pause.ts';

/** 2,500 tasks a second at most. */
const MOVED_TOGETHER = 50;
const PAUSE_MS = 20;
const RETRY_MS = 500;
/** What cannot be read is no better soon. */
const LONG_RETRY_MS = 30_000;

export interface CalendarMovesDeps {
  readonly calendars: Pick<Calendars, 'of'>;
  readonly logger: Logger;
  /** Looks whether the row is behind, and moves it. */
  readonly move: (row: number) => void;
}

export class CalendarMoves {
  readonly #deps: CalendarMovesDeps;
  readonly #userOf = new Map<number, UserId>();
  readonly #rowsOf = new Map<UserId, Set<number>>();
  /** As last read, by owner. */
  readonly #known = new Map<CalendarOwner, readonly CalendarDays[]>();
  readonly #unread = new Set<CalendarOwner>();
  readonly #toMove = new Set<number>();
  #isLeading = false;
  #wake: () => void = () => {};

  constructor(deps: CalendarMovesDeps) {
    this.#deps = deps;
  }

  /** The row has this state from now on; null: it is free. */
  changed(row: number, state: SchedulingState | null): void {
    const follows = state !== null && calendarsFollowed(state.schedule).length > 0;
    const before = this.#userOf.get(row);
    if (before !== undefined && (!follows || before !== state.user_id)) this.#forget(row, before);
    if (!follows) return;
    const { user_id } = state;
    if (before !== user_id) {
      this.#userOf.set(row, user_id);
      this.#rowsOf.set(user_id, (this.#rowsOf.get(user_id) ?? new Set()).add(row));
    }
    if (!this.#isLeading) return;
    for (const owner of [user_id, null]) if (!this.#known.has(owner)) this.#unread.add(owner);
    if (isBehind(state, this.knownTo(user_id))) this.#toMove.add(row);
    if (this.#unread.size > 0 || this.#toMove.size > 0) this.#wake();
  }

  /** The log has been followed to a change of their calendars. */
  ownersChanged(owners: readonly CalendarOwner[]): void {
    for (const owner of owners) {
      if (this.#isLeading && this.#rowsFollowing(owner).size > 0) this.#unread.add(owner);
      else this.#known.delete(owner);
    }
    if (this.#unread.size > 0) this.#wake();
  }

  /** The days that the user may follow, as far as they were read. */
  knownTo(userId: UserId): readonly CalendarDays[] {
    return [...(this.#known.get(userId) ?? []), ...(this.#known.get(null) ?? [])];
  }

  /** Moves what is behind, until the signal aborts. */
  async lead(signal: AbortSignal): Promise<void> {
    this.#isLeading = true;
    this.#known.clear();
    if (this.#userOf.size > 0) for (const owner of [null, ...this.#rowsOf.keys()]) this.#unread.add(owner);
    const off = onAbort(signal, () => this.#wake());
    while (!signal.aborted) {
      if (this.#unread.size > 0) await this.#readNext(signal);
      else if (this.#toMove.size > 0) await this.#moveSome(signal);
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    off();
    this.#isLeading = false;
    this.#unread.clear();
    this.#toMove.clear();
  }

  async #readNext(signal: AbortSignal): Promise<void> {
    const { calendars, logger } = this.#deps;
    for (const owner of this.#unread) {
      this.#unread.delete(owner);
      try {
        const own = await calendars.of(owner);
        const days = own.calendars.map((each) => each.days);
        this.#known.set(owner, days);
        if (days.length > 0) for (const row of this.#rowsFollowing(owner)) this.#toMove.add(row);
      } catch (error) {
        const passing = isLogAway(error);
        logger[passing ? 'warn' : 'error']({ err: error, owner }, 'calendars are read again later');
        await pauseUnless(signal, passing ? RETRY_MS : LONG_RETRY_MS);
        this.#unread.add(owner);
      }
      if (signal.aborted) return;
    }
  }

  async #moveSome(signal: AbortSignal): Promise<void> {
    let moved = 0;
    for (const row of this.#toMove) {
      this.#toMove.delete(row);
      this.#deps.move(row);
      moved += 1;
      if (moved >= MOVED_TOGETHER) break;
    }
    await pauseUnless(signal, PAUSE_MS);
  }

  #rowsFollowing(owner: CalendarOwner): ReadonlySet<number> {
    return owner === null ? new Set(this.#userOf.keys()) : (this.#rowsOf.get(owner) ?? new Set());
  }

  #forget(row: number, userId: UserId): void {
    this.#userOf.delete(row);
    this.#toMove.delete(row);
    const rows = this.#rowsOf.get(userId);
    rows?.delete(row);
    if (rows?.size === 0) this.#rowsOf.delete(userId);
  }
}
