import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import type { Clock } from '../../../src/application/ports/clock.ts';
import { JetStreamWorkerLeases } from '../../../src/jetstream/leases/worker-leases.ts';
import { provision } from '../../../src/jetstream/provisioning/provision.ts';
import { testClock } from '../../support/clock.ts';
import { connected } from '../../support/nats/nats-client.ts';
import { natsServer, type TestNatsServer } from '../../support/nats/nats-server.ts';
import { bundled } from '../../support/processes/bundled.ts';

const PROGRAM = await bundled(join(import.meta.dirname, 'worker-lease-holder.ts'));

const logger = pino({ level: 'silent' });
const GONE_AFTER_MS = 2_000;
const SOON = { timeout: 15_000, interval: 20 };

async function aServer(): Promise<TestNatsServer> {
  const server = await natsServer();
  await provision(await connected(server), { replicas: 1 });
  return server;
}

/** What is told of workers, in order. */
async function watched(server: TestNatsServer, clock: Clock = testClock): Promise<string[]> {
  const told: string[] = [];
  const stop = new AbortController();
  const leases = new JetStreamWorkerLeases(await connected(server), {
    clock,
    logger,
    goneAfterMs: GONE_AFTER_MS,
  });
  const listener = {
    onGone: (id: string) => void told.push(`${id} gone`),
    onAlive: (id: string) => void told.push(`${id} alive`),
  };
  const watching = leases.watch(listener, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await watching;
  });
  return told;
}

async function held(nc: NatsConnection, id: string) {
  const stop = new AbortController();
  const leases = new JetStreamWorkerLeases(nc, { clock: testClock, logger, goneAfterMs: GONE_AFTER_MS });
  const { known, ended } = leases.hold(id, stop.signal);
  await known;
  return { stop, ended };
}

test('a worker that is silent for the time of a lease is gone, one that goes on is not', async () => {
  const server = await aServer();
  const told = await watched(server);
  await held(await connected(server), 'w.1');
  const cut = await connected(server);
  await held(cut, 'w2');
  await cut.close();
  await expect.poll(() => told, SOON).toEqual(['w.1 alive', 'w2 alive', 'w2 gone']);
});

test('a worker that ends is gone at once, also for one who watches from later on', async () => {
  const server = await aServer();
  const { stop, ended } = await held(await connected(server), 'w1');
  stop.abort();
  await ended;
  const told = await watched(server);
  await expect.poll(() => told, SOON).toEqual(['w1 gone']);
});

test('a worker that was only paused is told to live when it goes on', async () => {
  const server = await aServer();
  const told = await watched(server);
  const first = await connected(server);
  await held(first, 'w1');
  await first.close();
  await expect.poll(() => told, SOON).toEqual(['w1 alive', 'w1 gone']);
  await held(await connected(server), 'w1');
  await expect.poll(() => told, SOON).toEqual(['w1 alive', 'w1 gone', 'w1 alive']);
});

test('nobody is gone for a server that was killed and is back, or for a watcher that was paused', async () => {
  const server = await aServer();
  let pausedMs = 0;
  const clock: Clock = { now: testClock.now, monotonicMs: () => testClock.monotonicMs() + pausedMs };
  const told = await watched(server, clock);
  await held(await connected(server), 'w1');
  const other = await connected(server);
  await held(other, 'w2');
  await server.kill9();
  // The clock goes on while nobody can write, and nobody hears.
  pausedMs += 60_000;
  await server.restart();
  await other.close();
  await expect.poll(() => told, SOON).toEqual(['w1 alive', 'w2 alive', 'w2 gone']);
});

test('a worker on the same machine whose process is no more is gone at once', async () => {
  const server = await aServer();
  const told: string[] = [];
  const stop = new AbortController();
  const options = { clock: testClock, logger, goneAfterMs: 600_000 };
  const watching = new JetStreamWorkerLeases(await connected(server), options).watch(
    { onGone: (id) => void told.push(id), onAlive: () => {} },
    stop.signal,
  );
  onTestFinished(async () => {
    stop.abort();
    await watching;
  });
  const { servers, user, pass } = server;
  const args = [PROGRAM, servers, user, pass, 'child'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  expect(told).toEqual([]);
  child.kill('SIGKILL');
  await expect.poll(() => told, SOON).toEqual(['child']);
});
