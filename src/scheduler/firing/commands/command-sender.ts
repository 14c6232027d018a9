/**
 * Execution commands, from the moment that an execution wants one: it waits until its user has a turn (user-turns.ts), is
 * recorded as emitted (emissions.ts), and goes to the worker of this process or through the queue (dispatch.ts).
 */
import type { ExecutionCommand } from '../../../application/ports/work/execution-commands.ts';
import type { Term, UserId } from '../../../domain/shared/ids.ts';
import type { SchedulingState } from '../../../domain/task/state.ts';
import type { ScheduleBook } from '../../book/schedule-book.ts';
import type { RowTimers } from '../row-timers.ts';
import { Dispatch, type DispatchDeps } from './dispatch.ts';
import { Emissions } from './emissions.ts';
import { UserTurns } from './user-turns.ts';

export interface CommandSenderDeps extends Omit<DispatchDeps, 'onReturned'> {
  readonly book: ScheduleBook;
  readonly timers: RowTimers;
  /** Executions of one user at once. */
  readonly userConcurrency: number;
  /** A row may have become due. */
  readonly onDue: () => void;
}

export class CommandSender {
  readonly #deps: CommandSenderDeps;
  readonly #turns: UserTurns;
  readonly #emissions = new Emissions();
  readonly #dispatch: Dispatch;

  constructor(deps: CommandSenderDeps) {
    this.#deps = deps;
    this.#turns = new UserTurns(deps.userConcurrency);
    const onReturned: DispatchDeps['onReturned'] = (row, command, delayMs) =>
      this.#sendAgain(row, command, delayMs);
    this.#dispatch = new Dispatch({ ...deps, onReturned });
  }

  /** Executions that wait because their user has as many going as one may have. */
  get waiting(): number {
    return this.#turns.waiting;
  }

  workerGone(workerId: string): void {
    this.#dispatch.workerGone(workerId);
  }

  workerAlive(workerId: string): void {
    this.#dispatch.workerAlive(workerId);
  }

  /** Sends what the row's execution wants now, if anything, and if its user has a turn for it. */
  send(row: number, state: SchedulingState, nowMs: number, term: Term): void {
    const { user_id: userId, priority, execution } = state;
    const at = this.#emissions.nextAt(row, state);
    if (execution === null || at === null || at > nowMs) return;
    const mayRun = this.#turns.take({ row, userId, priority, due_at: execution.due_at });
    const command = mayRun ? this.#emissions.take(row, state, nowMs, term) : null;
    if (command !== null) this.#dispatch.send(row, command);
  }

  /** When the row's execution wants its next command, epoch milliseconds; infinite where it wants none, or waits for a turn. */
  nextAt(row: number, state: SchedulingState): number {
    const waits = this.#turns.isWaiting(row);
    return (waits ? null : this.#emissions.nextAt(row, state)) ?? Number.POSITIVE_INFINITY;
  }

  /** What goes through the queue; null where nothing does. The promise does not reject. */
  flush(): Promise<void> | null {
    return this.#dispatch.flush();
  }

  /** True where the row has a turn, now or since before; where none is free it does not wait for one. */
  takeFreeTurn(row: number, userId: UserId): boolean {
    return this.#turns.takeFree(row, userId);
  }

  changed(row: number, state: SchedulingState | null): void {
    if (state?.execution?.state !== 'requested') this.#emissions.forget(row);
    this.passTurn(row, state);
  }

  /** An attempt that runs has a turn; one that has ended, or is not emitted yet, gives it to the next. */
  passTurn(row: number, state: SchedulingState | null): void {
    const execution = state?.execution ?? null;
    if (state !== null && execution?.state === 'running') {
      this.#turns.runs(row, state.user_id);
      return;
    }
    if (state !== null && this.#emissions.isEmitted(row, state)) return;
    const next = this.#turns.release(row);
    if (next !== null) this.#deps.timers.lookAt(next);
  }

  /** Forgets what has been emitted and what waits, and answers the rows they were of. */
  forgetAll(): number[] {
    return [...this.#turns.forgetEmitted(), ...this.#emissions.forgetAll()];
  }

  #sendAgain(row: number, command: ExecutionCommand, delayMs: number): void {
    const execution = this.#deps.book.at(row)?.state.execution;
    if (execution?.state !== 'requested' || execution.execution_id !== command.execution_id) return;
    if (execution.attempt !== command.attempt) return;
    this.#emissions.forget(row);
    this.#deps.timers.lookAt(row, delayMs);
    this.#deps.onDue();
  }
}
