import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import { systemClock } from '../../src/app/system-clock.ts';
import { ulidIds } from '../../src/app/ulid-ids.ts';
import { Admissions } from '../../src/application/commands/admissions.ts';
import { Calendars } from '../../src/application/commands/calendars.ts';
import { KnownUsers } from '../../src/application/commands/known-users.ts';
import { TaskRepository } from '../../src/application/commands/task-repository.ts';
import type { Clock } from '../../src/application/ports/clock.ts';
import { NOT_MEASURED } from '../../src/application/ports/measures.ts';
import { NOT_TRACED } from '../../src/application/ports/traces.ts';
import { UserTasks } from '../../src/application/queries/lists/user-tasks.ts';
import type { UserId } from '../../src/domain/shared/ids.ts';
import type { TierLimits } from '../../src/domain/user/limits.ts';
import { UserKeys } from '../../src/jetstream/codec/user-keys.ts';
import { JetStreamLease } from '../../src/jetstream/leases/lease.ts';
import { JetStreamCalendarLog } from '../../src/jetstream/log/calendars.ts';
import { GroupCommit } from '../../src/jetstream/log/commit/group-commit.ts';
import { JetStreamEventLog } from '../../src/jetstream/log/event-log.ts';
import { JetStreamLogFollower } from '../../src/jetstream/log/follow/log-follower.ts';
import { JetStreamCommandPublisher } from '../../src/jetstream/queues/command-publisher.ts';
import { JetStreamViews } from '../../src/jetstream/views/views.ts';
import { Scheduler } from '../../src/scheduler/scheduler.ts';
import { NO_LIMITS } from '../support/parts/nobody.ts';

export interface InstanceOptions {
  readonly nc: NatsConnection;
  readonly secretsKey: Uint8Array;
  readonly holder: string;
  readonly logger: Logger;
  readonly ttlMs?: number;
  readonly clock?: Clock;
  /** Default: nobody has limits. */
  readonly limits?: TierLimits;
}

/** A scheduler on a real server, put together as the service does it. */
export function schedulerOn(options: InstanceOptions): Scheduler {
  const { nc, holder, logger, clock = systemClock } = options;
  const keys = new UserKeys(nc, options.secretsKey);
  const ttl = options.ttlMs === undefined ? {} : { ttlMs: options.ttlMs };
  const log = new JetStreamEventLog(nc, keys, new GroupCommit(nc));
  const views = new JetStreamViews(nc, { executionsKept: 100, keys });
  const ids = ulidIds();
  const { limits } = options;
  const repository = new TaskRepository({ log, views });
  const userTasks = new UserTasks({
    log,
    views,
    load: (userId, taskId) => repository.load(userId, taskId),
  });
  const tasksOf = (userId: UserId) => userTasks.of(userId);
  const tiers = new KnownUsers(log, clock);
  const admissions =
    limits === undefined ? NO_LIMITS : new Admissions({ log, tiers, tasksOf, limits, clock, ids });
  return new Scheduler({
    log,
    calendars: new Calendars(new JetStreamCalendarLog(nc, new GroupCommit(nc), keys), clock),
    follower: new JetStreamLogFollower(nc, keys),
    views,
    local: null,
    lease: new JetStreamLease(nc, systemClock, { name: 'scheduler', holder, ...ttl }),
    commands: new JetStreamCommandPublisher(nc, { logger, replicas: 1 }),
    clock,
    ids,
    logger,
    executionTimeoutSeconds: 30,
    userConcurrency: 10_000,
    measures: NOT_MEASURED,
    traces: NOT_TRACED,
    admissions,
    usersKnown: async () => undefined,
  });
}
