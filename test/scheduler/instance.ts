import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import { NOT_MEASURED } from '../../src/application/measures.ts';
import type { Clock } from '../../src/application/ports.ts';
import { JetStreamCommandPublisher } from '../../src/jetstream/command-publisher.ts';
import { JetStreamEventLog } from '../../src/jetstream/event-log.ts';
import { JetStreamLease } from '../../src/jetstream/lease.ts';
import { JetStreamLogFollower } from '../../src/jetstream/log-follower.ts';
import { UserKeys } from '../../src/jetstream/user-keys.ts';
import { JetStreamViews } from '../../src/jetstream/views.ts';
import { Scheduler } from '../../src/scheduler/scheduler.ts';
import { systemClock } from '../../src/system-clock.ts';
import { ulidIds } from '../../src/ulid-ids.ts';

export interface InstanceOptions {
  readonly nc: NatsConnection;
  readonly secretsKey: Uint8Array;
  readonly holder: string;
  readonly logger: Logger;
  readonly ttlMs?: number;
  readonly clock?: Clock;
}

/** A scheduler on a real server, put together as the service does it. */
export function schedulerOn(options: InstanceOptions): Scheduler {
  const { nc, holder, logger, clock = systemClock } = options;
  const keys = new UserKeys(nc, options.secretsKey);
  const ttl = options.ttlMs === undefined ? {} : { ttlMs: options.ttlMs };
  return new Scheduler({
    log: new JetStreamEventLog(nc, keys),
    follower: new JetStreamLogFollower(nc, keys),
    views: new JetStreamViews(nc, { executionsKept: 100 }),
    tasks: null,
    lease: new JetStreamLease(nc, systemClock, { name: 'scheduler', holder, ...ttl }),
    commands: new JetStreamCommandPublisher(nc),
    clock,
    ids: ulidIds(),
    logger,
    executionTimeoutSeconds: 30,
    userConcurrency: 10_000,
    measures: NOT_MEASURED,
  });
}
