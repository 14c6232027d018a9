/** What can be asked of tasks. */
import { createRoute, z } from '@hono/zod-openapi';
import {
  EditHeaders,
  jsonAnswer,
  jsonBody,
  problems,
  READ_PROBLEMS,
  SECURITY,
  SEQUENCE_HEADER,
  TASK_HEADERS,
  WRITE_PROBLEMS,
  WriteHeaders,
} from '../router/responses.ts';
import { BulkBody, BulkSchema } from './bulk/schemas.ts';
import { DryRunQuery, ForetoldSchema } from './foretold.ts';
import { ListTasksQuery, TaskListSchema } from './listing/schemas.ts';
import {
  CreateTaskBody,
  DeletedSchema,
  FromTemplateBody,
  GetTaskQuery,
  ReasonBody,
  TaskParams,
  TaskSchema,
  TemplateTaskBody,
  UpdateTaskBody,
} from './schemas.ts';

export const TASKS_PATH = '/api/v1/tasks';
export const TASK_PATH = `${TASKS_PATH}/{task_id}` as const;
const tags = ['tasks'];
const security = SECURITY;

const FORETOLD = jsonAnswer('Of a dry run: what would be.', ForetoldSchema);

const CREATED = {
  200: FORETOLD,
  201: jsonAnswer('The task.', TaskSchema, { ...TASK_HEADERS, Location: 'The path of the task.' }),
  ...problems(
    ...WRITE_PROBLEMS,
    'NO_FUTURE_SLOT',
    'TEMPLATE_NOT_FOUND',
    'SUBSCRIPTION_REQUIRED',
    'TASK_LIMIT_EXCEEDED',
    'ACCOUNT_NOT_FOUND',
    'ACCOUNT_UNAVAILABLE',
  ),
};

export const createTaskRoute = createRoute({
  method: 'post',
  path: TASKS_PATH,
  summary: 'Create a task',
  description: 'With `template_id` it is the same as `/tasks/from-template`.',
  tags,
  security,
  request: {
    query: DryRunQuery,
    headers: WriteHeaders,
    body: jsonBody(z.union([CreateTaskBody, TemplateTaskBody]), true),
  },
  responses: CREATED,
});

export const taskFromTemplateRoute = createRoute({
  method: 'post',
  path: `${TASKS_PATH}/from-template`,
  summary: 'Create a task from a template',
  description: "The config is merged over the template's default_config, member by member.",
  tags,
  security,
  request: { query: DryRunQuery, headers: WriteHeaders, body: jsonBody(FromTemplateBody, true) },
  responses: CREATED,
});

export const listTasksRoute = createRoute({
  method: 'get',
  path: TASKS_PATH,
  summary: 'List tasks',
  description:
    'A filter that may be repeated asks for any of its values. A page holds a few MiB at most: `next_cursor` goes on ' +
    'where it ends. Honours If-None-Match: 304 where the caller has this very page already. With `as_of`, the tasks as ' +
    'they were then: after the event of a log sequence, one cut through all of them, or at a time, each as of its own ' +
    'events.',
  tags,
  security,
  request: { query: ListTasksQuery },
  responses: {
    200: jsonAnswer('A page of tasks.', TaskListSchema, { ETag: 'Of this page; weak.' }),
    304: { description: 'The caller has this page already.' },
    ...problems(...READ_PROBLEMS, 'AS_OF_TOO_FAR', 'CURSOR_AHEAD', 'LOG_FORKED'),
  },
});

export const getTaskRoute = createRoute({
  method: 'get',
  path: TASK_PATH,
  summary: 'Read a task',
  description:
    'Honours If-None-Match: 304 where the caller has the current revision. With `as_of`, the task as it was then; ' +
    'one that is deleted, now or then, only with `include_deleted`.',
  tags,
  security,
  request: { params: TaskParams, query: GetTaskQuery },
  responses: {
    200: jsonAnswer('The task.', TaskSchema, { ETag: TASK_HEADERS.ETag }),
    304: { description: 'The caller has this revision already.' },
    ...problems(...READ_PROBLEMS, 'TASK_NOT_FOUND', 'CURSOR_AHEAD', 'LOG_FORKED'),
  },
});

const EDIT_PROBLEMS = [...WRITE_PROBLEMS, 'INVALID_HEADER', 'TASK_NOT_FOUND', 'REVISION_MISMATCH'] as const;

const update = {
  path: TASK_PATH,
  description: 'Only the fields sent change; null clears a nullable field.',
  tags,
  security,
  request: {
    params: TaskParams,
    query: DryRunQuery,
    headers: EditHeaders,
    body: jsonBody(UpdateTaskBody, true),
  },
  responses: {
    200: jsonAnswer(
      'The task; of a dry run, what would be.',
      z.union([TaskSchema, ForetoldSchema]),
      TASK_HEADERS,
    ),
    ...problems(
      ...EDIT_PROBLEMS,
      'IMMUTABLE_FIELD',
      'INVALID_STATUS_TRANSITION',
      'NO_FUTURE_SLOT',
      'TASK_LIMIT_EXCEEDED',
    ),
  },
};
export const putTaskRoute = createRoute({ ...update, method: 'put', summary: 'Update a task' });
export const patchTaskRoute = createRoute({ ...update, method: 'patch', summary: 'Update a task' });

export const deleteTaskRoute = createRoute({
  method: 'delete',
  path: TASK_PATH,
  summary: 'Delete a task',
  tags,
  security,
  request: { params: TaskParams, headers: EditHeaders },
  responses: {
    200: jsonAnswer('It is deleted.', DeletedSchema, SEQUENCE_HEADER),
    ...problems(...EDIT_PROBLEMS),
  },
});

const statusAction = {
  tags,
  security,
  request: { params: TaskParams, headers: EditHeaders, body: jsonBody(ReasonBody, false) },
  responses: {
    200: jsonAnswer('The task.', TaskSchema, TASK_HEADERS),
    ...problems(...EDIT_PROBLEMS, 'INVALID_STATUS_TRANSITION', 'NO_FUTURE_SLOT'),
  },
} as const;
export const pauseTaskRoute = createRoute({
  ...statusAction,
  method: 'post',
  path: `${TASK_PATH}/pause`,
  summary: 'Pause a task',
});
export const resumeTaskRoute = createRoute({
  ...statusAction,
  method: 'post',
  path: `${TASK_PATH}/resume`,
  summary: 'Resume a task',
});
export const cancelTaskRoute = createRoute({
  ...statusAction,
  method: 'post',
  path: `${TASK_PATH}/cancel`,
  summary: 'Cancel a task for good',
});
export const restoreTaskRoute = createRoute({
  ...statusAction,
  method: 'post',
  path: `${TASK_PATH}/restore`,
  summary: 'Restore a deleted task',
  description:
    'It comes back as it was, with its history; one that is not deleted stays as it is. Slots that passed while it ' +
    'was deleted are not run. A schedule with no slot left leaves it completed, a one-off pending.',
  responses: {
    200: jsonAnswer('The task.', TaskSchema, TASK_HEADERS),
    ...problems(...EDIT_PROBLEMS, 'TASK_LIMIT_EXCEEDED'),
  },
});

export const bulkRoute = createRoute({
  method: 'post',
  path: `${TASKS_PATH}/bulk`,
  summary: 'Pause, resume, complete, cancel, delete or restore many tasks',
  description:
    'Each task is decided on by itself: one that cannot be changed is named in `failed`, the others are changed all ' +
    'the same. Where the event log stops answering half-way the answer is 503 `OUTCOME_UNKNOWN` with `matched`, ' +
    '`changed`, `failed`, `unknown` and `untouched`; repeated with its Idempotency-Key the request goes on from there, ' +
    'and changes no task twice.',
  tags,
  security,
  request: { headers: WriteHeaders, body: jsonBody(BulkBody, true) },
  responses: {
    200: jsonAnswer('What came of it.', BulkSchema, SEQUENCE_HEADER),
    ...problems(...WRITE_PROBLEMS),
  },
});
