import { randomBytes } from 'node:crypto';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { NatsConnection } from '@nats-io/transport-node';
import { SignJWT } from 'jose';
import pino, { type Logger } from 'pino';
import { onTestFinished } from 'vitest';
import { type CommandResult, TaskCommands } from '../../src/application/execute-command.ts';
import { NOT_MEASURED } from '../../src/application/measures.ts';
import type { Clock } from '../../src/application/ports.ts';
import { TaskQueries } from '../../src/application/queries.ts';
import { TaskRepository } from '../../src/application/task-repository.ts';
import { TemplateCatalogue } from '../../src/application/template-catalogue.ts';
import { TemplateCommands } from '../../src/application/template-commands.ts';
import type { ExecutionId, Sequence, TaskId, UserId } from '../../src/domain/ids.ts';
import type { AttemptOutcome } from '../../src/domain/task/commands.ts';
import { finishExecution, startExecution } from '../../src/domain/task/decide-execution.ts';
import { type AppDeps, createApp } from '../../src/http/app.ts';
import { JetStreamCalendarFeeds } from '../../src/jetstream/calendar-feeds.ts';
import { openedDocument } from '../../src/jetstream/codec.ts';
import { JetStreamEventLog } from '../../src/jetstream/event-log.ts';
import { JetStreamIdempotencyStore } from '../../src/jetstream/idempotency-store.ts';
import { JetStreamLease } from '../../src/jetstream/lease.ts';
import { JetStreamLogFollower } from '../../src/jetstream/log-follower.ts';
import { JetStreamLogSignals } from '../../src/jetstream/log-signals.ts';
import { Projector } from '../../src/jetstream/projector.ts';
import { provision } from '../../src/jetstream/provision.ts';
import { JetStreamTemplateLog } from '../../src/jetstream/template-log.ts';
import { UserKeys } from '../../src/jetstream/user-keys.ts';
import { JetStreamViews } from '../../src/jetstream/views.ts';
import { ulidIds } from '../../src/ulid-ids.ts';
import { ExecutorCatalog } from '../../src/worker/catalog.ts';
import { createExecutors } from '../../src/worker/executors/all.ts';
import { testClock } from './clock.ts';
import { success } from './history.ts';
import { connected } from './nats-client.ts';
import { natsServer, type TestNatsServer } from './nats-server.ts';
import { providers } from './providers.ts';

const EXECUTIONS_KEPT = 100;
export const JWT_SECRET = 'a secret that only tests sign with, long enough';
export const DOOR_SECRET = 'a secret that opens the internal door';
export const ALICE = 'usr_alice' as UserId;
export const BOB = 'usr_bob' as UserId;

/** The REST API of one instance on a real nats-server: everything but the scheduler and the workers. */
export interface Stack {
  readonly server: TestNatsServer;
  readonly nc: NatsConnection;
  readonly log: JetStreamEventLog;
  readonly commands: TaskCommands;
  readonly queries: TaskQueries;
  readonly projector: Projector;
  readonly app: OpenAPIHono;
  readonly deps: AppDeps;
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
  /** Default: one of the test's own. */
  readonly server?: TestNatsServer;
  readonly clock?: Clock;
  readonly secretsKey?: Uint8Array;
  readonly logger?: Logger;
  /** Parts of the app that a test replaces. */
  readonly replace?: (deps: AppDeps) => Partial<AppDeps>;
}

export async function stack(options: StackOptions = {}): Promise<Stack> {
  const server = options.server ?? (await natsServer());
  const clock = options.clock ?? testClock;
  const logger = options.logger ?? pino({ level: 'silent' });
  const nc = await connected(server);
  await provision(nc, { replicas: 1 });
  const keys = new UserKeys(nc, options.secretsKey ?? randomBytes(32));
  const log = new JetStreamEventLog(nc, keys);
  const follower = new JetStreamLogFollower(nc, keys);
  const views = new JetStreamViews(nc, { executionsKept: EXECUTIONS_KEPT });
  const repository = new TaskRepository({ log, views });
  const ids = ulidIds();
  const commands = new TaskCommands({ log, repository, clock, ids });
  const queries = new TaskQueries({ log, views, repository });
  const lease = new JetStreamLease(nc, clock, { name: 'projector', holder: 'test', ttlMs: 2_000 });
  const projector = new Projector({ nc, log, follower, lease, logger, executionsKept: EXECUTIONS_KEPT });
  onTestFinished(() => projector.stop());
  const templateLog = new JetStreamTemplateLog(nc);
  const templates = new TemplateCatalogue(templateLog, views);
  const base: AppDeps = {
    commands,
    queries,
    templates,
    templateCommands: new TemplateCommands({ log: templateLog, catalogue: templates, clock, ids }),
    idempotencyStore: new JetStreamIdempotencyStore(nc, keys),
    calendarFeeds: new JetStreamCalendarFeeds(nc),
    catalog: new ExecutorCatalog(createExecutors(providers())),
    cloudEventOf: openedDocument,
    ids,
    clock,
    signals: new JetStreamLogSignals(nc),
    auth: { jwtSecret: JWT_SECRET, issuer: null, audience: null, internalServiceSecret: DOOR_SECRET },
    logger,
    health: {
      live: () => true,
      ready: async () => ({ ready: true, reasons: [] }),
      detailed: async () => ({ ready: true, reasons: [], components: {} }),
    },
    measures: NOT_MEASURED,
    exposition: async () => '',
    version: '0.0.0-test',
    executionTimeoutSeconds: 30,
    publicUrl: () => 'https://tasks.example',
    stopping: new AbortController().signal,
  };
  const deps = { ...base, ...options.replace?.(base) };
  const app = createApp(deps);
  return {
    server,
    nc,
    log,
    commands,
    queries,
    projector,
    app,
    deps,
    lastSequence: () => follower.lastSequence(),
    call: (method, path, how) => call(app, method, path, how),
    work: (userId, taskId, executionId, outcome) => work(deps, { userId, taskId }, executionId, outcome),
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
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text !== '' ? JSON.parse(text) : null,
  };
}

async function work(
  { commands, clock }: Pick<AppDeps, 'commands' | 'clock'>,
  target: { userId: UserId; taskId: TaskId },
  execution_id: ExecutionId,
  outcome: AttemptOutcome = success,
): Promise<CommandResult> {
  const context = { actor: 'worker:test', correlation_id: 'test', causation_id: null, traceparent: null };
  const attempt = { execution_id, attempt: 1 };
  await commands.execute(target, context, (state) =>
    startExecution(state, {
      ...attempt,
      now: clock.now(),
      worker_id: 'test',
      claim: `${execution_id}.1.0`,
      redelivered: false,
    }),
  );
  return commands.execute(target, context, (state) =>
    finishExecution(state, { ...attempt, now: clock.now(), duration_ms: 5, outcome }),
  );
}
