/**
 * Signing in at the OpenID provider, by two addresses that a browser goes to:
 *
 *     /session/login ── the browser, with a sealed cookie ──► provider
 *     /session/callback?code&state ◄── provider
 *          └── ID token ──► session, its cookie, and the screen that was asked for
 *
 * Whatever goes wrong ends at the sign-in page, which says so; why, is in the service's log. An answer counts once, and
 * only in the browser that asked.
 */
import { hkdfSync } from 'node:crypto';
import { epochMs } from '../../domain/shared/instant.ts';
import { isLoopback } from '../auth/monitoring.ts';
import { begunLogin, LOGIN_LASTS_MS, loginCookie } from '../auth/oidc/login-cookie.ts';
import { LoginFailed, OidcProvider } from '../auth/oidc/provider.ts';
import { personText, SIGNED_IN_FOR_MS, signedIn } from '../auth/oidc/signed-in-person.ts';
import { cookiesOf, sessionCookieFor } from '../auth/session-cookie.ts';
import type { Sessions } from '../auth/sessions.ts';
import type { Call, Router } from '../router/route.ts';
import type { Answer } from '../server/answer.ts';
import { Problem } from '../server/problem.ts';
import { loginCallbackRoute, loginRoute } from './routes.ts';

export interface LoginDeps {
  readonly provider: Pick<OidcProvider, 'loginUrl' | 'personOf'>;
  readonly sessions: Sessions;
  /** 32 bytes or more that the service alone has. */
  readonly secret: Uint8Array;
  readonly publicUrl: () => string;
  readonly warn: (fields: object, message: string) => void;
}

export function mountLogin(router: Router, deps: LoginDeps): void {
  const key = new Uint8Array(hkdfSync('sha256', deps.secret, '', 'sign-in at the provider', 32));
  const counted = (act: typeof begin) => (call: Call) => act(deps, key, call).catch(asCounted);
  const failed = (call: Call, error: unknown) => failedLogin(deps, call, error);
  router.landing(loginRoute, counted(begin), failed);
  router.landing(loginCallbackRoute, counted(land), failed);
}

async function begin(deps: LoginDeps, key: Uint8Array, { request, now }: Call): Promise<Answer> {
  const isSecure = secureOrThrow(deps, request);
  const secrets = OidcProvider.newSecrets();
  const location = await deps.provider.loginUrl(secrets, redirectUri(deps));
  const to = screenOf(new URL(request.url).searchParams.get('to') ?? '');
  const login = { ...secrets, to, untilMs: epochMs(now) + LOGIN_LASTS_MS };
  return redirect(location, { 'Set-Cookie': loginCookie(key, login, isSecure) });
}

async function land(deps: LoginDeps, key: Uint8Array, { request, now }: Call): Promise<Answer> {
  const isSecure = secureOrThrow(deps, request);
  const nowMs = epochMs(now);
  const login = begunLogin(key, cookiesOf(request), nowMs, isSecure);
  if (login === null) throw new LoginFailed('expired', 'this browser has begun no sign-in, or long ago');
  // Before the code is used: of two who bring the same answer one is let in at most.
  if (!(await deps.sessions.isFirst(login.state))) {
    throw new LoginFailed('expired', 'the answer of the provider came again');
  }
  const person = await deps.provider.personOf(new URL(request.url), login, redirectUri(deps));
  const kept = personText(signedIn(person, nowMs + SIGNED_IN_FOR_MS));
  const cookie = sessionCookieFor(isSecure, await deps.sessions.begin(kept), SIGNED_IN_FOR_MS / 1_000);
  return redirect(`${deps.publicUrl()}/${login.to}`, {
    'Set-Cookie': cookie,
  });
}

/** What a provider of ours would not have sent counts as wrong credentials do. */
function asCounted(error: unknown): never {
  const isCounted = error instanceof LoginFailed && (error.why === 'refused' || error.why === 'expired');
  throw isCounted ? new Problem('UNAUTHENTICATED', { cause: error }) : error;
}

/** To the sign-in page, which has a sentence for each. */
function failedLogin(deps: LoginDeps, { context }: Call, error: unknown): Answer {
  const failure = error instanceof Problem ? error.cause : error;
  // A limit, a log that does not answer, or a way that shows secrets is no matter of the provider.
  if (!(failure instanceof LoginFailed)) throw error;
  const { why, message: reason } = failure;
  deps.warn({ why, reason, trace_id: context.traceId }, 'nobody was signed in at the provider');
  return redirect(`${deps.publicUrl()}/#login=${why}`);
}

function redirect(location: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status: 303,
    headers: {
      Location: location,
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      ...headers,
    },
    body: null,
  };
}

function redirectUri({ publicUrl }: LoginDeps): string {
  return `${publicUrl()}/session/callback`;
}

function secureOrThrow({ publicUrl }: LoginDeps, request: Request): boolean {
  const isSecure = publicUrl().startsWith('https://');
  const host = (request.headers.get('host') ?? '').replace(/:\d+$/, '');
  if (!isSecure && !isLoopback(host)) {
    throw new Problem('SESSION_REFUSED', {
      detail: 'A session takes HTTPS, or the machine itself: anybody on the way could take it.',
    });
  }
  return isSecure;
}

/** A screen of the console with its filters, never another place: what does not look like one is the first. */
function screenOf(asked: string): string {
  return /^[\w-]+(\/[\w-]+)*(\?[\w.~%=&+:,-]*)?$/.test(asked) ? asked : '';
}
