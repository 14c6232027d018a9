/**
 * One row of the schedule book that may be due: the domain is asked what time brings it, and what it says is done.
 *
 *   row --> its next slot is none? --> moved (slot-moves.ts)
 *       --> takeDue(state) --event--> appended, a slot's request with its start where a place is free for it here
 *                          '--nothing--> execution command, if wanted and its user has a turn --> next timer armed
 *
 * Requests that may be stored with their start are gathered until the end of the turn. Where more are due at once than
 * there are places, all are requested only, and the worker chooses by priority and user who is next.
 */
import type { Logger } from 'pino';
import type { Ids } from '../../application/ports/clock.ts';
import type { Leadership } from '../../application/ports/lease.ts';
import type { Decision } from '../../domain/shared/decision.ts';
import type { Term } from '../../domain/shared/ids.ts';
import { epochMs, type Instant } from '../../domain/shared/instant.ts';
import { commandDueAt, nextDueAt } from '../../domain/task/decide/due.ts';
import { decideDue } from '../../domain/task/decider.ts';
import type { TaskEvent } from '../../domain/task/events/events.ts';
import type { SchedulingState, TaskState } from '../../domain/task/state.ts';
import type { ScheduleBook, SchedulingSnapshot } from '../book/schedule-book.ts';
import type { CommandSender } from './commands/command-sender.ts';
import { BROKEN_ENTRY_RETRY_MS, type DueAppends, type Following } from './due-appends.ts';
import type { LocalStarts } from './local-starts.ts';
import type { SlotMoves } from './moves/slot-moves.ts';
import type { RowTimers } from './row-timers.ts';
import type { RunningAttempts } from './running-attempts.ts';
import { NOTHING_FORESEEN, type ShortRuns } from './short-runs.ts';

/** Of a slot: its request and its start. */
const EVENTS_OF_A_START = 2;
const DELETED_USER_RETRY_MS = 10_000;

export interface DueRowsDeps {
  readonly book: ScheduleBook;
  readonly timers: RowTimers;
  readonly appends: DueAppends;
  readonly moves: SlotMoves;
  readonly commands: CommandSender;
  readonly running: RunningAttempts;
  readonly shortRuns: ShortRuns | null;
  readonly localStarts: LocalStarts | null;
  readonly ids: Pick<Ids, 'executionId'>;
  readonly logger: Logger;
  /** Of an attempt whose schedule does not say. */
  readonly executionTimeoutSeconds: number;
  /** Nothing of the task is begun any more. */
  readonly isOver: (state: SchedulingState) => boolean;
}

/** A slot's request that may be stored together with its start. */
interface Startable {
  readonly row: number;
  readonly entry: SchedulingSnapshot;
  readonly event: TaskEvent;
}

export class DueRows {
  readonly #deps: DueRowsDeps;
  #startable: Startable[] = [];

  constructor(deps: DueRowsDeps) {
    this.#deps = deps;
  }

  /** Events that are gathered for the end of the turn. */
  get eventsGathered(): number {
    return EVENTS_OF_A_START * this.#startable.length;
  }

  /** Does what time brings the row; it has no timer when it is looked at. */
  look(row: number, now: Instant, leadership: Leadership): void {
    const { book, timers, appends, moves, shortRuns, localStarts } = this.#deps;
    const nowMs = epochMs(now);
    const entry = book.at(row);
    if (entry === null) return;
    if (this.#deps.isOver(entry.state)) {
      this.giveUpStart(row);
      timers.set(row, nowMs + DELETED_USER_RETRY_MS);
      return;
    }
    if (moves.isUnchecked(row) && moves.move(row, entry, now)) return;
    appends.admission.release(row, nowMs);
    const task = shortRuns?.taskOf(row, entry, now) ?? null;
    if (task === 'unread') {
      this.#readFirst(row, entry);
      return;
    }
    const decision = this.#decide(row, entry, now, leadership.term);
    if (decision === null) {
      timers.set(row, nowMs + BROKEN_ENTRY_RETRY_MS);
      return;
    }
    if (decision.kind === 'event') {
      const { event } = decision;
      if (event.type === 'task.execution_requested' && localStarts?.isFor(row, entry) === true) {
        this.#startable.push({ row, entry, event });
        return;
      }
      this.giveUpStart(row);
      appends.append(row, entry, event, now, this.#following(task, event, now));
      return;
    }
    this.giveUpStart(row);
    if (task !== null && commandDueAt(task) !== null) {
      appends.conclude(row, entry, task, now);
      return;
    }
    this.#deps.commands.send(row, entry.state, nowMs, leadership.term);
    this.arm(row, entry.state, nowMs);
  }

  /** Null where it cannot be decided. */
  #decide(row: number, { state }: SchedulingSnapshot, now: Instant, term: Term): Decision<TaskEvent> | null {
    const { appends, running, localStarts, ids, logger, executionTimeoutSeconds } = this.#deps;
    try {
      const data = {
        execution_id: localStarts?.executionId(row) ?? ids.executionId(now),
        default_timeout_seconds: executionTimeoutSeconds,
        term,
        worker_gone: running.isOrphaned(row),
      };
      return decideDue(appends.admission.visible(row, state), { type: 'take_due', data }, now);
    } catch (error) {
      logger.error({ err: error, task_id: state.task_id }, 'due task cannot be decided');
      return null;
    }
  }

  /** Arms the row's next timer; after a look, never for an instant that the look has dealt with already. */
  arm(row: number, state: SchedulingState, lookedAtMs?: number): void {
    const { timers, appends, commands, running, logger } = this.#deps;
    if (running.isOrphaned(row)) {
      timers.lookAt(row);
      return;
    }
    const dueAt = nextDueAt(appends.admission.visible(row, state));
    const at = Math.min(
      dueAt === null ? Number.POSITIVE_INFINITY : epochMs(dueAt),
      commands.nextAt(row, state),
      appends.admission.waitsUntil(row),
    );
    if (at === Number.POSITIVE_INFINITY) {
      timers.clear(row);
    } else if (lookedAtMs === undefined || at > lookedAtMs) {
      timers.set(row, at);
    } else {
      logger.error({ task_id: state.task_id, due_at: dueAt }, 'due task has nothing to do');
      timers.set(row, lookedAtMs + BROKEN_ENTRY_RETRY_MS);
    }
  }

  /** At the end of a turn: each with its start where there is a place for every one of them; else the requests alone. */
  appendGathered(now: Instant, term: Term): void {
    const { appends, commands, localStarts: starts } = this.#deps;
    const startable = this.#startable;
    if (startable.length === 0 || starts === null) return;
    this.#startable = [];
    const mayStart = startable.filter(({ row, entry }) => commands.takeFreeTurn(row, entry.state.user_id));
    const havePlaces = mayStart.every(({ row, entry, event }) =>
      starts.reserve(row, entry.state, event, now, term),
    );
    if (!havePlaces) {
      for (const { row, entry } of mayStart) {
        this.giveUpStart(row);
        if (starts.executionId(row) === null) commands.passTurn(row, entry.state);
      }
    }
    for (const { row, entry, event } of startable) {
      appends.append(row, entry, event, now, ({ traceparent }) => ({
        following: starts.following(row, entry.state, event, now, traceparent),
        task: null,
      }));
    }
  }

  /** The place and the turn that the row has for a start are for others, unless that start may be in the log. */
  giveUpStart(row: number): void {
    const { book, commands, localStarts } = this.#deps;
    if (localStarts?.giveUp(row) === true) commands.passTurn(row, book.at(row)?.state ?? null);
  }

  /** Of a short run, what its request goes on with to its end. */
  #following(task: TaskState | null, event: TaskEvent, now: Instant): Following {
    const { shortRuns } = this.#deps;
    if (task === null || shortRuns === null) return () => NOTHING_FORESEEN;
    return (context) => shortRuns.after(task, event, now, context);
  }

  #readFirst(row: number, entry: SchedulingSnapshot): void {
    const { timers, appends, shortRuns } = this.#deps;
    const retryIn = timers.onItsWay(row);
    appends.track((shortRuns?.read(row, entry) ?? Promise.resolve()).then(() => retryIn(0)));
  }
}
