/** What a route answers, before it is a Response: small enough to be kept for a repeat. */
import type { CodedAnswer } from './compression.ts';
import { type Problem, problemDocument } from './problem.ts';
import type { RequestContext } from './request-context.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Null: no body. */
  readonly body: string | null;
}

/** An answer whose body comes bit by bit; never kept. */
export interface StreamedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ReadableStream<Uint8Array>;
}

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return jsonText(status, JSON.stringify(body), headers);
}

/** For a body that is JSON text already. */
export function jsonText(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body };
}

export function problemAnswer(problem: Problem, context: RequestContext): Answer {
  return {
    status: problem.status,
    headers: { 'Content-Type': 'application/problem+json', ...problem.headers },
    body: JSON.stringify(problemDocument(problem, context)),
  };
}

export function responseOf(
  answer: CodedAnswer,
  context: RequestContext,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(answer.body, {
    status: answer.status,
    headers: {
      ...headers,
      ...answer.headers,
      'X-Request-Id': context.requestId,
      'X-Correlation-Id': context.correlationId,
    },
  });
}
