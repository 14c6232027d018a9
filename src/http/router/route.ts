/**
 * Puts a documented route into service: who calls, what they send (checked by the very schemas that the
 * OpenAPI document shows), the handler, and whatever comes of it as an answer.
 *
 * Every fault of a request is found before it is refused: in the query, the headers and the body, and what a
 * route's `inspect` finds with more knowledge than a schema has.
 */
import type { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Instant } from '../../domain/shared/instant.ts';
import type { Json } from '../../domain/shared/json.ts';
import { type Caller, privilegesOf } from '../auth/auth.ts';
import type { MonitoringSettings } from '../auth/monitoring.ts';
import type { Answer, StreamedAnswer } from '../server/answer.ts';
import type { CodedAnswer } from '../server/compression.ts';
import { type Fault, invalid, type Problem } from '../server/problem.ts';
import type { RequestContext } from '../server/request-context.ts';
import type { Body, WaitFor } from './body.ts';
import { Doorkeeper, type DoorkeeperDeps, type Peer } from './doorkeeper.ts';
import {
  type Passing,
  RequestAnswering,
  type RequestAnsweringDeps,
  type RouteStep,
} from './middleware/answering.ts';
import {
  callerKnown,
  callerKnownIfShown,
  countingDocuments,
  countingFailures,
  inTurn,
  onlyFor,
  onlyMonitors,
} from './middleware/callers.ts';
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

export interface RouterDeps extends DoorkeeperDeps, RequestAnsweringDeps {
  readonly monitoring: MonitoringSettings;
}

/**
 * Mounts routes. What they have in common is a chain of steps before the handler (`middleware/`); the privileges that a
 * route wants are in its definition, where the OpenAPI document shows them too (`x-only-for`).
 */
export class Router {
  readonly #app: OpenAPIHono;
  readonly #deps: RouterDeps;
  readonly #door: Doorkeeper;
  readonly #answering: RequestAnswering;

  constructor(app: OpenAPIHono, deps: RouterDeps) {
    this.#app = app;
    this.#deps = deps;
    this.#door = new Doorkeeper(deps);
    this.#answering = new RequestAnswering(deps);
    // An error of a step is answered by `answering`, the first of them, which finds it in the context.
    app.onError((_error, c) => c.body(null, 500));
  }

  /** A route that everybody may call; it takes neither query nor body. */
  open(route: Route, handle: (call: Call) => Answer | Promise<Answer>): void {
    this.#mount(route, [], (c) => handle(c.get('call')));
  }

  /** A route for those who need not say who they are: they take turns by address. It takes neither query nor body. */
  strangers(route: Route, handle: (call: Call) => Promise<Answer | StreamedAnswer>, pattern?: string): void {
    this.#mount(route, [inTurn(this.#door, route.path)], (c) => handle(c.get('call')), pattern);
  }

  /** A page or document of ours that everybody may have, at no more than its making once. */
  document(path: string, make: () => Answer): void {
    const document = new SharedDocument(make);
    const answer = (c: Context<Passing>) => document.answerTo(c.get('call').request);
    this.#serve('GET', path, path, [countingDocuments(this.#door)], answer);
  }

  /** A page of ours that costs next to nothing. `route`: what it is counted under. */
  page(pattern: string, handle: (call: Call) => CodedAnswer, route = pattern): void {
    this.#serve('GET', pattern, route, [], (c) => handle(c.get('call')));
  }

  /** A route that shows how the service is inside; it takes neither query nor body. */
  monitoring(route: Route, handle: (call: Call) => Answer | Promise<Answer>): void {
    const allowed = privilegesOf(route) ?? [];
    const steps = [onlyMonitors(this.#door, this.#deps.monitoring, allowed)];
    this.#mount(route, steps, (c) => handle(c.get('call')));
  }

  /** A route for those who say who they are, and have its privilege where it wants one. */
  user<R extends Route, Found = undefined>(route: R, options: UserRoute<R, Found>): void {
    const reader = new RequestReader(route, options);
    const allowed = privilegesOf(route);
    const steps = [
      callerKnown(this.#door, options.authenticate),
      ...(allowed === null ? [] : [onlyFor(allowed)]),
      inTurn(this.#door, `${route.method} ${route.path}`),
    ];
    const answer = (c: Context<Passing>) => {
      const caller = c.get('caller');
      if (caller === null) throw new Error('a caller who is nobody has come through');
      return handleUserRequest(options, reader, { ...c.get('call'), caller, aside: c.get('aside') });
    };
    this.#mount(route, steps, answer, options.pattern);
  }

  /** A route by which somebody becomes known; who fails at it counts as one with wrong credentials. */
  guest<R extends Route>(route: R, handle: (call: Call, body: BodyOf<R>) => Promise<Answer>): void {
    const reader = new RequestReader(route, {});
    const steps = [countingFailures(this.#door), inTurn(this.#door, route.path)];
    this.#mount(route, steps, async (c) => {
      const call = c.get('call');
      const { parsed, faults } = await reader.read(call.request, c.get('aside'));
      if (faults.length > 0) throw invalid(faults);
      return handle(call, parsed as BodyOf<R>);
    });
  }

  /**
   * An address that a browser comes to from elsewhere, to become known by it: who fails at it counts as one with wrong
   * credentials, and gets what `failed` makes of it. It takes no body; its query is its own to read.
   */
  landing(
    route: Route,
    handle: (call: Call) => Promise<Answer>,
    failed: (call: Call, error: unknown) => Answer,
  ): void {
    this.#mount(route, [inTurn(this.#door, route.path)], async (c) => {
      const call = c.get('call');
      try {
        return await this.#door.counted(call, () => handle(call));
      } catch (error) {
        return failed(call, error);
      }
    });
  }

  /** A route that everybody may call; `caller` is null for those who show no credentials. */
  anybody<R extends Route>(
    route: R,
    handle: (call: Call, caller: Caller | null, query: Defined<QueryOf<R>>) => Promise<Answer>,
  ): void {
    const reader = new RequestReader(route, {});
    const steps = [callerKnownIfShown(this.#door), inTurn(this.#door, route.path)];
    this.#mount(route, steps, async (c) => {
      const call = c.get('call');
      const { query, faults } = await reader.read(call.request, c.get('aside'));
      if (faults.length > 0) throw invalid(faults);
      return handle(call, c.get('caller'), query as Defined<QueryOf<R>>);
    });
  }

  /** For what is no route. */
  notFound(handle: (call: Call, c: Context) => Promise<Answer>): void {
    this.#app.notFound((c) => this.#answering.answer(c, 'none', (call) => handle(call, c)));
  }

  #mount(route: Route, steps: readonly RouteStep[], answer: Answers, pattern = route.getRoutingPath()): void {
    this.#app.openAPIRegistry.registerPath(route);
    this.#serve(route.method.toUpperCase(), pattern, route.path, steps, answer);
  }

  #serve(method: string, pattern: string, route: string, steps: readonly RouteStep[], answer: Answers): void {
    const handler: RouteStep = async (c) => c.set('answer', await answer(c));
    this.#app.on(method, [pattern], this.#answering.step(route), ...steps, handler);
  }
}

type Answers = (c: Context<Passing>) => CodedAnswer | Promise<CodedAnswer>;
