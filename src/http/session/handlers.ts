import { type Instant, msBetween } from '../../domain/shared/instant.ts';
import type { Authenticate, Caller } from '../auth/auth.ts';
import { credentialExpiry, tokenExpiry } from '../auth/credential-expiry.ts';
import { isOwnPage, sessionCookie } from '../auth/session-cookie.ts';
import type { Sessions } from '../auth/sessions.ts';
import type { Call, Input, Router } from '../router/route.ts';
import { type Answer, json } from '../server/answer.ts';
import { Problem } from '../server/problem.ts';
import { sessionRoute, signInRoute, signOutRoute } from './routes.ts';

export interface SessionHandlersDeps {
  readonly authenticate: Authenticate;
  readonly sessions: Sessions;
  readonly publicUrl: () => string;
}

/** How long a browser keeps the cookie where the token does not say when it ends; the service decides by itself. */
const COOKIE_LASTS_SECONDS = 30 * 86_400;

export function mountSession(router: Router, deps: SessionHandlersDeps): void {
  router.guest(signInRoute, (call, body) => signedIn(deps, call, body));
  router.user(sessionRoute, {
    handle: async ({ caller, request }) =>
      json(200, representation(caller, credentialExpiry(caller, request))),
  });
  router.user(signOutRoute, {
    handle: async ({ caller, request }) => {
      if (caller.session !== undefined) await deps.sessions.end(caller.session.name);
      const cookie = caller.session === undefined ? null : sessionCookie(request, '', 0);
      return { status: 204, headers: cookie === null ? {} : { 'Set-Cookie': cookie }, body: null };
    },
  });
}

async function signedIn(
  { authenticate, sessions, publicUrl }: SessionHandlersDeps,
  { request, context, now }: Call,
  body: Input<typeof signInRoute, undefined>['body'],
): Promise<Answer> {
  if (!isOwnPage(request, publicUrl())) throw new Problem('SESSION_REFUSED');
  // Before a code is used up in vain.
  if (sessionCookie(request, '', 0) === null) {
    throw new Problem('SESSION_REFUSED', {
      detail: 'A session takes HTTPS, or the machine itself: anybody on the way could take it.',
    });
  }
  const token = 'token' in body ? body.token : await sessions.redeem(body.code);
  if (token === null)
    throw new Problem('UNAUTHENTICATED', { detail: 'The link has been used, or is too old.' });
  const shown = new Request('http://localhost/', { headers: { authorization: `Bearer ${token}` } });
  const caller = await authenticate(shown, context.traceparent);
  const expiresAt = tokenExpiry(token);
  const seconds = expiresAt === null ? COOKIE_LASTS_SECONDS : msBetween(now, expiresAt) / 1_000;
  const cookie = sessionCookie(request, await sessions.begin(token), seconds);
  return json(201, representation(caller, expiresAt), { 'Set-Cookie': cookie ?? '' });
}

function representation({ userId, roles, subscriptionLevel }: Caller, expiresAt: Instant | null) {
  return { user_id: userId, roles, subscription_level: subscriptionLevel, expires_at: expiresAt };
}
