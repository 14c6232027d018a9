import { validateHeaderName, validateHeaderValue } from 'node:http';
import { z } from 'zod';
import { customIssue, refusing } from '../../application/faults/issue-said.ts';
import { LEAST_KEY_BYTES, signingKey } from '../../application/outgoing/standard-webhooks.ts';
import type { ConfigFault } from '../../application/ports/task-types.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import { type Said, says } from '../../domain/shared/says.ts';
import { isCredentialName } from '../../kernel/credential-names.ts';
import { HTTP_METHODS } from '../../outbound/outbound-http.ts';
import { anyJson, parseBySchema, targetUrl } from '../config-schema.ts';
import type { ParsedConfig, SecretPath } from '../executor.ts';
import { faultsOfTemplate } from './body-template.ts';

/** Headers that the call itself sets, so that a config may not. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'upgrade',
  'proxy-authorization',
  'proxy-connection',
  'webhook-id',
  'webhook-timestamp',
  'webhook-signature',
  'x-execution-id',
  'x-execution-attempt',
]);

const MOST_CHARACTERS = 8_192;

const headers = z.record(z.string(), z.unknown()).transform((value, context): Record<string, string> => {
  const seen = new Set<string>();
  for (const [name, content] of Object.entries(value)) {
    const fault =
      faultOfHeader(name, content) ?? (seen.has(name.toLowerCase()) ? says`is given twice` : null);
    seen.add(name.toLowerCase());
    if (fault !== null) context.issues.push({ ...customIssue(fault), path: [name], input: content });
  }
  return value as Record<string, string>;
});

function faultOfHeader(name: string, content: unknown): Said | null {
  if (typeof content !== 'string') return says`must be text`;
  if (content.length > MOST_CHARACTERS)
    return says`must have at most ${{ maximum: MOST_CHARACTERS }} characters`;
  if (OWN_HEADERS.has(name.toLowerCase())) return says`is set by the service itself`;
  try {
    validateHeaderName(name);
    validateHeaderValue(name, content);
    return null;
  } catch {
    return says`is not a valid HTTP header`;
  }
}

const status = z.int().min(100).max(599);

const schema = z.strictObject({
  script_type: z.literal('webhook'),
  url: targetUrl,
  method: z.enum(HTTP_METHODS).default('POST'),
  headers: headers.default({}),
  body: anyJson.optional(),
  body_template: anyJson.optional(),
  expect_status: z.union([status, z.array(status).min(1).max(50)]).optional(),
  secret: z
    .string()
    .max(512)
    .refine(
      (value) => signingKey(value).length > 0,
      refusing(says`must not be empty, or whsec_ without base64 after it`),
    )
    .optional(),
});
export type WebhookConfig = z.output<typeof schema>;

export function shortSecret({ secret }: JsonObject): readonly ConfigFault[] {
  // The mask of one that is stored: put in its place, it is looked at itself.
  if (typeof secret !== 'string' || secret === '***') return [];
  if (signingKey(secret).length >= LEAST_KEY_BYTES) return [];
  const said = says`must sign with at least ${{ minimum_bytes: LEAST_KEY_BYTES }} bytes: fewer can be guessed`;
  return [{ path: ['secret'], type: 'too_small', ...said }];
}

/** `webhook_url` is another name of `url`; faults come back under the name that was used. */
export function parseWebhookConfig(config: JsonObject): ParsedConfig<WebhookConfig> {
  const { webhook_url: alias, ...others } = config;
  const isAliased = alias !== undefined && others.url === undefined;
  const parsed = parseBySchema(schema, isAliased ? { ...others, url: alias } : others);
  const found = parsed.ok ? [] : parsed.faults;
  const faults: ConfigFault[] = found.map((fault) =>
    isAliased && fault.path[0] === 'url'
      ? { ...fault, path: ['webhook_url', ...fault.path.slice(1)] }
      : fault,
  );
  if (alias !== undefined && !isAliased) {
    faults.push({
      path: ['webhook_url'],
      type: 'invalid_value',
      ...says`is the same as url: give one of them`,
    });
  }
  faults.push(...bodyFaults(config));
  return faults.length === 0 && parsed.ok ? parsed : { ok: false, faults };
}

function bodyFaults({ body, body_template: template, method: given }: JsonObject): readonly ConfigFault[] {
  const method = typeof given === 'string' ? given : 'POST';
  const bodies = { body, body_template: template };
  const names = Object.entries(bodies).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (method === 'GET' || method === 'HEAD') {
    return names.map((name) => ({
      path: [name],
      type: 'invalid_value',
      ...says`has no place in a ${{ method }} request`,
    }));
  }
  if (template === undefined) return [];
  if (body !== undefined) {
    const said = says`excludes body: give one of them`;
    return [{ path: ['body_template'], type: 'invalid_value', ...said }];
  }
  return faultsOfTemplate(template).map((fault) => ({ ...fault, path: ['body_template', ...fault.path] }));
}

export function webhookSecrets(config: JsonObject): readonly SecretPath[] {
  const given = config.headers;
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
  const names = isObject ? Object.keys(given).filter(isCredentialName) : [];
  return [['secret'], ...names.map((name) => ['headers', name])];
}
