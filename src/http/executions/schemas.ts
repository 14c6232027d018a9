/** Executions as callers ask for them and see them. */
import { z } from '@hono/zod-openapi';
import { EXECUTION_STATUSES, TRIGGER_TYPES } from '../../domain/execution/types.ts';
import { TASK_TYPES } from '../../domain/task/status.ts';
import { jsonObject, MAX_TRIGGER_DATA_BYTES, timestamp, wholeNumber } from '../router/fields.ts';
import { AnyJson } from '../router/responses.ts';
import { cursor, offset, taskIdParam, taskIdValue } from '../tasks/schemas.ts';

export const ExecuteBody = z
  .strictObject({
    /** By hand is the only way to run a task from here. */
    trigger_type: z.literal('manual').default('manual'),
    trigger_data: jsonObject(MAX_TRIGGER_DATA_BYTES).default({}),
  })
  .openapi('ExecuteTask', { example: { trigger_type: 'manual', trigger_data: {} } });

export const DEFAULT_EXECUTIONS_LIMIT = 50;
const MAX_LIMIT = 200;

const statuses = z.array(z.enum(EXECUTION_STATUSES));

export const ListExecutionsQuery = z.strictObject({
  limit: wholeNumber(1, MAX_LIMIT).optional(),
  offset: offset.optional(),
  cursor: cursor.optional(),
  status: statuses.optional(),
});

export const ListAllExecutionsQuery = z.strictObject({
  status: statuses.optional(),
  trigger_type: z.array(z.enum(TRIGGER_TYPES)).optional(),
  task_type: z.array(z.enum(TASK_TYPES)).optional(),
  task_id: taskIdValue.optional(),
  q: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .openapi({ description: "Searched in the task's name, the summary, the error's message and its code." }),
  from: timestamp.optional().openapi({ description: 'Requested at this time or later.' }),
  to: timestamp.optional().openapi({ description: 'Requested at this time or earlier.' }),
  limit: wholeNumber(1, MAX_LIMIT).optional(),
  cursor: cursor.optional(),
});

const executionIdParam = z.string().openapi({ pattern: '^exe_[0-7][0-9A-HJKMNP-TV-Z]{25}$' });
export const ExecutionParams = z.object({ task_id: taskIdParam, execution_id: executionIdParam });
export const ExecutionIdParams = z.object({ execution_id: executionIdParam });

const instant = z.string().openapi({ format: 'date-time' });
const count = z.int().min(0);

const shownFields = {
  id: z.int().openapi({ description: 'Log sequence of its request.' }),
  execution_id: z.string(),
  task_id: z.string(),
  user_id: z.string(),
  status: z.enum(EXECUTION_STATUSES),
  trigger_type: z.enum(TRIGGER_TYPES),
  trigger_data: z.looseObject({}),
  scheduled_for: instant.nullable(),
  schedule_id: z
    .string()
    .nullable()
    .openapi({ description: 'The schedule whose slot it is; `main` where the task has one.' }),
  late_by_ms: count.nullable(),
  attempt: z.int().min(1),
  summary: z.string().nullable(),
  result: AnyJson,
  result_truncated: z.boolean(),
  error_message: z.string().nullable(),
  error_details: z.looseObject({}).nullable(),
  credits_consumed: z.number(),
  tokens_used: count,
  api_calls_made: count,
  duration_ms: count.nullable(),
  started_at: instant.nullable(),
  completed_at: instant.nullable(),
  created_at: instant,
};

export const ExecutionSchema = z.strictObject(shownFields).openapi('Execution');

const rowFields = {
  ...shownFields,
  task_name: z.string().openapi({ description: 'As it is now.' }),
  task_type: z.enum(TASK_TYPES),
  task_timezone: z
    .string()
    .nullable()
    .openapi({ description: 'Of its schedule, as it is now; null where it has none.' }),
};
const ExecutionRowSchema = z.strictObject(rowFields).openapi('ExecutionRow');

const AttemptSchema = z
  .strictObject({
    attempt: z.int().min(1),
    worker: z.string(),
    started_at: instant,
    ended_at: instant.nullable().openapi({ description: 'Null while it runs.' }),
    outcome: z
      .enum(['completed', 'failed', 'timed_out', 'lost', 'cancelled'])
      .nullable()
      .openapi({ description: '`lost`: nothing was heard of its worker any more. Null while it runs.' }),
    error: z
      .union([z.strictObject({ code: z.string(), message: z.string().nullable() }), z.null()])
      .openapi({ description: 'Of this attempt; also of one that another followed.' }),
  })
  .openapi('Attempt');

export const ExecutionDetailsSchema = z
  .strictObject({ ...rowFields, attempts: z.array(AttemptSchema) })
  .openapi('ExecutionDetails');
export const ExecutionListSchema = z.array(ExecutionSchema);
export const ExecutionPageSchema = z
  .strictObject({
    executions: z.array(ExecutionRowSchema),
    count: z.int().openapi({ description: 'Of the executions in this page.' }),
    next_cursor: z.string().nullable().openapi({
      description:
        'Not null where there may be more: a page ends early, even empty, where results are large or few fit.',
    }),
  })
  .openapi('ExecutionPage');
