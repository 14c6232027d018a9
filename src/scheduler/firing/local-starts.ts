/**
 * Starts of attempts in this process, stored together with the request of their slot. A place is reserved before the
 * append, and the attempt begins when the schedule book shows that very start as running: so it is on disk, and stored
 * once, before anything is done outside.
 *
 *     slot due, place free --> [requested, started] appended --+--> the book shows the start: the attempt begins
 *                              one unit, all or none           +--> the book shows something else: the place is given back
 *                                                              '--> nothing stored, or no answer: the place is kept, and
 *                                                                   the same start is in what is decided next
 *
 * An answer of the log is not looked at: it may be lost, and may come before or after the follower. A start whose answer
 * was lost may still turn up, so its execution keeps its id and its place until the book has changed.
 */
import type { Ids } from '../../application/ports/clock.ts';
import type { FollowingEvent } from '../../application/ports/log/log.ts';
import type { ExecutionCommand } from '../../application/ports/work/execution-commands.ts';
import type { LocalWorker, ReservedPlace } from '../../application/ports/work/local-worker.ts';
import type { EventId, ExecutionId, Sequence, Term } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { TaskEvent } from '../../domain/task/events/events.ts';
import { foreseeScheduling } from '../../domain/task/foresee.ts';
import type { SchedulingState } from '../../domain/task/state.ts';
import type { SchedulingSnapshot } from '../book/schedule-book.ts';
import { localClaim, startEvent } from './start-event.ts';

export interface LocalStartsDeps {
  readonly worker: LocalWorker;
  readonly ids: Pick<Ids, 'eventId'>;
  /** The worker has left the attempt without an outcome. */
  readonly onLost: (row: number, claim: string) => void;
}

/** An execution that is about to be requested and started here. */
interface Awaited {
  readonly place: ReservedPlace;
  readonly executionId: ExecutionId;
  readonly claim: string;
  readonly startId: EventId;
  readonly term: Term;
  /** It may be in the log, for an answer was lost. */
  unsure: boolean;
}

/** `begins`: the rest of its unit is about to follow. */
export type StartSeen = 'begins' | 'begun' | 'over' | 'none';

export class LocalStarts {
  readonly #deps: LocalStartsDeps;
  readonly #awaited = new Map<number, Awaited>();
  /** By row: at this sequence the log did not take request and start together. */
  readonly #excepted = new Map<number, Sequence>();

  constructor(deps: LocalStartsDeps) {
    this.#deps = deps;
  }

  /** Whether a request of the row may be stored together with its start. */
  isFor(row: number, { state, sequence }: SchedulingSnapshot): boolean {
    return !this.#deps.worker.concludes(state.task_type) && this.#excepted.get(row) !== sequence;
  }

  /** The id that the row's next execution has already. */
  executionId(row: number): ExecutionId | null {
    return this.#awaited.get(row)?.executionId ?? null;
  }

  /** Reserves a place for the requested execution, or keeps that which it has; false where none is free. */
  reserve(row: number, state: SchedulingState, request: TaskEvent, time: Instant, term: Term): boolean {
    if (request.type !== 'task.execution_requested') return false;
    if (this.#awaited.has(row)) return true;
    const { worker, ids } = this.#deps;
    const { execution_id: executionId, timeout_seconds } = request.data;
    const place = worker.reserve(state.user_id, timeout_seconds);
    if (place === null) return false;
    const claim = localClaim(executionId, 1, worker.workerId);
    const startId = ids.eventId(time);
    this.#awaited.set(row, { place, executionId, claim, startId, term, unsure: false });
    return true;
  }

  /** The start that follows the request. */
  following(
    row: number,
    state: SchedulingState,
    request: TaskEvent,
    time: Instant,
    traceparent: string | null,
  ): FollowingEvent[] {
    const awaited = this.#awaited.get(row);
    if (awaited === undefined) return [];
    const requested = foreseeScheduling(state, request, { time, traceparent });
    const { workerId } = this.#deps.worker;
    return [startEvent(requested, { workerId, eventId: awaited.startId, time, traceparent })];
  }

  /** The log does not take the unit: request and start go apart. */
  except(row: number, sequence: Sequence): void {
    this.#excepted.set(row, sequence);
  }

  /** The answer to the row's append was lost. */
  lostAnswer(row: number): void {
    const awaited = this.#awaited.get(row);
    if (awaited !== undefined) awaited.unsure = true;
  }

  /** Nothing of it is under way any more: its place is given back, unless an answer was lost. Answers whether it was. */
  giveUp(row: number): boolean {
    const awaited = this.#awaited.get(row);
    if (awaited === undefined || awaited.unsure) return false;
    this.#end(row, awaited);
    return true;
  }

  /** Rows that have a place and have not begun. */
  get rows(): number[] {
    return [...this.#awaited.keys()];
  }

  /** What the book shows of the row now. */
  changed(row: number, state: SchedulingState | null, sequence: Sequence): StartSeen {
    const awaited = this.#awaited.get(row);
    this.#excepted.delete(row);
    if (awaited === undefined) return 'none';
    const execution = state?.execution ?? null;
    const isIts = execution?.execution_id === awaited.executionId;
    if (state === null || execution === null || !isIts) {
      this.#end(row, awaited);
      return 'over';
    }
    if (execution.state === 'requested' && execution.attempt === 1) return 'begins';
    if (execution.state !== 'running' || execution.claim !== awaited.claim) {
      this.#end(row, awaited);
      return 'over';
    }
    this.#awaited.delete(row);
    const { claim, startId: eventId, term } = awaited;
    const onLost = () => this.#deps.onLost(row, claim);
    const command = commandOf(state, execution, term);
    awaited.place.begin({ command, claim, sequence, eventId, onLost });
    return 'begun';
  }

  #end(row: number, { place }: Awaited): void {
    this.#awaited.delete(row);
    place.release();
  }
}

/** The command that asks for the attempt which the execution awaits or runs. */
export function commandOf(
  state: SchedulingState,
  execution: NonNullable<SchedulingState['execution']>,
  term: Term,
): ExecutionCommand {
  return {
    user_id: state.user_id,
    task_id: state.task_id,
    execution_id: execution.execution_id,
    attempt: execution.attempt,
    task_type: state.task_type,
    priority: state.priority,
    due_at: execution.due_at,
    term,
    traceparent: execution.traceparent ?? null,
    timeout_seconds: execution.timeout_seconds,
  };
}
