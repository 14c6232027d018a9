/**
 * The session's cookie, and when it counts: only with what no other site can make a browser send (`X-Console`), and only
 * where the browser says that the request is from our own pages. Other origins that may read answers (CORS) are not.
 */
import { isLoopback } from './monitoring.ts';

/** Browsers take `__Host-` from HTTPS only, and from no other host or path. */
const SECURE = '__Host-session';
/** On the machine itself, where there is no HTTPS. */
const PLAIN = 'session';

/** The id in the session's cookie; null where there is none that counts. `publicUrl`: what the console is known as. */
export function sessionIdOf(request: Request, publicUrl: string): string | null {
  if (!request.headers.has('cookie') || !isOwnPage(request, publicUrl)) return null;
  const cookies = cookiesOf(request);
  return cookies.get(SECURE) ?? (isLoopback(hostOf(request)) ? (cookies.get(PLAIN) ?? null) : null);
}

/** Whether a page of the console asks. */
export function isOwnPage({ headers }: Request, publicUrl: string): boolean {
  if (headers.get('x-console') !== '1') return false;
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin';
  const origin = headers.get('origin');
  if (origin === null || !URL.canParse(origin)) return false;
  const isPublic = URL.canParse(publicUrl) && new URL(publicUrl).origin === origin;
  return isPublic || new URL(origin).host === headers.get('host');
}

/** `Set-Cookie` for a session; null where the browser's connection would show it to others. */
export function sessionCookie(request: Request, id: string, seconds: number): string | null {
  const origin = request.headers.get('origin') ?? '';
  const isSecure = origin.startsWith('https://');
  if (!isSecure && !isLoopback(hostOf(request))) return null;
  return sessionCookieFor(isSecure, id, seconds);
}

/** The same where it is known whether the way is secure. */
export function sessionCookieFor(isSecure: boolean, id: string, seconds: number): string {
  const name = isSecure ? `${SECURE}=${id}; Secure` : `${PLAIN}=${id}`;
  return `${name}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${Math.max(0, Math.floor(seconds))}`;
}

function hostOf({ headers }: Request): string {
  return (headers.get('host') ?? '').replace(/:\d+$/, '');
}

export function cookiesOf({ headers }: Request): ReadonlyMap<string, string> {
  const pairs = (headers.get('cookie') ?? '').split(';').map((pair) => {
    const [name = '', ...value] = pair.split('=');
    return [name.trim(), value.join('=').trim()] as const;
  });
  return new Map(pairs);
}
