/** What can be asked of executions. */
import { createRoute, z } from '@hono/zod-openapi';
import {
  EditHeaders,
  jsonAnswer,
  jsonBody,
  LIMIT_PROBLEMS,
  problems,
  READ_PROBLEMS,
  SECURITY,
  SEQUENCE_HEADER,
  WRITE_PROBLEMS,
} from '../router/responses.ts';
import { ReasonBody, TaskParams } from '../tasks/schemas.ts';
import {
  ExecuteBody,
  ExecutionDetailsSchema,
  ExecutionIdParams,
  ExecutionListSchema,
  ExecutionPageSchema,
  ExecutionParams,
  ExecutionSchema,
  ListAllExecutionsQuery,
  ListExecutionsQuery,
} from './schemas.ts';

const TASK_PATH = '/api/v1/tasks/{task_id}';
const EXECUTION_PATH = `${TASK_PATH}/executions/{execution_id}` as const;
const tags = ['executions'];
const security = SECURITY;

const ExecuteHeaders = EditHeaders.extend({
  Prefer: z
    .string()
    .optional()
    .openapi({ description: '`wait=N`: how many seconds (0 to 60, default 10) to wait for the end.' }),
});
const LOCATION = { Location: 'The path of the execution.' };

export const executeTaskRoute = createRoute({
  method: 'post',
  path: `${TASK_PATH}/execute`,
  summary: 'Run a task now',
  tags,
  security,
  request: { params: TaskParams, headers: ExecuteHeaders, body: jsonBody(ExecuteBody, false) },
  responses: {
    201: jsonAnswer('The execution, ended.', ExecutionSchema, { ...SEQUENCE_HEADER, ...LOCATION }),
    202: jsonAnswer('The execution as it stands.', ExecutionSchema, { ...SEQUENCE_HEADER, ...LOCATION }),
    ...problems(
      ...WRITE_PROBLEMS,
      ...LIMIT_PROBLEMS,
      'INVALID_HEADER',
      'TASK_NOT_FOUND',
      'TASK_NOT_EXECUTABLE',
      'TASK_ALREADY_RUNNING',
      'REVISION_MISMATCH',
    ),
  },
});

export const listExecutionsRoute = createRoute({
  method: 'get',
  path: `${TASK_PATH}/executions`,
  summary: 'List executions of a task, newest first',
  tags,
  security,
  request: { params: TaskParams, query: ListExecutionsQuery },
  responses: {
    200: jsonAnswer('A page of executions.', ExecutionListSchema, {
      Link: 'The next page as rel="next", where there is one.',
    }),
    ...problems(...READ_PROBLEMS, 'TASK_NOT_FOUND'),
  },
});

export const listAllExecutionsRoute = createRoute({
  method: 'get',
  path: '/api/v1/executions',
  summary: 'List executions of all tasks, newest first',
  description:
    'Those of deleted tasks too. A filter that may be repeated asks for any of its values. A cursor names a place, so ' +
    'pages stay right while executions are added; a page holds a few MiB at most. The ' +
    "`task_id` of a task that is not there, or is somebody else's, finds nothing.",
  tags,
  security,
  request: { query: ListAllExecutionsQuery },
  responses: {
    200: jsonAnswer('A page of executions.', ExecutionPageSchema),
    ...problems(...READ_PROBLEMS),
  },
});

export const findExecutionRoute = createRoute({
  method: 'get',
  path: '/api/v1/executions/{execution_id}',
  summary: 'Read an execution of any task, with its attempts',
  tags,
  security,
  request: { params: ExecutionIdParams },
  responses: {
    200: jsonAnswer('The execution.', ExecutionDetailsSchema),
    ...problems(...READ_PROBLEMS, 'EXECUTION_NOT_FOUND'),
  },
});

export const getExecutionRoute = createRoute({
  method: 'get',
  path: EXECUTION_PATH,
  summary: 'Read an execution, with its attempts',
  tags,
  security,
  request: { params: ExecutionParams },
  responses: {
    200: jsonAnswer('The execution.', ExecutionDetailsSchema),
    ...problems(...READ_PROBLEMS, 'TASK_NOT_FOUND', 'EXECUTION_NOT_FOUND'),
  },
});

export const cancelExecutionRoute = createRoute({
  method: 'post',
  path: `${EXECUTION_PATH}/cancel`,
  summary: 'Cancel an execution, stopping its run',
  tags,
  security,
  request: { params: ExecutionParams, headers: EditHeaders, body: jsonBody(ReasonBody, false) },
  responses: {
    200: jsonAnswer('The execution.', ExecutionSchema, SEQUENCE_HEADER),
    ...problems(
      ...WRITE_PROBLEMS,
      'TASK_NOT_FOUND',
      'EXECUTION_NOT_FOUND',
      'EXECUTION_ALREADY_FINISHED',
      'INVALID_HEADER',
      'REVISION_MISMATCH',
    ),
  },
});
