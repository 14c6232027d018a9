/** The slots of several schedules as those of one. */

import type { Instant } from '../shared/instant.ts';
import type { ClosingCalendar } from './calendar/closed-days.ts';

/** A slot, or what would be one on a date that is not excluded. */
export interface NominalSlot {
  readonly at: Instant;
  readonly excluded: boolean;
  /** The calendar that leaves it out; absent where none does, or a date of the schedule's own does. */
  readonly closing?: ClosingCalendar;
  /** Of several schedules: the first that has it. */
  readonly schedule_id?: string;
}

type Ordered = Pick<NominalSlot, 'at'> & { readonly excluded?: boolean };

/**
 * In order of time, one for each instant: that of the first part which has it and does not exclude it, with the index of
 * that part. Each part is in order itself.
 */
export function* mergedSlots<Slot extends Ordered>(
  parts: readonly Iterator<Slot, void, undefined>[],
): Generator<Slot & { readonly index: number }, void, undefined> {
  const heads = parts.map((part) => part.next().value ?? null);
  for (let first = firstOf(heads); first !== null; first = firstOf(heads)) {
    yield first;
    for (const [index, head] of heads.entries()) {
      if (head?.at === first.at) heads[index] = parts[index]?.next().value ?? null;
    }
  }
}

function firstOf<Slot extends Ordered>(heads: readonly (Slot | null)[]) {
  let first: (Slot & { readonly index: number }) | null = null;
  for (const [index, head] of heads.entries()) {
    if (head === null) continue;
    const isBetter =
      first === null || head.at < first.at || (head.at === first.at && first.excluded && !head.excluded);
    if (isBetter) first = { ...head, index };
  }
  return first;
}
