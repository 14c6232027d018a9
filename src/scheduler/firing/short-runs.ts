/**
 * Runs that need nothing from outside: request, start and outcome are decided one after another and stored as one unit,
 * all or none. No place of a worker is taken, no command queued, and nobody sees them running.
 *
 *     slot due --> requested --> started --> completed        one append
 *     requested before (by hand, by a trigger, a retry) ----> started --> completed        one append
 *
 * The outcome is made of the whole task, of which the schedule book holds only a part: it is read where this process has
 * not seen it yet, before anything is decided.
 */
import type { TaskRepository } from '../../application/commands/task-repository.ts';
import type { CommandContext, Ids } from '../../application/ports/clock.ts';
import type { FollowingEvent } from '../../application/ports/log/log.ts';
import type { LocalWorker } from '../../application/ports/work/local-worker.ts';
import type { Decision } from '../../domain/shared/decision.ts';
import type { Sequence } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { isRunDue } from '../../domain/task/decide/due.ts';
import { finishExecution } from '../../domain/task/decide/execution.ts';
import type { TaskEvent } from '../../domain/task/events/events.ts';
import { foresee } from '../../domain/task/foresee.ts';
import type { TaskState } from '../../domain/task/state.ts';
import type { SchedulingSnapshot } from '../book/schedule-book.ts';
import { startEvent } from './start-event.ts';

export interface ShortRunsDeps {
  readonly worker: LocalWorker;
  readonly tasks: Pick<TaskRepository, 'lastSeen' | 'reaching'>;
  readonly ids: Ids;
}

/** What goes on from the first event of a unit, and the task once all of it is stored; null where that is not known. */
export interface Foreseen {
  readonly following: readonly FollowingEvent[];
  readonly task: TaskState | null;
}
export const NOTHING_FORESEEN: Foreseen = { following: [], task: null };

export class ShortRuns {
  readonly #deps: ShortRunsDeps;
  /** By row: at this sequence its run goes the way of all others. */
  readonly #excepted = new Map<number, Sequence>();

  constructor(deps: ShortRunsDeps) {
    this.#deps = deps;
  }

  /** The task whose short run is due; `unread`: it has to be read first. Null where there is none. */
  taskOf(row: number, { state, sequence }: SchedulingSnapshot, now: Instant): TaskState | 'unread' | null {
    const { worker, tasks } = this.#deps;
    if (!worker.concludes(state.task_type) || !isRunDue(state, now)) return null;
    if (this.#excepted.get(row) === sequence) return null;
    const known = tasks.lastSeen(state.user_id, state.task_id);
    return known?.sequence === sequence ? known.state : 'unread';
  }

  /** Reads the task; where that does not bring it as the book has it, its run goes the way of all others. Never throws. */
  async read(row: number, { state, sequence }: SchedulingSnapshot): Promise<void> {
    const { user_id, task_id } = state;
    const task = await this.#deps.tasks.reaching(user_id, task_id, sequence).catch(() => null);
    if (task?.sequence !== sequence) this.except(row, sequence);
  }

  /** The log does not take the unit: what is in it is tried apart. */
  except(row: number, sequence: Sequence): void {
    this.#excepted.set(row, sequence);
  }

  /** The row has changed, or is another task's. */
  forget(row: number): void {
    this.#excepted.delete(row);
  }

  /** What follows the event, where it requests a run: its start and its outcome. */
  after(task: TaskState, event: TaskEvent, time: Instant, context: CommandContext): Foreseen {
    if (event.type !== 'task.execution_requested') return NOTHING_FORESEEN;
    const { traceparent } = context;
    return this.rest(foresee(task, event, { time, traceparent }), time, traceparent);
  }

  /** Start and outcome of the execution that the task awaits. */
  rest(task: TaskState, time: Instant, traceparent: string | null): Foreseen {
    const { worker, ids } = this.#deps;
    const started = startEvent(task, {
      workerId: worker.workerId,
      eventId: ids.eventId(time),
      time,
      traceparent,
    });
    const { event: start, context } = started;
    if (start.type !== 'task.execution_started') return { following: [started], task: null };
    const { execution_id, attempt } = start.data;
    const running = foresee(task, start, { time, traceparent });
    const outcome = worker.conclude(running, traceparent);
    const end = eventOf(
      finishExecution(running, { now: time, execution_id, attempt, duration_ms: 0, outcome }),
    );
    const ended = { eventId: ids.eventId(time), time, event: end };
    return {
      following: [started, { ...ended, context: { ...context, causation_id: started.eventId } }],
      task: foresee(running, end, { time, traceparent }),
    };
  }
}

function eventOf(decision: Decision<TaskEvent>): TaskEvent {
  if (decision.kind !== 'event')
    throw new Error(`a short run cannot be decided: ${JSON.stringify(decision)}`);
  return decision.event;
}
