/** Answers that are lines of JSON, read as they come: however long one is, a line is all that is held of it. */
import { api, CONSOLE_HEADERS } from '../../api/client.ts';
import { apiProblemOf, Unreached } from '../../api/problems.ts';
import { origin } from '../../base.ts';

export interface AuditFilter {
  readonly user?: string;
  readonly task?: string;
  readonly types?: string;
  /** RFC 3339. */
  readonly from?: string;
  readonly to?: string;
  readonly after?: string;
  readonly until?: string;
}

/** What the service is asked by, where it has a value. */
export function auditQuery({ user, task, ...rest }: AuditFilter): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries({ user_id: user, task_id: task, ...rest })) {
    if (value) params.set(name, value);
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** The body of an answer, not read yet. Throws ApiProblem for a refusal, Unreached where nothing came. */
export async function answeredLines(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  let response: Response;
  try {
    response = await fetch(`${origin}/api/v1/audit/${path}`, {
      headers: CONSOLE_HEADERS,
      signal,
      cache: 'no-store',
    });
  } catch (cause) {
    throw cause instanceof DOMException ? cause : new Unreached(cause);
  }
  if (!response.ok || response.body === null) {
    if (response.status === 401) void api.GET('/api/v1/me');
    throw apiProblemOf(response, await response.json().catch(() => null));
  }
  return response.body;
}

/** Each line as JSON; what is no line of JSON at the end is left out. */
export async function* jsonLines(body: ReadableStream<Uint8Array>): AsyncGenerator<Record<string, unknown>> {
  const reader = body.getReader();
  const text = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (rest + text.decode(value, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield JSON.parse(line) as Record<string, unknown>;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
