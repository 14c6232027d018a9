import { createRoute } from '@hono/zod-openapi';
import { jsonAnswer, problems, READ_PROBLEMS, SECURITY } from '../router/responses.ts';
import { TASK_PATH } from '../tasks/routes.ts';
import { TaskParams } from '../tasks/schemas.ts';
import { DiffQuery, DiffSchema, EventsQuery, EventsSchema, PatchSchema } from './schemas.ts';

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
    ...problems(...READ_PROBLEMS, 'TASK_NOT_FOUND'),
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
    ...problems(...READ_PROBLEMS, 'TASK_NOT_FOUND'),
  },
});
