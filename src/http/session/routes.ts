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

/** As the provider is told. */
const LOGIN_PATH = '/session/login';
const CALLBACK_PATH = '/session/callback';
const REDIRECT = { Location: 'Where to go on.', 'Set-Cookie': 'What the browser is known by.' };
const redirects = {
  303: {
    description: 'To the provider, to a screen, or back to the sign-in page where nobody was signed in.',
    headers: z.object({
      Location: z.string().openapi({ description: REDIRECT.Location }),
      'Set-Cookie': z.string().optional().openapi({ description: REDIRECT['Set-Cookie'] }),
    }),
  },
};

export const loginRoute = createRoute({
  method: 'get',
  path: LOGIN_PATH,
  summary: 'Sign in at the OpenID provider',
  description:
    'For browsers, where `OIDC_ISSUER` is set: leads to the provider (authorization code with PKCE) and back. No token ' +
    'reaches the browser.',
  tags,
  security: [],
  request: {
    query: z.object({
      to: z.string().optional().openapi({ description: 'The screen to come back to, such as `tasks?q=x`.' }),
    }),
  },
  responses: { ...redirects, ...problems('RATE_LIMITED', 'SESSION_REFUSED', 'LOG_UNAVAILABLE') },
});

export const loginCallbackRoute = createRoute({
  method: 'get',
  path: CALLBACK_PATH,
  summary: 'Come back from the OpenID provider',
  description: 'What the provider calls. Counts once, and only in the browser that began.',
  tags,
  security: [],
  request: {
    query: z.object({
      code: z.string().optional(),
      state: z.string().optional(),
      iss: z.string().optional(),
      error: z.string().optional(),
    }),
  },
  responses: { ...redirects, ...problems('RATE_LIMITED', 'SESSION_REFUSED', 'LOG_UNAVAILABLE') },
});
