/** The role `api`: REST, and who of people's devices is let in. */

import { join } from 'node:path';
import { CalendarFeeds } from '../../application/commands/calendar-feeds.ts';
import { TemplateCommands } from '../../application/commands/template-commands.ts';
import { serviceFigures } from '../../application/queries/analytics/service-figures.ts';
import { UserAnalytics } from '../../application/queries/analytics/user-analytics.ts';
import { UserPast } from '../../application/queries/history/user-past.ts';
import { ExecutionDetails } from '../../application/queries/lists/execution-details.ts';
import { PendingTasks } from '../../application/queries/pending-tasks.ts';
import { TemplateCatalogue } from '../../application/queries/template-catalogue.ts';
import { LogForAuditors } from '../../history/audit/audited-log.ts';
import type { SignerKeys } from '../../history/audit/note.ts';
import { StoreVerifier } from '../../history/audit/store-verification.ts';
import type { LogEventStreams } from '../../history/event-streams.ts';
import { ownerStreams } from '../../history/owner-streams.ts';
import { deviceLogin } from '../../http/auth/device-login.ts';
import { isLoopback } from '../../http/auth/monitoring.ts';
import { OidcProvider, type OidcSettings } from '../../http/auth/oidc/provider.ts';
import { Sessions } from '../../http/auth/sessions.ts';
import { type ConsoleFiles, readConsole } from '../../http/console/files.ts';
import { type AppDeps, createApp } from '../../http/server/app.ts';
import { ClientAddresses } from '../../http/server/client-address.ts';
import { type HttpServer, startServer } from '../../http/server/server.ts';
import { openedDocument } from '../../jetstream/codec/codec.ts';
import { LOG_STREAM } from '../../jetstream/connection/subjects.ts';
import { DeviceLogins } from '../../jetstream/devices/device-logins.ts';
import { DeviceSessions } from '../../jetstream/devices/device-sessions.ts';
import { JetStreamFeedLog } from '../../jetstream/log/calendar-feeds.ts';
import { JetStreamCheckpointLog } from '../../jetstream/log/checkpoint-log.ts';
import { JetStreamLogSignals } from '../../jetstream/log/follow/log-signals.ts';
import { JetStreamLogTimes } from '../../jetstream/log/log-times.ts';
import { JetStreamStoredLog } from '../../jetstream/log/stored-log.ts';
import { JetStreamTemplateLog } from '../../jetstream/log/template-log.ts';
import { checkLog } from '../../jetstream/log-guard/log-faults.ts';
import { JetStreamLogPlaces } from '../../jetstream/log-guard/log-places.ts';
import { streamBytes } from '../../jetstream/provisioning/stream-figures.ts';
import {
  JetStreamDeliveryRecords,
  JetStreamDestinationProgress,
} from '../../jetstream/publishing/delivery-records.ts';
import { JetStreamDeadLetters } from '../../jetstream/queues/dead-letters.ts';
import { JetStreamAuditTiles } from '../../jetstream/views/audit-tiles.ts';
import { JetStreamCosignedCheckpoints } from '../../jetstream/views/cosigned-checkpoints.ts';
import { JetStreamIdempotencyStore } from '../../jetstream/views/idempotency-store.ts';
import { JetStreamSessionStore } from '../../jetstream/views/session-store.ts';
import { PROJECT_FOLDER } from '../../kernel/project-folder.ts';
import { EgressPolicy } from '../../outbound/egress.ts';
import { GuardedEndpoints } from '../../outbound/endpoint-calls.ts';
import { OutboundHttp } from '../../outbound/outbound-http.ts';
import { AnsweredOutside } from '../../task-types/answered-outside.ts';
import { ExecutorCatalog } from '../../task-types/catalog.ts';
import { schedulerFigures } from '../health/scheduler-figures.ts';
import type { Parts } from '../parts.ts';
import { resolveAuditKey } from '../start/audit-files.ts';
import { publishShipped, readShipped } from '../start/shipped-templates.ts';
import { asConfigError } from '../start/start-faults.ts';
import { VERSION } from '../version.ts';
import type { ApiStatus, Role } from './role.ts';

/** Requests in flight get this long to be answered when the service stops, milliseconds. */
const REQUEST_GRACE_MS = 3_000;

const CONSOLE = join(PROJECT_FOLDER, 'dist', 'console');

export class ApiRole implements Role<ApiStatus> {
  readonly #parts: Parts;
  readonly #templates: TemplateCatalogue;
  readonly #templateCommands: TemplateCommands;
  readonly #signals: JetStreamLogSignals;
  readonly #catalog: ExecutorCatalog;
  readonly #eventStreams: LogEventStreams;
  readonly #sessions: Sessions;
  readonly #stopping = new AbortController();
  readonly #addresses: ClientAddresses;
  #logins: DeviceLogins | null = null;
  #server: HttpServer | null = null;

  constructor(parts: Parts) {
    const { nc, commit, log, follower, views, clock, ids } = parts;
    const templateLog = new JetStreamTemplateLog(nc, commit);
    this.#parts = parts;
    this.#addresses = new ClientAddresses(parts.config.trustedProxies);
    this.#templates = new TemplateCatalogue(templateLog, views);
    this.#templateCommands = new TemplateCommands({
      log: templateLog,
      catalogue: this.#templates,
      clock,
      ids,
    });
    this.#signals = new JetStreamLogSignals(nc);
    this.#catalog = new ExecutorCatalog(parts.executors);
    const store = new JetStreamSessionStore(nc, parts.serviceKeys.sessions);
    this.#sessions = new Sessions({ store, clock });
    this.#eventStreams = ownerStreams({
      log,
      follower,
      views,
      catalog: this.#catalog,
      cloudEventOf: openedDocument,
      clock,
      logger: parts.logger.child({ component: 'event-streams' }),
      random: Math.random,
      places: new JetStreamLogPlaces(nc),
    });
  }

  async start(): Promise<void> {
    const { config, nats } = this.#parts;
    if (this.#parts.guard.loss() === null) await this.#publishTemplates();
    if (nats.calloutSeed !== null) await this.#letDevicesIn(nats.calloutSeed);
    const app = createApp(
      this.#appDeps(await readConsole(CONSOLE), await resolveAuditKey(this.#parts.config)),
    );
    const { host, port, corsOrigins } = config;
    const addresses = this.#addresses;
    this.#server = await startServer({
      fetch: (request, env) => app.fetch(request, env),
      host,
      port,
      corsOrigins,
      isProxy: (address) => addresses.isTrusted(address),
    }).catch((error: unknown) => {
      throw asConfigError(`HOST and PORT: ${host}:${port}`, error);
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#eventStreams.stop();
    await this.#server?.stop(REQUEST_GRACE_MS);
    this.#signals.stop();
    await this.#logins?.stop();
  }

  status(): ApiStatus {
    return { url: this.#server?.url ?? null, port: this.#server?.port ?? null };
  }

  /** An address that signs its first visitor of the next ten minutes in, by this token. */
  async signInLink(token: string): Promise<string> {
    return `${this.#publicUrl()}/#code=${await this.#sessions.codeFor(token)}`;
  }

  #publicUrl(): string {
    return this.#parts.config.publicUrl ?? this.#server?.url ?? '';
  }

  async #publishTemplates(): Promise<void> {
    const { logger, instance } = this.#parts;
    const { published, refused } = await publishShipped(
      await readShipped(),
      this.#templateCommands,
      instance,
    );
    if (published > 0) logger.info({ templates: published }, 'templates published');
    if (refused.length > 0) logger.error({ templates: refused }, 'templates could not be published');
  }

  async #letDevicesIn(issuerSeed: Uint8Array): Promise<void> {
    const { config, nc, auth, clock, users } = this.#parts;
    const logger = this.#parts.logger.child({ component: 'devices' });
    const verify = deviceLogin(
      { ...auth, accountServiceUrl: config.accountServiceUrl },
      {
        clock,
        logger,
        isDeleted: (userId) => users.readIsDeleted(userId),
        failures: config.rateLimits.failures,
      },
    );
    this.#logins = new DeviceLogins(nc, {
      issuerSeed,
      verify,
      sessions: new DeviceSessions(nc),
      clock,
      logger,
    });
    await this.#logins.start();
  }

  #appDeps(consoleFiles: ConsoleFiles, auditKeys: SignerKeys | null): AppDeps {
    const { config, nc, keys, commit, log, views, follower, repository, queries } = this.#parts;
    const { commands, admissions, clock, ids, traces, measures, health } = this.#parts;
    return {
      eventStreams: this.#eventStreams,
      logPlaces: new JetStreamLogPlaces(nc),
      calendars: this.#parts.calendars,
      eventDestinations: {
        destinations: this.#parts.destinations,
        progress: new JetStreamDestinationProgress(nc),
        records: new JetStreamDeliveryRecords(nc),
        endpoints: new GuardedEndpoints(new EgressPolicy({ allow: config.egressAllow }), traces),
        times: new JetStreamLogTimes(nc),
      },
      auditPublic: config.auditPublic,
      auditKey: auditKeys?.signer.vkey ?? null,
      auditedLog: new LogForAuditors(
        new JetStreamStoredLog(nc),
        new JetStreamAuditTiles(nc),
        new JetStreamCheckpointLog(nc, commit),
        new JetStreamCosignedCheckpoints(nc),
      ),
      storeVerification: new StoreVerifier({
        checkLog: (options) => checkLog(nc, options),
        views: { log, follower, views },
        log,
        key: auditKeys?.signer.verifier ?? null,
      }),
      erasures: this.#parts.erasures,
      commands,
      queries,
      analytics: new UserAnalytics({ log, views, queries }),
      deadLetters: new JetStreamDeadLetters(nc),
      executionDetails: new ExecutionDetails({ log, times: new JetStreamLogTimes(nc), queries }),
      userPast: new UserPast({ log, times: new JetStreamLogTimes(nc), views, queries }),
      serviceFigures: (days, now) =>
        serviceFigures({ views, logBytes: () => streamBytes(nc, LOG_STREAM) }, days, now),
      templates: this.#templates,
      templateCommands: this.#templateCommands,
      idempotencyStore: new JetStreamIdempotencyStore(nc, keys),
      calendarFeeds: new CalendarFeeds(new JetStreamFeedLog(nc, commit), clock),
      catalog: this.#catalog,
      outsideChecks: new AnsweredOutside(
        this.#parts.executors,
        new OutboundHttp(new EgressPolicy({ allow: config.egressAllow }), {}, traces),
      ),
      cloudEventOf: openedDocument,
      ids,
      clock,
      signals: this.#signals,
      auth: this.#parts.auth,
      admissions,
      monitoring: { isOpen: isLoopback(config.host), token: config.monitoringToken },
      taskTypeTerms: config.taskTypeTerms,
      rateLimits: config.rateLimits,
      addresses: this.#addresses,
      sessions: this.#sessions,
      login: loginAt(config.oidc, this.#parts),
      accountServiceUrl: config.accountServiceUrl,
      logger: this.#parts.logger.child({ component: 'http' }),
      health,
      isIncomplete: () => this.#parts.guard.loss() !== null,
      measures,
      traces,
      exposition: async () => measures.exposition(await this.#parts.countedElsewhere()),
      pendingTasks: new PendingTasks({ views, follower, repository }),
      schedulerFigures: async () => {
        const process = await this.#parts.process(false);
        return schedulerFigures(this.#parts.lease('scheduler'), follower, process?.roles.scheduler ?? null);
      },
      instances: this.#parts.instances,
      version: VERSION,
      consoleFiles,
      executionTimeoutSeconds: config.executionTimeoutSeconds,
      publicUrl: () => this.#publicUrl(),
      webhookKey: this.#parts.serviceKeys.webhooks,
      stopping: this.#stopping.signal,
    };
  }
}

/** Null: people sign in by token or link only. */
function loginAt(oidc: OidcSettings | null, { serviceKeys, clock }: Parts): AppDeps['login'] {
  if (oidc === null) return null;
  const provider = new OidcProvider(oidc, { monotonicMs: () => clock.monotonicMs() });
  return { provider, secret: serviceKeys.sessions, issuer: oidc.issuer };
}
