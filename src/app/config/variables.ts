/**
 * The variables of the environment, a row each: how a value is read, what holds without one, how it is shown, and what
 * the documentation says of it. `task-service config` and the table in docs/configuration.md come from here.
 */
import type { z } from 'zod';
import { DEFAULT_TASK_TYPE_TERMS } from '../../domain/task/type-terms.ts';
import { DEFAULT_TIER_LIMITS } from '../../domain/user/limits.ts';
import { parseNetwork, showNetwork } from '../../http/server/client-address.ts';
import { LOG_LEVELS } from '../../observability/logging.ts';
import {
  resourceAttributesVariable,
  samplerShareVariable,
  showNames,
  showPairs,
  traceHeadersVariable,
} from '../../observability/traces-config.ts';
import { type AllowedHost, parseAllowedHost } from '../../outbound/egress.ts';
import {
  DEFAULT_PLATFORM_SUBJECTS,
  FOREIGN_TYPES,
  parsePlatformSubject,
} from '../../relay/inbox/foreign-events.ts';
import { DEFAULT_NEWS_FEEDS, type NewsFeed, showNewsFeed } from '../../task-types/news/feed-list.ts';
import {
  advertisedVariable,
  consulAddressVariable,
  consulTokenVariable,
  showHostAndPort,
} from './consul-config.ts';
import {
  DEFAULT_RATE_LIMITS,
  rateLimitVariable,
  showRateLimits,
  showTaskTypeTerms,
  showTierLimits,
  taskTypeTermsVariable,
  tierLimitsVariable,
} from './limits-config.ts';
import {
  accountSeed,
  anyText,
  auditKey,
  baseUrl,
  corsOrigins,
  issuerUrl,
  keySetUrl,
  listOf,
  monitoringToken,
  newsFeeds,
  oneOf,
  ROLES,
  readers,
  roleNames,
  sealingKeys,
  servers,
  urlTable,
  wholeNumberFrom,
} from './schemas.ts';
import { defaulted, variable } from './variable.ts';

const SECRET = { show: 'secret' } as const;
const OUTSIDE = { only: 'outside' } as const;
const EMBEDDED = { only: 'embedded' } as const;
const NO_READER = { only: 'embedded', show: 'secret', otherwise: 'no such reader' } as const;
/** What stands in a query may be a token. */
const withoutQuery = (url: string) => url.replace(/\?.*$/, '?***');
const PLATFORM_SERVICES = ['account', 'notification', 'wallet', 'calendar'] as const;
export const OPEN_METEO = {
  forecast: 'https://api.open-meteo.com',
  geocoding: 'https://geocoding-api.open-meteo.com',
} as const;
const WEATHER_APIS = ['forecast', 'geocoding'] as const;
const showUrls = (urls: Readonly<Record<string, string>>) =>
  Object.entries(urls)
    .map(([name, url]) => `${name}=${url}`)
    .join(',');
const listed = (values: readonly unknown[]) => values.join(',');

export const VARIABLES = {
  HOST: defaulted(anyText, '127.0.0.1', 'address where REST listens'),
  PORT: defaulted(wholeNumberFrom(0, 65_535), 8211, 'port where REST listens; 0: any free one'),
  PUBLIC_URL: variable(
    baseUrl,
    'what the URLs of webhooks and calendar feeds begin with: an http or https URL under which callers outside reach REST',
    { otherwise: 'where REST listens' },
  ),
  DATA_DIR: defaulted(anyText, './data', "the embedded server's store and the generated secrets"),
  ROLES: defaulted(
    roleNames,
    [...ROLES],
    'which of the five roles this process has, separated by commas; `--roles a,b` comes first',
    { show: listed },
  ),
  NATS_URL: variable(servers, 'servers of an outside NATS, separated by commas, without credentials', {
    otherwise: 'embedded',
    show: listed,
  }),
  NATS_CREDS: variable(anyText, 'path of a .creds file to log in there with', OUTSIDE),
  NATS_USER: variable(anyText, 'user to log in there as', OUTSIDE),
  NATS_PASSWORD: variable(anyText, 'password of that user', { ...OUTSIDE, ...SECRET }),
  NATS_TLS_DIR: variable(
    anyText,
    'folder of PEM files: `ca.crt`, the authority that vouches for the servers, else those that Node knows, and `tls.crt` with `tls.key`, our own certificate, where we have one. With it, or with one `tls://` address, no server is spoken to without TLS',
    OUTSIDE,
  ),
  NATS_SERVER_BIN: variable(anyText, 'nats-server to embed', { otherwise: 'the first found' }),
  NATS_PORT: variable(wholeNumberFrom(1, 65_535), 'its loopback port', {
    ...EMBEDDED,
    otherwise: 'any free one',
  }),
  NATS_CALLOUT_SEED: variable(
    accountSeed,
    'seed of the account nkey (`SA…`) that outside servers name as issuer of their `auth_callout`; all instances need the same: [devices](devices.md#servers-of-your-own)',
    { ...OUTSIDE, ...SECRET, otherwise: 'no devices' },
  ),
  MQTT_PORT: variable(
    wholeNumberFrom(1, 65_535),
    "loopback port where people's devices listen by MQTT: [devices](devices.md)",
    { ...EMBEDDED, otherwise: 'no devices' },
  ),
  NATS_READERS: variable(
    readers,
    'who else may read there: `subscriber:PASSWORD`, `auditor:PASSWORD`, or both with a comma between, each of 16 to 128 characters; the server keeps a copy of what `subscriber` reads: [accounts](accounts.md)',
    NO_READER,
  ),
  REPLICAS: variable(
    wholeNumberFrom(1, 5),
    'of every stream and bucket; set it for a cluster, whose servers may not all be there at the first start',
    { otherwise: 'as many as the log has; at first 1, or 3 where the cluster has three servers' },
  ),
  SECRETS_KEY: variable(
    sealingKeys,
    "32 random bytes, base64 or hex: wraps every user's key. Losing it loses what people wrote; with another one than the stored keys were made with, the service does not start. Several, parted by commas: the first wraps, all open ([how it is replaced](operations.md#replace-secrets_key))",
    { ...SECRET, otherwise: 'generated into DATA_DIR' },
  ),
  AUTH_JWT_SECRET: variable(anyText, 'verifies HS256 tokens; 32 random bytes or more', {
    ...SECRET,
    otherwise: 'with the embedded server, generated into DATA_DIR',
  }),
  AUTH_JWKS_URL: variable(keySetUrl, "the issuer's public keys: verifies RS256, ES256 and EdDSA tokens", {
    show: withoutQuery,
  }),
  AUTH_SERVICE_URL: variable(
    baseUrl,
    'base URL of the identity service: judges all other tokens, and API keys (`X-API-Key`)',
  ),
  AUTH_ISSUER: variable(anyText, '`iss` that a token must carry which is verified here'),
  AUTH_AUDIENCE: variable(anyText, '`aud` that such a token must carry'),
  OIDC_ISSUER: variable(
    issuerUrl,
    'an OpenID provider where people sign in at the console, as it writes itself; it is to send them back to `/session/callback` under `PUBLIC_URL`: [security](security.md#signing-in-at-a-provider)',
    { otherwise: 'signing in by token or link only' },
  ),
  OIDC_CLIENT_ID: variable(anyText, 'what the service is known as there'),
  OIDC_CLIENT_SECRET: variable(anyText, 'its secret there', {
    ...SECRET,
    otherwise: 'a public client, by PKCE alone',
  }),
  INTERNAL_SERVICE_SECRET: variable(anyText, 'other services name themselves with it', {
    ...SECRET,
    otherwise: 'no such door',
  }),
  AUDIT_KEY: variable(
    auditKey,
    'signs checkpoints of the log, as text (`PRIVATE+KEY+…`, made by `task-service audit key --new`); instances of one log have the same. Two, parted by a comma: the log changes from the second to the first ([how](audit.md#changing-the-key))',
    { ...SECRET, otherwise: 'generated into DATA_DIR; with an outside NATS nothing is signed' },
  ),
  AUDIT_POLICY: variable(
    anyText,
    'path of a policy (c2sp.org/tlog-policy) that names the witnesses who are asked to cosign the checkpoints, with their URLs, and how many are enough: [witnesses](audit.md#witnesses)',
    { otherwise: 'nobody is asked' },
  ),
  AUDIT_PUBLIC: defaulted(
    oneOf(['true', 'false']),
    'false',
    'whether everybody may read the checkpoints and the hashes of the tree; entries are for auditors in any case',
  ),
  MONITORING_TOKEN: variable(
    monitoringToken,
    'a bearer token that shows `/health/detailed` and `/metrics`, and opens nothing else, where `HOST` is not loopback; without it they want the role `admin` there',
    SECRET,
  ),
  TASK_TYPE_TERMS: defaulted(
    taskTypeTermsVariable,
    DEFAULT_TASK_TYPE_TERMS,
    'JSON with what a run of each task type costs at least and which tier may have it, such as `{"custom": {"tier": "pro", "credits_per_run": 0.1}}`; what is not named stays. All instances need the same',
    {
      show: showTaskTypeTerms,
      otherwise: 'as [limits](limits.md#prices-and-tiers-of-task-types) lists them',
    },
  ),
  TIER_LIMITS: defaulted(
    tierLimitsVariable,
    DEFAULT_TIER_LIMITS,
    'JSON with what each tier allows, such as `{"free": {"tasks": 5, "executions_per_day": 10, "credits_per_month": 100, "existing_tasks": 1000, "edits_per_day": 500, "stored_bytes": 33554432, "timeout_seconds": 60, "attempts": 5}}`; what is not named stays, null is unlimited. All instances need the same',
    { show: showTierLimits, otherwise: 'as [limits](limits.md) lists them' },
  ),
  RATE_LIMIT: defaulted(
    rateLimitVariable,
    DEFAULT_RATE_LIMITS,
    'requests of one caller in so many seconds, and after a comma those with wrong credentials from one address, after which more of these answer 429 for a while; `off` for no limit. Each process with the role `api` counts for itself',
    { show: showRateLimits },
  ),
  TRUSTED_PROXIES: variable(
    listOf('networks (10.0.0.0/8) or addresses, none of them all addresses', parseNetwork),
    'networks or addresses of proxies, separated by commas, whose `Forwarded` or `X-Forwarded-For` is believed: limits by address are then by the address that these name',
    {
      show: (networks) => listed(networks.map(showNetwork)),
      otherwise: 'none: the peer of the connection counts',
    },
  ),
  CORS_ORIGINS: variable(
    corsOrigins,
    'origins (`https://app.example`), separated by commas, whose pages may call in a browser',
    { show: listed, otherwise: 'none' },
  ),
  EGRESS_ALLOW: variable(
    listOf('host or host:port', parseAllowedHost),
    '`host` or `host:port`, separated by commas: outbound calls may reach these although they are private',
    { show: (hosts) => listed(hosts.map(showAllowedHost)), otherwise: 'none' },
  ),
  WEATHER_API_URLS: defaulted(
    urlTable(WEATHER_APIS),
    {},
    'where `daily_weather` and `weather_alert` ask: `forecast=URL`, `geocoding=URL` (where places lie), or both with a comma between',
    {
      show: showUrls,
      otherwise: Object.entries(OPEN_METEO)
        .map(([name, url]) => `${name}=${url}`)
        .join(','),
    },
  ),
  NEWS_FEEDS: defaulted(
    newsFeeds,
    [...DEFAULT_NEWS_FEEDS],
    'feeds of `daily_news` and `news_monitor` where a task names none, and what it may name: URLs, `name=URL` or `name[category|category]=URL`, separated by commas (a comma in a URL: `%2C`), at most 20. Instances with the roles `api` and `worker` need the same',
    {
      show: (feeds) => listed(feeds.map(shownFeed)),
      otherwise: 'six feeds (`npm run task-service -- config` shows them)',
    },
  ),
  PLATFORM_SERVICES: defaulted(
    urlTable(PLATFORM_SERVICES),
    {},
    "base URLs of the platform's services, `name=URL`, separated by commas: with `account` a task is made only for a user with an account there; `notification`, `wallet` and `calendar` are told what happens from when they are set ([other services](other-services.md))",
    { show: showUrls, otherwise: 'none is called' },
  ),
  PLATFORM_SUBJECTS: defaulted(
    listOf(
      `literal subjects that end in ${FOREIGN_TYPES.map((type) => `.${type}`).join(', ')}`,
      parsePlatformSubject,
    ),
    [...DEFAULT_PLATFORM_SUBJECTS],
    'what is taken in from other services: literal subjects, separated by commas, that end in `.user.deleted`, `.subscription.changed` or `.event.created`',
    { show: listed },
  ),
  WORKER_CONCURRENCY: defaulted(
    wholeNumberFrom(1, 10_000),
    50,
    'executions at once in this process; what waits for others, and what may take longer than a minute, is counted apart ([places](limits.md#places-of-a-worker))',
  ),
  EXECUTION_TIMEOUT_SECONDS: defaulted(
    wholeNumberFrom(1, 86_400),
    30,
    'for an attempt whose schedule does not say',
  ),
  USER_CONCURRENCY: defaulted(
    wholeNumberFrom(1, 10_000),
    10,
    'executions of one user at once; more wait for one of them to end',
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: variable(
    baseUrl,
    'base URL of an OpenTelemetry collector (`http://collector:4318`), without a user name or password: spans go to `/v1/traces` there, as OTLP over HTTP in JSON ([traces](operations.md#traces))',
    { otherwise: 'no spans are made' },
  ),
  OTEL_EXPORTER_OTLP_HEADERS: defaulted(
    traceHeadersVariable,
    {},
    '`name=value`, separated by commas, the values percent-encoded: sent with every request to the collector',
    { show: showNames },
  ),
  OTEL_RESOURCE_ATTRIBUTES: defaulted(
    resourceAttributesVariable,
    {},
    'what the spans say of this instance: `name=value`, separated by commas, the values percent-encoded; `service.name` is `task-service` unless it is named here',
    { show: showPairs },
  ),
  OTEL_TRACES_SAMPLER_ARG: defaulted(
    samplerShareVariable,
    1,
    'share of the traces that is recorded, 0 to 1; a trace that a caller began is recorded where the caller records it',
  ),
  CONSUL_HTTP_ADDR: variable(
    consulAddressVariable,
    'a Consul agent, `host:port` or an http or https URL: this instance registers there ([Consul](operations.md#consul))',
    { otherwise: 'not registered' },
  ),
  CONSUL_HTTP_TOKEN: variable(consulTokenVariable, 'sent to the agent as `X-Consul-Token`', SECRET),
  CONSUL_SERVICE_ADDRESS: variable(
    advertisedVariable,
    "`host` or `host:port` under which others, and the agent's check, reach this instance; required with `CONSUL_HTTP_ADDR` where `HOST` is `0.0.0.0` or `::`",
    { show: showHostAndPort, otherwise: 'where REST listens' },
  ),
  LOG_LEVEL: defaulted(
    oneOf(LOG_LEVELS),
    'info',
    `one of ${LOG_LEVELS.map((level) => `\`${level}\``).join(', ')}`,
  ),
  LOG_FORMAT: variable(oneOf(['json', 'readable']), '`json` or `readable`', {
    otherwise: 'readable on a terminal, else json',
  }),
} as const;

export type VariableName = keyof typeof VARIABLES;
export const VARIABLE_NAMES = Object.keys(VARIABLES) as VariableName[];

/** What each variable gives, set or not; null where it is not set and nothing stands for it. */
export type Values = {
  readonly [N in VariableName]:
    | z.output<(typeof VARIABLES)[N]['schema']>
    | Extract<(typeof VARIABLES)[N]['byDefault'], null>;
};

function showAllowedHost({ host, port }: AllowedHost): string {
  return port === null ? host : `${host}:${port}`;
}

function shownFeed(feed: NewsFeed): string {
  return showNewsFeed({ ...feed, url: withoutQuery(feed.url) });
}
