/** An HTTP request to somebody else, as a span of its own. */
import type { Span, Traces } from '../ports/traces.ts';

export interface OutgoingRequest {
  readonly method: string;
  readonly url: URL;
  /** The trace it is made in; null: in none. */
  readonly traceparent: string | null;
}

/**
 * Sends it: `send` gets the headers that carry the trace on. Of the URL only the place is told, for paths and queries
 * hold people's ids and secrets. Rejects as `send` does.
 */
export async function tracedRequest<Answered extends { readonly status: number }>(
  traces: Traces,
  { method, url, traceparent }: OutgoingRequest,
  send: (headers: Readonly<Record<string, string>>) => Promise<Answered>,
): Promise<Answered> {
  const span = traces.begin(method, 'client', traceparent);
  if (span.isRecorded) tell(span, method, url);
  try {
    const answer = await send(span.traceparent === null ? NO_HEADERS : { traceparent: span.traceparent });
    if (span.isRecorded) span.set({ 'http.response.status_code': answer.status });
    span.end(answer.status >= 400 ? String(answer.status) : undefined);
    return answer;
  } catch (error) {
    span.end(kindOf(error));
    throw error;
  }
}

const NO_HEADERS: Readonly<Record<string, string>> = {};

function tell(span: Span, method: string, { protocol, hostname, port }: URL): void {
  const scheme = protocol.slice(0, -1);
  span.set({
    'http.request.method': method,
    'server.address': hostname,
    'server.port': port === '' ? (scheme === 'https' ? 443 : 80) : Number(port),
    'url.scheme': scheme,
  });
}

/** Its code, or what kind of error it is: a text may quote what was sent. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : '_OTHER';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
