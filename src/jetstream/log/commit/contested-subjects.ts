/** Subjects that lost a lock a moment ago: each goes alone, so that one racing client does not slow the others. */
import type { AppendUnit } from './append-unit.ts';

const ALONE_AFTER_LOST_LOCK_MS = 1_000;

export class ContestedSubjects {
  /** By subject: until when it goes alone, as `performance.now()`. */
  readonly #until = new Map<string, number>();

  get size(): number {
    return this.#until.size;
  }

  /** A lock of the unit was lost. */
  add(unit: AppendUnit): void {
    const until = performance.now() + ALONE_AFTER_LOST_LOCK_MS;
    for (const { subject } of unit.locks) this.#until.set(subject, until);
  }

  /** Whether one of the unit's subjects is contested now. */
  has(unit: AppendUnit): boolean {
    if (this.#until.size === 0) return false;
    const now = performance.now();
    return unit.locks.some(({ subject }) => (this.#until.get(subject) ?? 0) > now);
  }

  forgetOld(): void {
    const now = performance.now();
    for (const [subject, until] of this.#until) if (until <= now) this.#until.delete(subject);
  }
}
