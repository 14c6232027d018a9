/**
 * What the environment and the command line say, parsed once, before anything starts. Every fault is found, not
 * the first one only; the message that lists them is for the person who has to correct them.
 */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { DEFAULT_TASK_TYPE_TERMS, type TaskTypeTerms } from '../../domain/task/type-terms.ts';
import { DEFAULT_TIER_LIMITS, type TierLimits } from '../../domain/user/limits.ts';
import type { RateLimits } from '../../http/server/rate-limit.ts';
import { LOG_LEVELS, type LogFormat, type LogLevel } from '../../observability/logging.ts';
import {
  resourceAttributesVariable,
  samplerShareVariable,
  samplerVariable,
  samplingFrom,
  type TracesConfig,
  traceHeadersVariable,
} from '../../observability/traces-config.ts';
import { type AllowedHost, parseAllowedHost } from '../../outbound/egress.ts';
import {
  DEFAULT_PLATFORM_SUBJECTS,
  FOREIGN_TYPES,
  parsePlatformSubject,
} from '../../relay/inbox/foreign-events.ts';
import { DEFAULT_NEWS_FEEDS, type NewsFeed, parseNewsFeed } from '../../task-types/news/feed-list.ts';
import { MOST_SOURCES } from '../../task-types/news/sources.ts';
import {
  advertisedVariable,
  type ConsulConfig,
  consulAddressVariable,
  consulTokenVariable,
  isEverywhere,
} from './consul-config.ts';
import {
  rateLimitOr,
  rateLimitVariable,
  taskTypeTermsVariable,
  tierLimitsVariable,
} from './limits-config.ts';

/** EX_CONFIG of sysexits.h: the service cannot start with what it was given. */
export const EXIT_CONFIG = 78;

export const ROLES = ['api', 'projector', 'scheduler', 'worker', 'relay'] as const;
export type RoleName = (typeof ROLES)[number];

export interface EmbeddedNats {
  readonly kind: 'embedded';
  /** Path of the nats-server to run; null: the first that is found (see bootstrap/nats-server.mjs). */
  readonly serverBin: string | null;
  /** Loopback port; null: any free one. */
  readonly port: number | null;
  /** Loopback port where people's devices listen by MQTT; null: nowhere. */
  readonly mqttPort: number | null;
  /** Of the users `subscriber` and `auditor`; null: there is no such reader. */
  readonly readerPasswords: { readonly subscriber: string | null; readonly auditor: string | null };
}

export interface OutsideNats {
  readonly kind: 'outside';
  /** `nats://host:port` or `tls://host:port`, without credentials. */
  readonly servers: readonly string[];
  readonly credsFile: string | null;
  readonly user: string | null;
  readonly password: string | null;
  readonly token: string | null;
  /** Paths of PEM files; null: as the servers' addresses say. */
  readonly tls: TlsFiles | null;
  /** Seed of the key by which the servers believe whom the service lets in; null: no devices. */
  readonly calloutSeed: string | null;
}

export interface TlsFiles {
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
}

export interface Config {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Where people outside reach REST, no trailing slash; null: where it listens. */
  readonly publicUrl: string | null;
  readonly dataDir: string;
  readonly roles: ReadonlySet<RoleName>;
  readonly nats: EmbeddedNats | OutsideNats;
  /** Of every stream and bucket; null: as many as the servers carry, 3 where there are three. */
  readonly replicas: number | null;
  readonly auth: {
    /** Null: with an embedded server the one generated into `dataDir`, else none. */
    readonly jwtSecret: string | null;
    readonly jwksUrl: string | null;
    /** Base URL of the identity service, no trailing slash. */
    readonly serviceUrl: string | null;
    readonly issuer: string | null;
    readonly audience: string | null;
    readonly internalServiceSecret: string | null;
  };
  readonly tierLimits: TierLimits;
  /** What a run of each task type costs at least, and which tier may have it. */
  readonly taskTypeTerms: TaskTypeTerms;
  readonly rateLimits: RateLimits;
  /** Shows health and figures where the service does not listen on loopback only; null: administrators only. */
  readonly monitoringToken: string | null;
  /** Base URL, no trailing slash; null: every user has an account. */
  readonly accountServiceUrl: string | null;
  /** Origins of web pages that may call, as browsers write them; none: no page of another origin may. */
  readonly corsOrigins: readonly string[];
  readonly egressAllow: readonly AllowedHost[];
  /** Base URLs, no trailing slash. */
  readonly weatherApiUrl: string;
  readonly geocodingApiUrl: string;
  /** What news tasks read that name no sources, and what they may name. */
  readonly newsFeeds: readonly NewsFeed[];
  /** Base URLs of the platform's services, no trailing slash; null: not called. */
  readonly notificationServiceUrl: string | null;
  readonly walletServiceUrl: string | null;
  readonly calendarServiceUrl: string | null;
  /** Literal subjects of what other services tell. */
  readonly platformSubjects: readonly string[];
  /** At least 32 bytes. Null with an embedded server: the one generated into `dataDir`. */
  readonly secretsKey: Uint8Array | null;
  readonly workerConcurrency: number;
  readonly executionTimeoutSeconds: number;
  /** Executions of one user at once. */
  readonly userConcurrency: number;
  /** Newest executions of a task that have a value in the view. */
  readonly executionsKept: number;
  readonly traces: TracesConfig;
  /** Null: this instance is registered nowhere. */
  readonly consul: ConsulConfig | null;
  readonly logLevel: LogLevel;
  /** Null: readable on a terminal, else JSON lines. */
  readonly logFormat: LogFormat | null;
}

/** What was given does not make a configuration; the message lists every fault, a line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly exitCode = EXIT_CONFIG;
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(
      `The service cannot start with this configuration:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    );
    this.faults = faults;
  }
}

const text = z.string();

function wholeNumber(least: number, most: number) {
  return z
    .string()
    .refine((value) => /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most, {
      error: `must be a whole number from ${least} to ${most}`,
    })
    .transform(Number);
}

function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, { error: `must be one of ${values.join(', ')}` });
}

/** Nothing in it is secret, so it may be shown. */
const baseUrl = z
  .string()
  .refine((value) => isUrl(value, ['http:', 'https:']) && !/[?#]/.test(value), {
    error: 'must be an http or https URL without a query',
  })
  .transform((value) => value.replace(/\/+$/, ''))
  .refine((value) => !hasCredentials(value), { error: 'must not contain a user name or password' });

const keySetUrl = z.string().refine((value) => isUrl(value, ['http:', 'https:']) && !hasCredentials(value), {
  error: 'must be an http or https URL without a user name or password',
});

const corsOrigins = listOf('origins (https://app.example)', (entry) =>
  isUrl(entry, ['http:', 'https:']) && new URL(entry).origin === entry.toLowerCase()
    ? new URL(entry).origin
    : null,
);

const servers = listOf('nats://, tls:// or host:port addresses', (entry) => {
  const address = entry.includes('://') ? entry : `nats://${entry}`;
  return isUrl(address, ['nats:', 'tls:']) ? address : null;
}).refine((addresses) => addresses.every((address) => new URL(address).username === ''), {
  error: 'must not contain credentials: set NATS_USER and NATS_PASSWORD, NATS_TOKEN or NATS_CREDS',
});

const roles = listOf(ROLES.join(', '), (entry) => ROLES.find((role) => role === entry) ?? null);

const newsFeeds = listOf('URLs, name=URL or name[category|category]=URL', parseNewsFeed)
  .refine((feeds) => new Set(feeds.map(({ name }) => name.toLowerCase())).size === feeds.length, {
    error: 'must not name two feeds alike',
  })
  .refine((feeds) => feeds.length <= MOST_SOURCES, {
    error: `must not name more than ${MOST_SOURCES} feeds: a task that names none reads them all`,
  });

/** It stands in the server's configuration, where `$` begins other things. */
const readerPassword = z.string().regex(/^(?!\$)[\x21-\x7e]{16,128}$/, {
  error: 'must be 16 to 128 visible ASCII characters, the first of them no $',
});

/** Sent as a bearer token. */
const monitoringToken = z.string().regex(/^[A-Za-z0-9._~+/=-]{16,256}$/, {
  error: 'must be 16 to 256 characters of a bearer token (openssl rand -hex 32)',
});

/** Of an account's nkey. */
const accountSeed = z.string().regex(/^SA[A-Z2-7]{56}$/, {
  error: 'must be the seed of an account nkey (nk -gen account), SA...',
});

const VARIABLES = {
  HOST: text,
  PORT: wholeNumber(0, 65_535),
  PUBLIC_URL: baseUrl,
  DATA_DIR: text,
  ROLES: roles,
  NATS_URL: servers,
  NATS_CREDS: text,
  NATS_USER: text,
  NATS_PASSWORD: text,
  NATS_TOKEN: text,
  NATS_TLS_CA: text,
  NATS_TLS_CERT: text,
  NATS_TLS_KEY: text,
  NATS_SERVER_BIN: text,
  NATS_PORT: wholeNumber(1, 65_535),
  NATS_CALLOUT_SEED: accountSeed,
  MQTT_PORT: wholeNumber(1, 65_535),
  NATS_SUBSCRIBER_PASSWORD: readerPassword,
  NATS_AUDITOR_PASSWORD: readerPassword,
  REPLICAS: wholeNumber(1, 5),
  AUTH_JWT_SECRET: text,
  AUTH_JWKS_URL: keySetUrl,
  AUTH_SERVICE_URL: baseUrl,
  AUTH_ISSUER: text,
  AUTH_AUDIENCE: text,
  INTERNAL_SERVICE_SECRET: text,
  MONITORING_TOKEN: monitoringToken,
  TIER_LIMITS: tierLimitsVariable,
  TASK_TYPE_TERMS: taskTypeTermsVariable,
  RATE_LIMIT: rateLimitVariable,
  RATE_LIMIT_FAILURES: rateLimitVariable,
  ACCOUNT_SERVICE_URL: baseUrl,
  CORS_ORIGINS: corsOrigins,
  EGRESS_ALLOW: listOf('host or host:port', parseAllowedHost),
  WEATHER_API_URL: baseUrl,
  GEOCODING_API_URL: baseUrl,
  NEWS_FEEDS: newsFeeds,
  NOTIFICATION_SERVICE_URL: baseUrl,
  WALLET_SERVICE_URL: baseUrl,
  CALENDAR_SERVICE_URL: baseUrl,
  PLATFORM_SUBJECTS: listOf(
    `literal subjects that end in ${FOREIGN_TYPES.map((type) => `.${type}`).join(', ')}`,
    parsePlatformSubject,
  ),
  SECRETS_KEY: z
    .string()
    .transform(decodeKey)
    .refine((key) => key.length >= 32, {
      error: 'must be 32 random bytes in base64 (openssl rand -base64 32)',
    }),
  WORKER_CONCURRENCY: wholeNumber(1, 10_000),
  EXECUTION_TIMEOUT_SECONDS: wholeNumber(1, 86_400),
  USER_CONCURRENCY: wholeNumber(1, 10_000),
  EXECUTIONS_KEPT: wholeNumber(1, 10_000),
  OTEL_EXPORTER_OTLP_ENDPOINT: baseUrl,
  OTEL_EXPORTER_OTLP_HEADERS: traceHeadersVariable,
  OTEL_SERVICE_NAME: text,
  OTEL_RESOURCE_ATTRIBUTES: resourceAttributesVariable,
  OTEL_TRACES_SAMPLER: samplerVariable,
  OTEL_TRACES_SAMPLER_ARG: samplerShareVariable,
  CONSUL_HTTP_ADDR: consulAddressVariable,
  CONSUL_HTTP_TOKEN: consulTokenVariable,
  CONSUL_SERVICE_ADDRESS: advertisedVariable,
  LOG_LEVEL: oneOf(LOG_LEVELS),
  LOG_FORMAT: oneOf(['json', 'readable']),
} as const;

export type VariableName = keyof typeof VARIABLES;
export const VARIABLE_NAMES = Object.keys(VARIABLES) as VariableName[];
const environment = z.object(
  Object.fromEntries(VARIABLE_NAMES.map((name) => [name, VARIABLES[name].optional()])) as {
    [N in VariableName]: z.ZodOptional<(typeof VARIABLES)[N]>;
  },
);

/**
 * The configuration. `argv` is what follows the program's name: `--roles a,b` wins over ROLES. A variable that is
 * empty counts as not set. Throws ConfigError.
 */
export function parseConfig(env: NodeJS.ProcessEnv, argv: readonly string[] = []): Config {
  const faults: string[] = [];
  const given = givenValues(env, argv, faults);
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) faults.push(`${issue.path.join('.')} ${issue.message}`);
  }
  faults.push(...faultsTogether(given));
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
  return configFrom(parsed.data);
}

type Given = { [N in VariableName]?: string };

function givenValues(env: NodeJS.ProcessEnv, argv: readonly string[], faults: string[]): Given {
  const given: Given = {};
  for (const name of VARIABLE_NAMES) {
    const value = env[name];
    if (value !== undefined && value !== '') given[name] = value;
  }
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: { roles: { type: 'string' } },
      allowPositionals: false,
    });
    if (values.roles !== undefined) given.ROLES = values.roles;
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
  }
  return given;
}

const EMBEDDED_ONLY = [
  'NATS_PORT',
  'MQTT_PORT',
  'NATS_SUBSCRIBER_PASSWORD',
  'NATS_AUDITOR_PASSWORD',
] as const satisfies readonly VariableName[];
const DEFAULT_PORT = 8211;
const PORTS = ['PORT', 'NATS_PORT', 'MQTT_PORT'] as const satisfies readonly VariableName[];
const WAYS_TO_VERIFY = ['AUTH_JWT_SECRET', 'AUTH_JWKS_URL', 'AUTH_SERVICE_URL'] as const;

/** What no variable shows alone. */
function faultsTogether(given: Given): string[] {
  const faults: string[] = [];
  const outsideOnly = VARIABLE_NAMES.filter((name) =>
    /^NATS_(CREDS|USER|PASSWORD|TOKEN|TLS_\w+|CALLOUT_SEED)$/.test(name),
  );
  if (given.NATS_URL === undefined) {
    for (const name of outsideOnly) {
      if (given[name] !== undefined) faults.push(`${name} has no effect without NATS_URL`);
    }
    if (given.REPLICAS !== undefined && given.REPLICAS !== '1') {
      faults.push('REPLICAS must be 1 with the embedded server: set NATS_URL to a cluster');
    }
  } else {
    if (given.SECRETS_KEY === undefined) {
      faults.push('SECRETS_KEY is required with NATS_URL: all instances must share it');
    }
    if (WAYS_TO_VERIFY.every((name) => given[name] === undefined)) {
      faults.push(
        `one of ${WAYS_TO_VERIFY.join(', ')} is required with NATS_URL: all instances must share it`,
      );
    }
    for (const name of EMBEDDED_ONLY) {
      if (given[name] !== undefined) faults.push(`${name} has no effect with NATS_URL`);
    }
  }
  const ways = [given.NATS_CREDS, given.NATS_TOKEN, given.NATS_USER ?? given.NATS_PASSWORD];
  if (ways.filter((way) => way !== undefined).length > 1) {
    faults.push('NATS_CREDS, NATS_TOKEN and NATS_USER with NATS_PASSWORD exclude one another');
  }
  if (given.CONSUL_HTTP_ADDR !== undefined && given.CONSUL_SERVICE_ADDRESS === undefined) {
    if (isEverywhere(given.HOST ?? '')) {
      faults.push(`CONSUL_SERVICE_ADDRESS is required where HOST is ${given.HOST}: nobody can call that`);
    }
  }
  for (const [index, one] of PORTS.entries()) {
    const port = given[one] ?? (one === 'PORT' ? String(DEFAULT_PORT) : undefined);
    for (const other of PORTS.slice(index + 1)) {
      if (port !== undefined && given[other] === port) faults.push(`${one} and ${other} are both ${port}`);
    }
  }
  pairs(given, 'NATS_USER', 'NATS_PASSWORD', faults);
  pairs(given, 'NATS_TLS_CERT', 'NATS_TLS_KEY', faults);
  return faults;
}

function pairs(given: Given, one: VariableName, other: VariableName, faults: string[]): void {
  if ((given[one] === undefined) !== (given[other] === undefined))
    faults.push(`${one} and ${other} belong together`);
}

function configFrom(given: z.output<typeof environment>): Config {
  return {
    host: given.HOST ?? '127.0.0.1',
    port: given.PORT ?? DEFAULT_PORT,
    publicUrl: given.PUBLIC_URL ?? null,
    dataDir: given.DATA_DIR ?? './data',
    roles: new Set(given.ROLES ?? ROLES),
    nats: natsFrom(given),
    replicas: given.REPLICAS ?? (given.NATS_URL === undefined ? 1 : null),
    auth: {
      jwtSecret: given.AUTH_JWT_SECRET ?? null,
      jwksUrl: given.AUTH_JWKS_URL ?? null,
      serviceUrl: given.AUTH_SERVICE_URL ?? null,
      issuer: given.AUTH_ISSUER ?? null,
      audience: given.AUTH_AUDIENCE ?? null,
      internalServiceSecret: given.INTERNAL_SERVICE_SECRET ?? null,
    },
    monitoringToken: given.MONITORING_TOKEN ?? null,
    tierLimits: given.TIER_LIMITS ?? DEFAULT_TIER_LIMITS,
    taskTypeTerms: given.TASK_TYPE_TERMS ?? DEFAULT_TASK_TYPE_TERMS,
    rateLimits: {
      callers: rateLimitOr(given.RATE_LIMIT, { requests: 60_000, windowSeconds: 60 }),
      failures: rateLimitOr(given.RATE_LIMIT_FAILURES, { requests: 300, windowSeconds: 60 }),
    },
    accountServiceUrl: given.ACCOUNT_SERVICE_URL ?? null,
    corsOrigins: given.CORS_ORIGINS ?? [],
    egressAllow: given.EGRESS_ALLOW ?? [],
    weatherApiUrl: given.WEATHER_API_URL ?? 'https://api.open-meteo.com',
    geocodingApiUrl: given.GEOCODING_API_URL ?? 'https://geocoding-api.open-meteo.com',
    newsFeeds: given.NEWS_FEEDS ?? DEFAULT_NEWS_FEEDS,
    notificationServiceUrl: given.NOTIFICATION_SERVICE_URL ?? null,
    walletServiceUrl: given.WALLET_SERVICE_URL ?? null,
    calendarServiceUrl: given.CALENDAR_SERVICE_URL ?? null,
    platformSubjects: given.PLATFORM_SUBJECTS ?? DEFAULT_PLATFORM_SUBJECTS,
    secretsKey: given.SECRETS_KEY ?? null,
    workerConcurrency: given.WORKER_CONCURRENCY ?? 50,
    executionTimeoutSeconds: given.EXECUTION_TIMEOUT_SECONDS ?? 30,
    userConcurrency: given.USER_CONCURRENCY ?? 10,
    executionsKept: given.EXECUTIONS_KEPT ?? 100,
    traces: {
      endpoint: given.OTEL_EXPORTER_OTLP_ENDPOINT ?? null,
      headers: given.OTEL_EXPORTER_OTLP_HEADERS ?? {},
      serviceName:
        given.OTEL_SERVICE_NAME ?? given.OTEL_RESOURCE_ATTRIBUTES?.['service.name'] ?? 'task-service',
      resourceAttributes: given.OTEL_RESOURCE_ATTRIBUTES ?? {},
      sampling: samplingFrom(given.OTEL_TRACES_SAMPLER, given.OTEL_TRACES_SAMPLER_ARG),
    },
    consul:
      given.CONSUL_HTTP_ADDR === undefined
        ? null
        : {
            url: given.CONSUL_HTTP_ADDR,
            token: given.CONSUL_HTTP_TOKEN ?? null,
            advertised: given.CONSUL_SERVICE_ADDRESS ?? null,
          },
    logLevel: given.LOG_LEVEL ?? 'info',
    logFormat: given.LOG_FORMAT ?? null,
  };
}

function natsFrom(given: z.output<typeof environment>): EmbeddedNats | OutsideNats {
  if (given.NATS_URL === undefined) {
    return {
      kind: 'embedded',
      serverBin: given.NATS_SERVER_BIN ?? null,
      port: given.NATS_PORT ?? null,
      mqttPort: given.MQTT_PORT ?? null,
      readerPasswords: {
        subscriber: given.NATS_SUBSCRIBER_PASSWORD ?? null,
        auditor: given.NATS_AUDITOR_PASSWORD ?? null,
      },
    };
  }
  const tls = {
    caFile: given.NATS_TLS_CA ?? null,
    certFile: given.NATS_TLS_CERT ?? null,
    keyFile: given.NATS_TLS_KEY ?? null,
  };
  return {
    kind: 'outside',
    servers: given.NATS_URL,
    credsFile: given.NATS_CREDS ?? null,
    user: given.NATS_USER ?? null,
    password: given.NATS_PASSWORD ?? null,
    token: given.NATS_TOKEN ?? null,
    calloutSeed: given.NATS_CALLOUT_SEED ?? null,
    tls: Object.values(tls).some((file) => file !== null) ? tls : null,
  };
}

function listOf<T>(what: string, parse: (entry: string) => T | null) {
  return z.string().transform((value, context): T[] => {
    const entries = value
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '');
    const parsed: T[] = [];
    for (const entry of entries) {
      const item = parse(entry);
      if (item === null) {
        context.addIssue({
          code: 'custom',
          message: `must be a list of ${what}; ${JSON.stringify(entry)} is not`,
        });
      } else parsed.push(item);
    }
    if (entries.length === 0) context.addIssue({ code: 'custom', message: `must be a list of ${what}` });
    return parsed;
  });
}

function isUrl(value: string, protocols: readonly string[]): boolean {
  return URL.canParse(value) && protocols.includes(new URL(value).protocol) && new URL(value).hostname !== '';
}

function hasCredentials(value: string): boolean {
  return URL.canParse(value) && `${new URL(value).username}${new URL(value).password}` !== '';
}

/** 64 hex digits, or base64 of either alphabet; anything else is an empty key. */
export function decodeKey(value: string): Uint8Array {
  if (/^[0-9a-fA-F]{64,}$/.test(value)) return Buffer.from(value, 'hex');
  return /^[\w+/-]+={0,2}$/.test(value) ? Buffer.from(value, 'base64') : new Uint8Array();
}
