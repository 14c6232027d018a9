import { nextSlot, slotFrom } from '../../domain/schedule/slots.ts';
import type { TaskSchedule } from '../../domain/schedule/types.ts';
import type { TaskId } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { backfillSchedule } from '../../domain/task/decide/slots/backfill.ts';
import type { TaskSnapshot } from '../../domain/task/evolve/snapshot.ts';
import { type IfMatch, revisionFor } from '../commands/if-match.ts';
import type { Write } from './idempotent-writes.ts';

export interface BackfillRequest {
  readonly taskId: TaskId;
  readonly ifMatch: IfMatch;
  readonly from: Instant;
  readonly to: Instant;
  /** Null: of all schedules. */
  readonly schedule_id: string | null;
}

/** Asks for the slots of a range that has been, and tells which they are. Throws WriteRefused. */
export async function backfillRange(
  write: Pick<Write, 'execute'>,
  { taskId, ifMatch, ...range }: BackfillRequest,
): Promise<{ readonly snapshot: TaskSnapshot; readonly slots: readonly Instant[] }> {
  const { snapshot } = await write.execute(taskId, (state) => ({
    type: 'backfill',
    data: range,
    if_match: revisionFor(ifMatch, state),
  }));
  const schedule = backfillSchedule(snapshot.state, range.schedule_id ?? undefined);
  return { snapshot, slots: schedule === null ? [] : slotsWithin(schedule, range.from, range.to) };
}

function slotsWithin(schedule: TaskSchedule, from: Instant, to: Instant): Instant[] {
  const slots: Instant[] = [];
  for (let slot = slotFrom(schedule, from); slot !== null && slot <= to; slot = nextSlot(schedule, slot)) {
    slots.push(slot);
  }
  return slots;
}
