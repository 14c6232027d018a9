/**
 * Takes what is due, while this instance leads.
 *
 *   timer due --> takeDue(state) --event--> append under the entry's position --> fold into the book --> look again
 *                      |                        | conflict: the follower brings what came first --> look again
 *                      +--nothing--> execution command, if wanted and its user has a turn --> arm the next timer
 *
 * Timers are kept on standbys too; only a leader acts on them. What makes two leaders harmless is the optimistic
 * lock of every append; what keeps one leader from doing its own work twice is that an entry whose event is on
 * its way has no timer. An event that has been appended is folded at once, so the command for a slot follows
 * it without waiting for the follower; and should the follower be first (the answer was lost, or is late), the
 * entry goes on from there and the answer no longer matters.
 *
 * A run that needs nothing from outside is over with that one append (`short-runs.ts`): no command follows. Any other is
 * requested and started in one append where a worker of this process has a place for it (`local-starts.ts`). Where more
 * are due at once than there are places, all are requested only, and the worker chooses by priority and user who is next.
 */
import type { Logger } from 'pino';
import type { Admissions } from '../../application/commands/admissions.ts';
import type { CalendarOwner, Calendars } from '../../application/commands/calendars.ts';
import type { TaskRepository } from '../../application/commands/task-repository.ts';
import type { Clock, CommandContext, Ids } from '../../application/ports/clock.ts';
import { isLogAway, OutcomeUnknown } from '../../application/ports/failures.ts';
import type { Leadership } from '../../application/ports/lease.ts';
import type { Append, AppendedEvents, EventLog } from '../../application/ports/log/log.ts';
import type { Measures } from '../../application/ports/measures.ts';
import { type Traces, traceFields } from '../../application/ports/traces.ts';
import type {
  ExecutionCommand,
  ExecutionCommandPublisher,
} from '../../application/ports/work/execution-commands.ts';
import type { LocalWorker } from '../../application/ports/work/local-worker.ts';
import { calendarsFollowed } from '../../domain/schedule/followed-calendars.ts';
import { type Decision, NOTHING } from '../../domain/shared/decision.ts';
import type { Sequence, Term } from '../../domain/shared/ids.ts';
import { epochMs, type Instant } from '../../domain/shared/instant.ts';
import { commandDueAt, nextDueAt } from '../../domain/task/decide/due.ts';
import { followsZoneData } from '../../domain/task/decide/reschedule.ts';
import { decideDue } from '../../domain/task/decider.ts';
import type { TaskEvent } from '../../domain/task/events/events.ts';
import type { SchedulingState, TaskState } from '../../domain/task/state.ts';
import { Timeslice } from '../../kernel/timeslice.ts';
import { schedulingOf } from '../../projections/schedule.ts';
import { RowFlags } from '../book/row-flags.ts';
import type { ScheduleBook, SchedulingSnapshot } from '../book/schedule-book.ts';
import { TimerHeap } from '../book/timer-heap.ts';
import { Wakeup } from '../book/wakeup.ts';
import { CalendarMoves } from './calendar-moves.ts';
import { Dispatch } from './dispatch.ts';
import { Emissions } from './emissions.ts';
import { FiringSpans } from './firing-spans.ts';
import { LocalStarts } from './local-starts.ts';
import { RunningAttempts } from './running-attempts.ts';
import { type Foreseen, NOTHING_FORESEEN, ShortRuns } from './short-runs.ts';
import { SlotAdmission, type SlotRequest } from './slot-admission.ts';
import { UserTurns } from './user-turns.ts';

/**
 * Events on their way at once: what the log takes while the next few batches are made up. More would only wait, be given
 * up where the log is slow, and be forgotten by the process before it follows them (recent-appends.ts).
 */
const MAX_EVENTS_IN_FLIGHT = 1_024;
/** Of a slot: its request and its start. */
const EVENTS_OF_A_START = 2;
/** How long the follower has to bring what won a conflict before the entry is looked at again anyway. */
const CONFLICT_PATIENCE_MS = 1_000;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 2_000;
/** An entry that cannot be decided must neither stop the others nor fill the log of errors. */
const BROKEN_ENTRY_RETRY_MS = 60_000;
const DELETED_USER_RETRY_MS = 10_000;

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

/** A slot's request that may be stored together with its start. */
interface Startable {
  readonly row: number;
  readonly entry: SchedulingSnapshot;
  readonly event: TaskEvent;
}

/** What follows an event in its unit, given the context that the event is appended in. */
type Following = (context: CommandContext) => Foreseen;

export class Firing {
  readonly #deps: FiringDeps;
  readonly #timers = new TimerHeap();
  readonly #wakeup: Wakeup;
  readonly #emissions = new Emissions();
  readonly #turns: UserTurns;
  readonly #admission: SlotAdmission;
  readonly #spans: FiringSpans;
  readonly #shortRuns: ShortRuns | null;
  readonly #localStarts: LocalStarts | null;
  readonly #dispatch: Dispatch;
  readonly #running = new RunningAttempts();
  readonly #calendars: CalendarMoves;
  /** By row: the append on its way for it. One that is no longer here has nothing to say about the row. */
  readonly #appending = new Map<number, symbol>();
  readonly #inFlight = new Set<Promise<void>>();
  #eventsInFlight = 0;
  /** How far next slots have been held against the zone data of this process. */
  #rowsChecked = 0;
  /** Whose slots follow zone data: few enough need be unpacked to be held against it. */
  readonly #ofZones = new RowFlags();
  /** The clock came back from a leap that had been believed. */
  #wasPutBack = false;
  /** Rows behind that which are to be held against it once more: an event of theirs was on its way. */
  readonly #unchecked = new Set<number>();
  #startable: Startable[] = [];
  #leadership: Leadership | null = null;
  #turnAsked = false;
  #failingSinceMs: number | null = null;

  constructor(deps: FiringDeps) {
    this.#deps = deps;
    this.#turns = new UserTurns(deps.userConcurrency);
    this.#spans = new FiringSpans(deps.traces, deps.log);
    this.#shortRuns = deps.local && new ShortRuns({ ...deps.local, ids: deps.ids });
    const onLost = (row: number, claim: string) => this.#left(row, claim);
    this.#localStarts = deps.local && new LocalStarts({ worker: deps.local.worker, ids: deps.ids, onLost });
    this.#dispatch = new Dispatch({
      worker: deps.local?.worker ?? null,
      commands: deps.commands,
      clock: deps.clock,
      logger: deps.logger,
      onReturned: (row, command, delayMs) => this.#sendAgain(row, command, delayMs),
      retryMs: () => this.#retryMs(),
    });
    this.#admission = new SlotAdmission({
      admissions: deps.admissions,
      onStored: (request, appended) => this.#stored(request, appended),
      onAlone: (request, event) => {
        const append = this.#appendOf(request.entry, event, request.append.time);
        return this.#appendAndFold({ ...request, append, foreseen: null });
      },
      onFailed: (requests, error) => {
        for (const { row, append, retryIn } of requests) this.#appendFailed(row, append, error, retryIn);
      },
    });
    const { calendars, logger } = deps;
    this.#calendars = new CalendarMoves({ calendars, logger, move: (row) => this.#followCalendars(row) });
    this.#wakeup = new Wakeup(
      deps.clock,
      () => this.#turn(),
      () => this.#checkAll(),
    );
    deps.book.listen((row, state, sequence) => this.#changed(row, state, sequence));
  }

  get armedTimers(): number {
    return this.#timers.size;
  }

  /** Executions that wait because their user has as many going as one may have. */
  get heldBack(): number {
    return this.#turns.waiting;
  }

  /** Milliseconds since the earliest timer was due; 0 where none is overdue. */
  overdueMs(): number {
    const earliest = this.#timers.earliest();
    return earliest === null ? 0 : Math.max(0, this.#nowMs() - earliest);
  }

  /** Its attempts are given to others now, whatever time they had. Answers how many it has. */
  workerGone(workerId: string): number {
    this.#dispatch.workerGone(workerId);
    const rows = this.#running.gone(workerId);
    for (const row of rows) if (!this.#appending.has(row)) this.#timers.set(row, this.#nowMs());
    this.#askTurn();
    return rows.length;
  }

  workerAlive(workerId: string): void {
    this.#dispatch.workerAlive(workerId);
    this.#running.alive(workerId);
  }

  /** The worker of this process has left the row's attempt without an outcome. */
  #left(row: number, claim: string): void {
    const execution = this.#deps.book.at(row)?.state.execution;
    if (execution?.state !== 'running' || execution.claim !== claim) return;
    this.#running.left(row);
    if (!this.#appending.has(row)) this.#timers.set(row, this.#nowMs());
    this.#askTurn();
  }

  /** Fires until the leadership ends. */
  async lead(leadership: Leadership): Promise<void> {
    this.#leadership = leadership;
    for (const row of this.#unchecked) if (!this.#appending.has(row)) this.#timers.set(row, this.#nowMs());
    this.#askTurn();
    this.#track(this.#reschedule(leadership));
    const following = this.#calendars.lead(leadership.signal);
    await aborted(leadership.signal);
    await following;
    this.#leadership = null;
    this.#wakeup.set(null);
    for (const row of this.#localStarts?.rows ?? []) if (!this.#appending.has(row)) this.#giveUpStart(row);
    for (const row of [...this.#turns.forgetEmitted(), ...this.#emissions.forgetAll()]) {
      const entry = this.#deps.book.at(row);
      if (entry !== null && !this.#appending.has(row)) this.#arm(row, entry.state);
    }
  }

  #checkAll(): void {
    const leadership = this.#leadership;
    this.#wasPutBack = true;
    this.#rowsChecked = 0;
    if (leadership !== null) this.#track(this.#reschedule(leadership));
  }

  /**
   * Once in a process, whose zone data never changes, and again when its clock was put back: moves next slots that are
   * none by them. Beside the firing, a few milliseconds at a time.
   */
  async #reschedule(leadership: Leadership): Promise<void> {
    const { book, clock } = this.#deps;
    const slice = new Timeslice();
    while (this.#rowsChecked < book.rows && !leadership.signal.aborted) {
      const row = this.#rowsChecked++;
      const entry = this.#wasPutBack || this.#ofZones.has(row) ? book.at(row) : null;
      if (entry !== null) {
        if (this.#appending.has(row)) this.#unchecked.add(row);
        else this.#moveSlot(row, entry, clock.now());
      }
      if (slice.isOver()) await slice.next();
    }
  }

  /** The log has been followed to a change of the calendars of these owners. */
  calendarsChanged(owners: readonly CalendarOwner[]): void {
    this.#calendars.ownersChanged(owners);
  }

  #followCalendars(row: number): void {
    const entry = this.#deps.book.at(row);
    if (entry === null || this.#leadership === null || this.#isOver(entry.state)) return;
    if (this.#appending.has(row)) this.#unchecked.add(row);
    else this.#moveSlot(row, entry, this.#deps.clock.now());
  }

  /** Whether the next slot is none, and an event that moves it is on its way. */
  #moveSlot(row: number, entry: SchedulingSnapshot, now: Instant): boolean {
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
    this.#timers.clear(row);
    this.#append(row, entry, decision.event, now);
    return true;
  }

  #followed(state: SchedulingState, now: Instant): Decision<TaskEvent> {
    if (calendarsFollowed(state.schedule).length === 0) return NOTHING;
    const calendars = this.#calendars.knownTo(state.user_id);
    return decideDue(state, { type: 'follow_calendars', data: { calendars } }, now);
  }

  /** Resolves once everything sent has been answered. */
  async settled(): Promise<void> {
    await Promise.all(this.#inFlight);
  }

  #changed(row: number, state: SchedulingState | null, sequence: Sequence): void {
    if (this.#localStarts?.changed(row, state, sequence) === 'begins') return;
    this.#appending.delete(row);
    this.#admission.forget(row);
    this.#shortRuns?.forget(row);
    this.#running.changed(row, state);
    this.#ofZones.set(row, state !== null && followsZoneData(state));
    this.#calendars.changed(row, state);
    if (state?.execution?.state !== 'requested') this.#emissions.forget(row);
    this.#passTurn(row, state);
    if (state === null) {
      this.#timers.clear(row);
      this.#unchecked.delete(row);
    } else if (this.#leadership !== null && this.#unchecked.has(row)) this.#timers.set(row, this.#nowMs());
    else this.#arm(row, state);
    this.#askTurn();
  }

  /** An attempt that runs has a turn; one that has ended, or is not emitted yet, gives it to the next. */
  #passTurn(row: number, state: SchedulingState | null): void {
    const execution = state?.execution ?? null;
    if (state !== null && execution?.state === 'running') {
      this.#turns.runs(row, state.user_id);
      return;
    }
    if (state !== null && this.#emissions.isEmitted(row, state)) return;
    const next = this.#turns.release(row);
    // A row whose event is on its way comes back by itself.
    if (next !== null && !this.#appending.has(next)) this.#timers.set(next, this.#nowMs());
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
    const slice = new Timeslice();
    const now = this.#deps.clock.now();
    const nowMs = epochMs(now);
    let earliest = this.#timers.earliest();
    while (earliest !== null && earliest <= nowMs && !slice.isOver()) {
      if (!this.#leadership.holds() || this.#sending >= MAX_EVENTS_IN_FLIGHT) break;
      const row = this.#timers.take();
      if (row !== null) this.#look(row, now, nowMs, this.#leadership);
      earliest = this.#timers.earliest();
    }
    this.#appendStartable(now, this.#leadership.term);
    for (const sent of this.#admission.sendAll()) this.#track(sent);
    const emitted = this.#dispatch.flush();
    if (emitted !== null) this.#track(emitted);
    if (earliest === null || earliest > nowMs) this.#wakeup.set(earliest);
    else if (this.#sending < MAX_EVENTS_IN_FLIGHT) this.#goOnNextTurn();
    // Else the next answer asks for a turn.
  }

  get #sending(): number {
    return this.#eventsInFlight + EVENTS_OF_A_START * this.#startable.length;
  }

  #look(row: number, now: Instant, nowMs: number, leadership: Leadership): void {
    const entry = this.#deps.book.at(row);
    if (entry === null) return;
    if (this.#isOver(entry.state)) {
      this.#giveUpStart(row);
      this.#timers.set(row, nowMs + DELETED_USER_RETRY_MS);
      return;
    }
    if (this.#unchecked.has(row) && this.#moveSlot(row, entry, now)) return;
    this.#admission.release(row, nowMs);
    const task = this.#shortRuns?.taskOf(row, entry, now) ?? null;
    if (task === 'unread') {
      this.#readFirst(row, entry);
      return;
    }
    let decision: Decision<TaskEvent>;
    try {
      const data = {
        execution_id: this.#localStarts?.executionId(row) ?? this.#deps.ids.executionId(now),
        default_timeout_seconds: this.#deps.executionTimeoutSeconds,
        term: leadership.term,
        worker_gone: this.#running.isOrphaned(row),
      };
      decision = decideDue(this.#admission.visible(row, entry.state), { type: 'take_due', data }, now);
    } catch (error) {
      this.#deps.logger.error({ err: error, task_id: entry.state.task_id }, 'due task cannot be decided');
      this.#timers.set(row, nowMs + BROKEN_ENTRY_RETRY_MS);
      return;
    }
    if (decision.kind === 'event') {
      const { event } = decision;
      if (event.type === 'task.execution_requested' && this.#localStarts?.isFor(row, entry) === true) {
        this.#startable.push({ row, entry, event });
        return;
      }
      this.#giveUpStart(row);
      this.#append(row, entry, event, now, this.#following(task, event, now));
      return;
    }
    this.#giveUpStart(row);
    if (task !== null && commandDueAt(task) !== null) {
      this.#conclude(row, entry, task, now);
      return;
    }
    const command = this.#commandFor(row, entry.state, nowMs, leadership);
    if (command !== null) this.#dispatch.send(row, command);
    this.#arm(row, entry.state, nowMs);
  }

  /** Of a deleted user only what runs is seen to its end: whoever cancels the rest may not have come to it yet. */
  #isOver({ user_id, execution }: SchedulingState): boolean {
    return this.#deps.admissions.isDeleted(user_id) && execution?.state !== 'running';
  }

  #commandFor(
    row: number,
    state: SchedulingState,
    nowMs: number,
    leadership: Leadership,
  ): ExecutionCommand | null {
    const { user_id: userId, priority, execution } = state;
    const at = this.#emissions.nextAt(row, state);
    if (execution === null || at === null || at > nowMs) return null;
    const mayRun = this.#turns.take({ row, userId, priority, due_at: execution.due_at });
    return mayRun ? this.#emissions.take(row, state, nowMs, leadership.term) : null;
  }

  /** Arms the entry's next timer; after a look, never for an instant that the look has dealt with already. */
  #arm(row: number, state: SchedulingState, lookedAtMs?: number): void {
    const dueAt = nextDueAt(this.#admission.visible(row, state));
    const waits = this.#turns.isWaiting(row);
    const commandAt = (waits ? null : this.#emissions.nextAt(row, state)) ?? Number.POSITIVE_INFINITY;
    const held = this.#admission.waitsUntil(row);
    if (this.#running.isOrphaned(row)) {
      this.#timers.set(row, this.#nowMs());
      return;
    }
    const at = Math.min(dueAt === null ? Number.POSITIVE_INFINITY : epochMs(dueAt), commandAt, held);
    if (at === Number.POSITIVE_INFINITY) {
      this.#timers.clear(row);
    } else if (lookedAtMs === undefined || at > lookedAtMs) {
      this.#timers.set(row, at);
    } else {
      this.#deps.logger.error({ task_id: state.task_id, due_at: dueAt }, 'due task has nothing to do');
      this.#timers.set(row, lookedAtMs + BROKEN_ENTRY_RETRY_MS);
    }
  }

  /** The row has no timer until what is begun with it calls the answer, which has it looked at again. */
  #onItsWay(row: number): (ms: number) => void {
    const mark = Symbol();
    this.#appending.set(row, mark);
    return (ms) => {
      if (this.#appending.get(row) !== mark) return;
      this.#appending.delete(row);
      this.#timers.set(row, this.#nowMs() + ms);
    };
  }

  /** Of a short run, what its request goes on with to its end. */
  #following(task: TaskState | null, event: TaskEvent, now: Instant): Following {
    const shortRuns = this.#shortRuns;
    if (task === null || shortRuns === null) return () => NOTHING_FORESEEN;
    return (context) => shortRuns.after(task, event, now, context);
  }

  /** Each with its start where there is a place for every one of them; else the requests alone. */
  #appendStartable(now: Instant, term: Term): void {
    const startable = this.#startable;
    const starts = this.#localStarts;
    if (startable.length === 0 || starts === null) return;
    this.#startable = [];
    const mayStart = startable.filter(({ row, entry }) => this.#turns.takeFree(row, entry.state.user_id));
    const havePlaces = mayStart.every(({ row, entry, event }) =>
      starts.reserve(row, entry.state, event, now, term),
    );
    if (!havePlaces) {
      for (const { row, entry } of mayStart) {
        this.#giveUpStart(row);
        if (starts.executionId(row) === null) this.#passTurn(row, entry.state);
      }
    }
    for (const { row, entry, event } of startable) {
      this.#append(row, entry, event, now, ({ traceparent }) => ({
        following: starts.following(row, entry.state, event, now, traceparent),
        task: null,
      }));
    }
  }

  /** The place and the turn that the row has for a start are for others, unless that start may be in the log. */
  #giveUpStart(row: number): void {
    if (this.#localStarts?.giveUp(row) === true) this.#passTurn(row, this.#deps.book.at(row)?.state ?? null);
  }

  #append(
    row: number,
    entry: SchedulingSnapshot,
    event: TaskEvent,
    now: Instant,
    followingIn: Following = () => NOTHING_FORESEEN,
  ): void {
    const alone = this.#appendOf(entry, event, now);
    const { following, task } = followingIn(alone.context);
    const append = following.length === 0 ? alone : { ...alone, following };
    const request = { row, entry, append, retryIn: this.#onItsWay(row), foreseen: task };
    if (this.#admission.isFor(append.userId, event)) this.#admission.gather(request);
    else this.#track(this.#appendAndFold(request), eventsOf(append));
  }

  /** Start and outcome of a short run that has been requested before. */
  #conclude(row: number, entry: SchedulingSnapshot, task: TaskState, now: Instant): void {
    const { user_id: userId, task_id: taskId, execution } = entry.state;
    const rest = this.#shortRuns?.rest(task, now, execution?.traceparent ?? null) ?? NOTHING_FORESEEN;
    const [first, ...following] = rest.following;
    if (first === undefined) return;
    const append: Append = { userId, taskId, ...first, after: entry, following };
    const request = { row, entry, append, retryIn: this.#onItsWay(row), foreseen: rest.task };
    this.#track(this.#appendAndFold(request), eventsOf(append));
  }

  #readFirst(row: number, entry: SchedulingSnapshot): void {
    const retryIn = this.#onItsWay(row);
    this.#track((this.#shortRuns?.read(row, entry) ?? Promise.resolve()).then(() => retryIn(0)));
  }

  #appendOf(entry: SchedulingSnapshot, event: TaskEvent, now: Instant): Append {
    const { user_id: userId, task_id: taskId } = entry.state;
    const eventId = this.#deps.ids.eventId(now);
    const correlation_id = executionIdOf(event) ?? eventId;
    const traceparent = this.#spans.begin(entry.state, event);
    const context = { actor: 'scheduler', correlation_id, causation_id: null, traceparent };
    return { userId, taskId, eventId, time: now, event, context, after: entry };
  }

  async #appendAndFold(request: SlotRequest): Promise<void> {
    const { row, append, retryIn } = request;
    const { log, local } = this.#deps;
    local?.tasks.readAhead(append.userId, append.taskId);
    try {
      const appended = await log.append(append);
      if (appended.kind === 'appended') this.#stored(request, appended);
      else retryIn(CONFLICT_PATIENCE_MS);
    } catch (error) {
      this.#appendFailed(row, append, error, retryIn);
    }
  }

  #stored({ entry, foreseen }: SlotRequest, { event, following }: AppendedEvents): void {
    const { book, local, measures } = this.#deps;
    this.#failingSinceMs = null;
    const events = [event, ...following];
    for (const each of events) measures.recordEvent(each, entry.state.task_type);
    const end = following.at(-1);
    // An execution that has not ended knows its trace, which may have become another as it was stored.
    if (foreseen?.execution === null && end !== undefined) {
      const { sequence, revision, hash } = end.meta;
      local?.tasks.keep({ sequence, revision, hash, state: foreseen });
      book.put({ sequence, revision, hash, state: schedulingOf(foreseen) });
    } else {
      for (const each of events) local?.tasks.fold(each);
      // `known` and `unknown` alike: the follower has been here already, and perhaps further.
      book.foldUnit(events);
    }
    if (end?.type === 'task.execution_completed') local?.worker.concluded('completed');
    if (end?.type === 'task.execution_failed') local?.worker.concluded('failed');
  }

  #appendFailed(
    row: number,
    { taskId, event, context, after, following }: Append,
    error: unknown,
    retryIn: (ms: number) => void,
  ): void {
    const expected = isLogAway(error);
    if (error instanceof OutcomeUnknown) this.#localStarts?.lostAnswer(row);
    if (!expected && following !== undefined) {
      this.#shortRuns?.except(row, after.sequence);
      this.#localStarts?.except(row, after.sequence);
      retryIn(0);
      return;
    }
    const { logger } = this.#deps;
    const failed = { err: error, task_id: taskId, type: event.type, ...traceFields(context.traceparent) };
    logger[expected ? 'warn' : 'error'](failed, 'append failed');
    retryIn(expected ? this.#retryMs() : BROKEN_ENTRY_RETRY_MS);
  }

  #sendAgain(row: number, command: ExecutionCommand, delayMs: number): void {
    const execution = this.#deps.book.at(row)?.state.execution;
    if (execution?.state !== 'requested' || execution.execution_id !== command.execution_id) return;
    if (execution.attempt !== command.attempt) return;
    this.#emissions.forget(row);
    if (!this.#appending.has(row)) this.#timers.set(row, this.#nowMs() + delayMs);
    this.#askTurn();
  }

  #track(sent: Promise<void>, events = 1): void {
    this.#inFlight.add(sent);
    this.#eventsInFlight += events;
    void sent.finally(() => {
      this.#inFlight.delete(sent);
      this.#eventsInFlight -= events;
      this.#askTurn();
    });
  }

  /** As long again as it has been failing, between bounds. */
  #retryMs(): number {
    const now = this.#deps.clock.monotonicMs();
    this.#failingSinceMs ??= now;
    return Math.min(Math.max(now - this.#failingSinceMs, FIRST_RETRY_MS), LAST_RETRY_MS);
  }

  #nowMs(): number {
    return epochMs(this.#deps.clock.now());
  }
}

function eventsOf({ following = [] }: Append): number {
  return 1 + following.length;
}

function executionIdOf(event: TaskEvent): string | null {
  return 'execution_id' in event.data ? event.data.execution_id : null;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
