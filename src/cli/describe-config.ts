import { type Config, VARIABLE_NAMES, type VariableName } from '../app/config/config.ts';
import { showHostAndPort } from '../app/config/consul-config.ts';
import { showRateLimit, showTaskTypeTerms, showTierLimits } from '../app/config/limits-config.ts';
import { showSampler } from '../observability/traces-config.ts';
import { type NewsFeed, showNewsFeed } from '../task-types/news/feed-list.ts';

/** What is in force, a line for each variable, secrets masked. */
export function describeConfig(config: Config): string {
  const shown = { ...serviceVariables(config), ...natsVariables(config) };
  const width = Math.max(...VARIABLE_NAMES.map((name) => name.length));
  return VARIABLE_NAMES.map((name) => {
    const value = shown[name];
    return `${name.padEnd(width)}  ${value === null || value === '' ? '(not set)' : value}`;
  }).join('\n');
}

type NatsVariable = Extract<VariableName, `NATS_${string}` | 'MQTT_PORT' | 'REPLICAS'>;
type Shown<N extends VariableName> = Record<N, string | number | null>;

function serviceVariables(config: Config): Shown<Exclude<VariableName, NatsVariable>> {
  const { auth, traces, consul } = config;
  const generated = `(generated into ${config.dataDir})`;
  return {
    HOST: config.host,
    PORT: config.port,
    PUBLIC_URL: config.publicUrl ?? '(where it listens)',
    DATA_DIR: config.dataDir,
    ROLES: [...config.roles].join(','),
    AUTH_JWT_SECRET: masked(auth.jwtSecret) ?? (config.nats.kind === 'embedded' ? generated : null),
    AUTH_JWKS_URL: auth.jwksUrl?.replace(/\?.*$/, '?***') ?? null,
    AUTH_SERVICE_URL: auth.serviceUrl,
    AUTH_ISSUER: auth.issuer,
    AUTH_AUDIENCE: auth.audience,
    INTERNAL_SERVICE_SECRET: masked(auth.internalServiceSecret),
    MONITORING_TOKEN: masked(config.monitoringToken),
    TIER_LIMITS: showTierLimits(config.tierLimits),
    TASK_TYPE_TERMS: showTaskTypeTerms(config.taskTypeTerms),
    RATE_LIMIT: showRateLimit(config.rateLimits.callers),
    RATE_LIMIT_FAILURES: showRateLimit(config.rateLimits.failures),
    ACCOUNT_SERVICE_URL: config.accountServiceUrl,
    CORS_ORIGINS: config.corsOrigins.join(','),
    EGRESS_ALLOW: config.egressAllow
      .map(({ host, port }) => (port === null ? host : `${host}:${port}`))
      .join(','),
    WEATHER_API_URL: config.weatherApiUrl,
    GEOCODING_API_URL: config.geocodingApiUrl,
    NEWS_FEEDS: config.newsFeeds.map(shownFeed).join(','),
    NOTIFICATION_SERVICE_URL: config.notificationServiceUrl,
    WALLET_SERVICE_URL: config.walletServiceUrl,
    CALENDAR_SERVICE_URL: config.calendarServiceUrl,
    PLATFORM_SUBJECTS: config.platformSubjects.join(','),
    SECRETS_KEY: masked(config.secretsKey) ?? generated,
    WORKER_CONCURRENCY: config.workerConcurrency,
    EXECUTION_TIMEOUT_SECONDS: config.executionTimeoutSeconds,
    USER_CONCURRENCY: config.userConcurrency,
    EXECUTIONS_KEPT: config.executionsKept,
    OTEL_EXPORTER_OTLP_ENDPOINT: traces.endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: Object.keys(traces.headers)
      .map((name) => `${name}=***`)
      .join(','),
    OTEL_SERVICE_NAME: traces.serviceName,
    OTEL_RESOURCE_ATTRIBUTES: Object.entries(traces.resourceAttributes)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join(','),
    OTEL_TRACES_SAMPLER: showSampler(traces.sampling),
    OTEL_TRACES_SAMPLER_ARG: traces.sampling.share,
    CONSUL_HTTP_ADDR: consul?.url ?? null,
    CONSUL_HTTP_TOKEN: masked(consul?.token ?? null),
    CONSUL_SERVICE_ADDRESS: consul?.advertised ? showHostAndPort(consul.advertised) : null,
    LOG_LEVEL: config.logLevel,
    LOG_FORMAT: config.logFormat ?? '(readable on a terminal, else json)',
  };
}

function natsVariables({ nats, replicas }: Config): Shown<NatsVariable> {
  const outside = nats.kind === 'outside' ? nats : null;
  const embedded = nats.kind === 'embedded' ? nats : null;
  return {
    NATS_URL: outside?.servers.join(',') ?? '(embedded)',
    NATS_CREDS: outside?.credsFile ?? null,
    NATS_USER: outside?.user ?? null,
    NATS_PASSWORD: masked(outside?.password ?? null),
    NATS_TOKEN: masked(outside?.token ?? null),
    NATS_TLS_CA: outside?.tls?.caFile ?? null,
    NATS_TLS_CERT: outside?.tls?.certFile ?? null,
    NATS_TLS_KEY: outside?.tls?.keyFile ?? null,
    NATS_CALLOUT_SEED: masked(outside?.calloutSeed ?? null),
    NATS_SERVER_BIN: embedded?.serverBin ?? (embedded && '(the first found)'),
    NATS_SUBSCRIBER_PASSWORD: masked(embedded?.readerPasswords.subscriber ?? null),
    NATS_AUDITOR_PASSWORD: masked(embedded?.readerPasswords.auditor ?? null),
    NATS_PORT: embedded?.port ?? (embedded && '(any free one)'),
    MQTT_PORT: embedded?.mqttPort ?? (embedded && '(no devices)'),
    REPLICAS: replicas ?? '(as the log has; at first 3 where the cluster has three)',
  };
}

/** What stands in a query may be a subscriber's token. */
function shownFeed(feed: NewsFeed): string {
  return showNewsFeed({ ...feed, url: feed.url.replace(/\?.*$/, '?***') });
}

function masked(secret: string | Uint8Array | null): string | null {
  return secret === null ? null : '***';
}
