/** Signing in and out at the console. */

import { createRoute, z } from '@hono/zod-openapi';
import { says } from '../../domain/shared/says.ts';
import { matching } from '../router/fields.ts';
import { jsonAnswer, jsonBody, problems, READ_PROBLEMS, SECURITY } from '../router/responses.ts';

const SESSION_PATH = '/api/v1/session';
const tags = ['session'];
const BODY_PROBLEMS = ['INVALID_JSON', 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const;

const SessionSchema = z
  .strictObject({
    user_id: z.string(),
    roles: z.array(z.string()),
    subscription_level: z.string().nullable(),
    expires_at: z.string().nullable().openapi({
      format: 'date-time',
      description: 'When the token ends that it stands for; null where that is not known.',
    }),
  })
  .openapi('Session');

export const SignInBody = z
  .union([
    z.strictObject({ token: matching(/^[\w.~+/=-]{1,16384}$/, says`is not a token`) }),
    z.strictObject({ code: matching(/^[\w-]{1,128}$/, says`is not a code`) }),
  ])
  .openapi('SignIn', { description: 'A token of the caller, or the code of a link, which is good once.' });

export const signInRoute = createRoute({
  method: 'post',
  path: SESSION_PATH,
  summary: 'Begin a session',
  description:
    'For pages of the console only: with `X-Console: 1`, from our own origin. The session is in a cookie that scripts ' +
    'cannot read, `__Host-session` (on the machine itself without HTTPS `session`); the token stays with the service.',
  tags,
  security: [],
  request: { body: jsonBody(SignInBody, true) },
  responses: {
    201: jsonAnswer('Who is signed in.', SessionSchema, { 'Set-Cookie': 'The session.' }),
    ...problems(...READ_PROBLEMS, ...BODY_PROBLEMS, 'SESSION_REFUSED'),
  },
});

export const sessionRoute = createRoute({
  method: 'get',
  path: SESSION_PATH,
  summary: 'Who is calling',
  tags,
  security: SECURITY,
  responses: { 200: jsonAnswer('The caller.', SessionSchema), ...problems(...READ_PROBLEMS) },
});

export const signOutRoute = createRoute({
  method: 'delete',
  path: SESSION_PATH,
  summary: 'End the session, and the event streams that it opened',
  tags,
  security: SECURITY,
  responses: {
    204: { description: 'It has ended; a caller with other credentials has none to end.' },
    ...problems(...READ_PROBLEMS, ...BODY_PROBLEMS),
  },
});
