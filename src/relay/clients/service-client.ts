/**
 * Calls to one service of the platform over HTTP: signed by Standard Webhooks, with a time limit, and with a circuit
 * breaker, so that a service that is down is not called by every message that waits for it.
 *
 * The service is the operator's own choice, so its address is not guarded as those are that tasks name.
 */
import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  circuitBreaker,
  handleType,
} from 'cockatiel';
import { request } from 'undici';
import { standardWebhook } from '../../application/outgoing/standard-webhooks.ts';
import { tracedRequest } from '../../application/outgoing/traced-request.ts';
import type { Clock } from '../../application/ports/clock.ts';
import { NOT_TRACED, type Traces } from '../../application/ports/traces.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import { withinTime } from '../../kernel/time-limit.ts';
import { Undeliverable } from './deliveries.ts';

const TIMEOUT_MS = 5_000;
const FAILURES_IN_A_ROW = 5;
const CLOSED_AGAIN_AFTER_MS = 10_000;
const ANSWER_BYTES = 256 * 1024;
const SHOWN_CHARACTERS = 300;

/**
 * The service did not do it, and may yet: it did not answer, or answered that it cannot now, or nonsense. A page of HTML
 * with status 200 is what a proxy or a login page in between says, so it proves nothing.
 */
export class ServiceFailed extends Error {
  override readonly name = 'ServiceFailed';
}

export interface ServiceClientOptions {
  /** For people. */
  readonly name: string;
  /** No trailing slash. */
  readonly baseUrl: string;
  readonly signingKey: Uint8Array;
  readonly clock: Clock;
  readonly traces?: Traces;
  readonly timeoutMs?: number;
  readonly closedAgainAfterMs?: number;
}

export interface ServiceCall {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body: JsonObject | null;
  /** The same for every repeat of the call: `webhook-id` and `Idempotency-Key`. */
  readonly id: string;
  /** The trace that the call is part of; absent or null: none. */
  readonly traceparent?: string | null;
  /** Refusals that say that what was asked is so already. */
  readonly alreadySo?: readonly number[];
  /** Whether a 2xx with this body says that it was done. Default: any JSON object does, and an answer without a body. */
  readonly saysDone?: (body: JsonObject) => boolean;
}

export interface ServiceAnswer {
  readonly status: number;
  /** Empty where there is none, and where a refusal of `alreadySo` has no JSON object. */
  readonly body: JsonObject;
}

export class ServiceClient {
  readonly #options: ServiceClientOptions;
  readonly #breaker: CircuitBreakerPolicy;

  constructor(options: ServiceClientOptions) {
    this.#options = options;
    this.#breaker = circuitBreaker(handleType(ServiceFailed), {
      halfOpenAfter: options.closedAgainAfterMs ?? CLOSED_AGAIN_AFTER_MS,
      breaker: new ConsecutiveBreaker(FAILURES_IN_A_ROW),
    });
  }

  /** Throws ServiceFailed where a repeat may help, Undeliverable where the service refuses what was asked. */
  async call(call: ServiceCall, signal: AbortSignal): Promise<ServiceAnswer> {
    try {
      return await this.#breaker.execute(() => this.#send(call, signal));
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) throw error;
      throw new ServiceFailed(`${this.#options.name} is not called: it failed again and again`);
    }
  }

  async #send(call: ServiceCall, signal: AbortSignal): Promise<ServiceAnswer> {
    const { status, text } = await this.#exchange(call, signal);
    const body = parsed(text);
    if (call.alreadySo?.includes(status)) return { status, body: body ?? {} };
    const told = `${this.#options.name} answered ${status}: ${text.slice(0, SHOWN_CHARACTERS)}`;
    if (status >= 200 && status <= 299) {
      if (body?.success === false) throw new Undeliverable(told);
      if (body !== null && (call.saysDone?.(body) ?? true)) return { status, body };
      throw new ServiceFailed(`${told} (which does not say that it was done)`);
    }
    const mayYet = status >= 500 || status === 408 || status === 425 || status === 429;
    throw mayYet ? new ServiceFailed(told) : new Undeliverable(told);
  }

  async #exchange(
    { method, path, body, id, traceparent = null }: ServiceCall,
    signal: AbortSignal,
  ): Promise<{ status: number; text: string }> {
    const { name, baseUrl, signingKey, clock, timeoutMs = TIMEOUT_MS, traces = NOT_TRACED } = this.#options;
    const sent = body === null ? '' : JSON.stringify(body);
    const headers = {
      ...standardWebhook({ id, at: clock.now(), body: sent }, signingKey),
      'idempotency-key': id,
      ...(body === null ? {} : { 'content-type': 'application/json' }),
    };
    const url = new URL(`${baseUrl}${path}`);
    try {
      return await withinTime(timeoutMs, signal, (within) => {
        const options = { method, signal: within, ...(body === null ? {} : { body: sent }) };
        return tracedRequest(traces, { method, url, traceparent }, async (trace) => {
          const answer = await request(url, { ...options, headers: { ...headers, ...trace } });
          return { status: answer.statusCode, text: await textOf(answer.body) };
        });
      });
    } catch (error) {
      throw new ServiceFailed(`${name} did not answer: ${reasonOf(error)}`, { cause: error });
    }
  }
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES) throw new Error('the answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Null: no JSON object. */
function parsed(text: string): JsonObject | null {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : null;
  } catch {
    return null;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
