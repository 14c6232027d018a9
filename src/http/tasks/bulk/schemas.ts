/** Changes of many tasks as callers ask for them. */
import { z } from '@hono/zod-openapi';
import { PRIORITIES, TASK_STATUSES, TASK_TYPES } from '../../../domain/task/status.ts';
import { timestamp } from '../../router/fields.ts';
import { searched } from '../listing/schemas.ts';
import { taskIdValue } from '../schemas.ts';

const MOST_VALUES = 100;

/** One value, or several of which any fits. */
function anyOf<S extends z.ZodType>(schema: S) {
  // Counted before each is looked at.
  const several = z.array(z.unknown()).min(1).max(MOST_VALUES).pipe(z.array(schema));
  const { $schema: _, ...one } = z.toJSONSchema(schema) as { type: 'string'; $schema?: string };
  return z
    .preprocess((value) => (Array.isArray(value) ? value : [value]), several)
    .openapi({
      type: ['string', 'array'],
      anyOf: [one, { type: 'array', items: one, minItems: 1, maxItems: MOST_VALUES }],
      description: 'One value, or an array of which any fits.',
    });
}

export const BULK_ACTIONS = ['pause', 'resume', 'tick', 'complete', 'cancel', 'delete', 'restore'] as const;
/** Tasks that one request may name. */
const MOST_IDS = 1_000;

export const BulkFilter = z
  .strictObject({
    status: anyOf(z.enum(TASK_STATUSES)).optional(),
    task_type: anyOf(z.enum(TASK_TYPES)).optional(),
    priority: anyOf(z.enum(PRIORITIES)).optional(),
    tag: anyOf(z.string().min(1)).optional(),
    template_id: anyOf(z.string().min(1)).optional(),
    calendar_id: anyOf(z.string().min(1)).optional(),
    q: searched.optional(),
    due_from: timestamp.optional(),
    due_before: timestamp.optional(),
    next_run_from: timestamp.optional(),
    next_run_before: timestamp.optional(),
    has_schedule: z.boolean().optional(),
    has_open_occurrences: z.boolean().optional(),
  })
  .openapi('TaskFilter', {
    description:
      'As in the list. `{}` asks for all tasks that are not deleted; to restore, for all that are.',
  });

export const BulkBody = z
  .strictObject({
    action: z.enum(BULK_ACTIONS).openapi({
      description:
        '`tick` completes tasks that do not repeat, and of a recurring to-do only the oldest open occurrence; `complete` ' +
        'ends series too.',
    }),
    filter: BulkFilter.optional().openapi({ description: 'Which tasks; or `ids`.' }),
    ids: z
      .array(taskIdValue)
      .min(1)
      .max(MOST_IDS)
      .optional()
      .openapi({ description: 'These tasks. Those that are not there are in `failed`.' }),
    dry_run: z
      .boolean()
      .default(false)
      .openapi({ description: 'Only tells what would come of it; nothing is changed.' }),
  })
  .openapi('BulkChange', { example: { action: 'pause', filter: { tag: 'morning' }, dry_run: true } });

export const BulkSchema = z
  .strictObject({
    matched: z.int().min(0).openapi({ description: 'Tasks that the filter found.' }),
    changed: z.int().min(0).openapi({ description: 'The others of them were as asked already, or failed.' }),
    failed: z.array(z.strictObject({ task_id: z.string(), error_code: z.string() })),
  })
  .openapi('BulkResult');
