/** How a list of tasks is asked for, and what it is. */
import { z } from '@hono/zod-openapi';
import { PRIORITIES, TASK_STATUSES, TASK_TYPES } from '../../../domain/task/status.ts';
import { flag, timestamp } from '../../router/fields.ts';
import { pointInTime } from '../../router/point-in-time.ts';
import { cursor, limit, offset, TaskSchema, TaskSummarySchema, taskIdValue } from '../schemas.ts';

export const SORT_FIELDS = [
  'created_at',
  'updated_at',
  'next_run_time',
  'due_date',
  'priority',
  'name',
] as const;
const SORTS = SORT_FIELDS.flatMap((field) => [field, `-${field}`] as const);
export type Sort = (typeof SORTS)[number];
export const DEFAULT_SORT: Sort = '-created_at';

export const searched = z
  .string()
  .min(1)
  .max(255)
  .openapi({ description: 'Searched in name, description, tags.' });

export const FACETS = ['status', 'task_type', 'priority', 'tag', 'template_id', 'calendar_id'] as const;
export type Facet = (typeof FACETS)[number];

/** More would not fit into the line of a request. */
const MOST_IDS = 200;

const range = (of: string, end: 'from' | 'before') =>
  timestamp.optional().openapi({
    description: end === 'from' ? `Only tasks with a ${of} at or after this.` : `Only with one before this.`,
  });

export const ListTasksQuery = z.strictObject({
  status: z.array(z.enum(TASK_STATUSES)).optional(),
  task_type: z.array(z.enum(TASK_TYPES)).optional(),
  priority: z.array(z.enum(PRIORITIES)).optional(),
  tag: z.array(z.string().min(1)).optional(),
  template_id: z.array(z.string().min(1)).optional(),
  calendar_id: z
    .array(z.string().min(1))
    .optional()
    .openapi({ description: 'Tasks with a schedule that follows one of these calendars.' }),
  ids: z
    .array(taskIdValue)
    .max(MOST_IDS)
    .optional()
    .openapi({ description: "Only these tasks, as far as they are the caller's." }),
  q: searched.optional(),
  due_from: range('due date', 'from'),
  due_before: range('due date', 'before'),
  next_run_from: range('next run', 'from'),
  next_run_before: range('next run', 'before'),
  has_schedule: flag.optional(),
  has_open_occurrences: flag
    .optional()
    .openapi({ description: 'Recurring to-dos with slots that nobody has ticked.' }),
  include_deleted: flag.optional(),
  as_of: pointInTime.optional(),
  view: z
    .enum(['full', 'summary'])
    .optional()
    .openapi({ default: 'full', description: '`summary`: without `config`, `metadata` and `last_result`.' }),
  total: flag.optional().openapi({ description: 'Also counts all tasks that the filters find.' }),
  facets: z
    .array(z.enum(FACETS))
    .optional()
    .openapi({ description: 'Also counts by the values of these, each without its own filter.' }),
  limit: limit.optional(),
  offset: offset.optional(),
  cursor: cursor.optional(),
  sort: z.enum(SORTS).optional().openapi({ default: DEFAULT_SORT }),
});
export type ListTasksFilter = z.output<typeof ListTasksQuery>;

const count = z.int().min(0);
const FacetSchema = z.array(z.strictObject({ value: z.string(), count }));

export const TaskListSchema = z
  .strictObject({
    tasks: z
      .array(z.union([TaskSchema, TaskSummarySchema]))
      .openapi({ description: 'Fewer than `limit` where they are large: the cursor goes on.' }),
    count: z.int().openapi({ description: 'Of the tasks in this page.' }),
    total: count.nullable().openapi({ description: 'Of all that the filters find, where asked for.' }),
    facets: z
      .partialRecord(z.enum(FACETS), FacetSchema)
      .nullable()
      .openapi({
        type: ['object', 'null'],
        description:
          'Where asked for: values with how many tasks have them, the most frequent first, at most 100.',
        additionalProperties: {
          type: 'array',
          items: {
            type: 'object',
            properties: { value: { type: 'string' }, count: { type: 'integer', minimum: 0 } },
            required: ['value', 'count'],
            additionalProperties: false,
          },
        },
      }),
    limit: z.int(),
    offset: z.int(),
    filters: z.looseObject({}),
    next_cursor: z.string().nullable(),
  })
  .openapi('TaskList');
