/** What a changed schedule does to the runs that were planned. */

export interface PlannedChange {
  /** Instants (RFC 3339) that were planned and are not any more, and those that were not. */
  readonly goes: readonly string[];
  readonly comes: readonly string[];
  /** Up to when both are known, epoch ms; null: to the end of both schedules. */
  readonly through: number | null;
}

/** Slots as far as they were asked for, in order. */
export interface PlannedSlots {
  readonly at: readonly string[];
  /** Whether there may be more. */
  readonly isCut: boolean;
}

/** What people look ahead to; beyond it only where nothing changes before. */
const NEAR_MS = 90 * 86_400_000;

export function plannedChange(before: PlannedSlots, after: PlannedSlots, now: number): PlannedChange {
  const ends = [before, after].flatMap(({ at, isCut }) => (isCut ? [Date.parse(at.at(-1) ?? '')] : []));
  const known = ends.length === 0 ? null : Math.min(...ends);
  const near = changeThrough(before, after, Math.min(known ?? Number.POSITIVE_INFINITY, now + NEAR_MS));
  if (near.goes.length + near.comes.length > 0) return near;
  return changeThrough(before, after, known);
}

function changeThrough(before: PlannedSlots, after: PlannedSlots, through: number | null): PlannedChange {
  const within = ({ at }: PlannedSlots) =>
    at.filter((each) => through === null || Date.parse(each) <= through);
  const [old, fresh] = [new Set(within(before)), new Set(within(after))];
  return {
    goes: [...old].filter((at) => !fresh.has(at)),
    comes: [...fresh].filter((at) => !old.has(at)),
    through,
  };
}
