/**
 * Calls to services that the operator named (identity, accounts): bounded in time and size, redirected nowhere.
 * Unlike what a task's author names, such a service may well be inside: nothing guards the address.
 */
import { Agent, type Dispatcher, request } from 'undici';
import { tracedRequest } from '../../application/outgoing/traced-request.ts';
import { NOT_TRACED, type Traces } from '../../application/ports/traces.ts';

/** No answer that can be used. The message names no secret and nothing that was sent. */
export class ServiceUnavailable extends Error {
  override readonly name = 'ServiceUnavailable';
}

export interface IdentityAnswer {
  readonly status: number;
  /** The body as JSON; undefined where it is none. */
  readonly body: unknown;
}

export interface ServiceCallLimits {
  /** Milliseconds from the call to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Of the answer's body. */
  readonly maxBytes: number;
}

export const SERVICE_LIMITS: ServiceCallLimits = { timeoutMs: 5_000, maxBytes: 256 * 1024 };
/** To one service at once; more wait, within their time limit. */
const CONNECTIONS = 64;

interface Call {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export class ServiceCalls {
  readonly #limits: ServiceCallLimits;
  readonly #traces: Traces;
  readonly #agent = new Agent({ connections: CONNECTIONS, maxHeaderSize: 32 * 1024 });

  constructor(limits: Partial<ServiceCallLimits> = {}, traces: Traces = NOT_TRACED) {
    this.#limits = { ...SERVICE_LIMITS, ...limits };
    this.#traces = traces;
  }

  /** Throws ServiceUnavailable. */
  get(
    url: string,
    headers: Readonly<Record<string, string>> = {},
    traceparent: string | null = null,
  ): Promise<IdentityAnswer> {
    return this.#call(url, { method: 'GET', headers }, traceparent);
  }

  /** Throws ServiceUnavailable. */
  post(url: string, body: object, traceparent: string | null = null): Promise<IdentityAnswer> {
    const headers = { 'content-type': 'application/json' };
    return this.#call(url, { method: 'POST', headers, body: JSON.stringify(body) }, traceparent);
  }

  #call(url: string, call: Call, traceparent: string | null): Promise<IdentityAnswer> {
    const outgoing = { method: call.method, url: new URL(url), traceparent };
    return tracedRequest(this.#traces, outgoing, (trace) =>
      this.#send(url, { ...call, headers: { ...call.headers, ...trace } }),
    );
  }

  async #send(url: string, call: Call): Promise<IdentityAnswer> {
    const { timeoutMs, maxBytes } = this.#limits;
    try {
      const { statusCode, body } = await request(url, {
        ...call,
        headers: { 'user-agent': 'task-service', accept: 'application/json', ...call.headers },
        dispatcher: this.#agent,
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { status: statusCode, body: jsonOrNone(await textOf(body, maxBytes)) };
    } catch (error) {
      throw new ServiceUnavailable(`${new URL(url).origin}: ${reasonOf(error, timeoutMs)}`);
    }
  }
}

async function textOf(body: Dispatcher.ResponseData['body'], maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += (chunk as Buffer).byteLength;
    if (size > maxBytes) throw new ServiceUnavailable(`the answer is larger than ${maxBytes} bytes`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks, size).toString('utf8');
}

function jsonOrNone(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** By code, never the message: what an HTTP parser complains about may quote what was sent. */
function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return 'failed';
  if (error instanceof ServiceUnavailable) return error.message;
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs} ms`;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
