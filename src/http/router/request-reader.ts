/** Reads what a route takes (its query, its key, its body) by the schemas of its description, collecting faults. */

import { z } from '@hono/zod-openapi';
import type { Json } from '../../domain/shared/json.ts';
import { says } from '../../domain/shared/says.ts';
import { type Fault, invalid } from '../server/problem.ts';
import { type Body, documentFaults, isTooDeep, readBody, type WaitFor, withoutExcess } from './body.ts';
import { idempotencyKey } from './preconditions.ts';
import type { Route, UserRoute } from './route.ts';
import { faultsOf, type QueryReader, type QuerySchema, queryReader } from './validation.ts';

const READING = new Set(['get', 'head']);

interface ReadRequest {
  readonly query: unknown;
  /** The body as its schema gives it; undefined where it has faults. */
  readonly parsed: unknown;
  readonly body: Body | null;
  /** The body's JSON, without most of what is too much of anything. */
  readonly lean: Json | undefined;
  readonly idempotencyKey: string | null;
  readonly faults: Fault[];
}

export class RequestReader {
  readonly #query: QueryReader;
  readonly #inspectQuery: UserRoute<Route, unknown>['inspectQuery'];
  readonly #body: z.ZodType | undefined;
  readonly #required: boolean;
  readonly #writes: boolean;
  readonly #immutable: ReadonlySet<string> | undefined;
  readonly #readBody: typeof readBody;
  readonly #schemaFor: ((body: Json) => z.ZodType) | undefined;

  constructor(
    route: Route,
    options: Pick<UserRoute<Route, unknown>, 'immutable' | 'inspectQuery' | 'readBody' | 'schemaFor'>,
  ) {
    const request = route.request as
      | { query?: QuerySchema; body?: { required?: boolean; content: Record<string, { schema?: unknown }> } }
      | undefined;
    this.#query = queryReader(request?.query ?? NO_QUERY);
    this.#inspectQuery = options.inspectQuery;
    this.#body = request?.body?.content['application/json']?.schema as z.ZodType | undefined;
    this.#required = request?.body?.required === true;
    this.#writes = !READING.has(route.method);
    this.#immutable = options.immutable;
    this.#readBody = options.readBody ?? readBody;
    this.#schemaFor = options.schemaFor;
  }

  async read(request: Request, waitFor: WaitFor): Promise<ReadRequest> {
    const query = this.#query.read(request.url);
    const faults = [...query.faults, ...(this.#inspectQuery?.(query.right as never, query.wrong) ?? [])];
    if (!this.#writes) return { ...NO_REQUEST_BODY, query: query.value, faults };
    const key = idempotencyKey(request.headers.get('idempotency-key'), faults);
    const body = await this.#readBody(request, waitFor);
    const lean = body === null ? undefined : withoutExcess(body.json);
    const parsed = this.#parse(body, lean, faults);
    return { query: query.value, parsed, body, lean, idempotencyKey: key, faults };
  }

  #parse(body: Body | null, leanBody: Json | undefined, faults: Fault[]): unknown {
    if (body === null && this.#required) {
      faults.push({ loc: ['body'], type: 'missing', ...says`is required` });
      return undefined;
    }
    const document = body === null ? {} : body.json;
    const schema = this.#schemaFor?.(document) ?? this.#body ?? NO_BODY;
    const found = documentFaults(document);
    faults.push(...found);
    if (isTooDeep(found)) throw invalid(faults);
    // A schema builds every fault there is: so it sees a body of countless ones without most of them first.
    const lean = leanBody ?? document;
    const first = schema.safeParse(lean);
    const [parsed, shown] =
      first.success && lean !== document ? [schema.safeParse(document), document] : [first, lean];
    if (parsed.success) return parsed.data;
    // One by one: there may be more than a call takes arguments.
    for (const fault of faultsOf(parsed.error, shown, 'body', this.#immutable)) faults.push(fault);
    return undefined;
  }
}

const NO_REQUEST_BODY = { parsed: undefined, body: null, lean: undefined, idempotencyKey: null };
const NO_QUERY: QuerySchema = z.strictObject({});
/** What a write without a body of its own takes: none, or an empty object. */
const NO_BODY = z.strictObject({});
