/** Which attempts run where, as the log shows it, and which workers are gone. */
import type { SchedulingState } from '../../domain/task/state.ts';

export class RunningAttempts {
  readonly #workerOf = new Map<number, string>();
  readonly #rowsOf = new Map<string, Set<number>>();
  readonly #gone = new Set<string>();
  /** Rows whose attempt was left without an outcome. */
  readonly #left = new Set<number>();

  changed(row: number, state: SchedulingState | null): void {
    const execution = state?.execution ?? null;
    const workerId = execution?.state === 'running' ? execution.worker_id : null;
    const before = this.#workerOf.get(row) ?? null;
    if (before === workerId) return;
    if (before !== null) this.#remove(row, before);
    if (workerId === null) return;
    this.#workerOf.set(row, workerId);
    const rows = this.#rowsOf.get(workerId);
    if (rows === undefined) this.#rowsOf.set(workerId, new Set([row]));
    else rows.add(row);
  }

  /** Answers the rows whose attempts it had. */
  gone(workerId: string): readonly number[] {
    this.#gone.add(workerId);
    return [...(this.#rowsOf.get(workerId) ?? [])];
  }

  alive(workerId: string): void {
    this.#gone.delete(workerId);
  }

  /** The row's attempt was left by its worker, which lives. */
  left(row: number): void {
    this.#left.add(row);
  }

  /** Whether the row's attempt has lost its worker. */
  isOrphaned(row: number): boolean {
    const workerId = this.#workerOf.get(row);
    return workerId !== undefined && (this.#left.has(row) || this.#gone.has(workerId));
  }

  #remove(row: number, workerId: string): void {
    this.#workerOf.delete(row);
    this.#left.delete(row);
    const rows = this.#rowsOf.get(workerId);
    rows?.delete(row);
    if (rows?.size === 0) this.#rowsOf.delete(workerId);
  }
}
