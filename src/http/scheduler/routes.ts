/** What those who run the service can ask of the scheduler. */
import { createRoute, z } from '@hono/zod-openapi';
import { PRIORITIES, TASK_STATUSES, TASK_TYPES } from '../../domain/task/status.ts';
import { OPERATORS } from '../auth/auth.ts';
import { ExecutionSchema } from '../executions/schemas.ts';
import { wholeNumber } from '../router/fields.ts';
import {
  jsonAnswer,
  LIMIT_PROBLEMS,
  problems,
  READ_PROBLEMS,
  SECURITY,
  SEQUENCE_HEADER,
  WRITE_PROBLEMS,
  WriteHeaders,
} from '../router/responses.ts';
import { cursor, TaskParams } from '../tasks/schemas.ts';

const tags = ['scheduler'];
const security = SECURITY;
const FOR_OPERATORS = 'For the role `admin` and for other services, over all users.';
const count = z.int().min(0);

export const DEFAULT_PENDING_LIMIT = 50;
const MAX_LIMIT = 200;

const PendingTaskSchema = z
  .strictObject({
    task_id: z.string(),
    user_id: z.string(),
    task_type: z.enum(TASK_TYPES),
    status: z.enum(TASK_STATUSES),
    priority: z.enum(PRIORITIES),
    next_run_time: z.string().nullable().openapi({ format: 'date-time' }),
    current_execution_id: z.string().nullable(),
  })
  .openapi('PendingTask');

export const pendingTasksRoute = createRoute({
  method: 'get',
  path: '/api/v1/scheduler/pending',
  'x-only-for': OPERATORS,
  summary: 'The tasks that are due, and those that come next',
  description: `${FOR_OPERATORS} By priority, the urgent first, then by next_run_time; without what their owners have written.`,
  tags,
  security,
  request: {
    query: z.strictObject({
      user_id: z.string().min(1).optional(),
      task_type: z.array(z.enum(TASK_TYPES)).optional(),
      priority: z.array(z.enum(PRIORITIES)).optional(),
      limit: wholeNumber(1, MAX_LIMIT).optional(),
      cursor: cursor.optional(),
    }),
  },
  responses: {
    200: jsonAnswer(
      'The first of them.',
      z
        .strictObject({
          tasks: z.array(PendingTaskSchema),
          count: z.int(),
          limit: z.int(),
          next_cursor: z.string().nullable(),
        })
        .openapi('PendingTasks'),
    ),
    ...problems(...READ_PROBLEMS, 'FORBIDDEN'),
  },
});

const LatenessSchema = z
  .strictObject({ count, p50: z.number(), p90: z.number(), p99: z.number(), max: z.number() })
  .openapi({ description: 'From due to the first start, milliseconds, since the process began.' });

export const schedulerStatusRoute = createRoute({
  method: 'get',
  path: '/api/v1/scheduler/status',
  'x-only-for': OPERATORS,
  summary: 'How the scheduler is',
  description: `${FOR_OPERATORS} Apart from who leads, it tells of the scheduler in the process that answers.`,
  tags,
  security,
  request: { query: z.strictObject({}) },
  responses: {
    200: jsonAnswer(
      'As it is now.',
      z
        .strictObject({
          leader: z
            .string()
            .nullable()
            .openapi({ description: 'The instance that leads; null: nobody does.' }),
          term: count.nullable(),
          state: z
            .enum(['stopped', 'loading', 'standby', 'leading', 'failed'])
            .nullable()
            .openapi({ description: 'Null, as is all that follows, where the process has no scheduler.' }),
          tasks: count.nullable().openapi({ description: 'With a timer or an unfinished execution.' }),
          armed_timers: count.nullable(),
          held_back: count.nullable().openapi({
            description: 'Executions that wait because their user has as many going as one may have.',
          }),
          overdue_ms: count.nullable(),
          lateness_ms: LatenessSchema.nullable(),
          position: count.nullable().openapi({ description: 'How far the log has been followed.' }),
          lag: count.nullable().openapi({ description: 'Events that lie beyond.' }),
        })
        .openapi('SchedulerStatus'),
    ),
    ...problems(...READ_PROBLEMS, 'FORBIDDEN'),
  },
});

export const schedulerExecuteRoute = createRoute({
  method: 'post',
  path: '/api/v1/scheduler/execute/{task_id}',
  'x-only-for': OPERATORS,
  summary: 'Run a task now, as the scheduler would',
  description: `${FOR_OPERATORS} The trigger is \`scheduled\`, but it is no slot: next_run_time stays.`,
  tags,
  security,
  request: {
    params: TaskParams,
    headers: WriteHeaders.extend({
      Prefer: z
        .string()
        .optional()
        .openapi({ description: '`wait=N`: how many seconds (0 to 60, default 10) to wait for the end.' }),
    }),
  },
  responses: {
    201: jsonAnswer('The execution, ended.', ExecutionSchema, SEQUENCE_HEADER),
    202: jsonAnswer('The execution as it stands.', ExecutionSchema, SEQUENCE_HEADER),
    ...problems(
      ...WRITE_PROBLEMS,
      ...LIMIT_PROBLEMS,
      'FORBIDDEN',
      'TASK_NOT_FOUND',
      'TASK_NOT_EXECUTABLE',
      'TASK_ALREADY_RUNNING',
    ),
  },
});
