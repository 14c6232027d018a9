/**
 * The composition root: makes every part from the configuration and starts those that the roles ask for. The
 * parts share nothing but NATS, so each role may as well run in a process of its own.
 *
 * Stopping goes from the outside in: no new requests, executions finished or handed back, the lease given up,
 * the projector's step ended, the connection closed, the embedded server last.
 */
import { hkdfSync, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { Admissions } from '../application/commands/admissions.ts';
import { TaskCommands } from '../application/commands/execute-command.ts';
import { KnownUsers } from '../application/commands/known-users.ts';
import { TaskRepository } from '../application/commands/task-repository.ts';
import { TemplateCommands } from '../application/commands/template-commands.ts';
import { NOT_TRACED, type Traces } from '../application/ports/traces.ts';
import { PendingTasks } from '../application/queries/pending-tasks.ts';
import { TaskQueries } from '../application/queries/queries.ts';
import { serviceFigures } from '../application/queries/service-figures.ts';
import { TemplateCatalogue } from '../application/queries/template-catalogue.ts';
import { UserAnalytics } from '../application/queries/user-analytics.ts';
import { deviceLogin } from '../http/auth/device-login.ts';
import { createApp } from '../http/server/app.ts';
import { type HttpServer, startServer } from '../http/server/server.ts';
import { JetStreamUserBackups } from '../jetstream/backups/user-backups.ts';
import { openedDocument } from '../jetstream/codec/codec.ts';
import { UserKeys } from '../jetstream/codec/user-keys.ts';
import { LOG_STREAM } from '../jetstream/connection/subjects.ts';
import { DeviceLogins } from '../jetstream/devices/device-logins.ts';
import { provisionDevices } from '../jetstream/devices/device-messages.ts';
import { JetStreamLease } from '../jetstream/leases/lease.ts';
import { JetStreamCalendarFeeds } from '../jetstream/log/calendar-feeds.ts';
import { JetStreamEventLog } from '../jetstream/log/event-log.ts';
import { GroupCommit } from '../jetstream/log/group-commit.ts';
import { JetStreamLogFollower } from '../jetstream/log/log-follower.ts';
import { JetStreamLogSignals } from '../jetstream/log/log-signals.ts';
import { RecentAppends } from '../jetstream/log/recent-appends.ts';
import { JetStreamTemplateLog } from '../jetstream/log/template-log.ts';
import { JetStreamUserFactSignals } from '../jetstream/log/user-fact-signals.ts';
import type { ProvisionReport } from '../jetstream/provisioning/provision.ts';
import { storageFigures } from '../jetstream/provisioning/storage-figures.ts';
import { streamBytes, streamFigures } from '../jetstream/provisioning/stream-figures.ts';
import { JetStreamCommandPublisher } from '../jetstream/queues/command-publisher.ts';
import { JetStreamCommandQueue } from '../jetstream/queues/command-queue.ts';
import { NatsTaskWorkers } from '../jetstream/queues/task-workers.ts';
import { JetStreamTriggerQueue } from '../jetstream/queues/trigger-queue.ts';
import { JetStreamIdempotencyStore } from '../jetstream/views/idempotency-store.ts';
import { JetStreamViews } from '../jetstream/views/views.ts';
import { ConsulRegistration } from '../observability/consul.ts';
import { Metrics } from '../observability/metrics.ts';
import { StorageWatch, watchedAppends } from '../observability/storage-watch.ts';
import { EgressPolicy } from '../outbound/egress.ts';
import { OutboundHttp } from '../outbound/outbound-http.ts';
import { platformSigningKey } from '../relay/clients/signing.ts';
import { Scheduler } from '../scheduler/scheduler.ts';
import { EventTriggers } from '../scheduler/triggers/event-triggers.ts';
import { createExecutors } from '../task-types/all.ts';
import { ExecutorCatalog } from '../task-types/catalog.ts';
import { Worker } from '../worker/worker.ts';
import type { Config } from './config/config.ts';
import { registrationOf } from './config/consul-config.ts';
import { gaugeValuesFrom } from './health/gauge-values.ts';
import { ServiceHealth } from './health/health.ts';
import { schedulerFigures } from './health/scheduler-figures.ts';
import { ProjectorHost } from './roles/projector.ts';
import { PlatformRole } from './roles/relay.ts';
import { resolveSecrets } from './start/local-secrets.ts';
import { openNats } from './start/nats-access.ts';
import { provisionAs } from './start/provisioning.ts';
import { retryWhileUnavailable } from './start/retry-while-unavailable.ts';
import { publishShipped, readShipped } from './start/shipped-templates.ts';
import { asConfigError } from './start/start-faults.ts';
import { systemClock } from './system-clock.ts';
import { ulidIds } from './ulid-ids.ts';
import { VERSION } from './version.ts';

/** Requests in flight get this long to be answered when the service stops, milliseconds. */
const REQUEST_GRACE_MS = 3_000;

export interface Service {
  /** Of the REST API; null without the role `api`. */
  readonly url: string | null;
  /** HS256 secret of the tokens that it accepts; null: it accepts no such tokens. */
  readonly jwtSecret: string | null;
  /** Resolves when the service cannot go on, with why: it is to be stopped then, and started again by others. */
  readonly failed: Promise<Error>;
  /** Resolves when everything has ended and the data is safe; at most twenty seconds. */
  stop(): Promise<void>;
}

/**
 * Starts everything, in order; what was started is stopped again where a later part fails, or `signal` aborts before all
 * have started: it throws the signal's reason then, and what was just being waited for (a NATS server that is not there)
 * ends with the process.
 */
export async function startService(config: Config, logger: Logger, signal: AbortSignal): Promise<Service> {
  const stops: (() => Promise<void>)[] = [];
  const stopAll = async () => {
    for (const stop of stops.reverse().splice(0)) await stop();
  };
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    return await Promise.race([start(config, logger, stops, stopAll), aborted]);
  } catch (error) {
    await stopAll();
    throw error;
  }
}

async function start(
  config: Config,
  logger: Logger,
  stops: (() => Promise<void>)[],
  stopAll: () => Promise<void>,
): Promise<Service> {
  const { roles } = config;
  const secrets = await resolveSecrets(config);
  if (secrets.generatedKeyFile !== null) {
    logger.warn(
      { file: secrets.generatedKeyFile },
      'a key for what people write was made: keep a copy, losing it loses their content',
    );
  }
  warnOfWeakSecrets(config, logger);
  const instance = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  const { traces, stop: stopTraces } = await openTraces(config.traces, instance, logger);
  stops.push(stopTraces);
  const access = await openNats(config, logger.child({ component: 'nats' }), `task-service ${instance}`);
  stops.push(() => access.close());
  const { nc } = access;
  const { replicas, declarations, report } = await provisionAs(config, nc);
  reportProvisioning(report, logger);
  reportProvisioning(await access.openToReaders(), logger);
  if (access.calloutSeed !== null) reportProvisioning(await provisionDevices(nc, { replicas }), logger);

  const clock = systemClock;
  const ids = ulidIds();
  const keys = new UserKeys(nc, secrets.secretsKey);
  await retryWhileUnavailable(() => keys.check());
  const own = new RecentAppends();
  const follower = new JetStreamLogFollower(nc, keys, own);
  const storage = new StorageWatch({ figures: () => storageFigures(nc), clock, logger });
  storage.start();
  stops.push(async () => storage.stop());
  const queueOptions = { logger: logger.child({ component: 'queue' }), replicas };
  const queue = new JetStreamCommandQueue(nc, queueOptions);
  const health = new ServiceHealth({
    follower,
    queue,
    clock,
    roles,
    streams: () => streamFigures(nc),
    storage,
  });
  const measures = new Metrics(
    () => gaugeValuesFrom(health),
    () => clock.monotonicMs(),
  );
  const appends = watchedAppends(measures, storage);
  const commit = new GroupCommit(nc, appends);
  const log = new JetStreamEventLog(nc, keys, { measures: appends, own, commit, traces });
  const views = new JetStreamViews(nc, { executionsKept: config.executionsKept });
  const repository = new TaskRepository({ log, views });
  const queries = new TaskQueries({ log, views, repository });
  const tiers = new KnownUsers(log, clock);
  const admissions = new Admissions({
    log,
    tiers,
    tasksOf: (userId) => queries.tasksOf(userId),
    limits: config.tierLimits,
    clock,
    ids,
  });
  const commands = new TaskCommands({ log, repository, clock, ids, admissions, measures });
  const following = new AbortController();
  const facts = new JetStreamUserFactSignals(nc, logger.child({ component: 'tiers' }));
  const followed = facts.follow(tiers, following.signal);
  stops.push(() => {
    following.abort();
    return followed;
  });
  const pendingTasks = new PendingTasks({ views, follower, repository });
  const executors = createExecutors({
    forecastUrl: config.weatherApiUrl,
    geocodingUrl: config.geocodingApiUrl,
    newsFeeds: config.newsFeeds,
    taskWorkers: new NatsTaskWorkers(nc, traces),
    backups: new JetStreamUserBackups(nc, keys),
  });
  const lease = (name: string) => new JetStreamLease(nc, clock, { name, holder: instance });

  if (roles.has('projector')) {
    const projector = new ProjectorHost(
      {
        nats: access.options,
        secretsKey: secrets.secretsKey,
        executionsKept: config.executionsKept,
        holder: instance,
        logging: { level: config.logLevel, format: config.logFormat },
      },
      logger.child({ component: 'projector' }),
    );
    projector.start();
    stops.push(() => projector.stop());
    health.projector = projector;
  }
  if (roles.has('scheduler')) {
    const scheduler = new Scheduler({
      log,
      follower,
      views,
      tasks: roles.has('worker') ? repository : null,
      lease: lease('scheduler'),
      commands: new JetStreamCommandPublisher(nc, queueOptions),
      clock,
      ids,
      logger: logger.child({ component: 'scheduler' }),
      executionTimeoutSeconds: config.executionTimeoutSeconds,
      userConcurrency: config.userConcurrency,
      measures,
      traces,
      admissions,
      usersKnown: (signal) => tiers.onceKnown(signal),
    });
    scheduler.start();
    stops.push(() => scheduler.stop());
    health.scheduler = scheduler;
    const triggers = new EventTriggers({
      queue: new JetStreamTriggerQueue(nc, { logger: logger.child({ component: 'triggers' }), replicas }),
      views,
      follower,
      commands,
      clock,
      logger: logger.child({ component: 'triggers' }),
      executionTimeoutSeconds: config.executionTimeoutSeconds,
    });
    triggers.start();
    stops.push(() => triggers.stop());
    health.triggers = triggers;
  }
  if (roles.has('worker')) {
    const worker = new Worker({
      workerId: instance,
      isDeleted: (userId) => tiers.isDeleted(userId),
      usersKnown: (signal) => tiers.onceKnown(signal),
      queue,
      commands,
      queries,
      log,
      executors,
      outbound: new OutboundHttp(new EgressPolicy({ allow: config.egressAllow }), {}, traces),
      clock,
      logger: logger.child({ component: 'worker' }),
      traces,
      concurrency: config.workerConcurrency,
    });
    worker.start();
    stops.push(() => worker.stop());
    health.worker = worker;
  }
  if (roles.has('relay')) {
    const platform = new PlatformRole({
      nc,
      config,
      signingKey: platformSigningKey(secrets.secretsKey),
      log,
      views,
      follower,
      queries,
      commands,
      admissions,
      users: tiers,
      lease,
      clock,
      traces,
      logger,
      replicas,
      declarations,
      devices: access.calloutSeed !== null,
    });
    await retryWhileUnavailable(() => platform.prepare());
    platform.start();
    stops.push(() => platform.stop());
    health.relay = platform.relay;
    health.deviceRelay = platform.deviceRelay;
  }
  let server: HttpServer | null = null;
  if (roles.has('api')) {
    const templateLog = new JetStreamTemplateLog(nc, commit);
    const templates = new TemplateCatalogue(templateLog, views);
    const templateCommands = new TemplateCommands({ log: templateLog, catalogue: templates, clock, ids });
    const { published, refused } = await publishShipped(await readShipped(), templateCommands, instance);
    if (published > 0) logger.info({ templates: published }, 'templates published');
    if (refused.length > 0) logger.error({ templates: refused }, 'templates could not be published');
    const auth = { ...config.auth, jwtSecret: secrets.jwtSecret };
    if (access.calloutSeed !== null) {
      const logins = new DeviceLogins(nc, {
        issuerSeed: access.calloutSeed,
        verify: deviceLogin(
          { ...auth, accountServiceUrl: config.accountServiceUrl },
          {
            clock,
            logger: logger.child({ component: 'devices' }),
            isDeleted: (id) => tiers.readIsDeleted(id),
          },
        ),
        clock,
        logger: logger.child({ component: 'devices' }),
      });
      stops.push(() => logins.stop());
      await logins.start();
    }
    const stopping = new AbortController();
    const signals = new JetStreamLogSignals(nc);
    stops.push(async () => signals.stop());
    const app = createApp({
      commands,
      queries,
      analytics: new UserAnalytics({ log, views, queries }),
      serviceFigures: (days, now) =>
        serviceFigures({ views, logBytes: () => streamBytes(nc, LOG_STREAM) }, days, now),
      templates,
      templateCommands,
      idempotencyStore: new JetStreamIdempotencyStore(nc, keys),
      calendarFeeds: new JetStreamCalendarFeeds(nc, commit),
      catalog: new ExecutorCatalog(executors),
      cloudEventOf: openedDocument,
      ids,
      clock,
      signals,
      auth,
      admissions,
      rateLimits: config.rateLimits,
      accountServiceUrl: config.accountServiceUrl,
      logger: logger.child({ component: 'http' }),
      health,
      measures,
      traces,
      exposition: () => measures.exposition(),
      pendingTasks,
      schedulerFigures: () => schedulerFigures(lease('scheduler'), follower, health.scheduler),
      version: VERSION,
      executionTimeoutSeconds: config.executionTimeoutSeconds,
      publicUrl: () => config.publicUrl ?? server?.url ?? '',
      webhookKey: derivedKey(secrets.secretsKey, 'webhooks'),
      stopping: stopping.signal,
    });
    const started = await startServer({
      fetch: (request, env) => app.fetch(request, env),
      host: config.host,
      port: config.port,
      corsOrigins: config.corsOrigins,
    }).catch((error: unknown) => {
      throw asConfigError(`HOST and PORT: ${config.host}:${config.port}`, error);
    });
    stops.push(() => {
      stopping.abort();
      return started.stop(REQUEST_GRACE_MS);
    });
    server = started;
  }
  if (config.consul !== null) {
    const consul = new ConsulRegistration({
      ...registrationOf(config.consul, { instance, host: config.host, port: server?.port ?? null }),
      roles: [...roles],
      version: VERSION,
      ready: () => health.ready(),
      logger: logger.child({ component: 'consul' }),
    });
    consul.start();
    // Pushed last, so it is the first to go: nobody is sent here any more while requests are still answered.
    stops.push(() => consul.stop());
  }
  return { url: server?.url ?? null, jwtSecret: secrets.jwtSecret, failed: access.lost, stop: stopAll };
}

/** Loads what records spans only where they are to be sent somewhere. */
async function openTraces(
  config: Config['traces'],
  instance: string,
  logger: Logger,
): Promise<{ readonly traces: Traces; readonly stop: () => Promise<void> }> {
  const { endpoint } = config;
  if (endpoint === null) return { traces: NOT_TRACED, stop: async () => {} };
  const { OtelTraces } = await import('../observability/otel-traces.ts');
  const own = logger.child({ component: 'traces' });
  const traces = new OtelTraces({
    config: { ...config, endpoint },
    version: VERSION,
    instance,
    logger: own,
  });
  return { traces, stop: () => traces.stop() };
}

/** RFC 7518, 3.2: an HMAC key as long as the hash. */
const LEAST_SECRET_BYTES = 32;

function warnOfWeakSecrets({ auth }: Config, logger: Logger): void {
  const secrets = { AUTH_JWT_SECRET: auth.jwtSecret, INTERNAL_SERVICE_SECRET: auth.internalServiceSecret };
  for (const [variable, secret] of Object.entries(secrets)) {
    if (secret === null || Buffer.byteLength(secret) >= LEAST_SECRET_BYTES) continue;
    logger.warn({ variable, least_bytes: LEAST_SECRET_BYTES }, 'a secret is short enough to be guessed');
  }
}

/** A key for one purpose only. */
function derivedKey(secretsKey: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secretsKey, '', `task-service ${purpose}`, 32));
}

function reportProvisioning(report: ProvisionReport, logger: Logger): void {
  for (const { name, action, changes } of [...report.streams, ...report.consumers]) {
    if (action === 'updated') logger.warn({ name, changes }, 'changed to what is declared');
    else if (action === 'created') logger.debug({ name }, 'created');
  }
}
