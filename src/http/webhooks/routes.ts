/** Webhooks: URLs that run a task, for callers who cannot sign in. */
import { createRoute, z } from '@hono/zod-openapi';
import { ExecutionSchema } from '../executions/schemas.ts';
import { jsonObject, MAX_TRIGGER_DATA_BYTES } from '../router/fields.ts';
import {
  EditHeaders,
  headersOf,
  jsonAnswer,
  jsonBody,
  LIMIT_PROBLEMS,
  problems,
  SECURITY,
  SEQUENCE_HEADER,
  TASK_HEADERS,
  WRITE_PROBLEMS,
  WriteHeaders,
} from '../router/responses.ts';
import { TaskParams } from '../tasks/schemas.ts';

const WEBHOOK_PATH = '/api/v1/tasks/{task_id}/webhook';
const tags = ['webhooks'];
const EDIT_PROBLEMS = [...WRITE_PROBLEMS, 'INVALID_HEADER', 'TASK_NOT_FOUND', 'REVISION_MISMATCH'] as const;

export const issueWebhookRoute = createRoute({
  method: 'post',
  path: WEBHOOK_PATH,
  summary: 'Issue a URL that runs the task',
  description:
    'Shown this once: the service keeps only a hash of it. A URL that was issued before is void from then on.',
  tags,
  security: SECURITY,
  request: { params: TaskParams, headers: EditHeaders },
  responses: {
    201: jsonAnswer('The URL.', z.strictObject({ url: z.url() }).openapi('Webhook'), TASK_HEADERS),
    ...problems(...EDIT_PROBLEMS, 'TASK_NOT_EXECUTABLE'),
  },
});

export const revokeWebhookRoute = createRoute({
  method: 'delete',
  path: WEBHOOK_PATH,
  summary: 'Revoke the URL that runs the task',
  tags,
  security: SECURITY,
  request: { params: TaskParams, headers: EditHeaders },
  responses: {
    204: { description: 'There is none any more.', headers: headersOf(TASK_HEADERS) },
    ...problems(...EDIT_PROBLEMS),
  },
});

export const callWebhookRoute = createRoute({
  method: 'post',
  path: '/api/v1/hooks/{token}',
  summary: 'Run a task by its webhook',
  description:
    'Takes no credentials but the token. The body becomes the `trigger_data` of the run: a JSON object as it is, any ' +
    'other JSON value or text as its member `body`, a form as its fields; at most 64 KiB.',
  tags,
  security: [],
  request: {
    params: z.object({ token: z.string() }),
    headers: WriteHeaders,
    body: jsonBody(jsonObject(MAX_TRIGGER_DATA_BYTES), false),
  },
  responses: {
    202: jsonAnswer('The execution, requested.', ExecutionSchema, SEQUENCE_HEADER),
    ...problems(
      ...WRITE_PROBLEMS.filter((code) => code !== 'UNAUTHENTICATED'),
      ...LIMIT_PROBLEMS,
      'WEBHOOK_NOT_FOUND',
      'TASK_NOT_EXECUTABLE',
      'TASK_ALREADY_RUNNING',
    ),
  },
});
