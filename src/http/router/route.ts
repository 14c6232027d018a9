/**
 * Puts a documented route into service: who calls, what they send (checked by the very schemas that the
 * OpenAPI document shows), the handler, and whatever comes of it as an answer.
 *
 * Every fault of a request is found before it is refused: in the query, the headers and the body, and what a
 * route's `inspect` finds with more knowledge than a schema has.
 */
import type { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Logger } from 'pino';
import type { Measures } from '../../application/ports/measures.ts';
import { parseTraceparent, passedOn, type Span, type Traces } from '../../application/ports/traces.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { Json } from '../../domain/shared/json.ts';
import { type Caller, hasCredentials, type Privilege, requirePrivilege, showsSession } from '../auth/auth.ts';
import { type MonitoringSettings, showsMonitoringToken } from '../auth/monitoring.ts';
import { type Answer, problemAnswer, responseOf, type StreamedAnswer } from '../server/answer.ts';
import { type CodedAnswer, compressed } from '../server/compression.ts';
import { type Fault, invalid, Problem, problemFrom } from '../server/problem.ts';
import { type RequestContext, requestContext } from '../server/request-context.ts';
import type { Body, WaitFor } from './body.ts';
import { Doorkeeper, type DoorkeeperDeps, type Peer, peerOf } from './doorkeeper.ts';
import { RequestReader } from './request-reader.ts';
import { SharedDocument } from './shared-document.ts';
import { handleUserRequest } from './user-request.ts';

export type Route = ReturnType<typeof createRoute>;

type QueryOf<R> = R extends { request: { query: infer Q extends z.ZodType } } ? z.output<Q> : undefined;
type BodyOf<R> = R extends {
  request: { body: { content: { 'application/json': { schema: infer B extends z.ZodType } } } };
}
  ? z.output<B>
  : undefined;

type Defined<T> = Exclude<T, undefined>;

/** One request on its way through a route. */
export interface Call {
  readonly context: RequestContext;
  readonly request: Request;
  readonly peer: Peer;
  /** When it was taken up: what "now" is for all that it asks. */
  readonly now: Instant;
  readonly params: Readonly<Record<string, string>>;
  /** Go with whatever is answered. */
  readonly answerHeaders: Record<string, string>;
}

/** A request of somebody. */
export interface UserCall extends Call {
  readonly caller: Caller;
  /** For what is waited for without doing anything: meanwhile others of the same caller have their turn. */
  readonly aside: WaitFor;
  readonly idempotencyKey: string | null;
  readonly bodyBytes: Uint8Array;
  /** What is wrong with it, where that is left to its write (`refusedByWrite`). */
  readonly refused: Problem | null;
}

export interface Input<R, Found> {
  readonly query: QueryOf<R>;
  readonly body: BodyOf<R>;
  readonly found: Found;
}

/** What a route finds out about a body besides its schema: further faults, and what the handler goes on with. */
export interface Inspected<Found> {
  readonly faults: readonly Fault[];
  /** What stands in stead of an answer, where it is no fault of the body. */
  readonly problem?: Problem;
  readonly found: Found;
}

export interface UserRoute<R, Found> {
  /** Who may call it; absent: everybody, for themselves. */
  readonly only?: readonly Privilege[];
  /** Looks at the body as it was sent, whether it fits its schema or not. May throw a Problem. */
  readonly inspect?: (call: UserCall, body: Json | undefined) => Inspected<Found> | Promise<Inspected<Found>>;
  /**
   * Requests with a key that `inspect` finds wrong are handled all the same, with `refused`: `handle` does nothing
   * but through `Writes.perform`, which throws it unless an earlier try of the request, when time or the task had not gone
   * on yet, has been done.
   */
  readonly validateAfterReplay?: true;
  /** What is served, where a parameter of the path may hold slashes, which OpenAPI cannot say. */
  readonly pattern?: string;
  /** Who calls, where that is not told by the usual credentials. Throws the problem where it is nobody. */
  readonly authenticate?: (call: Call) => Promise<Caller>;
  /**
   * Looks at what the members of the query say together, or what their schemas cannot tell: `right` has those that are
   * right by themselves, `wrong` names those that are not.
   */
  readonly inspectQuery?: (
    right: Partial<Defined<QueryOf<R>>>,
    wrong: ReadonlySet<string>,
  ) => readonly Fault[];
  /** For bodies that are not JSON only. Throws the problems 400, 413 and 415. */
  readonly readBody?: (request: Request, waitFor: WaitFor) => Promise<Body | null>;
  /** Which of several schemas of its body a body is meant for: its faults are those of that one. */
  readonly schemaFor?: (body: Json) => z.ZodType;
  /** Body members whose presence is an IMMUTABLE_FIELD. */
  readonly immutable?: ReadonlySet<string>;
  readonly handle: (call: UserCall, input: Input<R, Found>) => Promise<Answer | StreamedAnswer>;
}

export interface RouterDeps extends DoorkeeperDeps {
  readonly logger: Logger;
  readonly measures: Pick<Measures, 'recordRequest'>;
  readonly traces: Traces;
  readonly monitoring: MonitoringSettings;
  /** Whether the log has lost events: nobody is told anything from it then. Absent: it has not. */
  readonly isIncomplete?: () => boolean;
}

export class Router {
  readonly #app: OpenAPIHono;
  readonly #deps: RouterDeps;
  readonly #doorkeeper: Doorkeeper;

  constructor(app: OpenAPIHono, deps: RouterDeps) {
    this.#app = app;
    this.#deps = deps;
    this.#doorkeeper = new Doorkeeper(deps);
  }

  /** A route that everybody may call; it takes neither query nor body. */
  open(route: Route, handle: (call: Call) => Answer | Promise<Answer>): void {
    this.#mount(route, (c) => this.serve(c, async (call) => handle(call), route.path));
  }

  /** A route for those who need not say who they are: they take turns by address. It takes neither query nor body. */
  strangers(route: Route, handle: (call: Call) => Promise<Answer | StreamedAnswer>, pattern?: string): void {
    this.#mount(
      route,
      (c) =>
        this.serve(
          c,
          (call) => this.#doorkeeper.inTurn(call, null, route.path, () => handle(call)),
          route.path,
        ),
      pattern,
    );
  }

  /** A page or document of ours that everybody may have, at no more than its making once. */
  document(path: string, make: () => Answer): void {
    const document = new SharedDocument(make);
    this.#app.get(path, (c) =>
      this.serve(
        c,
        async (call) => {
          this.#doorkeeper.countDocument(call);
          return document.answerTo(call.request);
        },
        path,
      ),
    );
  }

  /** A route that shows how the service is inside; it takes neither query nor body. */
  monitoring(route: Route, handle: (call: Call) => Answer | Promise<Answer>): void {
    this.#mount(route, (c) =>
      this.serve(
        c,
        async (call) => {
          if (!this.#monitors(call.request)) {
            requirePrivilege(await this.#doorkeeper.callerOf(call), ['admin']);
          }
          return handle(call);
        },
        route.path,
      ),
    );
  }

  #monitors(request: Request): boolean {
    const { monitoring } = this.#deps;
    return monitoring.isOpen || showsMonitoringToken(request, monitoring);
  }

  /** A route for those who say who they are. */
  user<R extends Route, Found = undefined>(route: R, options: UserRoute<R, Found>): void {
    const reader = new RequestReader(route, options);
    const kind = `${route.method} ${route.path}`;
    const serve = (c: Context) =>
      this.serve(
        c,
        async (call) => {
          const caller = await (options.authenticate?.(call) ?? this.#doorkeeper.callerOf(call));
          const fields = this.#doorkeeper.count(caller);
          for (const name in fields) call.answerHeaders[name] = fields[name] ?? '';
          if (options.only !== undefined) requirePrivilege(caller, options.only);
          return this.#doorkeeper.inTurn(call, caller, kind, (turn) =>
            handleUserRequest(options, reader, { ...call, caller, aside: turn.aside }),
          );
        },
        route.path,
      );
    this.#mount(route, serve, options.pattern);
  }

  /** A route by which somebody becomes known; who fails at it counts as one with wrong credentials. */
  guest<R extends Route>(route: R, handle: (call: Call, body: BodyOf<R>) => Promise<Answer>): void {
    const reader = new RequestReader(route, {});
    this.#mount(route, (c) =>
      this.serve(
        c,
        (call) =>
          this.#doorkeeper.counted(call, () =>
            this.#doorkeeper.inTurn(call, null, route.path, async ({ aside }) => {
              const { parsed, faults } = await reader.read(call.request, aside);
              if (faults.length > 0) throw invalid(faults);
              return handle(call, parsed as BodyOf<R>);
            }),
          ),
        route.path,
      ),
    );
  }

  /** A route that everybody may call; `caller` is null for those who show no credentials. */
  anybody<R extends Route>(
    route: R,
    handle: (call: Call, caller: Caller | null, query: Defined<QueryOf<R>>) => Promise<Answer>,
  ): void {
    const reader = new RequestReader(route, {});
    this.#mount(route, (c) =>
      this.serve(
        c,
        async (call) => {
          const shows = hasCredentials(call.request) || showsSession(call.request);
          const caller = shows ? await this.#doorkeeper.callerOf(call) : null;
          return this.#doorkeeper.inTurn(call, caller, route.path, async ({ aside }) => {
            const { query, faults } = await reader.read(call.request, aside);
            if (faults.length > 0) throw invalid(faults);
            return handle(call, caller, query as Defined<QueryOf<R>>);
          });
        },
        route.path,
      ),
    );
  }

  /**
   * Answers one request: any error becomes a problem, and one line of the log says how it went. `route` is what it is
   * counted under.
   */
  async serve(c: Context, handle: (call: Call) => Promise<CodedAnswer>, route: string): Promise<Response> {
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

  #mount(route: Route, handler: (c: Context) => Promise<Response>, pattern = route.getRoutingPath()): void {
    this.#app.openAPIRegistry.registerPath(route);
    this.#app.on(route.method.toUpperCase(), pattern, handler);
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
