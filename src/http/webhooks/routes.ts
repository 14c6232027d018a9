/** Webhooks: URLs that run a task, for callers who cannot sign in. */
import { createRoute, z } from '@hono/zod-openapi';
import { refusing } from '../../application/faults/issue-said.ts';
import { LEAST_KEY_BYTES, signingKey } from '../../application/outgoing/standard-webhooks.ts';
import { says } from '../../domain/shared/says.ts';
import { HOOK_SCHEMES } from '../../domain/task/events/events.ts';
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

/** 16 bytes and more of what callers sign with. */
const signingSecret = z
  .string()
  .max(512)
  .refine(
    (text) => signingKey(text).length >= LEAST_KEY_BYTES,
    refusing(says`must sign with at least ${{ minimum_bytes: LEAST_KEY_BYTES }} bytes: fewer can be guessed`),
  );

export const WebhookTermsSchema = z
  .strictObject({
    with_headers: z.boolean().default(false).openapi({
      description:
        'Whether `trigger_data` is `{headers, body}`: the headers of the call, without those that carry credentials, beside what else would be the whole of it.',
    }),
    verify: z
      .strictObject({
        scheme: z.enum(HOOK_SCHEMES).openapi({
          description:
            '`standard-webhooks`: `webhook-signature` over id, timestamp and body, refused when older than five minutes. `github`: `X-Hub-Signature-256` over the body.',
        }),
        secret: signingSecret.optional().openapi({
          description: 'What callers sign with. Without it one is made, and answered this once.',
        }),
      })
      .optional()
      .openapi({ description: 'Calls must be signed: having the URL is not enough.' }),
  })
  .openapi('WebhookTerms');

const WebhookSchema = z
  .strictObject({
    url: z.url(),
    secret: z.string().optional().openapi({ description: 'What callers sign with, where it was made here.' }),
  })
  .openapi('Webhook');

export const issueWebhookRoute = createRoute({
  method: 'post',
  path: WEBHOOK_PATH,
  summary: 'Issue a URL that runs the task',
  description:
    'Shown this once: the service keeps only a hash of it. A URL that was issued before is void from then on.',
  tags,
  security: SECURITY,
  request: { params: TaskParams, headers: EditHeaders, body: jsonBody(WebhookTermsSchema, false) },
  responses: {
    201: jsonAnswer('The URL.', WebhookSchema, TASK_HEADERS),
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
    'other JSON value or text as its member `body`, a form as its fields; at most 64 KiB. Issued with `verify`, it takes signed calls only, and each ' +
    'delivery once, by the id that its sender gives it, unless there is an `Idempotency-Key`.',
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
      'WEBHOOK_SIGNATURE_INVALID',
      'TASK_NOT_EXECUTABLE',
      'TASK_ALREADY_RUNNING',
    ),
  },
});
