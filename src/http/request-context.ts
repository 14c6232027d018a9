/** How a request is called in logs, in problems and in the events that answer it. */
import { randomUUID } from 'node:crypto';
import { shownPath } from './paths.ts';

export interface RequestContext {
  readonly method: string;
  /** As it was asked for, without the query; secrets masked. */
  readonly path: string;
  readonly requestId: string;
  readonly correlationId: string;
  /** 32 hex digits: the caller's trace, or one of our own. */
  readonly traceId: string;
  /** The caller's, where it is valid. */
  readonly traceparent: string | null;
  /** `performance.now()` at its arrival. */
  readonly arrivedMs: number;
}

const ID = /^[\x21-\x7e]{1,128}$/;
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;

/** Ids that the caller names are kept where they are short visible ASCII; else they are made here. */
export function requestContext(request: Request, path: string): RequestContext {
  const headers = request.headers;
  const requestId = idFrom(headers.get('x-request-id')) ?? randomUUID();
  const trace = traceFrom(headers.get('traceparent'));
  return {
    method: request.method,
    path: shownPath(path),
    requestId,
    correlationId: idFrom(headers.get('x-correlation-id')) ?? requestId,
    traceId: trace?.traceId ?? randomUUID().replaceAll('-', ''),
    traceparent: trace?.traceparent ?? null,
    arrivedMs: performance.now(),
  };
}

function idFrom(header: string | null): string | null {
  return header !== null && ID.test(header) ? header : null;
}

/** W3C Trace Context: all-zero ids are invalid, a later version may have more fields, version 00 has none. */
function traceFrom(header: string | null): { traceId: string; traceparent: string } | null {
  const match = header === null ? null : TRACEPARENT.exec(header);
  const [traceparent, traceId, parentId, more] = match ?? [];
  if (traceparent === undefined || traceId === undefined || parentId === undefined) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(parentId)) return null;
  if (traceparent.startsWith('00') && more !== undefined) return null;
  return { traceId, traceparent: traceparent.slice(0, 55) };
}
