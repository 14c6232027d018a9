/** How a request is called in logs, in problems and in the events that answer it. */
import { randomUUID } from 'node:crypto';
import { traceIdOf } from '../../application/ports/traces.ts';
import { shownPath } from './shown-path.ts';

export interface RequestContext {
  readonly method: string;
  /** As it was asked for, without the query; secrets masked. */
  readonly path: string;
  readonly requestId: string;
  readonly correlationId: string;
  /** 32 hex digits: the caller's trace, or one of our own. */
  readonly traceId: string;
  /** What goes on from here carries it: of the span of this request, or the caller's; null: it is part of no trace. */
  readonly traceparent: string | null;
  /** `performance.now()` at its arrival. */
  readonly arrivedMs: number;
}

const ID = /^[\x21-\x7e]{1,128}$/;

/** Ids that the caller names are kept where they are short visible ASCII; else they are made here. */
export function requestContext(request: Request, path: string, traceparent: string | null): RequestContext {
  const headers = request.headers;
  const requestId = idFrom(headers.get('x-request-id')) ?? randomUUID();
  return {
    method: request.method,
    path: shownPath(path),
    requestId,
    correlationId: idFrom(headers.get('x-correlation-id')) ?? requestId,
    traceId: traceparent === null ? randomUUID().replaceAll('-', '') : traceIdOf(traceparent),
    traceparent,
    arrivedMs: performance.now(),
  };
}

function idFrom(header: string | null): string | null {
  return header !== null && ID.test(header) ? header : null;
}
