/**
 * `events follow` and `events replay`: a user's events on the standard output, one line of JSON each, and where asked
 * also sent to a receiver that somebody is building. Both go by the REST API, so they work beside a running service.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { Config } from '../app/config/config.ts';
import { existingJwtSecret } from '../app/start/local-secrets.ts';
import { standardWebhook } from '../application/outgoing/standard-webhooks.ts';
import { instantOf } from '../domain/shared/instant.ts';
import { withinTime } from '../kernel/time-limit.ts';
import { mintToken } from './mint-token.ts';
import { UsageError } from './usage-error.ts';

export const EVENTS_HELP = `  events follow   prints a user's events as they happen, one line of JSON each, until it is stopped
  events replay   prints what is in the log, and ends
            --user <id>            whose (demo; without TASK_SERVICE_TOKEN)
            --after <id>           begin behind this place; 0: the beginning (replay: 0, follow: now)
            --task <id,...>        only of these tasks
            --types <a,b>          only of these types, as task.created
            --forward-to <url>     also send each there, signed as webhooks are; the secret is printed first
            TASK_SERVICE_URL names the service (HOST and PORT), TASK_SERVICE_TOKEN who asks (a token of --user)
`;

const TOKEN_SECONDS = 3_600;
const FIRST_RETRY_MS = 1_000;
const RETRY_AT_MOST_MS = 30_000;
const DELIVERY_TIMEOUT_MS = 10_000;

type Options = ReturnType<typeof optionsOf>;

export interface EventsIo {
  readonly print: (line: string) => void;
  /** For what is no event. */
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Resolves when `replay` has come to the end of the log, or `follow` was stopped. Throws what asking again will not mend. */
export async function events(
  args: readonly string[],
  config: () => Config,
  env: NodeJS.ProcessEnv,
  io: EventsIo,
): Promise<void> {
  const [action, ...rest] = args;
  if (action !== 'follow' && action !== 'replay') throw new UsageError('events takes follow or replay');
  const options = optionsOf(rest);
  const base = env.TASK_SERVICE_URL ?? addressOf(config());
  const receiver = options['forward-to'] === undefined ? null : new Receiver(options['forward-to'], io);
  const reader = new StreamReader(io, receiver, action === 'replay');
  for (let retryMs = FIRST_RETRY_MS; !io.signal.aborted && !reader.isDone; ) {
    const token = env.TASK_SERVICE_TOKEN ?? (await tokenOf(options.user, config()));
    const url = urlOf(base, options, action);
    const outcome = await reader.read(url, token);
    if (reader.isDone || io.signal.aborted) return;
    retryMs = outcome.hasComeFar ? FIRST_RETRY_MS : Math.min(2 * retryMs, RETRY_AT_MOST_MS);
    io.tell(`${outcome.why}; again in ${Math.round(retryMs / 100) / 10} s`);
    await delay(retryMs, undefined, { signal: io.signal }).catch(() => {});
  }
}

function optionsOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        user: { type: 'string', default: 'demo' },
        after: { type: 'string' },
        task: { type: 'string' },
        types: { type: 'string' },
        'forward-to': { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function addressOf({ host, port }: Config): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function urlOf(base: string, options: Options, action: 'follow' | 'replay'): string {
  const query = new URLSearchParams();
  const after = options.after ?? (action === 'replay' ? '0' : undefined);
  if (after !== undefined) query.set('after', after);
  if (options.task !== undefined) query.set('task_id', options.task);
  if (options.types !== undefined) query.set('types', options.types);
  return `${base}/api/v1/events/stream?${query}`;
}

async function tokenOf(user: string, config: Config): Promise<string> {
  const { issuer, audience } = config.auth;
  const secret = await existingJwtSecret(config);
  return mintToken(secret, { user, tier: 'free', expiresInSeconds: TOKEN_SECONDS, issuer, audience });
}

/** Why a stream ended that has to be opened again. */
interface Ended {
  readonly why: string;
  readonly hasComeFar: boolean;
}

class StreamReader {
  readonly #io: EventsIo;
  readonly #receiver: Receiver | null;
  readonly #isReplay: boolean;
  #lastId: string | null = null;
  isDone = false;

  constructor(io: EventsIo, receiver: Receiver | null, isReplay: boolean) {
    this.#io = io;
    this.#receiver = receiver;
    this.#isReplay = isReplay;
  }

  async read(url: string, token: string): Promise<Ended> {
    const began = this.#lastId;
    const { signal } = this.#io;
    try {
      const headers = {
        authorization: `Bearer ${token}`,
        ...(this.#lastId === null ? {} : { 'last-event-id': this.#lastId }),
      };
      const response = await fetch(url, { headers, signal });
      if (!response.ok) await refuse(response);
      const why = await this.#take(response);
      return { why, hasComeFar: this.#lastId !== began };
    } catch (error) {
      if (error instanceof Refused || signal.aborted) {
        if (signal.aborted) return { why: 'stopped', hasComeFar: true };
        throw error;
      }
      return { why: `the service does not answer (${causeOf(error)})`, hasComeFar: this.#lastId !== began };
    }
  }

  async #take(response: Response): Promise<string> {
    const frames: EventSourceMessage[] = [];
    let why = 'the stream was cut';
    const parser = createParser({ onEvent: (frame) => void frames.push(frame) });
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
      for (const frame of frames.splice(0)) {
        if (frame.event === 'goodbye') why = `the service ends the stream: ${frame.data}`;
        if (frame.event?.startsWith('task.') === true) await this.#event(frame);
        this.#lastId = frame.id ?? this.#lastId;
        if (frame.event === 'caught-up' && this.#isReplay) {
          this.isDone = true;
          return why;
        }
      }
    }
    return why;
  }

  async #event({ data }: EventSourceMessage): Promise<void> {
    this.#io.print(data);
    await this.#receiver?.send(data);
  }
}

/** A refusal that asking again will not mend. */
class Refused extends Error {
  override readonly name = 'Refused';
}

async function refuse(response: Response): Promise<void> {
  const text = await response.text();
  if (response.status === 429 || response.status >= 500) throw new Error(`${response.status}`);
  throw new Refused(`refused with ${response.status}: ${text.slice(0, 1_000)}`);
}

/** Where events are sent to while somebody builds what receives them. */
class Receiver {
  readonly #url: string;
  readonly #io: EventsIo;
  readonly #key = randomBytes(32);

  constructor(url: string, io: EventsIo) {
    if (!/^https?:$/.test(protocolOf(url))) throw new UsageError('--forward-to must be an http or https URL');
    this.#url = url;
    this.#io = io;
    io.tell(`signed with whsec_${this.#key.toString('base64')}`);
  }

  /** One after another, so that they arrive in order; a failure is told, and the next follows. */
  async send(data: string): Promise<void> {
    const { sequence, event } = JSON.parse(data) as { sequence: number; event: { id: string; type: string } };
    const body = JSON.stringify(event);
    const signed = standardWebhook({ id: event.id, at: instantOf(Date.now()), body }, this.#key);
    const began = performance.now();
    let answer: string;
    try {
      const { status } = await withinTime(DELIVERY_TIMEOUT_MS, this.#io.signal, (signal) =>
        fetch(this.#url, {
          method: 'POST',
          headers: { 'content-type': 'application/cloudevents+json', ...signed },
          body,
          redirect: 'manual',
          signal,
        }),
      );
      answer = String(status);
    } catch (error) {
      answer = causeOf(error);
    }
    this.#io.tell(`${sequence} ${event.type} -> ${answer} in ${Math.round(performance.now() - began)} ms`);
  }
}

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : '';
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
