import type { NatsConnection } from '@nats-io/transport-node';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { RelayRole } from '../../../src/app/roles/relay.ts';
import { erasuresOf } from '../../../src/app/start/erasures.ts';
import type { NatsAccess } from '../../../src/app/start/nats-access.ts';
import { wantedBy } from '../../../src/app/start/provisioning.ts';
import { systemClock } from '../../../src/app/system-clock.ts';
import { Admissions } from '../../../src/application/commands/admissions.ts';
import { EventDestinations } from '../../../src/application/commands/event-destinations.ts';
import { KnownUsers } from '../../../src/application/commands/known-users.ts';
import { NOT_TRACED } from '../../../src/application/ports/traces.ts';
import { DEFAULT_TIER_LIMITS } from '../../../src/domain/user/limits.ts';
import { derivedServiceKey } from '../../../src/jetstream/codec/service-keys.ts';
import { JetStreamLease } from '../../../src/jetstream/leases/lease.ts';
import { GroupCommit } from '../../../src/jetstream/log/commit/group-commit.ts';
import { JetStreamDestinationLog } from '../../../src/jetstream/log/event-destinations.ts';
import { JetStreamUserFactSignals } from '../../../src/jetstream/log/follow/user-fact-signals.ts';
import { loadDeclarations } from '../../../src/jetstream/provisioning/declarations.ts';
import { provision } from '../../../src/jetstream/provisioning/provision.ts';
import { JetStreamDeadLetters } from '../../../src/jetstream/queues/dead-letters.ts';
import { DEFAULT_PLATFORM_SUBJECTS } from '../../../src/relay/inbox/foreign-events.ts';
import { createExecutors } from '../../../src/task-types/all.ts';
import { SECRETS } from '../log/log-fixture.ts';
import { connected } from '../nats/nats-client.ts';
import { natsServer } from '../nats/nats-server.ts';
import { providers } from './providers.ts';
import { taskParts } from './task-parts.ts';

export interface ServiceUrls {
  readonly notification?: string;
  readonly wallet?: string;
  readonly calendar?: string;
}

/** What the service's keys are in a new log. */
const ownServiceKeys = (secretsKey: Uint8Array) => ({
  calls: derivedServiceKey(secretsKey, 'calls'),
  webhooks: derivedServiceKey(secretsKey, 'webhooks'),
  sessions: derivedServiceKey(secretsKey, 'sessions'),
});

export const SIGNING_KEY = derivedServiceKey(SECRETS, 'calls');

/** The role `relay` of one process, not started, with its streams. */
export async function platformOn(nc: NatsConnection, secretsKey: Uint8Array, urls: ServiceUrls = {}) {
  const config = {
    notificationServiceUrl: urls.notification ?? null,
    walletServiceUrl: urls.wallet ?? null,
    calendarServiceUrl: urls.calendar ?? null,
    egressAllow: [{ host: '127.0.0.1', port: null }],
    platformSubjects: DEFAULT_PLATFORM_SUBJECTS,
  };
  const declarations = await loadDeclarations(undefined, wantedBy(config));
  await provision(nc, { replicas: 1, declarations });
  const parts = taskParts(nc, secretsKey);
  const logger = pino({ level: process.env.TEST_LOG ?? 'silent' });
  const users = new KnownUsers(parts.log, systemClock);
  const admissions = new Admissions({
    ...parts,
    tiers: users,
    tasksOf: (userId) => parts.queries.tasksOf(userId),
    limits: DEFAULT_TIER_LIMITS,
    clock: systemClock,
  });
  const { keys } = parts;
  const destinations = new EventDestinations(
    new JetStreamDestinationLog(nc, new GroupCommit(nc), keys),
    systemClock,
  );
  const following = new AbortController();
  const followed = new JetStreamUserFactSignals(nc, logger).follow(users, following.signal);
  const erasures = erasuresOf(
    { hasDevices: false, ...parts, nc, users, admissions, clock: systemClock, logger },
    true,
  );
  const role = (circuitMs?: number, { calloutSeed = null }: Partial<Pick<NatsAccess, 'calloutSeed'>> = {}) =>
    new RelayRole(
      {
        ...parts,
        config,
        declarations,
        logger,
        users,
        admissions,
        erasures,
        destinations,
        executors: createExecutors(providers()),
        serviceKeys: ownServiceKeys(secretsKey),
        lease: (name) => new JetStreamLease(nc, systemClock, { name, holder: `${process.pid}`, ttlMs: 500 }),
        clock: systemClock,
        traces: NOT_TRACED,
        replicas: 1,
        nats: { calloutSeed },
      },
      { firstMs: 20, ...(circuitMs === undefined ? {} : { circuitMs }) },
    );
  const stop = () => {
    following.abort();
    return followed;
  };
  return { ...parts, users, admissions, destinations, deadLetters: new JetStreamDeadLetters(nc), role, stop };
}

/** The same on a server of the test's own. */
export async function platformParts(urls: ServiceUrls = {}) {
  const server = await natsServer();
  const nc = await connected(server);
  const { role: make, stop, ...parts } = await platformOn(nc, SECRETS, urls);
  onTestFinished(stop);
  /** `circuitMs`: a service that failed again and again is left alone for so long. */
  const role = (circuitMs?: number) => {
    const made = make(circuitMs);
    onTestFinished(() => made.stop());
    return made;
  };
  return { ...parts, server, role };
}
