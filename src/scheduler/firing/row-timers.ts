/**
 * When each row of the schedule book is to be looked at next. A row with an event on its way has no timer: that is what
 * keeps a leader from doing its own work twice. It comes back when the answer, or the event itself, has come.
 */
import type { Clock } from '../../application/ports/clock.ts';
import { epochMs } from '../../domain/shared/instant.ts';
import { TimerHeap } from '../book/timer-heap.ts';

export class RowTimers {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #heap = new TimerHeap();
  /** By row: what is on its way for it. One that is no longer here has nothing to say about the row. */
  readonly #onTheirWay = new Map<number, symbol>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#heap.size;
  }

  /** Epoch milliseconds; null where there is none. */
  earliest(): number | null {
    return this.#heap.earliest();
  }

  /** Milliseconds since the earliest timer was due; 0 where none is overdue. */
  overdueMs(): number {
    const earliest = this.#heap.earliest();
    return earliest === null ? 0 : Math.max(0, this.#nowMs() - earliest);
  }

  /** The row of the earliest timer, which it loses; null where there is none. */
  take(): number | null {
    return this.#heap.take();
  }

  /** Epoch milliseconds. */
  set(row: number, atMs: number): void {
    this.#heap.set(row, atMs);
  }

  clear(row: number): void {
    this.#heap.clear(row);
  }

  /** Has the row looked at, now or in so many milliseconds; one with an event on its way comes back by itself. */
  lookAt(row: number, inMs = 0): void {
    if (!this.#onTheirWay.has(row)) this.#heap.set(row, this.#nowMs() + inMs);
  }

  isOnItsWay(row: number): boolean {
    return this.#onTheirWay.has(row);
  }

  /** The row has no timer until what is begun with it calls the answer, which has it looked at again. */
  onItsWay(row: number): (ms: number) => void {
    const mark = Symbol();
    this.#onTheirWay.set(row, mark);
    return (ms) => {
      if (this.#onTheirWay.get(row) !== mark) return;
      this.#onTheirWay.delete(row);
      this.lookAt(row, ms);
    };
  }

  /** The row has changed: what was on its way for it has come, or has lost its lock. */
  changed(row: number): void {
    this.#onTheirWay.delete(row);
  }

  #nowMs(): number {
    return epochMs(this.#clock.now());
  }
}
