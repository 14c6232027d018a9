/**
 * No user has more than so many executions going at once, so that one user's urgent tasks cannot hold all workers.
 * An attempt takes a turn when its command is emitted and gives it back when it has ended; what finds no turn free
 * waits here, for the next one of its user: by priority, the oldest first, and nothing starves (see `Picker`).
 *
 * A leader knows what runs from the log, and what it has itself emitted. What its predecessor emitted and nobody has
 * started yet it emits again in the same order, so it counts the same ones; for the seconds of a takeover a user
 * may have a few more.
 */
import { FairPriorityQueue } from '../../../application/processes/fair-priority-queue.ts';
import type { UserId } from '../../../domain/shared/ids.ts';
import type { Instant } from '../../../domain/shared/instant.ts';
import type { Priority } from '../../../domain/task/status.ts';

/** An attempt that asks for a turn; `row` is its task's. */
export interface Turn {
  readonly row: number;
  readonly userId: UserId;
  readonly priority: Priority;
  readonly due_at: Instant;
}

interface Held {
  readonly userId: UserId;
  /** The log shows that the attempt runs; else its command is on its way, or about to be. */
  running: boolean;
}

interface User {
  held: number;
  waiting: number;
  readonly picker: FairPriorityQueue<Turn>;
}

export class UserTurns {
  readonly #limit: number;
  readonly #users = new Map<UserId, User>();
  readonly #held = new Map<number, Held>();
  readonly #waiting = new Map<number, Turn>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many attempts wait for a turn. */
  get waiting(): number {
    return this.#waiting.size;
  }

  isWaiting(row: number): boolean {
    return this.#waiting.has(row);
  }

  /** True where the row has a turn, now or since before; else it waits for one. */
  take(turn: Turn): boolean {
    if (this.#held.has(turn.row)) return true;
    const user = this.#userOf(turn.userId);
    if (user.held < this.#limit) {
      this.#hold(turn.row, turn.userId, false);
      return true;
    }
    if (!this.#waiting.has(turn.row)) {
      this.#waiting.set(turn.row, turn);
      user.waiting += 1;
      user.picker.add(turn);
    }
    return false;
  }

  /** True where the row has a turn, now or since before; where none is free it does not wait for one. */
  takeFree(row: number, userId: UserId): boolean {
    if (this.#held.has(row)) return true;
    if ((this.#users.get(userId)?.held ?? 0) >= this.#limit) return false;
    this.#hold(row, userId, false);
    return true;
  }

  /** The row's attempt runs, whoever let it. */
  runs(row: number, userId: UserId): void {
    this.#stopWaiting(row);
    const held = this.#held.get(row);
    if (held === undefined) this.#hold(row, userId, true);
    else held.running = true;
  }

  /** The row has nothing that runs or waits. Answers the row that has the turn from now on, null where none. */
  release(row: number): number | null {
    this.#stopWaiting(row);
    const held = this.#held.get(row);
    if (held === undefined) return null;
    this.#held.delete(row);
    const user = this.#userOf(held.userId);
    user.held -= 1;
    const next = user.held < this.#limit ? user.picker.next() : null;
    if (next !== null) {
      this.#waiting.delete(next.row);
      user.waiting -= 1;
      this.#hold(next.row, next.userId, false);
    }
    this.#forgetIdle(held.userId, user);
    return next?.row ?? null;
  }

  /** Forgets all but what runs. Answers the rows that waited. */
  forgetEmitted(): number[] {
    const waited = [...this.#waiting.keys()];
    for (const row of waited) this.#stopWaiting(row);
    for (const [row, held] of this.#held) {
      if (!held.running) this.release(row);
    }
    return waited;
  }

  #hold(row: number, userId: UserId, running: boolean): void {
    this.#held.set(row, { userId, running });
    this.#userOf(userId).held += 1;
  }

  #stopWaiting(row: number): void {
    const turn = this.#waiting.get(row);
    if (turn === undefined) return;
    this.#waiting.delete(row);
    const user = this.#userOf(turn.userId);
    user.waiting -= 1;
    user.picker.remove(turn);
    this.#forgetIdle(turn.userId, user);
  }

  #userOf(userId: UserId): User {
    const known = this.#users.get(userId);
    if (known !== undefined) return known;
    const user: User = { held: 0, waiting: 0, picker: new FairPriorityQueue() };
    this.#users.set(userId, user);
    return user;
  }

  #forgetIdle(userId: UserId, user: User): void {
    if (user.held === 0 && user.waiting === 0) this.#users.delete(userId);
  }
}
