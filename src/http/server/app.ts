/** The REST API as one Hono app: everything it needs comes in as `AppDeps`. */
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Logger } from 'pino';
import type { Admissions } from '../../application/commands/admissions.ts';
import type { CalendarFeeds } from '../../application/commands/calendar-feeds.ts';
import type { Calendars } from '../../application/commands/calendars.ts';
import type { TaskCommands } from '../../application/commands/execute-command.ts';
import { Idempotency } from '../../application/commands/idempotency.ts';
import type { TemplateCommands } from '../../application/commands/template-commands.ts';
import type { Clock, Ids } from '../../application/ports/clock.ts';
import type { IdempotencyStore } from '../../application/ports/idempotency.ts';
import type { Instances } from '../../application/ports/instances.ts';
import type { AuditedLog } from '../../application/ports/log/audit.ts';
import type { EventStreams } from '../../application/ports/log/event-streams.ts';
import type { LogSignals } from '../../application/ports/log/following.ts';
import type { LogPlaces } from '../../application/ports/log/log-places.ts';
import type { Measures } from '../../application/ports/measures.ts';
import type { StoredDeadLetters } from '../../application/ports/platform.ts';
import type { OutsideChecks, TaskTypeCatalog } from '../../application/ports/task-types.ts';
import type { Traces } from '../../application/ports/traces.ts';
import type { UserAnalytics } from '../../application/queries/analytics/user-analytics.ts';
import type { UserPast } from '../../application/queries/history/user-past.ts';
import type { ExecutionDetails } from '../../application/queries/lists/execution-details.ts';
import type { TaskQueries } from '../../application/queries/queries.ts';
import { IdempotentWrites } from '../../application/use-cases/idempotent-writes.ts';
import type { RecordedTaskEvent } from '../../domain/shared/event.ts';
import type { TaskTypeTerms } from '../../domain/task/type-terms.ts';
import { type AdminHandlersDeps, mountAdmin } from '../admin/handlers.ts';
import { mountAnalytics } from '../analytics/handlers.ts';
import { type AuditHandlersDeps, mountAudit } from '../audit/handlers.ts';
import { accountCheck } from '../auth/account-check.ts';
import { type Authenticate, type AuthSettings, authentication } from '../auth/auth.ts';
import type { MonitoringSettings } from '../auth/monitoring.ts';
import type { Sessions } from '../auth/sessions.ts';
import { type LimitsOf, type TierOf, tierBasisOf } from '../auth/tier.ts';
import { mountBackfill } from '../backfill/handlers.ts';
import { mountCalendar } from '../calendar/handlers.ts';
import { mountCalendars } from '../calendars/handlers.ts';
import type { ConsoleFiles } from '../console/files.ts';
import { mountConsole } from '../console/pages.ts';
import { mountDeadLetters } from '../dead-letters/handlers.ts';
import { mountDescription } from '../docs/description.ts';
import { type EventDestinationsDeps, mountEventDestinations } from '../event-destinations/handlers.ts';
import { mountEvents } from '../events/handlers.ts';
import { mountExecutions } from '../executions/handlers.ts';
import type { Health } from '../health/health.ts';
import { mountHealth } from '../health/routes.ts';
import { mountHistory } from '../history/handlers.ts';
import { mountUndo } from '../history/undo.ts';
import { mountMe } from '../me/handlers.ts';
import { type Exposition, mountMetrics } from '../metrics/routes.ts';
import { mountOccurrences } from '../occurrences/handlers.ts';
import { type Call, Router } from '../router/route.ts';
import { Writes } from '../router/writes.ts';
import { mountScheduler, type SchedulerHandlersDeps } from '../scheduler/handlers.ts';
import { mountSchedules } from '../schedules/handlers.ts';
import { mountInstances } from '../service/instances.ts';
import { mountServiceStats, type ServiceStatsDeps } from '../service/routes.ts';
import { mountSession } from '../session/handlers.ts';
import { type LoginDeps, mountLogin } from '../session/login.ts';
import { mountSlots } from '../slots/handlers.ts';
import { mountTaskTypes } from '../task-types/handlers.ts';
import { mountTasks, type TaskQueriesPort } from '../tasks/handlers.ts';
import { mountTemplates, type TemplatesPort } from '../templates/handlers.ts';
import { mountTimeline } from '../timeline/handlers.ts';
import { mountUsage } from '../usage/handlers.ts';
import { mountWebhooks } from '../webhooks/handlers.ts';
import { mountWhatIf } from '../what-if/handlers.ts';
import type { ClientAddresses } from './client-address.ts';
import { Problem } from './problem.ts';
import type { RateLimits } from './rate-limit.ts';

export interface AppDeps extends Pick<SchedulerHandlersDeps, 'pendingTasks' | 'schedulerFigures'> {
  readonly commands: Pick<TaskCommands, 'execute'>;
  readonly queries: TaskQueriesPort & Pick<TaskQueries, 'past' | 'undoneEvent'>;
  readonly admissions: Pick<Admissions, 'usage' | 'tierOf' | 'limitsFor' | 'refusalOf' | 'readIsDeleted'>;
  readonly analytics: Pick<UserAnalytics, 'sequence' | 'of' | 'hours'>;
  readonly userPast: UserPast;
  readonly executionDetails: ExecutionDetails;
  readonly deadLetters: StoredDeadLetters;
  readonly serviceFigures: ServiceStatsDeps['serviceFigures'];
  readonly templates: TemplatesPort;
  readonly templateCommands: Pick<TemplateCommands, 'execute'>;
  readonly idempotencyStore: IdempotencyStore;
  readonly calendarFeeds: CalendarFeeds;
  readonly catalog: TaskTypeCatalog;
  readonly outsideChecks: OutsideChecks;
  /** The CloudEvent that an event is in the log, opened. */
  readonly cloudEventOf: (event: RecordedTaskEvent) => object;
  readonly eventStreams: EventStreams;
  readonly logPlaces: LogPlaces;
  readonly eventDestinations: EventDestinationsDeps;
  readonly calendars: Calendars;
  readonly auditedLog: AuditedLog;
  readonly storeVerification: AuditHandlersDeps['verification'];
  readonly auditKey: AuditHandlersDeps['auditKey'];
  /** `AUDIT_PUBLIC`. */
  readonly auditPublic: boolean;
  readonly erasures: AdminHandlersDeps['erasures'];
  readonly instances: Instances;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly signals: LogSignals;
  readonly auth: AuthSettings;
  readonly monitoring: MonitoringSettings;
  readonly taskTypeTerms: TaskTypeTerms;
  readonly rateLimits: RateLimits;
  readonly addresses: ClientAddresses;
  readonly sessions: Sessions;
  /** Signing in at a provider; null: there is none. */
  readonly login: (Pick<LoginDeps, 'provider' | 'secret'> & { readonly issuer: string }) | null;
  /** `account` of `PLATFORM_SERVICES`; null: every user has an account. */
  readonly accountServiceUrl: string | null;
  readonly logger: Logger;
  readonly health: Health;
  /** Whether the log has lost events; absent: it has not. */
  readonly isIncomplete?: () => boolean;
  readonly measures: Pick<Measures, 'recordRequest'>;
  readonly traces: Traces;
  readonly exposition: Exposition;
  readonly version: string;
  readonly consoleFiles: ConsoleFiles;
  /** How long one attempt may take where the schedule does not say. */
  readonly executionTimeoutSeconds: number;
  /** What URLs that are given out begin with; no trailing slash. */
  readonly publicUrl: () => string;
  /** Of the instances together, at least 32 bytes: nothing but the secrets of webhooks comes from it. */
  readonly webhookKey: Uint8Array;
  /** Aborts when the service begins to stop. */
  readonly stopping: AbortSignal;
}

export function createApp(deps: AppDeps): OpenAPIHono {
  const { clock, logger, ids, queries, commands, version, stopping, traces } = deps;
  const app = new OpenAPIHono();
  const { rateLimits, addresses, sessions, publicUrl } = deps;
  const browsers = { sessions, publicUrl };
  const recognise = authentication(deps.auth, { clock, logger, traces, browsers });
  const authenticate: Authenticate = async (request, traceparent) => {
    const caller = await recognise(request, traceparent);
    if (await deps.admissions.readIsDeleted(caller.userId)) throw new Problem('USER_DELETED');
    return caller;
  };
  const { measures } = deps;
  const { monitoring } = deps;
  const { isIncomplete = () => false } = deps;
  const router = new Router(app, {
    authenticate,
    clock,
    logger,
    rateLimits,
    addresses,
    measures,
    traces,
    monitoring,
    isIncomplete,
  });
  const idempotency = new Idempotency({
    store: deps.idempotencyStore,
    clock,
    ids,
    onAnswerLost: (err) => logger.warn({ err }, 'the answer of an idempotent request was not kept'),
  });
  const checkAccount = accountCheck(
    { url: deps.accountServiceUrl, internalServiceSecret: deps.auth.internalServiceSecret },
    { clock, logger, traces },
  );
  const { templates, templateCommands, catalog, taskTypeTerms } = deps;
  const writes = new Writes(
    new IdempotentWrites({ commands, templateCommands, idempotency, ids, secretsKey: deps.webhookKey }),
  );

  const tierOf: TierOf = (caller) => deps.admissions.tierOf(caller.userId, tierBasisOf(caller));
  const limitsOf: LimitsOf = (caller) => deps.admissions.limitsFor(caller.userId, tierBasisOf(caller));

  // Before the tasks: `/api/v1/tasks/health` and `/api/v1/tasks/analytics` are no tasks.
  const { logPlaces } = deps;
  mountHealth(router, { health: deps.health, version, isOpen: monitoring.isOpen });
  mountMetrics(router, { exposition: deps.exposition });
  mountAnalytics(router, {
    analytics: deps.analytics,
    userPast: deps.userPast,
    queries,
    logPlaces,
  });
  mountServiceStats(router, { version, serviceFigures: deps.serviceFigures });
  const { calendars } = deps;
  mountTasks(router, {
    logPlaces,
    calendars,
    admissions: deps.admissions,
    newTaskId: (now) => ids.taskId(now),
    queries,
    userPast: deps.userPast,
    writes,
    checkAccount,
    catalog,
    templates,
    tierOf,
    limitsOf,
    taskTypeTerms,
    outsideChecks: deps.outsideChecks,
  });
  mountHistory(router, { queries, catalog, cloudEventOf: deps.cloudEventOf, logPlaces });
  mountUndo(router, { queries, writes, catalog, limitsOf, taskTypeTerms });
  mountTaskTypes(router, { catalog, tierOf, taskTypeTerms });
  mountTemplates(router, { templates, writes, catalog, tierOf, taskTypeTerms });
  mountExecutions(router, {
    queries,
    executionDetails: deps.executionDetails,
    writes,
    signals: deps.signals,
    executionTimeoutSeconds: deps.executionTimeoutSeconds,
    stopping,
  });
  mountAdmin(router, { erasures: deps.erasures });
  mountSchedules(router, { queries, calendars });
  mountSlots(router, { queries });
  mountWhatIf(router, { queries, calendars });
  mountTimeline(router, { queries });
  mountOccurrences(router, { writes, catalog });
  mountScheduler(router, deps);
  mountInstances(router, { instances: deps.instances });
  mountBackfill(router, { writes });
  mountDeadLetters(router, { deadLetters: deps.deadLetters, writes });
  mountWebhooks(router, {
    queries,
    writes,
    clock,
    isDeleted: (userId) => deps.admissions.readIsDeleted(userId),
    executionTimeoutSeconds: deps.executionTimeoutSeconds,
    publicUrl: deps.publicUrl,
  });
  mountCalendar(router, { feeds: deps.calendarFeeds, queries, writes, ids, publicUrl: deps.publicUrl });
  mountMe(router, { admissions: deps.admissions });
  mountUsage(router, { admissions: deps.admissions });
  mountAudit(router, {
    logPlaces,
    auditedLog: deps.auditedLog,
    verification: deps.storeVerification,
    auditKey: deps.auditKey,
    isPublic: deps.auditPublic,
  });
  mountEvents(router, { eventStreams: deps.eventStreams, sessions });
  mountCalendars(router, { calendars, queries, writes, ids, admissions: deps.admissions });
  mountEventDestinations(router, {
    ...deps.eventDestinations,
    admissions: deps.admissions,
    writes,
    ids,
    stopping,
  });
  mountSession(router, { authenticate, sessions, publicUrl });
  const { login } = deps;
  if (login !== null) {
    mountLogin(router, {
      ...login,
      sessions,
      publicUrl,
      warn: (fields, message) => logger.warn(fields, message),
    });
  }

  mountDescription(app, router, version, catalog);
  mountConsole(router, { files: deps.consoleFiles, publicUrl, provider: login?.issuer ?? null });
  router.notFound((call, c) => refuse(app, c, call));
  return app;
}

/** 405 where the path takes other methods, else 404. */
async function refuse(app: OpenAPIHono, c: Context, call: Call): Promise<never> {
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((method) =>
    app.router.match(method, c.req.path)[0].some(([, route]) => route !== undefined),
  );
  if (methods.length === 0 || methods.includes(call.context.method)) throw new Problem('NOT_FOUND');
  // Whatever takes GET takes HEAD.
  const allowed = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  throw new Problem('METHOD_NOT_ALLOWED', { headers: { Allow: allowed.join(', ') } });
}
