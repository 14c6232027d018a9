import { errors, type NatsConnection } from '@nats-io/transport-node';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectNats } from '../../../src/jetstream/connection/connection.ts';
import { isUnavailable } from '../../../src/jetstream/connection/errors.ts';
import { connected } from '../../support/nats/nats-client.ts';
import { natsServer, SUBSCRIBER_PASSWORD, type TestNatsServer } from '../../support/nats/nats-server.ts';

async function fixture(): Promise<{ server: TestNatsServer; nc: NatsConnection; other: NatsConnection }> {
  const server = await natsServer();
  return { server, nc: await connected(server), other: await connected(server) };
}

/** Answers each request with its own body, the later asked the sooner. */
function answering(nc: NatsConnection, hold: number): void {
  const held: (() => void)[] = [];
  nc.subscribe('echo', {
    callback: (_, message) => {
      held.push(() => message.respond(message.data));
      if (held.length === hold) for (const respond of held.splice(0).reverse()) respond();
    },
  });
}

describe('a request', () => {
  test('gets its own answer, whatever the order of the answers', async () => {
    const { nc, other } = await fixture();
    answering(other, 50);
    await other.flush();
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => (await nc.request('echo', String(index))).string()),
    );
    expect(answers).toEqual(Array.from({ length: 200 }, (_, index) => String(index)));
  });

  test('that nobody listens to fails at once', async () => {
    const { nc } = await fixture();
    const failure = await nc.request('nobody', '', { timeout: 60_000 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(errors.RequestError);
    expect((failure as InstanceType<typeof errors.RequestError>).isNoResponders()).toBe(true);
  });

  test('that is not answered in time fails, and its late answer goes to nobody', async () => {
    const { nc, other } = await fixture();
    answering(other, 2);
    await other.flush();
    await expect(nc.request('echo', 'late', { timeout: 50 })).rejects.toThrow(errors.TimeoutError);
    expect((await nc.request('echo', 'next', { timeout: 5_000 })).string()).toBe('next');
  });

  test('fails when its connection is closed, and on one that is closed', async () => {
    const { nc, other } = await fixture();
    answering(other, 2);
    await other.flush();
    const waiting = nc.request('echo', '', { timeout: 60_000 }).catch((error: unknown) => error);
    await nc.flush();
    await nc.close();
    expect(isUnavailable(await waiting)).toBe(true);
    const after = await nc.request('echo', '').catch((error: unknown) => error);
    expect(isUnavailable(after)).toBe(true);
  });

  test('that it may not make fails by that, and the others go on', async () => {
    const { server, nc } = await fixture();
    const { servers } = server;
    const limited = await connectNats({
      servers,
      user: 'subscriber',
      pass: SUBSCRIBER_PASSWORD,
      name: 'test',
    });
    onTestFinished(() => limited.close());
    const refused = await limited
      .request('tasklog.u._user', '{}', { timeout: 60_000 })
      .catch((error) => error);
    expect(isUnavailable(refused)).toBe(false);
    expect(refused.cause).toBeInstanceOf(errors.PermissionViolationError);
    await nc.flush();
  });

  test('goes on over a reconnect', async () => {
    const { server, nc } = await fixture();
    await expect(nc.request('nobody', '')).rejects.toThrow(errors.RequestError);
    await server.kill9();
    await server.restart();
    const other = await connected(server);
    answering(other, 1);
    await other.flush();
    await expect
      .poll(
        () =>
          nc.request('echo', 'again').then(
            (answer) => answer.string(),
            () => null,
          ),
        { timeout: 5_000 },
      )
      .toBe('again');
  });
});
