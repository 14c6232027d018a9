/**
 * Events that were decided on what is due, from the decision to the book.
 *
 *   decided --> its user has limits? --yes--> admitted together with others of the user (slot-admission.ts) --.
 *                      '--no--> appended under the entry's position --+--> stored: folded into the book <------'
 *                                                                    +--> conflict: the follower brings what came first
 *                                                                    '--> failed: the row is looked at again, later and later
 *
 * An event that has been appended is folded at once, so the command for a slot follows it without waiting for the follower;
 * and should the follower be first (the answer was lost, or is late), the entry goes on from there and the answer no longer
 * matters.
 */
import type { Logger } from 'pino';
import type { Admissions } from '../../application/commands/admissions.ts';
import type { TaskRepository } from '../../application/commands/task-repository.ts';
import type { Clock, CommandContext, Ids } from '../../application/ports/clock.ts';
import { isLogAway, OutcomeUnknown } from '../../application/ports/failures.ts';
import type { Append, AppendedEvents, EventLog } from '../../application/ports/log/log.ts';
import type { Measures } from '../../application/ports/measures.ts';
import { type Traces, traceFields } from '../../application/ports/traces.ts';
import type { LocalWorker } from '../../application/ports/work/local-worker.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { TaskEvent } from '../../domain/task/events/events.ts';
import type { TaskState } from '../../domain/task/state.ts';
import { schedulingOf } from '../../projections/schedule.ts';
import type { ScheduleBook, SchedulingSnapshot } from '../book/schedule-book.ts';
import { FiringSpans } from './firing-spans.ts';
import type { LocalStarts } from './local-starts.ts';
import type { RowTimers } from './row-timers.ts';
import { type Foreseen, NOTHING_FORESEEN, type ShortRuns } from './short-runs.ts';
import { SlotAdmission, type SlotRequest } from './slot-admission.ts';

/** How long the follower has to bring what won a conflict before the entry is looked at again anyway. */
const CONFLICT_PATIENCE_MS = 1_000;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 2_000;
/** An entry that cannot be decided must neither stop the others nor fill the log of errors. */
export const BROKEN_ENTRY_RETRY_MS = 60_000;

export interface DueAppendsDeps {
  readonly book: ScheduleBook;
  readonly timers: RowTimers;
  readonly log: EventLog;
  readonly local: {
    readonly worker: LocalWorker;
    readonly tasks: Pick<TaskRepository, 'readAhead' | 'fold' | 'keep'>;
  } | null;
  readonly shortRuns: ShortRuns | null;
  readonly localStarts: LocalStarts | null;
  readonly admissions: Pick<
    Admissions,
    'mayAppendUnadmitted' | 'isUnknown' | 'learn' | 'admit' | 'refusalOnceEnded'
  >;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly measures: Pick<Measures, 'recordEvent'>;
  readonly traces: Traces;
  /** Something that was on its way has been answered. */
  readonly onAnswered: () => void;
}

/** What follows an event in its unit, given the context that the event is appended in. */
export type Following = (context: CommandContext) => Foreseen;

export class DueAppends {
  readonly #deps: DueAppendsDeps;
  readonly #spans: FiringSpans;
  readonly admission: SlotAdmission;
  readonly #inFlight = new Set<Promise<void>>();
  #eventsInFlight = 0;
  #failingSinceMs: number | null = null;

  constructor(deps: DueAppendsDeps) {
    this.#deps = deps;
    this.#spans = new FiringSpans(deps.traces, deps.log);
    this.admission = new SlotAdmission({
      admissions: deps.admissions,
      onStored: (request, appended) => this.#stored(request, appended),
      onAlone: (request, event) => {
        const append = this.#appendOf(request.entry, event, request.append.time);
        return this.#appendAndFold({ ...request, append, foreseen: null });
      },
      onFailed: (requests, error) => {
        for (const { row, append, retryIn } of requests) this.#failed(row, append, error, retryIn);
      },
    });
  }

  get eventsInFlight(): number {
    return this.#eventsInFlight;
  }

  /** Appends the event, with what follows it; the row has no timer until it is answered. */
  append(
    row: number,
    entry: SchedulingSnapshot,
    event: TaskEvent,
    now: Instant,
    followingIn: Following = () => NOTHING_FORESEEN,
  ): void {
    const alone = this.#appendOf(entry, event, now);
    const { following, task } = followingIn(alone.context);
    const append = following.length === 0 ? alone : { ...alone, following };
    const request = { row, entry, append, retryIn: this.#deps.timers.onItsWay(row), foreseen: task };
    if (this.admission.isFor(append.userId, event)) this.admission.gather(request);
    else this.track(this.#appendAndFold(request), eventsOf(append));
  }

  /** Appends the start and the outcome of a short run that has been requested before. */
  conclude(row: number, entry: SchedulingSnapshot, task: TaskState, now: Instant): void {
    const { user_id: userId, task_id: taskId, execution } = entry.state;
    const rest = this.#deps.shortRuns?.rest(task, now, execution?.traceparent ?? null) ?? NOTHING_FORESEEN;
    const [first, ...following] = rest.following;
    if (first === undefined) return;
    const append: Append = { userId, taskId, ...first, after: entry, following };
    const request = { row, entry, append, retryIn: this.#deps.timers.onItsWay(row), foreseen: rest.task };
    this.track(this.#appendAndFold(request), eventsOf(append));
  }

  /** Sends what was gathered of users who have limits. */
  sendGathered(): void {
    for (const sent of this.admission.sendAll()) this.track(sent);
  }

  /** Counts it as on its way until it is over. */
  track(sent: Promise<void>, events = 1): void {
    this.#inFlight.add(sent);
    this.#eventsInFlight += events;
    void sent.finally(() => {
      this.#inFlight.delete(sent);
      this.#eventsInFlight -= events;
      this.#deps.onAnswered();
    });
  }

  /** Resolves once everything sent has been answered. */
  async settled(): Promise<void> {
    await Promise.all(this.#inFlight);
  }

  /** How long the log has to recover: as long again as it has been failing, between bounds. */
  retryMs(): number {
    const now = this.#deps.clock.monotonicMs();
    this.#failingSinceMs ??= now;
    return Math.min(Math.max(now - this.#failingSinceMs, FIRST_RETRY_MS), LAST_RETRY_MS);
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
      this.#failed(row, append, error, retryIn);
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

  #failed(
    row: number,
    { taskId, event, context, after, following }: Append,
    error: unknown,
    retryIn: (ms: number) => void,
  ): void {
    const { localStarts, shortRuns, logger } = this.#deps;
    const expected = isLogAway(error);
    if (error instanceof OutcomeUnknown) localStarts?.lostAnswer(row);
    if (!expected && following !== undefined) {
      shortRuns?.except(row, after.sequence);
      localStarts?.except(row, after.sequence);
      retryIn(0);
      return;
    }
    const failed = { err: error, task_id: taskId, type: event.type, ...traceFields(context.traceparent) };
    logger[expected ? 'warn' : 'error'](failed, 'append failed');
    retryIn(expected ? this.retryMs() : BROKEN_ENTRY_RETRY_MS);
  }
}

function eventsOf({ following = [] }: Append): number {
  return 1 + following.length;
}

function executionIdOf(event: TaskEvent): string | null {
  return 'execution_id' in event.data ? event.data.execution_id : null;
}
