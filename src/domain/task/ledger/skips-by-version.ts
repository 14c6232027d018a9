import type { Instant } from '../../shared/instant.ts';
import type { SlotSkipChanged } from '../events/events.ts';
import type { SchedulingState } from '../state.ts';

/** Slots that the owner took out, by schedule version: in the ledger they lie in the spans of others. */
export class SkipsByVersion {
  readonly #skips = new Map<number, ReadonlySet<Instant>>();

  /** Those that the task has, beside those that are known. */
  keep({ schedule_version, skipped_slots = [] }: SchedulingState): void {
    if (skipped_slots.length === 0) return;
    const known = this.#skips.get(schedule_version) ?? [];
    this.#skips.set(schedule_version, new Set([...known, ...skipped_slots]));
  }

  set({ schedule_version }: SchedulingState, { slot, skip }: Pick<SlotSkipChanged, 'slot' | 'skip'>): void {
    const skips = new Set(this.#skips.get(schedule_version));
    if (skip) skips.add(slot);
    else skips.delete(slot);
    this.#skips.set(schedule_version, skips);
  }

  last(version: number): Instant | null {
    return [...(this.#skips.get(version) ?? [])].sort().at(-1) ?? null;
  }

  has(version: number, slot: Instant): boolean {
    return this.#skips.get(version)?.has(slot) ?? false;
  }
}
