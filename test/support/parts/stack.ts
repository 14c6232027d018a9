import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { NatsConnection } from '@nats-io/transport-node';
import { SignJWT } from 'jose';
import pino, { type Logger } from 'pino';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { schedulerFigures } from '../../../src/app/health/scheduler-figures.ts';
import { erasuresOf } from '../../../src/app/start/erasures.ts';
import { ulidIds } from '../../../src/app/ulid-ids.ts';
import { Admissions } from '../../../src/application/commands/admissions.ts';
import { CalendarFeeds } from '../../../src/application/commands/calendar-feeds.ts';
import { Calendars } from '../../../src/application/commands/calendars.ts';
import { EventDestinations } from '../../../src/application/commands/event-destinations.ts';
import { type CommandResult, TaskCommands } from '../../../src/application/commands/execute-command.ts';
import { KnownUsers } from '../../../src/application/commands/known-users.ts';
import { TaskRepository } from '../../../src/application/commands/task-repository.ts';
import { TemplateCommands } from '../../../src/application/commands/template-commands.ts';
import type { Clock } from '../../../src/application/ports/clock.ts';
import { NOT_MEASURED } from '../../../src/application/ports/measures.ts';
import type { OutsideChecks } from '../../../src/application/ports/task-types.ts';
import { NOT_TRACED } from '../../../src/application/ports/traces.ts';
import { serviceFigures } from '../../../src/application/queries/analytics/service-figures.ts';
import { UserAnalytics } from '../../../src/application/queries/analytics/user-analytics.ts';
import { UserPast } from '../../../src/application/queries/history/user-past.ts';
import { ExecutionDetails } from '../../../src/application/queries/lists/execution-details.ts';
import { PendingTasks } from '../../../src/application/queries/pending-tasks.ts';
import { TaskQueries } from '../../../src/application/queries/queries.ts';
import { TemplateCatalogue } from '../../../src/application/queries/template-catalogue.ts';
import type { ExecutionId, Sequence, TaskId, UserId } from '../../../src/domain/shared/ids.ts';
import type { AttemptOutcome } from '../../../src/domain/task/commands.ts';
import { TASK_TYPES } from '../../../src/domain/task/status.ts';
import type { TaskTypeTerms } from '../../../src/domain/task/type-terms.ts';
import { DEFAULT_TIER_LIMITS, type TierLimits } from '../../../src/domain/user/limits.ts';
import { LogForAuditors } from '../../../src/history/audit/audited-log.ts';
import { StoreVerifier } from '../../../src/history/audit/store-verification.ts';
import { type OwnerStreamsDeps, ownerStreams } from '../../../src/history/owner-streams.ts';
import type { AuthSettings } from '../../../src/http/auth/auth.ts';
import { Sessions } from '../../../src/http/auth/sessions.ts';
import { type ConsoleFiles, readConsole } from '../../../src/http/console/files.ts';
import { type AppDeps, createApp } from '../../../src/http/server/app.ts';
import { ClientAddresses } from '../../../src/http/server/client-address.ts';
import { openedDocument } from '../../../src/jetstream/codec/codec.ts';
import { UserKeys } from '../../../src/jetstream/codec/user-keys.ts';
import { LOG_STREAM } from '../../../src/jetstream/connection/subjects.ts';
import { JetStreamInstances } from '../../../src/jetstream/leases/instances.ts';
import { JetStreamLease } from '../../../src/jetstream/leases/lease.ts';
import { JetStreamFeedLog } from '../../../src/jetstream/log/calendar-feeds.ts';
import { JetStreamCalendarLog } from '../../../src/jetstream/log/calendars.ts';
import { JetStreamCheckpointLog } from '../../../src/jetstream/log/checkpoint-log.ts';
import { GroupCommit } from '../../../src/jetstream/log/commit/group-commit.ts';
import { JetStreamDestinationLog } from '../../../src/jetstream/log/event-destinations.ts';
import { JetStreamEventLog } from '../../../src/jetstream/log/event-log.ts';
import { JetStreamLogFollower } from '../../../src/jetstream/log/follow/log-follower.ts';
import { JetStreamLogSignals } from '../../../src/jetstream/log/follow/log-signals.ts';
import { JetStreamUserFactSignals } from '../../../src/jetstream/log/follow/user-fact-signals.ts';
import { JetStreamLogTimes } from '../../../src/jetstream/log/log-times.ts';
import { JetStreamStoredLog } from '../../../src/jetstream/log/stored-log.ts';
import { JetStreamTemplateLog } from '../../../src/jetstream/log/template-log.ts';
import { checkLog } from '../../../src/jetstream/log-guard/log-faults.ts';
import { JetStreamLogPlaces } from '../../../src/jetstream/log-guard/log-places.ts';
import { provision } from '../../../src/jetstream/provisioning/provision.ts';
import { streamBytes } from '../../../src/jetstream/provisioning/stream-figures.ts';
import {
  JetStreamDeliveryRecords,
  JetStreamDestinationProgress,
} from '../../../src/jetstream/publishing/delivery-records.ts';
import { JetStreamDeadLetters } from '../../../src/jetstream/queues/dead-letters.ts';
import { JetStreamAuditTiles } from '../../../src/jetstream/views/audit-tiles.ts';
import { JetStreamCosignedCheckpoints } from '../../../src/jetstream/views/cosigned-checkpoints.ts';
import { JetStreamIdempotencyStore } from '../../../src/jetstream/views/idempotency-store.ts';
import { JetStreamSessionStore } from '../../../src/jetstream/views/session-store.ts';
import { PROJECTOR_LEASE } from '../../../src/jetstream/views/view-keys.ts';
import { JetStreamViews } from '../../../src/jetstream/views/views.ts';
import { EgressPolicy } from '../../../src/outbound/egress.ts';
import { GuardedEndpoints } from '../../../src/outbound/endpoint-calls.ts';
import { Projector } from '../../../src/projector/projector.ts';
import { createExecutors } from '../../../src/task-types/all.ts';
import { ExecutorCatalog } from '../../../src/task-types/catalog.ts';
import { AUDIT_SIGNER } from '../audit-signer.ts';
import { testClock } from '../clock.ts';
import { success } from '../histories/history.ts';
import { connected } from '../nats/nats-client.ts';
import { natsServer, startNatsServer, type TestNatsServer } from '../nats/nats-server.ts';
import { NO_LIMITS, NOBODY_ASKED } from './nobody.ts';
import { providers } from './providers.ts';

const EXECUTIONS_KEPT = 100;
let readFiles: Promise<ConsoleFiles> | undefined;
function consoleFiles(): Promise<ConsoleFiles> {
  readFiles ??= readConsole(join(import.meta.dirname, '..', '..', '..', 'dist', 'console'));
  return readFiles;
}
export const JWT_SECRET = 'a secret that only tests sign with, long enough';
export const DOOR_SECRET = 'a secret that opens the internal door';
export const AUTH: AuthSettings = {
  jwtSecret: JWT_SECRET,
  jwksUrl: null,
  issuer: null,
  audience: null,
  serviceUrl: null,
  internalServiceSecret: DOOR_SECRET,
};
export const FREE_FOR_ALL = Object.fromEntries(
  TASK_TYPES.map((type) => [type, { tier: 'free', credits_per_run_micros: 0 }]),
) as unknown as TaskTypeTerms;
/** Endpoints of tests stand on loopback; every other name is somewhere public. */
export const LOOPBACK_EGRESS = new EgressPolicy({
  allow: [{ host: '127.0.0.1', port: null }],
  resolve: async () => ['93.184.216.34'],
});
export const ALICE = 'usr_alice' as UserId;
export const BOB = 'usr_bob' as UserId;

/** The REST API of one instance on a real nats-server: everything but the scheduler and the workers. */
export interface Stack {
  readonly server: TestNatsServer;
  readonly nc: NatsConnection;
  readonly log: JetStreamEventLog;
  readonly commands: TaskCommands;
  readonly admissions: Admissions;
  readonly queries: TaskQueries;
  readonly projector: Projector;
  readonly app: OpenAPIHono;
  readonly deps: AppDeps;
  readonly parts: StackParts;
  /** Sequence of the last event in the log. */
  lastSequence(): Promise<Sequence>;
  call(method: string, path: string, options?: CallOptions): Promise<Called>;
  /** Plays the worker: starts the execution and ends it, by default with success. */
  work(
    userId: UserId,
    taskId: TaskId,
    executionId: ExecutionId,
    outcome?: AttemptOutcome,
  ): Promise<CommandResult>;
}

/** What the parts of the API are made of, for other roles beside it. */
export interface StackParts {
  readonly keys: UserKeys;
  readonly follower: JetStreamLogFollower;
  readonly views: JetStreamViews;
  readonly users: KnownUsers;
  readonly destinations: EventDestinations;
}

export interface CallOptions {
  /** Sent as JSON; a string as it is. */
  readonly body?: unknown;
  /** Whose token is sent; null: none. Default: Alice. */
  readonly user?: UserId | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Called {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what came is for the test to look at
  readonly body: any;
  readonly text: string;
}

export interface StackOptions {
  /** What task types cost and who may have them; default: nothing, and everybody. */
  readonly taskTypeTerms?: TaskTypeTerms;
  /** Default: one of the test's own. */
  readonly server?: TestNatsServer;
  readonly clock?: Clock;
  readonly secretsKey?: Uint8Array;
  readonly logger?: Logger;
  /** Default: nobody outside is asked about configs. */
  readonly outsideChecks?: OutsideChecks;
  /** What tiers allow; default: nobody has limits. */
  readonly limits?: TierLimits;
  /** Bounds of event streams, and what tests put in their way. */
  readonly streams?: Pick<OwnerStreamsDeps, 'limits'>;
  /** Takes what ends the stack; default: the test does, when it is over. */
  readonly end?: (stop: () => Promise<void>) => void;
  /** Events of the log that are verified at once. */
  readonly verifiedAtOnce?: number;
  /** Parts of the app that a test replaces. */
  readonly replace?: (deps: AppDeps) => Partial<AppDeps>;
}

export async function stack(options: StackOptions = {}): Promise<Stack> {
  const server = options.server ?? (await natsServer());
  const clock = options.clock ?? testClock;
  const logger = options.logger ?? pino({ level: 'silent' });
  const end = options.end ?? onTestFinished;
  const nc = await connected(server, 'test', end);
  await provision(nc, { replicas: 1 });
  const keys = new UserKeys(nc, options.secretsKey ?? randomBytes(32));
  const log = new JetStreamEventLog(nc, keys, new GroupCommit(nc));
  const follower = new JetStreamLogFollower(nc, keys);
  const views = new JetStreamViews(nc, { executionsKept: EXECUTIONS_KEPT, keys });
  const repository = new TaskRepository({ log, views });
  const ids = ulidIds();
  const queries = new TaskQueries({ log, views, repository });
  const tiers = new KnownUsers(log, clock);
  const admissions = new Admissions({
    log,
    tiers,
    tasksOf: (userId) => queries.tasksOf(userId),
    limits: options.limits ?? DEFAULT_TIER_LIMITS,
    clock,
    ids,
  });
  const following = new AbortController();
  const followed = new JetStreamUserFactSignals(nc, logger).follow(tiers, following.signal);
  end(() => {
    following.abort();
    return followed;
  });
  await tiers.allKnown(following.signal);
  const commands = new TaskCommands({
    log,
    repository,
    clock,
    ids,
    admissions: options.limits === undefined ? NO_LIMITS : admissions,
    measures: NOT_MEASURED,
  });
  const erasures = erasuresOf(
    { hasDevices: false, nc, keys, users: tiers, admissions, log, queries, commands, clock, logger },
    false,
  );
  const lease = new JetStreamLease(nc, clock, { name: PROJECTOR_LEASE, holder: 'test', ttlMs: 2_000 });
  const projector = new Projector({
    nc,
    keys,
    log,
    follower,
    lease,
    logger,
    executionsKept: EXECUTIONS_KEPT,
  });
  end(() => projector.stop());
  const templateLog = new JetStreamTemplateLog(nc, new GroupCommit(nc));
  const templates = new TemplateCatalogue(templateLog, views);
  const catalog = new ExecutorCatalog(createExecutors(providers()));
  const eventStreams = ownerStreams({
    log,
    follower,
    views,
    catalog,
    cloudEventOf: openedDocument,
    clock,
    logger,
    random: () => 0,
    places: new JetStreamLogPlaces(nc),
    ...options.streams,
  });
  end(async () => eventStreams.stop());
  const destinations = new EventDestinations(
    new JetStreamDestinationLog(nc, new GroupCommit(nc), keys),
    testClock,
  );
  const calendars = new Calendars(new JetStreamCalendarLog(nc, new GroupCommit(nc), keys), testClock);
  const base: AppDeps = {
    calendars,
    eventStreams,
    logPlaces: new JetStreamLogPlaces(nc),
    eventDestinations: {
      destinations,
      progress: new JetStreamDestinationProgress(nc),
      records: new JetStreamDeliveryRecords(nc),
      endpoints: new GuardedEndpoints(LOOPBACK_EGRESS, NOT_TRACED),
      times: new JetStreamLogTimes(nc),
    },
    auditPublic: false,
    auditKey: AUDIT_SIGNER.vkey,
    storeVerification: new StoreVerifier({
      checkLog: (how) => checkLog(nc, how),
      views: { log, follower, views },
      log,
      key: AUDIT_SIGNER.verifier,
      ...(options.verifiedAtOnce === undefined ? {} : { partEvents: options.verifiedAtOnce }),
    }),
    auditedLog: new LogForAuditors(
      new JetStreamStoredLog(nc),
      new JetStreamAuditTiles(nc),
      new JetStreamCheckpointLog(nc, new GroupCommit(nc)),
      new JetStreamCosignedCheckpoints(nc),
    ),
    erasures,
    commands,
    queries,
    analytics: new UserAnalytics({ log, views, queries }),
    deadLetters: new JetStreamDeadLetters(nc),
    executionDetails: new ExecutionDetails({ log, times: new JetStreamLogTimes(nc), queries }),
    userPast: new UserPast({ log, times: new JetStreamLogTimes(nc), views, queries }),
    serviceFigures: (days, now) =>
      serviceFigures({ views, logBytes: () => streamBytes(nc, LOG_STREAM) }, days, now),
    templates,
    templateCommands: new TemplateCommands({ log: templateLog, catalogue: templates, clock, ids }),
    idempotencyStore: new JetStreamIdempotencyStore(nc, keys),
    calendarFeeds: new CalendarFeeds(new JetStreamFeedLog(nc, new GroupCommit(nc)), testClock),
    catalog,
    outsideChecks: options.outsideChecks ?? NOBODY_ASKED,
    cloudEventOf: openedDocument,
    ids,
    clock,
    signals: new JetStreamLogSignals(nc),
    admissions,
    monitoring: { isOpen: true, token: null },
    taskTypeTerms: options.taskTypeTerms ?? FREE_FOR_ALL,
    rateLimits: { callers: null, failures: null },
    addresses: new ClientAddresses([]),
    sessions: new Sessions({ store: new JetStreamSessionStore(nc, Buffer.alloc(32, 5)), clock }),
    login: null,
    auth: AUTH,
    accountServiceUrl: null,
    logger,
    health: {
      live: () => true,
      ready: async () => ({ ready: true, reasons: [] }),
      detailed: async () => ({ ready: true, reasons: [], warnings: [], components: {} }),
    },
    measures: NOT_MEASURED,
    traces: NOT_TRACED,
    exposition: async () => '',
    version: '0.0.0-test',
    consoleFiles: await consoleFiles(),
    pendingTasks: new PendingTasks({ views, follower, repository }),
    schedulerFigures: () =>
      schedulerFigures(new JetStreamLease(nc, clock, { name: 'scheduler', holder: 'test' }), follower, null),
    instances: new JetStreamInstances(nc, { logger }),
    executionTimeoutSeconds: 30,
    publicUrl: () => 'https://tasks.example',
    webhookKey: Buffer.alloc(32, 9),
    stopping: new AbortController().signal,
  };
  const deps = { ...base, ...options.replace?.(base) };
  const app = createApp(deps);
  return {
    server,
    nc,
    log,
    commands,
    admissions,
    queries,
    projector,
    app,
    deps,
    parts: { keys, follower, views, users: tiers, destinations },
    lastSequence: () => follower.lastSequence(),
    call: (method, path, how) => call(app, method, path, how),
    work: (userId, taskId, executionId, outcome) => work(deps, { userId, taskId }, executionId, outcome),
  };
}

/** One stack for all tests of a file, made before the first of them. Call at the top of the file. */
export function sharedStack(options: StackOptions = {}): () => Stack {
  const stops: (() => Promise<void>)[] = [];
  let shared: Stack | null = null;
  beforeAll(async () => {
    const server = await startNatsServer();
    stops.push(() => server.stop());
    shared = await stack({ ...options, server, end: (stop) => void stops.push(stop) });
  });
  afterAll(async () => {
    for (const stop of stops.reverse()) await stop();
  });
  return () => {
    if (shared === null) throw new Error('asked for before it was made');
    return shared;
  };
}

const tokens = new Map<UserId, string>();

export async function tokenOf(user: UserId): Promise<string> {
  const known = tokens.get(user);
  if (known !== undefined) return known;
  const token = await signed({ sub: user });
  tokens.set(user, token);
  return token;
}

/** A token with these claims; `exp` is in an hour unless given. */
export function signed(claims: Record<string, unknown>, secret = JWT_SECRET): Promise<string> {
  return new SignJWT({ exp: Math.floor(Date.now() / 1000) + 3600, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(secret));
}

export async function call(
  app: OpenAPIHono,
  method: string,
  path: string,
  { body, user = ALICE, headers = {} }: CallOptions = {},
): Promise<Called> {
  const response = await app.request(path, {
    method,
    headers: {
      ...(user === null ? {} : { Authorization: `Bearer ${await tokenOf(user)}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text !== '' ? JSON.parse(text) : null,
  };
}

async function work(
  { commands }: Pick<AppDeps, 'commands'>,
  target: { userId: UserId; taskId: TaskId },
  execution_id: ExecutionId,
  outcome: AttemptOutcome = success,
): Promise<CommandResult> {
  const context = { actor: 'worker:test', correlation_id: 'test', causation_id: null, traceparent: null };
  const attempt = { execution_id, attempt: 1 };
  await commands.execute(target, context, {
    type: 'start_execution',
    data: { ...attempt, worker_id: 'test', claim: `${execution_id}.1.0`, redelivered: false },
  });
  return commands.execute(target, context, {
    type: 'finish_execution',
    data: { ...attempt, duration_ms: 5, outcome },
  });
}
