/**
 * Requests of executions whose users have limits, between their decision and the log.
 *
 *     request decided --> its user has no limits: appended at once, nothing here
 *            '--> gathered until the end of the turn --> one admission for each user --+--> stored: folded
 *                                                                                      +--> lost: looked at again
 *                                                                                      '--> refused: slots up to the reset
 *                                                                                           skipped, a backfill waits
 *
 * A run that a slot is to take the place of ends only where the limits let that slot run: so it is asked for here too.
 *
 * While a backfill waits for a limit its task is looked at as if it had none, so that its slots and reminders go on.
 */
import type { Admissions } from '../../application/commands/admissions.ts';
import type { Append, AppendedEvents } from '../../application/ports/log/log.ts';
import type { LimitExceeded, UserDeleted } from '../../domain/shared/decision.ts';
import type { UserId } from '../../domain/shared/ids.ts';
import { epochMs, type Instant } from '../../domain/shared/instant.ts';
import { skipToReset } from '../../domain/task/decide/slots/skip-to-reset.ts';
import type { TaskEvent } from '../../domain/task/events/events.ts';
import type { SchedulingState, TaskState } from '../../domain/task/state.ts';
import { demandOf, demandOfSlot } from '../../domain/user/admission.ts';
import type { SchedulingSnapshot } from '../book/schedule-book.ts';

/** Requests of one admission: all of them are one batch. */
const TOGETHER = 100;
/** A lock was lost, to another admission of the user or to a change of a task. */
const CONFLICT_RETRY_MS = 50;
/** For a limit that nothing resets but the user. */
const LOOK_AGAIN_MS = 60_000;

export interface SlotRequest {
  readonly row: number;
  readonly entry: SchedulingSnapshot;
  readonly append: Append;
  /** The task once all of the append is stored; null where that is not known. */
  readonly foreseen: TaskState | null;
  /** Has the row looked at again. */
  readonly retryIn: (ms: number) => void;
}

export interface SlotAdmissionDeps {
  readonly admissions: Pick<
    Admissions,
    'mayAppendUnadmitted' | 'isUnknown' | 'learn' | 'admit' | 'refusalOnceEnded'
  >;
  readonly onStored: (request: SlotRequest, appended: AppendedEvents) => void;
  /** Appends an event by itself, in place of what was decided or as that. */
  readonly onAlone: (request: SlotRequest, event: TaskEvent) => Promise<void>;
  readonly onFailed: (requests: readonly SlotRequest[], error: unknown) => void;
}

export class SlotAdmission {
  readonly #deps: SlotAdmissionDeps;
  #gathered = new Map<UserId, SlotRequest[]>();
  /** By row: until when its backfill waits, epoch milliseconds. */
  readonly #waiting = new Map<number, number>();

  constructor(deps: SlotAdmissionDeps) {
    this.#deps = deps;
  }

  /** Whether the event has to be given to `gather`. */
  isFor(userId: UserId, event: TaskEvent): boolean {
    if (event.type !== 'task.execution_requested' && !makesRoom(event)) return false;
    return !this.#deps.admissions.mayAppendUnadmitted(userId, null, true);
  }

  gather(request: SlotRequest): void {
    const { user_id: userId } = request.entry.state;
    const requests = this.#gathered.get(userId);
    if (requests === undefined) this.#gathered.set(userId, [request]);
    else requests.push(request);
  }

  /** Sends what was gathered; none of the promises rejects. */
  *sendAll(): Generator<Promise<void>> {
    if (this.#gathered.size === 0) return;
    const gathered = this.#gathered;
    this.#gathered = new Map();
    for (const [userId, requests] of gathered) {
      for (let from = 0; from < requests.length; from += TOGETHER) {
        yield this.#send(userId, requests.slice(from, from + TOGETHER));
      }
    }
  }

  /** The state as it is to be looked at. */
  visible(row: number, state: SchedulingState): SchedulingState {
    return this.#waiting.size > 0 && this.#waiting.has(row) ? { ...state, backfill: null } : state;
  }

  /** When the row's backfill is to be looked at again; infinite where none waits. */
  waitsUntil(row: number): number {
    return this.#waiting.get(row) ?? Number.POSITIVE_INFINITY;
  }

  /** What has waited until now waits no more. */
  release(row: number, nowMs: number): void {
    if (this.waitsUntil(row) <= nowMs) this.#waiting.delete(row);
  }

  /** The row has changed, or is another task's. */
  forget(row: number): void {
    this.#waiting.delete(row);
  }

  async #send(userId: UserId, gathered: readonly SlotRequest[]): Promise<void> {
    let requests = gathered;
    const { admissions, onStored, onAlone, onFailed } = this.#deps;
    try {
      if (admissions.isUnknown(userId)) {
        await admissions.learn(userId);
        // Where others keep appending facts of the user, nobody here can be sure: the admission itself reads them.
        if (!admissions.isUnknown(userId)) {
          for (const { retryIn } of requests) retryIn(0);
          return;
        }
      }
      const first = requests.filter(({ append }) => makesRoom(append.event));
      await Promise.all(first.map((request) => this.#makeRoom(request)));
      requests = requests.filter((request) => !first.includes(request));
      if (requests.length === 0) return;
      const asked = requests.map(({ append, entry }) => ({
        append,
        demand: demandOf(entry.state, append.taskId, append.event),
      }));
      const results = await admissions.admit(userId, null, asked);
      for (const [index, request] of requests.entries()) {
        const result = results[index];
        if (result?.kind === 'appended') onStored(request, result);
        else if (result?.kind === 'rejected') await this.#refused(request, result.rejection, onAlone);
        else request.retryIn(CONFLICT_RETRY_MS);
      }
    } catch (error) {
      onFailed(requests, error);
    }
  }

  /** Ends the run that is going, or skips the slot that was to take its place. */
  async #makeRoom(request: SlotRequest): Promise<void> {
    const { entry, append, retryIn } = request;
    const { state } = entry;
    if (state.execution === null) throw new Error(`${state.task_id} has no run to end`);
    const demand = demandOfSlot(state, state.execution.execution_id);
    const refusal = await this.#deps.admissions.refusalOnceEnded(state.user_id, demand);
    if (refusal?.code === 'USER_DELETED') return retryIn(LOOK_AGAIN_MS);
    const isSkipped = refusal !== null && refusal.resets_at !== null;
    await this.#deps.onAlone(request, isSkipped ? skipToReset(state, refusal) : append.event);
  }

  async #refused(
    request: SlotRequest,
    exceeded: LimitExceeded | UserDeleted,
    onAlone: SlotAdmissionDeps['onAlone'],
  ): Promise<void> {
    const { row, entry, append, retryIn } = request;
    if (exceeded.code === 'USER_DELETED') return retryIn(LOOK_AGAIN_MS);
    const isSlot =
      append.event.type === 'task.execution_requested' && append.event.data.trigger_type === 'scheduled';
    if (isSlot && exceeded.resets_at !== null) {
      await onAlone(request, skipToReset(entry.state, exceeded));
      return;
    }
    this.#waiting.set(row, untilMs(exceeded.resets_at, append.time));
    retryIn(0);
  }
}

/** Whether a slot is to take the place of the run that the event ends. */
function makesRoom(event: TaskEvent): boolean {
  return event.type === 'task.execution_cancelled' && event.data.code === 'OVERLAP';
}

function untilMs(resetsAt: Instant | null, now: Instant): number {
  return resetsAt === null ? epochMs(now) + LOOK_AGAIN_MS : epochMs(resetsAt);
}
