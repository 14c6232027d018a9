import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { JetStreamDeadLetters } from '../../src/jetstream/dead-letters.ts';
import { loadDeclarations } from '../../src/jetstream/declarations.ts';
import { JetStreamLease } from '../../src/jetstream/lease.ts';
import { provision } from '../../src/jetstream/provision.ts';
import { DEFAULT_PLATFORM_SUBJECTS } from '../../src/platform/foreign-events.ts';
import { platformSigningKey } from '../../src/platform/signing.ts';
import { PlatformRole, wantedByPlatform } from '../../src/platform-role.ts';
import { systemClock } from '../../src/system-clock.ts';
import { SECRETS } from './log-fixture.ts';
import { connected } from './nats-client.ts';
import { natsServer } from './nats-server.ts';
import { taskParts } from './task-parts.ts';

export interface ServiceUrls {
  readonly notification?: string;
  readonly wallet?: string;
  readonly calendar?: string;
}

export const SIGNING_KEY = platformSigningKey(SECRETS);

/** The role `relay` on a server of the test's own, not started. */
export async function platformParts(urls: ServiceUrls = {}) {
  const server = await natsServer();
  const nc = await connected(server);
  const config = {
    notificationServiceUrl: urls.notification ?? null,
    walletServiceUrl: urls.wallet ?? null,
    calendarServiceUrl: urls.calendar ?? null,
    platformSubjects: DEFAULT_PLATFORM_SUBJECTS,
  };
  const declarations = await loadDeclarations(undefined, wantedByPlatform(config));
  await provision(nc, { replicas: 1, declarations });
  const parts = taskParts(nc, SECRETS);
  const logger = pino({ level: process.env.TEST_LOG ?? 'silent' });
  const role = () => {
    const made = new PlatformRole({
      ...parts,
      config,
      declarations,
      logger,
      signingKey: SIGNING_KEY,
      lease: (name) => new JetStreamLease(nc, systemClock, { name, holder: 'test', ttlMs: 500 }),
      clock: systemClock,
      replicas: 1,
      firstPauseMs: 20,
    });
    onTestFinished(() => made.stop());
    return made;
  };
  return { ...parts, server, deadLetters: new JetStreamDeadLetters(nc), role };
}
