/**
 * HTTP calls to places that a task's author chose: guarded, bounded and counted.
 *
 * Every hop resolves its host once and connects to the addresses that were looked at (egress.ts), on a connection
 * of its own: nothing outlives a call, so no connection is reused after a name has moved, and ending a call closes
 * its socket. Redirects are followed here, each checked as a new call. Of an answer at most `maxResponseBytes` are
 * taken, as they come; where the caller asks for it they are unpacked, to no more than that either.
 */
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector, Client, type Dispatcher } from 'undici';
import { tracedRequest } from '../application/outgoing/traced-request.ts';
import { NOT_TRACED, type Traces } from '../application/ports/traces.ts';
import { isCredentialName } from '../kernel/credential-names.ts';
import { onAbort } from '../kernel/on-abort.ts';
import { ACCEPTED_ENCODINGS, unpacked } from './content-encoding.ts';
import { type EgressPolicy, OutboundError, parseTarget } from './egress.ts';
import { withoutInterimAnswers } from './interim-answers.ts';
import { retryAfterMs } from './retry-after.ts';

export const HTTP_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
type HttpMethod = (typeof HTTP_METHODS)[number];

interface HttpRequest {
  readonly url: string;
  readonly method?: HttpMethod;
  /** Names in any case; must be valid HTTP. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Milliseconds for this call with all its redirects; never more than the calls' own limit. */
  readonly timeoutMs?: number;
  /** Of the answer as it is sent, and of what it is unpacked to. */
  readonly maxResponseBytes?: number;
  /** Asks for a compressed answer and unpacks it. */
  readonly unpack?: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  /** Lower-case names; repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds that the server asks for before the next call; null where it does not. */
  readonly retryAfterMs: number | null;
  /** As sent, unless the request said `unpack`. */
  readonly body: Buffer;
  /** Where the last redirect led. */
  readonly url: string;
}

/** The outbound calls of one run of an executor. */
export interface OutboundCalls {
  /** Throws OutboundError, or the reason of the run's signal once that has aborted. */
  request(request: HttpRequest): Promise<HttpAnswer>;
  /** Requests that reached a server, redirects among them. */
  readonly callsMade: number;
}

export interface OutboundLimits {
  /** Milliseconds for one call with all its redirects. */
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  readonly maxHeaderBytes: number;
  readonly maxRedirects: number;
}

const LIMITS: OutboundLimits = {
  timeoutMs: 30_000,
  maxResponseBytes: 1024 * 1024,
  maxHeaderBytes: 32 * 1024,
  maxRedirects: 5,
};

export class OutboundHttp {
  readonly #policy: EgressPolicy;
  readonly #limits: OutboundLimits;
  readonly #traces: Traces;

  constructor(policy: EgressPolicy, limits: Partial<OutboundLimits> = {}, traces: Traces = NOT_TRACED) {
    this.#policy = policy;
    this.#limits = { ...LIMITS, ...limits };
    this.#traces = traces;
  }

  /** Opens the calls of one run; all of them end when `signal` aborts. */
  calls(run: CallsOfRun): OutboundCalls {
    const limits = { ...this.#limits, ...(run.timeoutMs === undefined ? {} : { timeoutMs: run.timeoutMs }) };
    return new GuardedCalls(this.#policy, limits, this.#traces, run);
  }
}

interface CallsOfRun {
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  /** The trace that the run is part of; absent or null: none. */
  readonly traceparent?: string | null;
}

interface Hop {
  readonly url: URL;
  readonly method: HttpMethod;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | null;
}

class GuardedCalls implements OutboundCalls {
  readonly #policy: EgressPolicy;
  readonly #limits: OutboundLimits;
  readonly #traces: Traces;
  readonly #traceparent: string | null;
  readonly #signal: AbortSignal;
  #callsMade = 0;

  constructor(policy: EgressPolicy, limits: OutboundLimits, traces: Traces, run: CallsOfRun) {
    this.#policy = policy;
    this.#limits = limits;
    this.#traces = traces;
    this.#traceparent = run.traceparent ?? null;
    this.#signal = run.signal;
  }

  get callsMade(): number {
    return this.#callsMade;
  }

  async request(request: HttpRequest): Promise<HttpAnswer> {
    this.#signal.throwIfAborted();
    const timeoutMs = Math.min(request.timeoutMs ?? this.#limits.timeoutMs, this.#limits.timeoutMs);
    const maxBytes = request.maxResponseBytes ?? this.#limits.maxResponseBytes;
    const ended = new AbortController();
    const off = onAbort(this.#signal, () => ended.abort(this.#signal.reason));
    const timer = setTimeout(
      () => ended.abort(new OutboundError('TIMEOUT', `no answer within ${timeoutMs} ms`)),
      timeoutMs,
    );
    try {
      const answer = await this.#followed(firstHop(request), maxBytes, ended.signal);
      if (request.unpack !== true) return answer;
      const body = unpacked(answer.body, answer.headers['content-encoding'], maxBytes);
      return { ...answer, body: await unlessAborted(body, ended.signal) };
    } catch (error) {
      // Whatever broke because the call was ended, the reason is why it was ended.
      if (ended.signal.aborted) throw ended.signal.reason;
      throw asOutboundError(error);
    } finally {
      clearTimeout(timer);
      off();
    }
  }

  async #followed(first: Hop, maxBytes: number, signal: AbortSignal): Promise<HttpAnswer> {
    let hop = first;
    for (let redirects = 0; ; redirects++) {
      const outgoing = { method: hop.method, url: hop.url, traceparent: this.#traceparent };
      const { headers } = hop;
      // What the author of a task says in a header of that name stands.
      const answer = await tracedRequest(this.#traces, outgoing, (trace) =>
        this.#one({ ...hop, headers: { ...trace, ...headers } }, maxBytes, signal),
      );
      const location = REDIRECTS.has(answer.status) ? answer.headers.location : undefined;
      if (location === undefined || isAskedAnew(hop, answer.status)) return answer;
      if (redirects === this.#limits.maxRedirects) {
        throw new OutboundError('TOO_MANY_REDIRECTS', `more than ${this.#limits.maxRedirects} redirects`);
      }
      hop = nextHop(hop, location);
    }
  }

  async #one(hop: Hop, maxBytes: number, signal: AbortSignal): Promise<HttpAnswer> {
    const addresses = await unlessAborted(this.#policy.addressesFor(hop.url), signal);
    const client = new Client(hop.url.origin, {
      connect: this.#connector(addresses),
      maxHeaderSize: this.#limits.maxHeaderBytes,
      // The call's own time limit covers both.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    try {
      const response = await client.request({
        path: `${hop.url.pathname}${hop.url.search}`,
        method: hop.method,
        headers: hop.headers,
        body: hop.body,
        signal,
        reset: true,
      });
      const headers = joined(response.headers);
      const isRedirect = REDIRECTS.has(response.statusCode) && headers.location !== undefined;
      const body = isRedirect ? Buffer.alloc(0) : await readBody(response, hop.method, maxBytes);
      return {
        status: response.statusCode,
        headers,
        retryAfterMs: retryAfterMs(headers, Date.now()),
        body,
        url: hop.url.href,
      };
    } finally {
      // Closes the socket, whatever was still to come.
      void client.destroy().catch(() => {});
    }
  }

  /** Connects to the addresses that were checked, by whatever name; TLS still asks for the host's own name. */
  #connector(addresses: readonly string[]): buildConnector.connector {
    const pinned = addresses.map((address) => ({ address, family: isIP(address) }));
    const lookup: LookupFunction = (_host, options, callback) => {
      const first = pinned[0];
      if (options.all) callback(null, pinned);
      else if (first !== undefined) callback(null, first.address, first.family);
    };
    const connect = buildConnector({ lookup, autoSelectFamily: true, timeout: 0, maxCachedSessions: 0 });
    return (options, callback) =>
      connect(options, (...outcome) => {
        if (outcome[0] === null) {
          this.#callsMade++;
          withoutInterimAnswers(outcome[1], this.#limits.maxHeaderBytes);
        }
        callback(...outcome);
      });
  }
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

function firstHop(request: HttpRequest): Hop {
  const headers: Record<string, string> = {
    'user-agent': 'task-service',
    'accept-encoding': request.unpack === true ? ACCEPTED_ENCODINGS : 'identity',
  };
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = value;
  return {
    url: targetOf(request.url),
    method: request.method ?? 'GET',
    headers,
    body: request.body ?? null,
  };
}

/**
 * Whether the redirect wants a GET in place of what was sent: 303, and, after POST, 301 and 302. What was to be
 * delivered would not be, and yet seem so; such an answer is the last one.
 */
function isAskedAnew({ method }: Hop, status: number): boolean {
  if (status === 303) return method !== 'GET' && method !== 'HEAD';
  return (status === 301 || status === 302) && method === 'POST';
}

/** The same call elsewhere; another origin gets no credentials. */
function nextHop(hop: Hop, location: string): Hop {
  const url = targetOf(location, hop.url);
  const kept = Object.entries(hop.headers).filter(
    ([name]) => url.origin === hop.url.origin || !isCredentialName(name),
  );
  return { ...hop, url, headers: Object.fromEntries(kept) };
}

function targetOf(text: string, base?: URL): URL {
  const target = parseTarget(text, base);
  if (target instanceof URL) return target;
  throw new OutboundError('EGRESS_REFUSED', `${base ? 'redirected to ' : ''}${target.refused}`);
}

async function readBody(
  response: Dispatcher.ResponseData,
  method: HttpMethod,
  maxBytes: number,
): Promise<Buffer> {
  if (method !== 'HEAD' && Number(response.headers['content-length'] ?? 0) > maxBytes)
    throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += (chunk as Buffer).byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks, size);
}

function tooLarge(maxBytes: number): OutboundError {
  return new OutboundError('RESPONSE_TOO_LARGE', `the answer is larger than ${maxBytes} bytes`);
}

function joined(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const flat: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

function asOutboundError(error: unknown): unknown {
  if (error instanceof OutboundError || !(error instanceof Error)) return error;
  const code = codeOf(error);
  if (code === 'UND_ERR_INVALID_ARG') return error;
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new OutboundError('RESPONSE_TOO_LARGE', 'the headers of the answer are too large', {
      cause: error,
    });
  }
  const reason = REASONS[code] ?? code;
  return new OutboundError('CONNECTION_FAILED', `the connection failed: ${reason}`, { cause: error });
}

/** An error of the parser has a code for what it stumbled over, or none. */
function codeOf(error: Error): string {
  const isNamed = 'code' in error && typeof error.code === 'string' && error.name !== NOT_HTTP;
  return isNamed ? String(error.code) : error.name;
}

const NOT_HTTP = 'HTTPParserError';

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset by the other side',
  ETIMEDOUT: 'timed out',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  [NOT_HTTP]: 'the answer is not HTTP',
  UND_ERR_SOCKET: 'closed by the other side in the middle of the answer',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'closed by the other side in the middle of the answer',
};

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const off = onAbort(signal, () => reject(signal.reason));
    promise.then(resolve, reject).finally(off);
  });
}
