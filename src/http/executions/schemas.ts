/** Executions as callers ask for them and see them. */
import { z } from '@hono/zod-openapi';
import { EXECUTION_STATUSES, TRIGGER_TYPES } from '../../domain/execution/types.ts';
import { parseTaskId, type TaskId } from '../../domain/shared/ids.ts';
import { jsonObject, MAX_TRIGGER_DATA_BYTES, timestamp, wholeNumber } from '../router/fields.ts';
import { AnyJson } from '../router/responses.ts';
import { fault } from '../router/validation.ts';
import { cursor, offset, taskIdParam } from '../tasks/schemas.ts';

export const ExecuteBody = z
  .strictObject({
    /** By hand is the only way to run a task from here. */
    trigger_type: z.literal('manual').default('manual'),
    trigger_data: jsonObject(MAX_TRIGGER_DATA_BYTES).default({}),
  })
  .openapi('ExecuteTask', { example: { trigger_type: 'manual', trigger_data: {} } });

export const DEFAULT_EXECUTIONS_LIMIT = 50;
const MAX_LIMIT = 200;

export const ListExecutionsQuery = z.strictObject({
  limit: wholeNumber(1, MAX_LIMIT).optional(),
  offset: offset.optional(),
  cursor: cursor.optional(),
  status: z.enum(EXECUTION_STATUSES).optional(),
});

const taskId = z
  .string()
  .transform((text, context): TaskId => {
    const id = parseTaskId(text);
    if (id !== null) return id;
    fault(context, 'invalid_task_id', 'Is not a task id');
    return z.NEVER;
  })
  .openapi({ type: 'string', pattern: '^tsk_[0-7][0-9A-HJKMNP-TV-Z]{25}$' });

export const ListAllExecutionsQuery = z.strictObject({
  status: z.enum(EXECUTION_STATUSES).optional(),
  task_id: taskId.optional(),
  from: timestamp.optional().openapi({ description: 'Requested at this time or later.' }),
  to: timestamp.optional().openapi({ description: 'Requested at this time or earlier.' }),
  limit: wholeNumber(1, MAX_LIMIT).optional(),
  cursor: cursor.optional(),
});

export const ExecutionParams = z.object({
  task_id: taskIdParam,
  execution_id: z.string().openapi({ pattern: '^exe_[0-7][0-9A-HJKMNP-TV-Z]{25}$' }),
});

const instant = z.string().openapi({ format: 'date-time' });
const count = z.int().min(0);

export const ExecutionSchema = z
  .strictObject({
    id: z.int().openapi({ description: 'Log sequence of its request.' }),
    execution_id: z.string(),
    task_id: z.string(),
    user_id: z.string(),
    status: z.enum(EXECUTION_STATUSES),
    trigger_type: z.enum(TRIGGER_TYPES),
    trigger_data: z.looseObject({}),
    scheduled_for: instant.nullable(),
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
  })
  .openapi('Execution');
export const ExecutionListSchema = z.array(ExecutionSchema);
export const ExecutionPageSchema = z
  .strictObject({
    executions: z.array(ExecutionSchema),
    count: z.int().openapi({ description: 'Of the executions in this page.' }),
    next_cursor: z.string().nullable(),
  })
  .openapi('ExecutionPage');
