import { createRoute } from '@hono/zod-openapi';
import {
  EditHeaders,
  jsonAnswer,
  jsonBody,
  problems,
  READ_PROBLEMS,
  SECURITY,
  TASK_HEADERS,
  WRITE_PROBLEMS,
} from '../router/responses.ts';
import { TASK_PATH } from '../tasks/routes.ts';
import { TaskParams, TaskSchema } from '../tasks/schemas.ts';
import { DiffQuery, DiffSchema, EventsQuery, EventsSchema, PatchSchema, UndoBody } from './schemas.ts';

export const JSON_PATCH = 'application/json-patch+json';

export const listEventsRoute = createRoute({
  method: 'get',
  path: `${TASK_PATH}/events`,
  summary: 'Read what happened to a task',
  description:
    'Oldest first, or newest first by `order=desc`. An answer holds at most `limit` events and about 4 MiB; it may hold ' +
    'fewer than there are, also none where `types` are rare: `has_more` says so, `next_after` and `next_before` go on.',
  tags: ['tasks'],
  security: SECURITY,
  request: { params: TaskParams, query: EventsQuery },
  responses: {
    200: jsonAnswer('A page of its events.', EventsSchema),
    ...problems(...READ_PROBLEMS, 'TASK_NOT_FOUND', 'CURSOR_AHEAD', 'LOG_FORKED'),
  },
});

export const diffTaskRoute = createRoute({
  method: 'get',
  path: `${TASK_PATH}/diff`,
  summary: 'Read what changed in a task between two points in time',
  description: 'Deleted tasks too. With `Accept: application/json-patch+json` as an RFC 6902 patch.',
  tags: ['tasks'],
  security: SECURITY,
  request: { params: TaskParams, query: DiffQuery },
  responses: {
    200: {
      description: 'The changes.',
      content: { 'application/json': { schema: DiffSchema }, [JSON_PATCH]: { schema: PatchSchema } },
    },
    ...problems(...READ_PROBLEMS, 'TASK_NOT_FOUND', 'CURSOR_AHEAD', 'LOG_FORKED'),
  },
});

export const undoRoute = createRoute({
  method: 'post',
  path: `${TASK_PATH}/undo`,
  summary: 'Undo one event of a task',
  description:
    'A new event brings back what that event changed, with it as its cause: fields of an update, a status, a deletion ' +
    'or a restoration. Of what was changed since nothing is undone: 409 `CHANGED_SINCE` with the `fields`. All of it ' +
    'as it was before already: nothing is appended. Runs, their credits, messages, webhook tokens and the creation of a ' +
    'task cannot be undone, nor can cancelling: 409 `NOT_UNDOABLE`.',
  tags: ['tasks'],
  security: SECURITY,
  request: { params: TaskParams, headers: EditHeaders, body: jsonBody(UndoBody, true) },
  responses: {
    200: jsonAnswer('The task.', TaskSchema, TASK_HEADERS),
    ...problems(
      ...WRITE_PROBLEMS,
      'INVALID_HEADER',
      'TASK_NOT_FOUND',
      'EVENT_NOT_FOUND',
      'REVISION_MISMATCH',
      'CHANGED_SINCE',
      'NOT_UNDOABLE',
      'NO_FUTURE_SLOT',
      'TASK_LIMIT_EXCEEDED',
    ),
  },
});
