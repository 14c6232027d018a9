import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import type { TestNatsServer } from './nats-server.ts';

/** Freezes the server and waits until it has really fallen silent: a signal takes its time. */
export async function freeze(server: TestNatsServer, nc: NatsConnection): Promise<void> {
  server.freeze();
  const answers = () =>
    Promise.race([
      nc.flush().then(
        () => true,
        () => false,
      ),
      delay(100, false),
    ]);
  while (await answers());
}
