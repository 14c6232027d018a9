/**
 * A call to a URL of the author's choice. The execution's id goes with it in every attempt (`webhook-id`), so a
 * receiver that sees one id twice may answer without doing the work again. With a secret it is signed by Standard
 * Webhooks 1.0: `webhook-signature: v1,<base64 HMAC-SHA256 of id.timestamp.body>`.
 */
import { signingKey, standardWebhook } from '../../application/outgoing/standard-webhooks.ts';
import type { Json, JsonObject } from '../../domain/shared/json.ts';
import type { HttpAnswer } from '../../outbound/outbound-http.ts';
import { ExecutionFailure, type Executor, type Run } from '../executor.ts';
import { parseForeignJson } from '../foreign/foreign-json.ts';
import { maskedText } from '../masked-outcome.ts';
import { toldOf } from '../told-of-run.ts';
import { parseWebhookConfig, shortSecret, type WebhookConfig, webhookSecrets } from './webhook-config.ts';

/** Characters of an answer's text that a result keeps; and of one in the details of a failure. */
const KEPT_CHARACTERS = 64 * 1024;
const KEPT_IN_FAILURE = 2_000;

export const webhook: Executor<WebhookConfig> = {
  parseConfig: parseWebhookConfig,
  weaknessesOf: shortSecret,
  secretsIn: webhookSecrets,
  async execute(run) {
    const { config, http } = run;
    const body = await bodyOf(run);
    const answer = await http.request({
      url: config.url,
      method: config.method,
      headers: { ...typeOf(config), ...config.headers, ...identity(run, body) },
      ...(body === null ? {} : { body }),
    });
    const text = masking(config);
    if (!isExpected(answer.status, config.expect_status)) throw unexpectedStatus(answer, text);
    return {
      result: { status: answer.status, ...shown(answer, KEPT_CHARACTERS, text) },
      summary: `${config.method} ${new URL(config.url).host} answered ${answer.status}`,
    };
  },
};

async function bodyOf(run: Run<WebhookConfig>): Promise<string | null> {
  const { body, body_template, method } = run.config;
  if (body_template !== undefined) return asBody(await filledIn(run, body_template));
  if (body !== undefined) return asBody(body);
  if (method === 'GET' || method === 'HEAD') return null;
  return JSON.stringify({ type: 'task.execution', timestamp: run.clock.now(), data: await toldOf(run) });
}

function asBody(body: Json): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

/** In a thread: what a template does is its author's. */
async function filledIn(run: Run<WebhookConfig>, template: Json): Promise<Json> {
  const told = { ...(await toldOf(run)), timestamp: run.clock.now() };
  return run.documents.read('bodyTemplate', { body: Buffer.from(JSON.stringify({ template, told })) });
}

function typeOf({ body, body_template, headers, method }: WebhookConfig): Record<string, string> {
  const isGiven = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  if (isGiven || method === 'GET' || method === 'HEAD') return {};
  return {
    'content-type':
      typeof (body_template ?? body) === 'string' ? 'text/plain; charset=utf-8' : 'application/json',
  };
}

function identity(run: Run<WebhookConfig>, body: string | null): Record<string, string> {
  const id = run.execution.execution_id;
  const { secret } = run.config;
  return {
    ...standardWebhook(
      { id, at: run.clock.now(), body: body ?? '' },
      secret === undefined ? null : signingKey(secret),
    ),
    'x-execution-id': id,
    'x-execution-attempt': String(run.execution.attempt),
  };
}

function isExpected(status: number, expected: WebhookConfig['expect_status']): boolean {
  if (expected === undefined) return status >= 200 && status <= 299;
  return typeof expected === 'number' ? status === expected : expected.includes(status);
}

function unexpectedStatus(answer: HttpAnswer, text: Masking): ExecutionFailure {
  const { status, retryAfterMs } = answer;
  const what = WITHOUT_DELIVERY[status];
  return new ExecutionFailure('UNEXPECTED_STATUS', `the receiver answered ${status}${what ?? ''}`, {
    retryable: status >= 500 || status === 429 || status === 408,
    retry_after_ms: retryAfterMs,
    gone: status === GONE,
    details: { status, ...shown(answer, KEPT_IN_FAILURE, text) },
  });
}

/** A redirect that was followed is no answer: one that is has not taken the call with it. */
const MOVED = ': it wants another call in place of this one, which was not delivered there';
const GONE = 410;
const WITHOUT_DELIVERY: Readonly<Record<number, string>> = {
  301: MOVED,
  302: MOVED,
  303: MOVED,
  [GONE]: ': gone for good',
};

const SHOWN_HEADERS = [
  'content-type',
  'content-encoding',
  'date',
  'etag',
  'location',
  'retry-after',
  'x-request-id',
];

/** A text without the secrets of the config. */
type Masking = (text: string) => string;

function masking({ headers, secret = '' }: WebhookConfig): Masking {
  const config = { headers, secret };
  return (text) => maskedText(text, config, webhookSecrets(config));
}

function shown(answer: HttpAnswer, maxCharacters: number, text: Masking): JsonObject {
  return { headers: shownHeaders(answer, text), ...shownBody(answer, maxCharacters, text) };
}

function shownHeaders({ headers }: HttpAnswer, text: Masking): JsonObject {
  const shown = SHOWN_HEADERS.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, text(value).slice(0, 1_000)] as const];
  });
  return Object.fromEntries(shown);
}

/** The body as JSON if it is that, else as text, cut; a compressed one is left out: it is not unpacked. */
function shownBody({ headers, body }: HttpAnswer, maxCharacters: number, masked: Masking): JsonObject {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity')
    return { body: null, body_omitted: `content-encoding ${encoding.slice(0, 64)}` };
  const text = body.toString('utf8');
  const json = text.length <= maxCharacters ? parseForeignJson(text) : undefined;
  if (json !== undefined) return { body: json, body_truncated: false };
  const kept = masked(text).slice(0, maxCharacters);
  return { body: kept.toWellFormed(), body_truncated: text.length > maxCharacters };
}
