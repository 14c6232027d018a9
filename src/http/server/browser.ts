/**
 * What every answer tells browsers: not to guess, frame, cache or refer; and, where `CORS_ORIGINS` names the page's
 * origin, that it may read the answer. Set before a route answers, so that a route may say otherwise (a page that
 * people read needs another content policy) and an answer that no route gave has them too.
 *
 * Other origins never read with a browser's session: its cookie counts on the console's own pages only
 * (`auth/session-cookie.ts`), so answers allow no credentials mode. Other credentials stand in headers that no
 * browser adds by itself. `Strict-Transport-Security` belongs to what terminates TLS before us: over plain HTTP it
 * must not be sent (RFC 6797, 7.2).
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
/** The internal door is not for browsers. */
const REQUEST_HEADERS = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'Last-Event-ID',
  'Prefer',
  'Traceparent',
  'X-API-Key',
  'X-Correlation-Id',
  'X-Request-Id',
].join(', ');
const SHOWN_HEADERS = [
  'ETag',
  'Event-Sequence',
  'Idempotency-Replayed',
  'Link',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
  'X-Correlation-Id',
  'X-Request-Id',
].join(', ');
const PREFLIGHT_SECONDS = '600';

export function setSecurityHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
}

export type Cors = (request: IncomingMessage, response: ServerResponse) => boolean;

/** The returned function says true where it has answered: a preflight. Without origins nothing is said at all. */
export function cors(origins: readonly string[]): Cors {
  if (origins.length === 0) return () => false;
  return ({ method, headers }, response) => {
    const { origin } = headers;
    const isAllowed = origin !== undefined && origins.includes(origin);
    response.setHeader('Vary', 'Origin');
    if (isAllowed) {
      response.setHeader('Access-Control-Allow-Origin', origin);
      response.setHeader('Access-Control-Expose-Headers', SHOWN_HEADERS);
    }
    const isPreflight = method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
    if (!isPreflight || origin === undefined) return false;
    if (isAllowed) {
      response.setHeader('Access-Control-Allow-Methods', METHODS);
      response.setHeader('Access-Control-Allow-Headers', REQUEST_HEADERS);
      response.setHeader('Access-Control-Max-Age', PREFLIGHT_SECONDS);
    }
    response.writeHead(204).end();
    return true;
  };
}
