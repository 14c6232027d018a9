/**
 * What the environment and the command line say, parsed once, before anything starts. Every fault is found, not
 * the first one only; the message that lists them is for the person who has to correct them.
 */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { TaskTypeTerms } from '../../domain/task/type-terms.ts';
import type { TierLimits } from '../../domain/user/limits.ts';
import type { OidcSettings } from '../../http/auth/oidc/provider.ts';
import type { Network } from '../../http/server/client-address.ts';
import type { RateLimits } from '../../http/server/rate-limit.ts';
import type { LogFormat, LogLevel } from '../../observability/logging.ts';
import type { TracesConfig } from '../../observability/traces-config.ts';
import type { AllowedHost } from '../../outbound/egress.ts';
import type { NewsFeed } from '../../task-types/news/feed-list.ts';
import { type ConsulConfig, isEverywhere } from './consul-config.ts';
import { REMOVED } from './former-variables.ts';
import type { RoleName } from './schemas.ts';
import { OPEN_METEO, VARIABLE_NAMES, VARIABLES, type Values, type VariableName } from './variables.ts';

/** EX_CONFIG of sysexits.h: the service cannot start with what it was given. */
export const EXIT_CONFIG = 78;

export interface EmbeddedNats {
  readonly kind: 'embedded';
  /** Path of the nats-server to run; null: the first that is found (see bootstrap/nats-server/nats-server.mjs). */
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
  /** Folder of PEM files; null: as the servers' addresses say. */
  readonly tlsDir: string | null;
  /** Seed of the key by which the servers believe whom the service lets in; null: no devices. */
  readonly calloutSeed: string | null;
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
  /** The provider where people sign in at the console; null: none. */
  readonly oidc: OidcSettings | null;
  readonly tierLimits: TierLimits;
  /** What a run of each task type costs at least, and which tier may have it. */
  readonly taskTypeTerms: TaskTypeTerms;
  /** Text of a signer key; null with an embedded server: the one generated into `dataDir`, else nothing is signed. */
  readonly auditKey: string | null;
  /** Path of a policy that names witnesses who are asked to cosign; null: nobody is. */
  readonly auditPolicy: string | null;
  /** Whether everybody may read checkpoints and hashes. */
  readonly auditPublic: boolean;
  /** Shows health and figures where the service does not listen on loopback only; null: administrators only. */
  readonly monitoringToken: string | null;
  readonly rateLimits: RateLimits;
  /** Whose word about where a request comes from is believed. */
  readonly trustedProxies: readonly Network[];
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
  readonly secretsKeys: readonly Uint8Array[] | null;
  readonly workerConcurrency: number;
  readonly executionTimeoutSeconds: number;
  /** Executions of one user at once. */
  readonly userConcurrency: number;
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

/**
 * The configuration. `argv` is what follows the program's name: `--roles a,b` wins over ROLES. A variable that is
 * empty counts as not set. Throws ConfigError.
 */
export function parseConfig(env: NodeJS.ProcessEnv, argv: readonly string[] = []): Config {
  return configFrom(parseVariables(env, argv));
}

/** What each variable gives. Throws ConfigError. */
export function parseVariables(env: NodeJS.ProcessEnv, argv: readonly string[]): Values {
  const faults: string[] = [];
  const given = givenValues(env, argv, faults);
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) faults.push(`${issue.path.join('.')} ${issue.message}`);
  }
  faults.push(...faultsTogether(given), ...removed(env, true));
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
  const values = VARIABLE_NAMES.map((name) => [name, parsed.data[name] ?? VARIABLES[name].byDefault]);
  return Object.fromEntries(values) as Values;
}

/** A line for each variable that is set and has no effect any more, with what replaces it. */
export function warningsOf(env: NodeJS.ProcessEnv): string[] {
  return removed(env, false);
}

function removed(env: NodeJS.ProcessEnv, isFault: boolean): string[] {
  return Object.entries(REMOVED)
    .filter(([name, variable]) => variable.isFault === isFault && (env[name] ?? '') !== '')
    .map(([name, { instead }]) => `${name} is not read any more: ${instead}`);
}

const environment = z.object(
  Object.fromEntries(VARIABLE_NAMES.map((name) => [name, VARIABLES[name].schema.optional()])) as {
    [N in VariableName]: z.ZodOptional<(typeof VARIABLES)[N]['schema']>;
  },
);

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

const PORTS = ['PORT', 'NATS_PORT', 'MQTT_PORT'] as const satisfies readonly VariableName[];
const WAYS_TO_VERIFY = ['AUTH_JWT_SECRET', 'AUTH_JWKS_URL', 'AUTH_SERVICE_URL'] as const;

/** What no variable shows alone. */
function faultsTogether(given: Given): string[] {
  const faults: string[] = [];
  const mode = given.NATS_URL === undefined ? 'embedded' : 'outside';
  for (const name of VARIABLE_NAMES) {
    const { only = mode } = VARIABLES[name];
    if (given[name] === undefined || only === mode) continue;
    faults.push(`${name} has no effect ${mode === 'embedded' ? 'without' : 'with'} NATS_URL`);
  }
  if (given.NATS_URL === undefined) {
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
  }
  if (given.NATS_CREDS !== undefined && (given.NATS_USER ?? given.NATS_PASSWORD) !== undefined) {
    faults.push('NATS_CREDS and NATS_USER with NATS_PASSWORD exclude one another');
  }
  if (given.CONSUL_HTTP_ADDR !== undefined && given.CONSUL_SERVICE_ADDRESS === undefined) {
    if (isEverywhere(given.HOST ?? '')) {
      faults.push(`CONSUL_SERVICE_ADDRESS is required where HOST is ${given.HOST}: nobody can call that`);
    }
  }
  for (const [index, one] of PORTS.entries()) {
    const port = given[one] ?? (one === 'PORT' ? String(VARIABLES.PORT.byDefault) : undefined);
    for (const other of PORTS.slice(index + 1)) {
      if (port !== undefined && given[other] === port) faults.push(`${one} and ${other} are both ${port}`);
    }
  }
  pairs(given, 'NATS_USER', 'NATS_PASSWORD', faults);
  pairs(given, 'OIDC_ISSUER', 'OIDC_CLIENT_ID', faults);
  if (given.OIDC_CLIENT_SECRET !== undefined && given.OIDC_ISSUER === undefined) {
    faults.push('OIDC_CLIENT_SECRET has no effect without OIDC_ISSUER');
  }
  return faults;
}

function pairs(given: Given, one: VariableName, other: VariableName, faults: string[]): void {
  if ((given[one] === undefined) !== (given[other] === undefined))
    faults.push(`${one} and ${other} belong together`);
}

function configFrom(values: Values): Config {
  return {
    host: values.HOST,
    port: values.PORT,
    publicUrl: values.PUBLIC_URL,
    dataDir: values.DATA_DIR,
    roles: new Set(values.ROLES),
    nats: natsFrom(values),
    replicas: values.REPLICAS ?? (values.NATS_URL === null ? 1 : null),
    auth: {
      jwtSecret: values.AUTH_JWT_SECRET,
      jwksUrl: values.AUTH_JWKS_URL,
      serviceUrl: values.AUTH_SERVICE_URL,
      issuer: values.AUTH_ISSUER,
      audience: values.AUTH_AUDIENCE,
      internalServiceSecret: values.INTERNAL_SERVICE_SECRET,
    },
    oidc:
      values.OIDC_ISSUER === null || values.OIDC_CLIENT_ID === null
        ? null
        : {
            issuer: values.OIDC_ISSUER,
            clientId: values.OIDC_CLIENT_ID,
            clientSecret: values.OIDC_CLIENT_SECRET,
          },
    auditKey: values.AUDIT_KEY,
    auditPolicy: values.AUDIT_POLICY,
    auditPublic: values.AUDIT_PUBLIC === 'true',
    monitoringToken: values.MONITORING_TOKEN,
    tierLimits: values.TIER_LIMITS,
    taskTypeTerms: values.TASK_TYPE_TERMS,
    rateLimits: values.RATE_LIMIT,
    trustedProxies: values.TRUSTED_PROXIES ?? [],
    accountServiceUrl: values.PLATFORM_SERVICES.account ?? null,
    corsOrigins: values.CORS_ORIGINS ?? [],
    egressAllow: values.EGRESS_ALLOW ?? [],
    weatherApiUrl: values.WEATHER_API_URLS.forecast ?? OPEN_METEO.forecast,
    geocodingApiUrl: values.WEATHER_API_URLS.geocoding ?? OPEN_METEO.geocoding,
    newsFeeds: values.NEWS_FEEDS,
    notificationServiceUrl: values.PLATFORM_SERVICES.notification ?? null,
    walletServiceUrl: values.PLATFORM_SERVICES.wallet ?? null,
    calendarServiceUrl: values.PLATFORM_SERVICES.calendar ?? null,
    platformSubjects: values.PLATFORM_SUBJECTS,
    secretsKeys: values.SECRETS_KEY,
    workerConcurrency: values.WORKER_CONCURRENCY,
    executionTimeoutSeconds: values.EXECUTION_TIMEOUT_SECONDS,
    userConcurrency: values.USER_CONCURRENCY,
    traces: {
      endpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT,
      headers: values.OTEL_EXPORTER_OTLP_HEADERS,
      resourceAttributes: values.OTEL_RESOURCE_ATTRIBUTES,
      share: values.OTEL_TRACES_SAMPLER_ARG,
    },
    consul: consulFrom(values),
    logLevel: values.LOG_LEVEL,
    logFormat: values.LOG_FORMAT,
  };
}

function consulFrom(values: Values): ConsulConfig | null {
  const { CONSUL_HTTP_ADDR: url, CONSUL_HTTP_TOKEN: token, CONSUL_SERVICE_ADDRESS: advertised } = values;
  return url === null ? null : { url, token, advertised };
}

function natsFrom(values: Values): EmbeddedNats | OutsideNats {
  if (values.NATS_URL === null) {
    return {
      kind: 'embedded',
      serverBin: values.NATS_SERVER_BIN,
      port: values.NATS_PORT,
      mqttPort: values.MQTT_PORT,
      readerPasswords: values.NATS_READERS ?? { subscriber: null, auditor: null },
    };
  }
  return {
    kind: 'outside',
    servers: values.NATS_URL,
    credsFile: values.NATS_CREDS,
    user: values.NATS_USER,
    password: values.NATS_PASSWORD,
    calloutSeed: values.NATS_CALLOUT_SEED,
    tlsDir: values.NATS_TLS_DIR,
  };
}
