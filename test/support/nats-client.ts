import type { NatsConnection } from '@nats-io/transport-node';
import { onTestFinished } from 'vitest';
import { connectNats } from '../../src/jetstream/connection.ts';
import type { TestNatsServer } from './nats-server.ts';

/** A connection to a test's server, closed when the test is over, or at the `end` that is named. */
export async function connected(
  server: TestNatsServer,
  name = 'test',
  end: (close: () => Promise<void>) => void = onTestFinished,
): Promise<NatsConnection> {
  const { servers, user, pass } = server;
  const nc = await connectNats({ servers: servers.split(','), user, pass, name });
  end(() => nc.close());
  return nc;
}
