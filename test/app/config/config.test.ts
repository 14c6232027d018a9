import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, parseConfig, warningsOf } from '../../../src/app/config/config.ts';
import { registrationOf } from '../../../src/app/config/consul-config.ts';
import { REMOVED } from '../../../src/app/config/former-variables.ts';
import { ROLES } from '../../../src/app/config/schemas.ts';
import { VARIABLE_NAMES } from '../../../src/app/config/variables.ts';
import { configurationTable, describeConfig } from '../../../src/cli/describe-config.ts';
import { DEFAULT_TASK_TYPE_TERMS } from '../../../src/domain/task/type-terms.ts';
import { DEFAULT_TIER_LIMITS } from '../../../src/domain/user/limits.ts';
import { DEFAULT_NEWS_FEEDS, parseNewsFeed, showNewsFeed } from '../../../src/task-types/news/feed-list.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
const OUTSIDE = { NATS_URL: 'nats://one.example:4222', SECRETS_KEY: KEY, AUTH_JWT_SECRET: 'shared' };

function faultsOf(env: NodeJS.ProcessEnv, argv: readonly string[] = []): readonly string[] {
  try {
    parseConfig(env, argv);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  test('needs nothing: all roles, an embedded server, generated secrets', () => {
    expect(parseConfig({})).toEqual({
      oidc: null,
      auditKey: null,
      auditPolicy: null,
      auditPublic: false,
      host: '127.0.0.1',
      port: 8211,
      publicUrl: null,
      dataDir: './data',
      roles: new Set(ROLES),
      nats: {
        kind: 'embedded',
        serverBin: null,
        port: null,
        mqttPort: null,
        readerPasswords: { subscriber: null, auditor: null },
      },
      replicas: 1,
      monitoringToken: null,
      tierLimits: DEFAULT_TIER_LIMITS,
      taskTypeTerms: DEFAULT_TASK_TYPE_TERMS,
      rateLimits: {
        callers: { requests: 60_000, windowSeconds: 60 },
        failures: { requests: 300, windowSeconds: 60 },
      },
      trustedProxies: [],
      auth: {
        jwtSecret: null,
        jwksUrl: null,
        serviceUrl: null,
        issuer: null,
        audience: null,
        internalServiceSecret: null,
      },
      accountServiceUrl: null,
      corsOrigins: [],
      egressAllow: [],
      weatherApiUrl: 'https://api.open-meteo.com',
      geocodingApiUrl: 'https://geocoding-api.open-meteo.com',
      newsFeeds: DEFAULT_NEWS_FEEDS,
      notificationServiceUrl: null,
      walletServiceUrl: null,
      calendarServiceUrl: null,
      platformSubjects: [
        'account_service.user.deleted',
        'subscription_service.subscription.changed',
        'calendar_service.event.created',
      ],
      secretsKeys: null,
      workerConcurrency: 50,
      executionTimeoutSeconds: 30,
      userConcurrency: 10,
      traces: {
        endpoint: null,
        headers: {},
        resourceAttributes: {},
        share: 1,
      },
      consul: null,
      logLevel: 'info',
      logFormat: null,
    });
  });

  test('takes every variable', () => {
    const config = parseConfig({
      ...OUTSIDE,
      HOST: '0.0.0.0',
      PORT: '0',
      PUBLIC_URL: 'https://tasks.example/api/',
      DATA_DIR: '/var/lib/tasks',
      ROLES: 'api, worker',
      NATS_URL: 'nats://one.example:4222,tls://two.example, three.example:4333',
      NATS_USER: 'u',
      NATS_PASSWORD: 'p',
      NATS_TLS_DIR: '/tls',
      REPLICAS: '3',
      AUTH_JWKS_URL: 'https://id.example/keys?v=1',
      AUTH_SERVICE_URL: 'http://auth.internal:8201/',
      PLATFORM_SERVICES:
        'account=http://accounts.internal/base/, notification=http://notes.example/, wallet=https://wallet.example, calendar=https://calendar.example/base',
      CORS_ORIGINS: 'https://app.example, http://localhost:3000',
      TRUSTED_PROXIES: '10.0.0.0/8, 2001:db8::1',
      AUTH_ISSUER: 'i',
      AUTH_AUDIENCE: 'a',
      INTERNAL_SERVICE_SECRET: 's',
      EGRESS_ALLOW: 'Hooks.example, 10.0.0.7:8080',
      WEATHER_API_URLS: 'forecast=http://127.0.0.1:9000/,geocoding=http://127.0.0.1:9001/geo',
      PLATFORM_SUBJECTS: 'accounts.user.deleted, cal.v2.event.created',
      NEWS_FEEDS:
        'https://plain.example/feed?a=b, The Paper=https://paper.example/rss,lab[Science|tech]=http://lab.example/',
      WORKER_CONCURRENCY: '1',
      EXECUTION_TIMEOUT_SECONDS: '600',
      LOG_LEVEL: 'debug',
      LOG_FORMAT: 'readable',
    });
    expect(config).toMatchObject({
      port: 0,
      publicUrl: 'https://tasks.example/api',
      roles: new Set(['api', 'worker']),
      nats: {
        kind: 'outside',
        servers: ['nats://one.example:4222', 'tls://two.example', 'nats://three.example:4333'],
        user: 'u',
        password: 'p',
        tlsDir: '/tls',
      },
      replicas: 3,
      auth: { jwksUrl: 'https://id.example/keys?v=1', serviceUrl: 'http://auth.internal:8201' },
      accountServiceUrl: 'http://accounts.internal/base',
      corsOrigins: ['https://app.example', 'http://localhost:3000'],
      trustedProxies: [
        { address: '10.0.0.0', prefix: 8, family: 'ipv4' },
        { address: '2001:db8::1', prefix: 128, family: 'ipv6' },
      ],
      egressAllow: [
        { host: 'hooks.example', port: null },
        { host: '10.0.0.7', port: 8080 },
      ],
      weatherApiUrl: 'http://127.0.0.1:9000',
      geocodingApiUrl: 'http://127.0.0.1:9001/geo',
      notificationServiceUrl: 'http://notes.example',
      walletServiceUrl: 'https://wallet.example',
      calendarServiceUrl: 'https://calendar.example/base',
      platformSubjects: ['accounts.user.deleted', 'cal.v2.event.created'],
      newsFeeds: [
        { name: 'plain.example', url: 'https://plain.example/feed?a=b', categories: [] },
        { name: 'The Paper', url: 'https://paper.example/rss', categories: [] },
        { name: 'lab', url: 'http://lab.example/', categories: ['science', 'tech'] },
      ],
      executionTimeoutSeconds: 600,
      logFormat: 'readable',
    });
    expect([...(config.secretsKeys?.[0] ?? [])]).toEqual(Array(32).fill(7));
    // It goes to other threads.
    const secretsKeys = config.secretsKeys?.map((key) => new Uint8Array(key));
    expect(structuredClone(config)).toEqual({ ...config, secretsKeys });
  });

  test('takes roles from the command line before the environment', () => {
    expect(parseConfig({ ROLES: 'api' }, ['--roles', 'scheduler,worker']).roles).toEqual(
      new Set(['scheduler', 'worker']),
    );
    expect(parseConfig({}, ['--roles=projector']).roles).toEqual(new Set(['projector']));
  });

  test('takes an empty variable as one that is not set', () => {
    expect(parseConfig(Object.fromEntries(VARIABLE_NAMES.map((name) => [name, ''])))).toEqual(
      parseConfig({}),
    );
  });

  test('takes one of a pair that has two, and the other as it is by default', () => {
    const reader = `subscriber:${'s'.repeat(16)}`;
    const config = parseConfig({ NATS_READERS: reader, WEATHER_API_URLS: 'geocoding=http://places' });
    expect(config.nats).toMatchObject({ readerPasswords: { subscriber: 's'.repeat(16), auditor: null } });
    expect(config.weatherApiUrl).toBe('https://api.open-meteo.com');
    expect(config.geocodingApiUrl).toBe('http://places');
  });

  test('leaves the number of replicas to a cluster that is not told', () => {
    expect(parseConfig(OUTSIDE).replicas).toBeNull();
  });

  test.each([
    ['base64', KEY],
    ['base64 of the other alphabet', Buffer.alloc(32, 255).toString('base64url')],
    ['hex', 'ab'.repeat(32)],
  ])('takes a key in %s', (_, SECRETS_KEY) => {
    expect(parseConfig({ SECRETS_KEY }).secretsKeys?.[0]).toHaveLength(32);
  });
});

describe('where spans go and who finds this instance', () => {
  test('is nowhere and nobody unless it is said', () => {
    const { traces, consul } = parseConfig({ CONSUL_HTTP_TOKEN: 'alone' });
    expect(traces).toEqual({
      endpoint: null,
      headers: {},
      resourceAttributes: {},
      share: 1,
    });
    expect(consul).toBeNull();
  });

  test('is said as OpenTelemetry and Consul write it', () => {
    const { traces, consul } = parseConfig({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20eDp5, x-tenant = a',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=a%2Cb,service.name=tasks',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
      CONSUL_HTTP_ADDR: '127.0.0.1:8500',
      CONSUL_SERVICE_ADDRESS: '[fd00::7]:9000',
    });
    expect(traces).toMatchObject({
      endpoint: 'http://collector:4318',
      headers: { authorization: 'Basic eDp5', 'x-tenant': 'a' },
      resourceAttributes: { 'deployment.environment.name': 'a,b', 'service.name': 'tasks' },
      share: 0.25,
    });
    const advertised = { host: 'fd00::7', port: 9_000 };
    expect(consul).toEqual({ url: 'http://127.0.0.1:8500', token: null, advertised });
  });

  test('an instance is called after its address, so that it takes its own place again', () => {
    const consul = { url: 'http://c', token: null, advertised: null };
    const own = { instance: 'box-1-ab', host: '10.0.0.7', port: 8_211 };
    expect(registrationOf(consul, own)).toMatchObject({
      serviceId: 'task-service-10.0.0.7-8211',
      rest: { host: '10.0.0.7', port: 8_211 },
    });
    const advertised = { host: 'tasks.example', port: null };
    expect(registrationOf({ ...consul, advertised }, own).serviceId).toBe('task-service-tasks.example-8211');
    expect(registrationOf(consul, { ...own, port: null })).toMatchObject({
      serviceId: 'task-service-box-1-ab',
      rest: null,
    });
  });
});

describe('a bad configuration', () => {
  test('is refused with every fault, a line each, and exit 78', () => {
    const env = {
      PORT: '70000',
      ROLES: 'api,ferry',
      LOG_LEVEL: 'loud',
      NATS_USER: 'u',
      WEATHER_API_URLS: 'forecast=ftp://weather.example',
    };
    let failure: unknown;
    try {
      parseConfig(env, ['--rolls', 'api']);
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(ConfigError);
    const { exitCode, faults, message } = failure as ConfigError;
    expect(exitCode).toBe(78);
    expect(faults).toEqual([
      expect.stringContaining("'--rolls'"),
      'PORT must be a whole number from 0 to 65535',
      'ROLES must be a list of api, projector, scheduler, worker, relay; "ferry" is not',
      'WEATHER_API_URLS at forecast must be an http or https URL without a query',
      'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent',
      'NATS_USER has no effect without NATS_URL',
      'NATS_USER and NATS_PASSWORD belong together',
    ]);
    expect(message.split('\n')).toHaveLength(1 + faults.length);
  });

  test.each([
    [{ PORT: '80a' }, 'PORT'],
    [{ NATS_PORT: '8211' }, 'PORT and NATS_PORT are both 8211'],
    [{ NATS_PORT: '1883', MQTT_PORT: '1883' }, 'NATS_PORT and MQTT_PORT are both 1883'],
    [{ PORT: '-1' }, 'PORT'],
    [{ PORT: '1e3' }, 'PORT'],
    [{ NATS_PORT: '0' }, 'NATS_PORT'],
    [{ ROLES: ',' }, 'ROLES'],
    [{ PLATFORM_SUBJECTS: 'accounts.>' }, 'PLATFORM_SUBJECTS'],
    [{ PLATFORM_SUBJECTS: 'accounts.user.renamed' }, 'PLATFORM_SUBJECTS'],
    [{ REPLICAS: '3' }, 'REPLICAS must be 1 with the embedded server'],
    [{ TASK_TYPE_TERMS: '[]' }, 'TASK_TYPE_TERMS must be JSON such as'],
    [{ TASK_TYPE_TERMS: '{"custom": {"tier": "gold"}}' }, 'wrong at custom.tier'],
    [{ TASK_TYPE_TERMS: '{"todo": {"credits_per_run": -1}}' }, 'wrong at todo.credits_per_run'],
    [{ TASK_TYPE_TERMS: '{"dance": {}}' }, 'wrong at dance'],
    [{ TIER_LIMITS: '{' }, 'TIER_LIMITS must be JSON such as'],
    [{ TIER_LIMITS: '[]' }, 'TIER_LIMITS must be JSON such as'],
    [{ TIER_LIMITS: '{"free": {"tasks": 1.5}}' }, 'wrong at free.tasks'],
    [{ TIER_LIMITS: '{"free": {"credits_per_month": -1}}' }, 'wrong at free.credits_per_month'],
    [{ TIER_LIMITS: '{"gold": {"tasks": 1}}' }, 'wrong at gold'],
    [{ TIER_LIMITS: '{"free": {"task": 1, "tasks": -1}}' }, 'wrong at free.tasks, free.task'],
    [{ TRUSTED_PROXIES: 'proxy.example' }, 'TRUSTED_PROXIES must be a list of networks'],
    [{ TRUSTED_PROXIES: '0.0.0.0/0' }, 'TRUSTED_PROXIES must be a list of networks'],
    [{ RATE_LIMIT: '0/60' }, 'RATE_LIMIT must be requests/seconds'],
    [{ RATE_LIMIT: '60/60,none' }, 'RATE_LIMIT must be requests/seconds'],
    [{ RATE_LIMIT: '60/60,off,off' }, 'RATE_LIMIT must be requests/seconds'],
    [{ RATE_LIMIT_FAILURES: '5/1' }, 'RATE_LIMIT_FAILURES is not read any more: give it in RATE_LIMIT'],
    [{ NATS_TOKEN: 't' }, 'NATS_TOKEN is not read any more: log in with NATS_USER'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, 'OTEL_EXPORTER_OTLP_ENDPOINT must be an http'],
    [
      { OTEL_EXPORTER_OTLP_HEADERS: 'authorization' },
      'OTEL_EXPORTER_OTLP_HEADERS must be a list of name=value',
    ],
    [{ OTEL_EXPORTER_OTLP_HEADERS: 'a=%0D%0Ab' }, 'OTEL_EXPORTER_OTLP_HEADERS must be a list of name=value'],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'a=%' }, 'OTEL_RESOURCE_ATTRIBUTES must be a list of name=value'],
    [{ OTEL_TRACES_SAMPLER_ARG: '1.5' }, 'OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1'],
    [{ CONSUL_HTTP_ADDR: 'unix:///var/run/consul' }, 'CONSUL_HTTP_ADDR must be host:port or an http'],
    [{ CONSUL_HTTP_ADDR: 'http://me:pw@consul:8500' }, 'CONSUL_HTTP_ADDR must be host:port or an http'],
    [{ MONITORING_TOKEN: 'short' }, 'MONITORING_TOKEN must be 16 to 256 characters'],
    [{ CONSUL_HTTP_TOKEN: 'a b' }, 'CONSUL_HTTP_TOKEN must be'],
    [{ CONSUL_SERVICE_ADDRESS: '0.0.0.0:80' }, 'CONSUL_SERVICE_ADDRESS must be host or host:port'],
    [{ CONSUL_SERVICE_ADDRESS: 'here:70000' }, 'CONSUL_SERVICE_ADDRESS must be host or host:port'],
    [
      { CONSUL_HTTP_ADDR: 'consul:8500', HOST: '0.0.0.0' },
      'CONSUL_SERVICE_ADDRESS is required where HOST is 0.0.0.0',
    ],
    [{ AUTH_JWKS_URL: 'keys.json' }, 'AUTH_JWKS_URL must be an http or https URL'],
    [{ AUTH_JWKS_URL: 'https://me:hunter2@id.example/' }, 'AUTH_JWKS_URL must be'],
    [{ AUTH_SERVICE_URL: 'http://me@auth.internal' }, 'AUTH_SERVICE_URL must not contain a user name'],
    [
      { PLATFORM_SERVICES: 'wallet=http://me:hunter2@wallet' },
      'PLATFORM_SERVICES at wallet must not contain a user name',
    ],
    [
      { PLATFORM_SERVICES: 'http://wallet' },
      'PLATFORM_SERVICES must be a list of account=URL, notification=URL, wallet=URL, calendar=URL',
    ],
    [{ PLATFORM_SERVICES: 'ledger=http://ledger' }, 'PLATFORM_SERVICES must be a list of'],
    [{ PLATFORM_SERVICES: 'wallet=http://a,wallet=http://b' }, 'PLATFORM_SERVICES must name wallet once'],
    [
      { WEATHER_API_URLS: 'geocoding=https://me:pw@w.example' },
      'WEATHER_API_URLS at geocoding must not contain a user name',
    ],
    [{ PUBLIC_URL: 'https://me:pw@tasks.example' }, 'PUBLIC_URL must not contain a user name'],
    [{ PLATFORM_SERVICES: 'account=accounts' }, 'PLATFORM_SERVICES at account must be an http or https URL'],
    [{ CORS_ORIGINS: '*' }, 'CORS_ORIGINS must be a list of origins'],
    [{ CORS_ORIGINS: 'https://app.example/' }, 'CORS_ORIGINS'],
    [{ CORS_ORIGINS: 'https://me@app.example' }, 'CORS_ORIGINS'],
    [{ EGRESS_ALLOW: 'http://x.example/' }, 'EGRESS_ALLOW'],
    [{ NEWS_FEEDS: 'paper' }, 'NEWS_FEEDS must be a list of URLs, name=URL'],
    [{ NEWS_FEEDS: 'paper=ftp://paper.example/' }, 'NEWS_FEEDS'],
    [{ NEWS_FEEDS: 'paper[world=https://paper.example/' }, 'NEWS_FEEDS'],
    [{ NEWS_FEEDS: 'https://u:p@paper.example/' }, 'NEWS_FEEDS'],
    [{ NEWS_FEEDS: 'a=https://x.example/,A=https://y.example/' }, 'NEWS_FEEDS must not name two feeds alike'],
    [
      { NEWS_FEEDS: Array.from({ length: 21 }, (_, n) => `f${n}=https://x.example/${n}`).join(',') },
      'NEWS_FEEDS must not name more than 20 feeds',
    ],
    [{ SECRETS_KEY: 'short' }, 'SECRETS_KEY must be 32 random bytes'],
    [{ SECRETS_KEY: `${KEY} !` }, 'SECRETS_KEY'],
    [{ SECRETS_KEY: `${KEY},` }, 'SECRETS_KEY must be 32 random bytes'],
    [{ SECRETS_KEY: `${KEY},${KEY}` }, 'SECRETS_KEY must be 32 random bytes'],
    [{ WORKER_CONCURRENCY: '0' }, 'WORKER_CONCURRENCY'],
    [{ EXECUTION_TIMEOUT_SECONDS: '0' }, 'EXECUTION_TIMEOUT_SECONDS'],
    [{ LOG_FORMAT: 'xml' }, 'LOG_FORMAT must be one of json, readable'],
    [{ NATS_CREDS: '/c' }, 'NATS_CREDS has no effect without NATS_URL'],
    [{ ...OUTSIDE, NATS_URL: 'nats://u:p@one.example' }, 'NATS_URL must not contain credentials'],
    [{ ...OUTSIDE, NATS_URL: 'http://one.example' }, 'NATS_URL'],
    [{ ...OUTSIDE, NATS_PORT: '4222' }, 'NATS_PORT has no effect with NATS_URL'],
    [{ MQTT_PORT: '0' }, 'MQTT_PORT must be a whole number from 1 to 65535'],
    [{ ...OUTSIDE, MQTT_PORT: '1883' }, 'MQTT_PORT has no effect with NATS_URL'],
    [{ NATS_CALLOUT_SEED: `SA${'A'.repeat(56)}` }, 'NATS_CALLOUT_SEED has no effect without NATS_URL'],
    [
      { ...OUTSIDE, NATS_CALLOUT_SEED: `SU${'A'.repeat(56)}` },
      'NATS_CALLOUT_SEED must be the seed of an account nkey (nk -gen account), SA...',
    ],
    [{ NATS_READERS: 'auditor:short' }, 'a password is 16 to 128 visible ASCII characters'],
    [{ NATS_READERS: 'subscriber:$2a$11$abcdefghijklmnop' }, 'the first of them no $'],
    [
      { NATS_READERS: `admin:${'a'.repeat(16)}` },
      'NATS_READERS must be subscriber:PASSWORD, auditor:PASSWORD',
    ],
    [{ ...OUTSIDE, NATS_READERS: `auditor:${'a'.repeat(16)}` }, 'NATS_READERS has no effect with NATS_URL'],
    [{ ...OUTSIDE, NATS_USER: 'u', NATS_PASSWORD: 'p', NATS_CREDS: '/c' }, 'exclude one another'],
    [{ NATS_TLS_DIR: '/c' }, 'NATS_TLS_DIR has no effect without NATS_URL'],
  ])('%o is refused', (env, fault) => {
    expect(faultsOf(env)).toEqual([expect.stringContaining(fault)]);
  });

  test('is an outside server without the secrets that all instances share', () => {
    expect(faultsOf({ NATS_URL: 'nats://one.example' })).toEqual([
      'SECRETS_KEY is required with NATS_URL: all instances must share it',
      'one of AUTH_JWT_SECRET, AUTH_JWKS_URL, AUTH_SERVICE_URL is required with NATS_URL: all instances must share it',
    ]);
  });

  test.each(['AUTH_JWT_SECRET', 'AUTH_JWKS_URL', 'AUTH_SERVICE_URL'])('is none with %s', (name) => {
    const env = { NATS_URL: 'nats://one.example', SECRETS_KEY: KEY, [name]: 'https://id.example' };
    expect(faultsOf(env)).toEqual([]);
  });

  test('never shows the value of a secret', () => {
    const services = { PLATFORM_SERVICES: 'wallet=http://me:hunter2@wallet, hunter2' };
    const address = { NATS_URL: 'nats://me:hunter2@one.example', NATS_READERS: 'auditor:hunter2' };
    const env = { ...OUTSIDE, SECRETS_KEY: 'my-secret-key', ...address, ...services };
    expect(faultsOf(env).join('\n')).not.toMatch(/my-secret-key|hunter2/);
  });
});

describe('the printed configuration', () => {
  test('shows limits as they are given', () => {
    const limits = { free: { tasks: 3, credits_per_month: 0.5 }, basic: { executions_per_day: null } };
    const printed = describeConfig({ TIER_LIMITS: JSON.stringify(limits), RATE_LIMIT: 'off, 5/1' });
    expect(printed).toMatch(/^RATE_LIMIT +off,5\/1$/m);
    expect(describeConfig({ RATE_LIMIT: '9/1' })).toMatch(/^RATE_LIMIT +9\/1,300\/60$/m);
    const shown = /^TIER_LIMITS +(.*)$/m.exec(printed)?.[1] ?? '';
    expect(JSON.parse(shown)).toMatchObject({
      free: { tasks: 3, executions_per_day: 10, credits_per_month: 0.5, timeout_seconds: 60, attempts: 5 },
      basic: { tasks: 20, executions_per_day: null, credits_per_month: 1_000 },
      enterprise: { tasks: null, executions_per_day: null, credits_per_month: null },
    });
    expect(parseConfig({ TIER_LIMITS: shown }).tierLimits.free.credits_per_month_micros).toBe(500_000);
  });

  test('shows what task types cost and ask for as it is given', () => {
    const terms = { custom: { tier: 'free' }, todo: { credits_per_run: 0.25 } };
    const printed = describeConfig({ TASK_TYPE_TERMS: JSON.stringify(terms) });
    const shown = /^TASK_TYPE_TERMS +(.*)$/m.exec(printed)?.[1] ?? '';
    expect(JSON.parse(shown)).toMatchObject({
      custom: { tier: 'free', credits_per_run: 0.5 },
      todo: { tier: 'free', credits_per_run: 0.25 },
    });
    expect(parseConfig({ TASK_TYPE_TERMS: shown }).taskTypeTerms.todo.credits_per_run_micros).toBe(250_000);
  });

  test('names every variable, and no secret', () => {
    const secrets = {
      NATS_PASSWORD: '(hunter2',
      AUTH_JWT_SECRET: '(hunter3)',
      INTERNAL_SERVICE_SECRET: 'hunter4',
      SECRETS_KEY: KEY,
      CONSUL_HTTP_TOKEN: 'hunter6',
      MONITORING_TOKEN: 'hunter7-hunter7-hunter7',
    };
    const hidden = { OTEL_EXPORTER_OTLP_HEADERS: 'x-key=hunter7', CONSUL_HTTP_ADDR: 'consul:8500' };
    const printed = describeConfig({ ...OUTSIDE, NATS_USER: 'me', ...secrets, ...hidden });
    expect(printed).not.toContain('hunter7');
    expect(printed).toMatch(/^OTEL_EXPORTER_OTLP_HEADERS +x-key=\*\*\*$/m);
    expect(printed.split('\n').map((line) => line.split(' ')[0])).toEqual(VARIABLE_NAMES);
    for (const [name, secret] of Object.entries(secrets)) {
      expect(printed).not.toContain(secret);
      expect(printed).toMatch(new RegExp(`^${name} +\\*\\*\\*$`, 'm'));
    }
    expect(printed).toMatch(/^NATS_USER +me$/m);
    const keys = describeConfig({ AUTH_JWKS_URL: 'https://id.example/keys?token=hunter5' });
    expect(keys).toMatch(/^AUTH_JWKS_URL +https:\/\/id\.example\/keys\?\*\*\*$/m);
  });

  test('says what comes from elsewhere', () => {
    const printed = describeConfig({ DATA_DIR: '/d' });
    expect(printed).toMatch(/^SECRETS_KEY +\(generated into DATA_DIR\)$/m);
    expect(printed).toMatch(/^NATS_URL +\(embedded\)$/m);
    expect(printed).toMatch(/^AUTH_ISSUER +\(not set\)$/m);
  });
});

test('the feeds that come with the service read back as they are shown, under names of their own', () => {
  expect(DEFAULT_NEWS_FEEDS.map(showNewsFeed).map(parseNewsFeed)).toEqual(DEFAULT_NEWS_FEEDS);
  expect(new Set(DEFAULT_NEWS_FEEDS.map(({ name }) => name)).size).toBe(DEFAULT_NEWS_FEEDS.length);
});

test('the documentation lists each variable as it is read here', () => {
  const document = readFileSync(
    join(import.meta.dirname, '..', '..', '..', 'docs', 'configuration.md'),
    'utf8',
  );
  // `npm run configuration-docs` writes it.
  expect(document).toContain(`\n\n${configurationTable()}\n\n`);
});

describe('a variable of an earlier version', () => {
  test.each(Object.entries(REMOVED))('%s is never passed over in silence', (name, { instead }) => {
    const env = { [name]: 'x' };
    const said = [...faultsOf(env), ...warningsOf(env)];
    expect(said).toEqual([`${name} is not read any more: ${instead}`]);
    expect(VARIABLE_NAMES).not.toContain(name);
  });
});
