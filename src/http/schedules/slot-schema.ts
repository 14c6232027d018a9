/** A slot that is planned, as people read it. */
import { z } from '@hono/zod-openapi';

export const PreviewSlotSchema = z.strictObject({
  at: z.string().openapi({ format: 'date-time' }),
  schedule_id: z.string().openapi({
    description:
      'The schedule whose slot it is: `main` where there is one; of several that have it the first.',
  }),
  local: z.string().openapi({ description: 'The local time of its schedule, with the offset.' }),
  due_at: z.string().nullable().openapi({
    format: 'date-time',
    description: 'With its jitter. Null where it has jitter and is of no task yet.',
  }),
  skipped: z
    .boolean()
    .openapi({ description: 'The owner of the task took it out: it will not run, and uses up no run.' }),
  note: z.string().nullable().openapi({ description: 'What daylight saving did here.' }),
  notes: z
    .array(z.strictObject({ code: z.enum(['gap_dropped', 'gap_moved', 'fold']), params: z.looseObject({}) }))
    .openapi({ description: 'The same for programs; wall times as `2026-03-29 02:30`.' }),
});
