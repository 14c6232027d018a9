/** Appends to one subject, in the order in which they came: one at a time, each after the one before it has its outcome. */
import type { AppendUnit } from './append-unit.ts';

export class SubjectQueues {
  readonly #queues = new Map<string, AppendUnit[]>();

  /** True where nothing stands before the unit. Units enter all their queues at once, so they cannot block each other in a ring. */
  enter(unit: AppendUnit): boolean {
    for (const { subject } of unit.locks) {
      const queue = this.#queues.get(subject);
      if (queue === undefined) {
        this.#queues.set(subject, [unit]);
      } else {
        queue.push(unit);
        unit.blockedBy++;
      }
    }
    return unit.blockedBy === 0;
  }

  /** Takes the unit out, wherever it stands; answers those that nothing blocks any more. */
  leave(unit: AppendUnit): AppendUnit[] {
    const freed: AppendUnit[] = [];
    for (const { subject } of unit.locks) {
      const queue = this.#queues.get(subject) ?? [];
      const at = queue.indexOf(unit);
      if (at === -1) continue;
      queue.splice(at, 1);
      const next = queue[0];
      if (next === undefined) this.#queues.delete(subject);
      else if (at === 0 && --next.blockedBy === 0) freed.push(next);
    }
    return freed;
  }

  waitingOn(subject: string): readonly AppendUnit[] {
    return this.#queues.get(subject) ?? [];
  }
}
