import type { NatsConnection } from '@nats-io/transport-node';
import { pino } from 'pino';
import { systemClock } from '../../../src/app/system-clock.ts';
import type { Lease } from '../../../src/application/ports/lease.ts';
import { UserKeys } from '../../../src/jetstream/codec/user-keys.ts';
import { JetStreamDeviceMessages } from '../../../src/jetstream/devices/device-messages.ts';
import { JetStreamLease } from '../../../src/jetstream/leases/lease.ts';
import { GroupCommit } from '../../../src/jetstream/log/commit/group-commit.ts';
import { JetStreamEventLog } from '../../../src/jetstream/log/event-log.ts';
import { JetStreamLogFollower } from '../../../src/jetstream/log/follow/log-follower.ts';
import { JetStreamPublishedStream } from '../../../src/jetstream/publishing/published-stream.ts';
import { JetStreamRelayStateStore } from '../../../src/jetstream/views/relay-state-store.ts';
import { JetStreamViews } from '../../../src/jetstream/views/views.ts';
import { Relay, type RelayDeps } from '../../../src/relay/relay.ts';

export interface RelayOptions {
  readonly holder?: string;
  readonly leaseTtlMs?: number;
  readonly lease?: Lease;
  /** Tells devices instead of other services. */
  readonly devices?: boolean;
  readonly keep?: RelayDeps['keep'];
}

/** A relay that has not started. */
export function relayOn(nc: NatsConnection, secretsKey: Uint8Array, options: RelayOptions = {}): Relay {
  const keys = new UserKeys(nc, secretsKey);
  const { holder = 'test', leaseTtlMs: ttlMs = 500, devices = false } = options;
  const name = devices ? 'devices' : 'relay';
  return new Relay({
    log: new JetStreamEventLog(nc, keys, new GroupCommit(nc)),
    views: new JetStreamViews(nc, { executionsKept: 100, keys }),
    follower: new JetStreamLogFollower(nc, keys),
    name,
    stream: devices ? new JetStreamDeviceMessages(nc) : new JetStreamPublishedStream(nc),
    records: new JetStreamRelayStateStore(nc),
    lease: options.lease ?? new JetStreamLease(nc, systemClock, { name, holder, ttlMs }),
    ...(options.keep === undefined ? {} : { keep: options.keep }),
    logger: pino({ level: process.env.TEST_LOG ?? 'silent' }),
  });
}
