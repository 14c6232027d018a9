/** What a dry run answers. */
import { z } from '@hono/zod-openapi';
import type { TaskTypeCatalog } from '../../application/ports/task-types.ts';
import type { Foretold } from '../../application/use-cases/dry-run.ts';
import { scheduleBy } from '../../domain/schedule/several.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { type SlotAheadPreview, slotsAhead } from '../../domain/task/ledger/slots-ahead.ts';
import type { TaskState } from '../../domain/task/state.ts';
import { flag } from '../router/fields.ts';
import { PreviewSlotSchema } from '../schedules/slot-schema.ts';
import { type Answer, json } from '../server/answer.ts';
import { taskOf } from './representation.ts';
import { taskFields } from './schemas.ts';

const SLOTS_SHOWN = 10;

export const DryRunQuery = z.strictObject({
  dry_run: flag.optional().openapi({
    description:
      'Checks everything and answers 200 with what would be; nothing is changed, no key is used up.',
  }),
});

export const ForetoldSchema = z
  .strictObject({
    dry_run: z.literal(true),
    changes: z.boolean().openapi({ description: 'False: the task is so already.' }),
    task: z
      .strictObject({ ...taskFields, id: z.int().nullable(), task_id: z.string().nullable() })
      .openapi({ description: 'As it would be; `id` and `task_id` are null of one that is not made yet.' }),
    slots: z.array(PreviewSlotSchema).openapi({
      description: `The next ${SLOTS_SHOWN} slots that it would have, where it would be scheduled.`,
    }),
  })
  .openapi('DryRun');

export function foretoldAnswer(
  { task, is_new, changes }: Foretold,
  catalog: TaskTypeCatalog,
  now: Instant,
): Answer {
  const shown = taskOf(task, catalog);
  const { state } = task;
  const slots = state.resting_status === 'scheduled' ? slotsAhead(state, now, { count: SLOTS_SHOWN }) : [];
  return json(200, {
    dry_run: true,
    changes,
    task: is_new ? { ...shown, id: null, task_id: null } : shown,
    // The jitter follows from the task's id.
    slots: is_new ? slots.map((slot) => (isJittered(state, slot) ? { ...slot, due_at: null } : slot)) : slots,
  });
}

function isJittered({ schedule }: TaskState, { schedule_id }: SlotAheadPreview): boolean {
  return schedule !== null && scheduleBy(schedule, schedule_id).jitter_seconds > 0;
}
