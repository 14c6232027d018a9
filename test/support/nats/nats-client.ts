import type { NatsConnection } from '@nats-io/transport-node';
import { onTestFinished } from 'vitest';
import { connectNats } from '../../../src/jetstream/connection/connection.ts';
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

/** Resolves when the connection has noticed that its server is gone; called before it goes. */
export async function disconnected(nc: NatsConnection): Promise<void> {
  for await (const { type } of nc.status()) if (type === 'disconnect') return;
}

/** The connection, with other functions in place of some of its own. */
export function wrapped(nc: NatsConnection, others: Partial<NatsConnection>): NatsConnection {
  return new Proxy(nc, {
    get: (_, name) => {
      const other = Reflect.get(others, name) as unknown;
      if (other !== undefined) return other;
      const value = Reflect.get(nc, name) as unknown;
      return typeof value === 'function' ? value.bind(nc) : value;
    },
  });
}
