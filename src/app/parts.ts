/**
 * What the roles of one thread share: the way to NATS, and what is read and written through it. It is made once in each
 * thread that has roles, before any of them; nothing here takes part in the service by itself.
 */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import pino, { type Logger } from 'pino';
import { Admissions } from '../application/commands/admissions.ts';
import { Calendars } from '../application/commands/calendars.ts';
import { EventDestinations } from '../application/commands/event-destinations.ts';
import { TaskCommands } from '../application/commands/execute-command.ts';
import { KnownUsers } from '../application/commands/known-users.ts';
import { TaskRepository } from '../application/commands/task-repository.ts';
import type { Clock, Ids } from '../application/ports/clock.ts';
import type { AppendOutcome } from '../application/ports/measures.ts';
import type { Traces } from '../application/ports/traces.ts';
import type { Erasures } from '../application/processes/erasures.ts';
import { TaskQueries } from '../application/queries/queries.ts';
import type { UserId } from '../domain/shared/ids.ts';
import { JetStreamUserBackups } from '../jetstream/backups/user-backups.ts';
import type { StoredMessage } from '../jetstream/codec/codec.ts';
import { openServiceKeys, type ServiceKeys } from '../jetstream/codec/service-keys.ts';
import { UserKeys } from '../jetstream/codec/user-keys.ts';
import { provisionDevices } from '../jetstream/devices/device-messages.ts';
import { JetStreamInstances } from '../jetstream/leases/instances.ts';
import { JetStreamLease } from '../jetstream/leases/lease.ts';
import { JetStreamWorkerLeases } from '../jetstream/leases/worker-leases.ts';
import { JetStreamCalendarLog } from '../jetstream/log/calendars.ts';
import { GroupCommit } from '../jetstream/log/commit/group-commit.ts';
import { JetStreamDestinationLog } from '../jetstream/log/event-destinations.ts';
import { JetStreamEventLog } from '../jetstream/log/event-log.ts';
import { JetStreamLogFollower } from '../jetstream/log/follow/log-follower.ts';
import { RecentAppends } from '../jetstream/log/follow/recent-appends.ts';
import { JetStreamUserFactSignals } from '../jetstream/log/follow/user-fact-signals.ts';
import { JetStreamLogGuard } from '../jetstream/log-guard/log-guard.ts';
import type { Declaration } from '../jetstream/provisioning/declarations.ts';
import type { ProvisionReport } from '../jetstream/provisioning/provision.ts';
import { storageFigures } from '../jetstream/provisioning/storage-figures.ts';
import { streamFigures } from '../jetstream/provisioning/stream-figures.ts';
import { JetStreamCommandQueue } from '../jetstream/queues/command-queue.ts';
import { NatsTaskWorkers } from '../jetstream/queues/task-workers.ts';
import { requireNoRestore } from '../jetstream/snapshots/restore-mark.ts';
import { ViewGenerations } from '../jetstream/views/generations.ts';
import { viewStreams } from '../jetstream/views/view-streams.ts';
import { JetStreamViews } from '../jetstream/views/views.ts';
import { ownProcessIdentity } from '../kernel/process-identity.ts';
import { type CountedFigures, Metrics } from '../observability/metrics.ts';
import { StorageWatch, watchedAppends } from '../observability/storage-watch.ts';
import { EXECUTIONS_KEPT } from '../projections/executions.ts';
import { createExecutors } from '../task-types/all.ts';
import type { Executors } from '../task-types/executor.ts';
import type { Config } from './config/config.ts';
import { gaugeValuesFrom } from './health/gauge-values.ts';
import { type AskProcess, ServiceHealth } from './health/health.ts';
import { processStatus } from './health/process-status.ts';
import { noRoles, type RunningRoles } from './roles/role.ts';
import { erasuresOf, finishErasures } from './start/erasures.ts';
import { resolveSecrets, warnOfSecrets } from './start/local-secrets.ts';
import { type NatsAccess, openNats } from './start/nats-access.ts';
import { provisionAs } from './start/provisioning.ts';
import { retryWhileUnavailable } from './start/retry-while-unavailable.ts';
import { openTraces } from './start/traces.ts';
import { SteadyClock } from './steady-clock.ts';
import { systemClock } from './system-clock.ts';
import { isApiApart } from './threads/apart.ts';
import { ulidIds } from './ulid-ids.ts';

/** What this process appends is handed over when it is acknowledged; what others append is delivered at once. */
const OWN_APPENDS_REST = { mostMs: 50, onlyKnown: true };

/** Called in the reverse of their order. */
export type Stops = (() => Promise<void>)[];

const SILENT = pino({ level: 'silent' });

export interface Parts extends ThreadAccess {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly keys: UserKeys;
  readonly serviceKeys: ServiceKeys;
  readonly follower: JetStreamLogFollower;
  readonly queue: JetStreamCommandQueue;
  readonly guard: JetStreamLogGuard;
  readonly commit: GroupCommit;
  readonly log: JetStreamEventLog;
  readonly views: JetStreamViews;
  readonly repository: TaskRepository;
  readonly queries: TaskQueries;
  readonly users: KnownUsers;
  readonly admissions: Admissions;
  readonly commands: TaskCommands;
  readonly destinations: EventDestinations;
  readonly calendars: Calendars;
  readonly erasures: Erasures;
  readonly executors: Executors;
  readonly lease: (name: string) => JetStreamLease;
  readonly workers: JetStreamWorkerLeases;
  readonly instances: JetStreamInstances;
  readonly measures: Metrics;
  readonly health: ServiceHealth;
  readonly process: AskProcess;
  /** Null: another thread of the process watches it. */
  readonly storage: StorageWatch | null;
  /** What other threads of the process have counted, by those that can be asked. */
  readonly countedElsewhere: () => Promise<CountedFigures[]>;
  /** Entered by whoever starts them. */
  readonly roles: RunningRoles;
}

/** The thread that leads, as one beside it sees it. */
export interface LeadingThread {
  /** What the log has lost, as was found at the start. */
  readonly loss: string | null;
  readonly process: AskProcess;
  /** May reject: then what was counted there is not shown. */
  readonly counted: () => Promise<CountedFigures>;
  /** What became of an append, where that says something of the store. */
  readonly appended: (outcome: AppendOutcome) => void;
  /** Messages that were appended: those who follow the log there need not wait until they are delivered. */
  readonly stored: (messages: readonly StoredMessage[]) => void;
}

export interface ThreadAccess {
  readonly config: Config;
  readonly logger: Logger;
  /** Of this process alone. */
  readonly instance: string;
  readonly secretsKeys: readonly Uint8Array[];
  /** With the generated secret, where none is given. */
  readonly auth: Config['auth'];
  readonly traces: Traces;
  readonly nats: Pick<NatsAccess, 'options' | 'lost' | 'calloutSeed'>;
  readonly nc: NatsAccess['nc'];
  readonly replicas: number;
  readonly declarations: readonly Declaration[];
}

/** Whatever has to end is pushed to `stops` as soon as it has begun. */
export async function openParts(config: Config, logger: Logger, stops: Stops): Promise<Parts> {
  return assembleParts(await openAccess(config, logger, stops), stops, null);
}

/** `leading`: the thread that leads, where this is one beside it; what it watches and tells is not told twice. */
export async function assembleParts(
  access: ThreadAccess,
  stops: Stops,
  leading: LeadingThread | null,
): Promise<Parts> {
  const { config, instance, traces, nc, replicas, logger, secretsKeys } = access;
  const watching = leading === null ? logger : SILENT;
  const clock = new SteadyClock(systemClock, watching.child({ component: 'clock' }));
  const ids = ulidIds();
  const named: { onNewUser: (userId: UserId) => void } = { onNewUser: () => {} };
  const keys = new UserKeys(nc, secretsKeys, (userId) => named.onNewUser(userId));
  const serviceKeys = await retryWhileUnavailable(async () =>
    openServiceKeys(nc, secretsKeys, await keys.check()),
  );
  const guard = new JetStreamLogGuard(nc, watching.child({ component: 'log-guard' }));
  stops.push(() => guard.stop());
  if (leading === null) await retryWhileUnavailable(() => guard.start(replicas));
  else guard.goOn(leading.loss);
  const own = new RecentAppends();
  const follower = new JetStreamLogFollower(nc, keys, {
    own,
    rest: OWN_APPENDS_REST,
    // Where checkpoints of the log are signed.
    keepsDigests: leading === null && config.roles.has('relay'),
  });
  const storage = leading === null ? watchStorage(access, clock, stops) : null;
  const queue = new JetStreamCommandQueue(nc, { logger: logger.child({ component: 'queue' }), replicas });
  const roles = noRoles();
  const generations = new ViewGenerations(nc);
  if (leading === null && guard.loss() === null) {
    await retryWhileUnavailable(() => generations.projected());
  }
  const streams = async () => streamFigures(nc, await viewStreams(nc));
  const areViewsBuilt = async () => (await generations.record()).current !== null;
  const process: AskProcess =
    leading?.process ??
    (async (look) => {
      if (look) await storage?.look();
      return storage && processStatus(roles, storage, clock);
    });
  const names = config.roles;
  const looks = { streams, areViewsBuilt, process };
  const health = new ServiceHealth({ guard, follower, queue, clock, names, ...looks });
  const measures = measuresOf(access, health, clock, leading);
  named.onNewUser = (userId) => noteUserId(userId, measures, logger);
  const appends = watchedAppends(measures, storage ?? { appended: tellingOfStore(leading) });
  const commit = new GroupCommit(nc, appends, guard, (messages) => {
    follower.appended(messages);
    leading?.stored(messages);
  });
  const log = new JetStreamEventLog(nc, keys, commit, { measures: appends, own, traces });
  const views = new JetStreamViews(nc, { executionsKept: EXECUTIONS_KEPT, keys });
  const repository = new TaskRepository({ log, views });
  const queries = new TaskQueries({ log, views, repository });
  const users = new KnownUsers(log, clock);
  const tasksOf = queries.tasksOf.bind(queries);
  const limits = config.tierLimits;
  const admissions = new Admissions({ log, tiers: users, tasksOf, limits, clock, ids });
  const commands = new TaskCommands({ log, repository, clock, ids, admissions, measures });
  const destinations = new EventDestinations(new JetStreamDestinationLog(nc, commit, keys), clock);
  const calendars = new Calendars(new JetStreamCalendarLog(nc, commit, keys), clock);
  users.whenErased((userId) => {
    if (!keys.refuse(userId)) return;
    repository.forget(userId);
    queries.forget(userId);
  });
  stops.push(follow(users, access));
  const erasing = {
    nc,
    keys,
    users,
    admissions,
    log,
    queries,
    commands,
    clock,
    hasDevices: access.nats.calloutSeed !== null,
    logger: logger.child({ component: 'erasures' }),
  };
  if (leading === null && guard.loss() === null) await retryWhileUnavailable(() => finishErasures(erasing));
  const erasures = erasuresOf(erasing, true);
  const executors = createExecutors({
    forecastUrl: config.weatherApiUrl,
    geocodingUrl: config.geocodingApiUrl,
    newsFeeds: config.newsFeeds,
    taskWorkers: new NatsTaskWorkers(nc, traces),
    backups: new JetStreamUserBackups(nc, keys),
  });
  const identity = await ownProcessIdentity();
  const lease = (name: string) =>
    new JetStreamLease(nc, clock, { name, holder: instance, process: identity });
  const workers = new JetStreamWorkerLeases(nc, { clock, logger: logger.child({ component: 'workers' }) });
  const instances = new JetStreamInstances(nc, { logger: logger.child({ component: 'instances' }) });
  const reading = { keys, serviceKeys, follower, queue, views, repository, queries, users };
  const writing = { guard, commit, log, admissions, commands, destinations, calendars, erasures };
  const countedElsewhere = async () =>
    leading === null
      ? []
      : leading.counted().then(
          (it) => [it],
          () => [],
        );
  const told = { measures, health, process, storage, countedElsewhere };
  const shared = { clock, ids, executors, lease, workers, instances, roles };
  return { ...access, ...reading, ...writing, ...shared, ...told };
}

async function openAccess(config: Config, logger: Logger, stops: Stops): Promise<ThreadAccess> {
  const secrets = await resolveSecrets(config);
  warnOfSecrets(config, secrets, logger);
  const instance = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  const { traces, stop } = await openTraces(config.traces, instance, logger);
  stops.push(stop);
  const nats = await openNats(config, logger.child({ component: 'nats' }), `task-service ${instance}`);
  stops.push(() => nats.close());
  const { nc } = nats;
  await retryWhileUnavailable(() => requireNoRestore(nc));
  const { replicas, declarations, report } = await provisionAs(config, nc);
  reportProvisioning(report, logger);
  reportProvisioning(await nats.openToReaders(), logger);
  if (nats.calloutSeed !== null) reportProvisioning(await provisionDevices(nc, { replicas }), logger);
  const auth = { ...config.auth, jwtSecret: secrets.jwtSecret };
  const { secretsKeys } = secrets;
  return { config, logger, instance, secretsKeys, auth, traces, nats, nc, replicas, declarations };
}

function watchStorage({ nc, logger }: ThreadAccess, clock: Clock, stops: Stops): StorageWatch {
  const storage = new StorageWatch({ figures: () => storageFigures(nc), clock, logger });
  storage.start();
  stops.push(async () => storage.stop());
  return storage;
}

/** What only is, is shown by the thread that is asked. */
function measuresOf(
  { config }: ThreadAccess,
  health: ServiceHealth,
  clock: Clock,
  leading: LeadingThread | null,
): Metrics {
  const gauge = () => gaugeValuesFrom(health);
  if (leading !== null) return new Metrics(gauge, clock, 'api');
  return new Metrics(isApiApart(config.roles) ? null : gauge, clock);
}

/** A store that is full, and the first append that it takes again: the rest says nothing new. */
function tellingOfStore(leading: LeadingThread | null): (outcome: AppendOutcome) => void {
  let isFull = false;
  return (outcome) => {
    if (outcome !== 'full' && !(isFull && outcome === 'stored')) return;
    isFull = outcome === 'full';
    leading?.appended(outcome);
  };
}

/** Keeps what is known of users up to date; the returned function ends that. */
function follow(users: KnownUsers, { nc, logger }: ThreadAccess): () => Promise<void> {
  const following = new AbortController();
  const facts = new JetStreamUserFactSignals(nc, logger.child({ component: 'tiers' }));
  const followed = facts.follow(users, following.signal);
  return () => {
    following.abort();
    return followed;
  };
}

/** An id stays readable in the log for ever, also when its user is erased: one that names a person should not be one. */
function noteUserId(userId: UserId, measures: Metrics, logger: Logger): void {
  if (!userId.includes('@')) return;
  measures.recordUserIdWithAt();
  logger.warn('a user id holds an @: ids stay readable in the log for ever, so they should name nobody');
}

function reportProvisioning(report: ProvisionReport, logger: Logger): void {
  for (const { name, action, changes } of [...report.streams, ...report.consumers]) {
    if (action === 'updated') logger.warn({ name, changes }, 'changed to what is declared');
    else if (action === 'remade') logger.warn({ name }, 'made anew, so that its messages can be erased');
    else if (action === 'created') logger.debug({ name }, 'created');
  }
}
