import type { NatsConnection } from '@nats-io/transport-node';
import { expect, onTestFinished, test, vi } from 'vitest';
import { LogUnavailable } from '../../../src/application/ports/failures.ts';
import { jetstreamApi } from '../../../src/jetstream/connection/api.ts';
import { getLastMessages, streamLastMessages } from '../../../src/jetstream/connection/last-messages.ts';
import { connected, wrapped } from '../../support/nats/nats-client.ts';
import { startNatsServer } from '../../support/nats/nats-server.ts';

/** As by a server of a cluster that has not heard yet of a consumer made on another: the first pull finds nobody. */
function unheardOf(nc: NatsConnection): NatsConnection {
  let asked = 0;
  const publish: NatsConnection['publish'] = (subject, payload, options) => {
    const isFirst = subject.includes('.MSG.NEXT.') && asked++ === 0;
    nc.publish(isFirst ? 'nobody.listens' : subject, payload, options);
  };
  return wrapped(nc, { publish });
}

test('a read asks again where its consumer has not been heard of yet', async () => {
  const server = await startNatsServer();
  onTestFinished(() => server.stop());
  const nc = await connected(server);
  await jetstreamApi(nc, 'STREAM.CREATE.READ', { name: 'READ', subjects: ['read.*'] });
  for (const subject of ['read.one', 'read.end']) await nc.request(subject, 'x');
  const read = { stream: 'READ', filters: ['read.*'], marker: 'read.end', atLeast: 2 };
  const subjects: string[] = [];
  await streamLastMessages(unheardOf(nc), read, ({ subject }) => void subjects.push(subject));
  expect(subjects).toEqual(['read.one', 'read.end']);
});

test('a read over a connection that has been closed is unavailable, and leaves nothing behind', async () => {
  const server = await startNatsServer();
  onTestFinished(() => server.stop());
  const nc = await connected(server);
  await nc.close();
  const setTimer = vi.spyOn(globalThis, 'setTimeout');
  onTestFinished(() => setTimer.mockRestore());
  await expect(getLastMessages(nc, 'READ', ['read.one'])).rejects.toThrow(LogUnavailable);
  const read = { stream: 'READ', filters: ['read.*'], marker: 'read.end', atLeast: 2 };
  await expect(streamLastMessages(nc, read, () => {})).rejects.toThrow(LogUnavailable);
  expect(setTimer).not.toHaveBeenCalled();
});
