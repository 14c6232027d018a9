/**
 * Requests that two servers on their way could read differently are read by neither: how the body is framed, and
 * headers that say who is calling, have to be there once and in one form.
 */

import type { IncomingMessage } from 'node:http';
import { says } from '../../domain/shared/says.ts';
import { Problem } from './problem.ts';

/** In lower case. Whoever reads one of them takes it for the only one. */
const GIVEN_ONCE: ReadonlySet<string> = new Set([
  'host',
  'authorization',
  'x-api-key',
  'x-internal-service',
  'x-internal-service-secret',
  'x-user-id',
  'idempotency-key',
  'content-type',
  'content-length',
  'transfer-encoding',
]);

/** Null where there is none. */
export function framingFault({ headers, rawHeaders }: IncomingMessage): Problem | null {
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && coding.trim().toLowerCase() !== 'chunked') {
    return new Problem('MALFORMED_REQUEST', { detail: 'Its Transfer-Encoding is not "chunked" alone.' });
  }
  const repeated = repeatedIn(rawHeaders);
  if (repeated === null) return null;
  return new Problem('INVALID_HEADER', {
    detail: `The header ${repeated} is given more than once.`,
    members: { errors: [{ loc: ['header', repeated], type: 'repeated', ...says`may be given once only` }] },
  });
}

/** The first header that may be there once and is there again, as it is written; null: there is none. */
function repeatedIn(rawHeaders: readonly string[]): string | null {
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    const known = name.toLowerCase();
    if (!GIVEN_ONCE.has(known)) continue;
    if (seen.has(known)) return name;
    seen.add(known);
  }
  return null;
}
