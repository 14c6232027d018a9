/**
 * Takes what is due, while this instance leads.
 *
 *   timer due --> takeDue(state) --event--> append under the entry's position --> fold into the book --> look again
 *                      |                        | conflict: the follower brings what came first --> look again
 *                      +--nothing--> execution command, if wanted and its user has a turn --> arm the next timer
 *
 * Timers are kept on standbys too (`row-timers.ts`); only a leader acts on them, a few milliseconds at a time: row by row
 * (`due-rows.ts`). What makes two leaders harmless is the optimistic lock of every append (`due-appends.ts`).
 *
 * A run that needs nothing from outside is over with that one append (`short-runs.ts`): no command follows. Any other is
 * requested and started in one append where a worker of this process has a place for it (`local-starts.ts`).
 */
import type { Logger } from 'pino';
import type { Admissions } from '../../application/commands/admissions.ts';
import type { CalendarOwner, Calendars } from '../../application/commands/calendars.ts';
import type { TaskRepository } from '../../application/commands/task-repository.ts';
import type { Clock, Ids } from '../../application/ports/clock.ts';
import type { Leadership } from '../../application/ports/lease.ts';
import type { EventLog } from '../../application/ports/log/log.ts';
import type { Measures } from '../../application/ports/measures.ts';
import type { Traces } from '../../application/ports/traces.ts';
import type { ExecutionCommandPublisher } from '../../application/ports/work/execution-commands.ts';
import type { LocalWorker } from '../../application/ports/work/local-worker.ts';
import type { Sequence } from '../../domain/shared/ids.ts';
import { epochMs } from '../../domain/shared/instant.ts';
import type { SchedulingState } from '../../domain/task/state.ts';
import { Newcomers } from '../../kernel/newcomers.ts';
import { onAbort } from '../../kernel/on-abort.ts';
import { Stretches, Timeslice } from '../../kernel/timeslice.ts';
import type { ScheduleBook } from '../book/schedule-book.ts';
import { Wakeup } from '../book/wakeup.ts';
import { CommandSender } from './commands/command-sender.ts';
import { DueAppends } from './due-appends.ts';
import { DueRows } from './due-rows.ts';
import { LocalStarts } from './local-starts.ts';
import { SlotMoves } from './moves/slot-moves.ts';
import { RowTimers } from './row-timers.ts';
import { RunningAttempts } from './running-attempts.ts';
import { ShortRuns } from './short-runs.ts';

/**
 * Events on their way at once: what the log takes while the next few batches are made up. More would only wait, be given
 * up where the log is slow, and be forgotten by the process before it follows them (recent-appends.ts).
 */
const MAX_EVENTS_IN_FLIGHT = 1_024;

export interface FiringDeps {
  readonly book: ScheduleBook;
  readonly log: EventLog;
  readonly calendars: Pick<Calendars, 'of'>;
  /** Of this process, and the tasks that it works on, kept current with what is fired; null where it has none. */
  readonly local: {
    readonly worker: LocalWorker;
    readonly tasks: Pick<TaskRepository, 'readAhead' | 'fold' | 'keep' | 'lastSeen' | 'reaching'>;
  } | null;
  readonly commands: ExecutionCommandPublisher;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly executionTimeoutSeconds: number;
  /** Executions of one user at once. */
  readonly userConcurrency: number;
  readonly measures: Pick<Measures, 'recordEvent'>;
  readonly traces: Traces;
  readonly admissions: Pick<
    Admissions,
    'mayAppendUnadmitted' | 'isUnknown' | 'learn' | 'admit' | 'refusalOnceEnded' | 'isDeleted'
  >;
}

export class Firing {
  readonly #deps: FiringDeps;
  readonly #timers: RowTimers;
  readonly #wakeup: Wakeup;
  readonly #running = new RunningAttempts();
  readonly #shortRuns: ShortRuns | null;
  readonly #localStarts: LocalStarts | null;
  readonly #commands: CommandSender;
  readonly #appends: DueAppends;
  readonly #moves: SlotMoves;
  readonly #rows: DueRows;
  /** Of firing alone: what is due takes no turns with the long work of others in this thread. */
  readonly #stretches = new Stretches(new Newcomers());
  #leadership: Leadership | null = null;
  #turnAsked = false;

  constructor(deps: FiringDeps) {
    this.#deps = deps;
    const { book, clock, local, ids } = deps;
    const timers = new RowTimers(clock);
    this.#timers = timers;
    const onDue = () => this.#askTurn();
    const isOver = (state: SchedulingState) => this.#isOver(state);
    const onLost = (row: number, claim: string) => this.#left(row, claim);
    const shortRuns = local && new ShortRuns({ ...local, ids });
    const localStarts = local && new LocalStarts({ worker: local.worker, ids, onLost });
    const appends = new DueAppends({ ...deps, timers, shortRuns, localStarts, onAnswered: onDue });
    this.#shortRuns = shortRuns;
    this.#localStarts = localStarts;
    this.#appends = appends;
    this.#commands = new CommandSender({
      ...deps,
      timers,
      worker: local?.worker ?? null,
      retryMs: () => appends.retryMs(),
      onDue,
    });
    this.#moves = new SlotMoves({
      ...deps,
      timers,
      isOver,
      append: (row, entry, event, now) => appends.append(row, entry, event, now),
    });
    this.#rows = new DueRows({
      ...deps,
      timers,
      appends,
      moves: this.#moves,
      commands: this.#commands,
      running: this.#running,
      shortRuns,
      localStarts,
      isOver,
    });
    this.#wakeup = new Wakeup(
      clock,
      () => this.#turn(),
      () => this.#clockPutBack(),
    );
    book.listen((row, state, sequence) => this.#changed(row, state, sequence));
  }

  get armedTimers(): number {
    return this.#timers.size;
  }

  /** Executions that wait because their user has as many going as one may have. */
  get heldBack(): number {
    return this.#commands.waiting;
  }

  /** Milliseconds since the earliest timer was due; 0 where none is overdue. */
  overdueMs(): number {
    return this.#timers.overdueMs();
  }

  /** Its attempts are given to others now, whatever time they had. Answers how many it has. */
  workerGone(workerId: string): number {
    this.#commands.workerGone(workerId);
    const rows = this.#running.gone(workerId);
    for (const row of rows) this.#timers.lookAt(row);
    this.#askTurn();
    return rows.length;
  }

  workerAlive(workerId: string): void {
    this.#commands.workerAlive(workerId);
    this.#running.alive(workerId);
  }

  /** The log has been followed to a change of the calendars of these owners. */
  calendarsChanged(owners: readonly CalendarOwner[]): void {
    this.#moves.calendarsChanged(owners);
  }

  /** Fires until the leadership ends. */
  async lead(leadership: Leadership): Promise<void> {
    this.#leadership = leadership;
    this.#moves.lookAtUnchecked();
    this.#askTurn();
    this.#appends.track(this.#moves.checkRows(leadership));
    const following = this.#moves.followCalendars(leadership.signal);
    await new Promise<void>((resolve) => void onAbort(leadership.signal, resolve));
    await following;
    this.#leadership = null;
    this.#wakeup.set(null);
    for (const row of this.#localStarts?.rows ?? []) {
      if (!this.#timers.isOnItsWay(row)) this.#rows.giveUpStart(row);
    }
    for (const row of this.#commands.forgetAll()) {
      const entry = this.#deps.book.at(row);
      if (entry !== null && !this.#timers.isOnItsWay(row)) this.#rows.arm(row, entry.state);
    }
  }

  /** Resolves once everything sent has been answered. */
  settled(): Promise<void> {
    return this.#appends.settled();
  }

  /** What the book has of the row now, whoever appended it. */
  #changed(row: number, state: SchedulingState | null, sequence: Sequence): void {
    if (this.#localStarts?.changed(row, state, sequence) === 'begins') return;
    this.#timers.changed(row);
    this.#appends.admission.forget(row);
    this.#shortRuns?.forget(row);
    this.#running.changed(row, state);
    this.#moves.changed(row, state);
    this.#commands.changed(row, state);
    if (state === null) this.#timers.clear(row);
    else if (this.#leadership !== null && this.#moves.isUnchecked(row)) this.#timers.lookAt(row);
    else this.#rows.arm(row, state);
    this.#askTurn();
  }

  /** The worker of this process has left the row's attempt without an outcome. */
  #left(row: number, claim: string): void {
    const execution = this.#deps.book.at(row)?.state.execution;
    if (execution?.state !== 'running' || execution.claim !== claim) return;
    this.#running.left(row);
    this.#timers.lookAt(row);
    this.#askTurn();
  }

  #clockPutBack(): void {
    this.#moves.clockPutBack();
    if (this.#leadership !== null) this.#appends.track(this.#moves.checkRows(this.#leadership));
  }

  /** Of a deleted user only what runs is seen to its end: whoever cancels the rest may not have come to it yet. */
  #isOver({ user_id, execution }: SchedulingState): boolean {
    return this.#deps.admissions.isDeleted(user_id) && execution?.state !== 'running';
  }

  /** Once in this turn of the event loop, after all that waits in it: so what it finds due, it finds together. */
  #askTurn(): void {
    if (this.#leadership === null || this.#turnAsked) return;
    this.#turnAsked = true;
    process.nextTick(() => this.#turn());
  }

  /** What is left goes on in the next turn of the event loop, and not before, whatever is answered meanwhile. */
  #goOnNextTurn(): void {
    this.#turnAsked = true;
    setImmediate(() => this.#turn());
  }

  /** Takes what is due now, for a few milliseconds at most, and sees to it that the rest is taken too. */
  #turn(): void {
    this.#turnAsked = false;
    if (this.#leadership === null) return;
    const slice = new Timeslice(this.#stretches);
    const now = this.#deps.clock.now();
    const nowMs = epochMs(now);
    let earliest = this.#timers.earliest();
    while (earliest !== null && earliest <= nowMs && !slice.isOver()) {
      if (!this.#leadership.holds() || this.#events >= MAX_EVENTS_IN_FLIGHT) break;
      const row = this.#timers.take();
      if (row !== null) this.#rows.look(row, now, this.#leadership);
      earliest = this.#timers.earliest();
    }
    this.#rows.appendGathered(now, this.#leadership.term);
    this.#appends.sendGathered();
    const emitted = this.#commands.flush();
    if (emitted !== null) this.#appends.track(emitted);
    if (earliest === null || earliest > nowMs) this.#wakeup.set(earliest);
    else if (this.#events < MAX_EVENTS_IN_FLIGHT) this.#goOnNextTurn();
    // Else the next answer asks for a turn.
  }

  /** On their way, or about to be. */
  get #events(): number {
    return this.#appends.eventsInFlight + this.#rows.eventsGathered;
  }
}
