/**
 * Which execution commands this leader has emitted. For an execution that is awaited a command is wanted when
 * it is due and then once in every whole 10 s since, until the log shows the start: workers and the stream may
 * lose commands, and make repeats harmless. A new leader has no record, so it emits at once what has not
 * started; the message id, which counts those 10 s, keeps that from doubling.
 */
import type { ExecutionCommand } from '../../../application/ports/work/execution-commands.ts';
import type { ExecutionId, Term } from '../../../domain/shared/ids.ts';
import { epochMs } from '../../../domain/shared/instant.ts';
import { commandDueAt } from '../../../domain/task/decide/due.ts';
import type { SchedulingState } from '../../../domain/task/state.ts';
import { commandOf } from '../local-starts.ts';

const REPEAT_MS = 10_000;

interface Emission {
  readonly executionId: ExecutionId;
  readonly attempt: number;
  /** Whole 10 s from when the attempt became due to the emission. */
  readonly n: number;
}

export class Emissions {
  readonly #byRow = new Map<number, Emission>();

  /** When the row's execution wants its next command, epoch milliseconds; null where it awaits none. */
  nextAt(row: number, state: SchedulingState): number | null {
    const dueAt = commandDueAt(state);
    if (dueAt === null) return null;
    const last = this.#lastOf(row, state);
    return epochMs(dueAt) + (last === null ? 0 : (last.n + 1) * REPEAT_MS);
  }

  /** The command that the row's execution wants now, recorded as emitted; null where it wants none yet. */
  take(row: number, state: SchedulingState, nowMs: number, term: Term): ExecutionCommand | null {
    const { execution } = state;
    const dueAt = commandDueAt(state);
    const nextAt = this.nextAt(row, state);
    if (execution === null || dueAt === null || nextAt === null || nextAt > nowMs) return null;
    const n = Math.floor((nowMs - epochMs(dueAt)) / REPEAT_MS);
    this.#byRow.set(row, { executionId: execution.execution_id, attempt: execution.attempt, n });
    return commandOf(state, execution, term);
  }

  /** Whether the command of the attempt that is awaited has been emitted. */
  isEmitted(row: number, state: SchedulingState): boolean {
    return commandDueAt(state) !== null && this.#lastOf(row, state) !== null;
  }

  forget(row: number): void {
    this.#byRow.delete(row);
  }

  /** Forgets all and answers the rows they were of. */
  forgetAll(): number[] {
    const rows = [...this.#byRow.keys()];
    this.#byRow.clear();
    return rows;
  }

  #lastOf(row: number, state: SchedulingState): Emission | null {
    const last = this.#byRow.get(row);
    const { execution } = state;
    const same = last?.executionId === execution?.execution_id && last?.attempt === execution?.attempt;
    return last !== undefined && same ? last : null;
  }
}
