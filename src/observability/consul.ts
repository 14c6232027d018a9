/**
 * This instance in Consul's catalogue, by the HTTP API of an agent: registered with a check, looked after, and taken out
 * when the service stops.
 *
 *     look: GET /v1/agent/service/<id> --404--> PUT /v1/agent/service/register
 *                                      --200, no port of its own--> PUT /v1/agent/check/update/<check>
 *
 * An agent that is started anew may have forgotten; one that saw this instance fail for long takes it out by itself. So
 * it is asked again and again. An agent that is away or refuses holds nothing up: the service works without being found.
 *
 * With REST, the agent asks `/health/ready` itself. Without, there is nothing to ask, and this instance says how it is.
 */
import type { Logger } from 'pino';
import { request } from 'undici';
import { pauseUnless } from '../kernel/pause.ts';
import { withinTime } from '../kernel/time-limit.ts';

const NAME = 'task-service';
const CHECK_EVERY = '5s';
const CHECK_TIMEOUT = '2s';
/** Of a check that this instance reports: three looks. */
const TTL = '30s';
/** Critical for so long, the instance is taken out by the agent. */
const TAKEN_OUT_AFTER = '10m';
const LOOK_EVERY_MS = 10_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
const TIMEOUT_MS = 2_000;
/** When the service stops, there is less time for it. */
const FAREWELL_MS = 1_000;
const SHOWN_CHARACTERS = 200;

export interface ConsulOptions {
  /** Of the agent's HTTP API, no trailing slash. */
  readonly url: string;
  readonly token: string | null;
  /** Of this instance: the same after a restart, unless it has no address. */
  readonly serviceId: string;
  /** Where REST is reached; null without it. */
  readonly rest: { readonly host: string; readonly port: number } | null;
  readonly roles: readonly string[];
  readonly version: string;
  /** Whether requests make sense here, and why not. */
  readonly ready: () => Promise<{ readonly ready: boolean; readonly reasons: readonly string[] }>;
  readonly logger: Logger;
  /** Milliseconds; defaults for tests to shorten. */
  readonly timing?: { readonly look?: number; readonly firstRetry?: number; readonly timeout?: number };
}

/** The agent did not do it; `message` says why, to people. */
class AgentRefused extends Error {
  override readonly name = 'AgentRefused';
}

export class ConsulRegistration {
  readonly #options: ConsulOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;
  #failures = 0;
  #complaint: string | null = null;
  /** Whether the agent may know of this instance: then it is told that it goes. */
  #mayBeKnown = false;

  constructor(options: ConsulOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Takes this instance out, if the agent answers in time. Never rejects. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    if (!this.#mayBeKnown) return;
    const { serviceId, logger } = this.#options;
    try {
      const path = `/v1/agent/service/deregister/${encodeURIComponent(serviceId)}`;
      // An agent that knows of no such service (404) has nothing to take out.
      await withinTime(FAREWELL_MS, new AbortController().signal, (within) =>
        this.#send(within, 'PUT', path),
      );
      logger.info({ service_id: serviceId }, 'taken out of Consul');
    } catch (error) {
      logger.warn({ reason: reasonOf(error), service_id: serviceId }, 'not taken out of Consul');
    }
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const pauseMs = await this.runOnce();
      await pauseUnless(this.#stop.signal, pauseMs);
    }
  }

  /** One look at the agent. Answers in how many milliseconds the next is due. Never rejects. */
  async runOnce(): Promise<number> {
    const { look = LOOK_EVERY_MS, firstRetry = FIRST_RETRY_MS } = this.#options.timing ?? {};
    try {
      await this.#beRegistered();
      if (this.#complaint !== null) this.#options.logger.info('Consul answers again');
      this.#complaint = null;
      this.#failures = 0;
      return look;
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#complain(reasonOf(error));
      return Math.min(firstRetry * 2 ** Math.min(this.#failures++, 10), LONGEST_RETRY_MS);
    }
  }

  /** Once for each reason, not for each try. */
  #complain(reason: string): void {
    if (reason === this.#complaint) return;
    this.#complaint = reason;
    this.#options.logger.warn({ reason }, 'not registered with Consul; trying on');
  }

  async #beRegistered(): Promise<void> {
    const { serviceId, logger, rest } = this.#options;
    const known = await this.#ask('GET', `/v1/agent/service/${encodeURIComponent(serviceId)}`);
    if (known === 404 || !this.#mayBeKnown) {
      this.#mayBeKnown = true;
      const path = '/v1/agent/service/register?replace-existing-checks=true';
      if ((await this.#ask('PUT', path, this.#registration())) === 404) {
        throw new AgentRefused('what answers is no agent of Consul');
      }
      logger.info({ service_id: serviceId, again: known === 404 }, 'registered with Consul');
    }
    if (rest === null) await this.#sayHowItIs();
  }

  #registration(): object {
    const { serviceId, rest, roles, version } = this.#options;
    const address = rest === null ? {} : { Address: rest.host, Port: rest.port };
    const check = {
      CheckID: this.#checkId(),
      DeregisterCriticalServiceAfter: TAKEN_OUT_AFTER,
      ...(rest === null
        ? { Name: 'How this instance says that it is', TTL }
        : {
            Name: 'Whether REST is ready',
            HTTP: `http://${rest.host.includes(':') ? `[${rest.host}]` : rest.host}:${rest.port}/health/ready`,
            Method: 'GET',
            Interval: CHECK_EVERY,
            Timeout: CHECK_TIMEOUT,
          }),
    };
    return {
      ID: serviceId,
      Name: NAME,
      ...address,
      Tags: roles,
      Meta: { version, roles: roles.join(',') },
      Check: check,
    };
  }

  async #sayHowItIs(): Promise<void> {
    const { ready, reasons } = await this.#options.ready();
    const path = `/v1/agent/check/update/${encodeURIComponent(this.#checkId())}`;
    const said = { Status: ready ? 'passing' : 'critical', Output: reasons.join('; ').slice(0, 1_000) };
    if ((await this.#ask('PUT', path, said)) === 404) throw new AgentRefused('the agent knows no such check');
  }

  get #timeoutMs(): number {
    return this.#options.timing?.timeout ?? TIMEOUT_MS;
  }

  #checkId(): string {
    return `service:${this.#options.serviceId}`;
  }

  /** 200 or 404. Throws AgentRefused for any other answer, and where there is none in time. */
  #ask(method: 'GET' | 'PUT', path: string, body: object | null = null): Promise<number> {
    return withinTime(this.#timeoutMs, this.#stop.signal, (within) => this.#send(within, method, path, body));
  }

  async #send(
    signal: AbortSignal,
    method: 'GET' | 'PUT',
    path: string,
    body: object | null = null,
  ): Promise<number> {
    const { url, token } = this.#options;
    const headers = {
      'user-agent': NAME,
      ...(body === null ? {} : { 'content-type': 'application/json' }),
      ...(token === null ? {} : { 'x-consul-token': token }),
    };
    const answer = await request(`${url}${path}`, {
      method,
      headers,
      signal,
      ...(body === null ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode === 200 || answer.statusCode === 404) return answer.statusCode;
    throw new AgentRefused(
      `the agent answered ${answer.statusCode}: ${text.slice(0, SHOWN_CHARACTERS).trim()}`,
    );
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AgentRefused) return error.message;
  if (error.name === 'TimeoutError') return 'the agent did not answer in time';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
