/**
 * Around every request: whatever comes of it, an error too, becomes an answer, and one line of the log, one figure and
 * one span say how it went.
 *
 *     answering --> who calls, may they, is it their turn (`callers.ts`) --> handler --> answer
 *         ^                                                                               |
 *         '--- answer, or the error that any of them threw, which is a problem then <-----'
 */
import type { Context, MiddlewareHandler } from 'hono';
import type { Logger } from 'pino';
import type { Clock } from '../../../application/ports/clock.ts';
import type { Measures } from '../../../application/ports/measures.ts';
import { parseTraceparent, passedOn, type Span, type Traces } from '../../../application/ports/traces.ts';
import type { Caller } from '../../auth/auth.ts';
import { problemAnswer, responseOf } from '../../server/answer.ts';
import { type CodedAnswer, compressed } from '../../server/compression.ts';
import { Problem, problemFrom } from '../../server/problem.ts';
import { type RequestContext, requestContext } from '../../server/request-context.ts';
import type { WaitFor } from '../body.ts';
import { peerOf } from '../doorkeeper.ts';
import type { Call } from '../route.ts';

/** What middleware and handlers leave for those behind them, and the answer for those before. */
export interface Passing {
  readonly Variables: {
    call: Call;
    /** Null: nobody who says who they are. */
    caller: Caller | null;
    aside: WaitFor;
    answer: CodedAnswer;
  };
}
export type RouteStep = MiddlewareHandler<Passing>;

export interface RequestAnsweringDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly measures: Pick<Measures, 'recordRequest'>;
  readonly traces: Traces;
  /** Whether the log has lost events: nobody is told anything from it then. Absent: it has not. */
  readonly isIncomplete?: () => boolean;
}

export class RequestAnswering {
  readonly #deps: RequestAnsweringDeps;

  constructor(deps: RequestAnsweringDeps) {
    this.#deps = deps;
  }

  /** The first step of a route; `route` is what its requests are counted under. */
  step(route: string): RouteStep {
    return async (c, next) => {
      const response = await this.answer(c, route, async (call) => {
        c.set('call', call);
        await next();
        // Hono has caught it, and made a response of it that says nothing.
        if (c.error !== undefined) throw c.error;
        return c.get('answer');
      });
      // In place of that, with none of its headers.
      c.res = undefined;
      c.res = response;
    };
  }

  /** Answers one request. Never throws. */
  async answer(
    c: Context,
    route: string,
    handle: (call: Call) => CodedAnswer | Promise<CodedAnswer>,
  ): Promise<Response> {
    const request = c.req.raw;
    const span = this.#spanOf(request, c.req.path, route);
    const context = requestContext(request, c.req.path, span.traceparent);
    const call: Call = {
      context,
      request,
      peer: peerOf(c),
      now: this.#deps.clock.now(),
      params: c.req.param(),
      answerHeaders: {},
    };
    let answer: CodedAnswer;
    let code: string | undefined;
    try {
      if (this.#deps.isIncomplete?.() === true && !FOR_MACHINES.test(context.path))
        throw new Problem('LOG_INCOMPLETE');
      answer = await handle(call);
    } catch (error) {
      const problem = problemFrom(error);
      code = problem.code;
      if (problem.status === 500) {
        this.#deps.logger.error({ err: error, trace_id: context.traceId }, 'request failed');
      }
      answer = problemAnswer(problem, context);
    }
    const took = performance.now() - context.arrivedMs;
    this.#deps.measures.recordRequest(context.method, route, answer.status, took);
    this.#log(context, answer.status, code, took);
    if (span.isRecorded) tell(span, context, route, answer.status);
    span.end(answer.status >= 500 ? (code ?? String(answer.status)) : undefined);
    const coded = await compressed(answer, request.headers.get('accept-encoding'));
    return responseOf(coded, context, call.answerHeaders);
  }

  #spanOf(request: Request, path: string, route: string): Span {
    const parent = parseTraceparent(request.headers.get('traceparent'));
    if (FOR_MACHINES.test(path)) return passedOn(parent);
    const method = knownMethod(request.method) ?? 'HTTP';
    return this.#deps.traces.begin(route === 'none' ? method : `${method} ${route}`, 'server', parent);
  }

  #log(context: RequestContext, status: number, error_code: string | undefined, took: number): void {
    const level = status >= 500 ? 'warn' : FOR_MACHINES.test(context.path) ? 'debug' : 'info';
    if (!this.#deps.logger.isLevelEnabled(level)) return;
    this.#deps.logger[level](
      {
        method: context.method,
        path: context.path,
        status,
        ...(error_code === undefined ? {} : { error_code }),
        duration_ms: Math.round(took * 100) / 100,
        request_id: context.requestId,
        correlation_id: context.correlationId,
        trace_id: context.traceId,
      },
      'request',
    );
  }
}

/** Asked for every few seconds by machines: not worth a line, or a span, each. */
const FOR_MACHINES = /^\/(health|metrics)/;

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

function knownMethod(method: string): string | null {
  return METHODS.includes(method) ? method : null;
}

function tell(span: Span, context: RequestContext, route: string, status: number): void {
  span.set({
    'http.request.method': knownMethod(context.method) ?? '_OTHER',
    ...(route === 'none' ? {} : { 'http.route': route }),
    'http.response.status_code': status,
    'url.path': context.path,
    'url.scheme': 'http',
    'task_service.request_id': context.requestId,
  });
}
