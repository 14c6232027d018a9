import type { NatsConnection } from '@nats-io/transport-node';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { LogUnavailable } from '../../../src/application/ports/failures.ts';
import { JetStreamInstances } from '../../../src/jetstream/leases/instances.ts';
import { JetStreamLease } from '../../../src/jetstream/leases/lease.ts';
import { provision } from '../../../src/jetstream/provisioning/provision.ts';
import { testClock } from '../../support/clock.ts';
import { connected } from '../../support/nats/nats-client.ts';
import { natsServer, type TestNatsServer } from '../../support/nats/nats-server.ts';

const logger = pino({ level: 'silent' });
const SOON = { timeout: 15_000, interval: 20 };
const ROLES = ['worker', 'scheduler'];
const STARTED = testClock.now();

async function aServer(): Promise<TestNatsServer> {
  const server = await natsServer();
  await provision(await connected(server), { replicas: 1 });
  return server;
}

const instancesOn = (nc: NatsConnection, more: { goneAfterMs?: number } = {}) =>
  new JetStreamInstances(nc, { logger, ...more });

async function announced(nc: NatsConnection, instance: string) {
  const stop = new AbortController();
  const self = { instance, roles: ROLES, version: '1.2.3', started_at: STARTED };
  const { known, ended } = instancesOn(nc).announce(self, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await ended;
  });
  await known;
  return async () => {
    stop.abort();
    await ended;
  };
}

/** Leads until it is told to leave; resolves with that and its term once it leads. */
async function leading(nc: NatsConnection, name: string, holder: string) {
  const stop = new AbortController();
  const lease = new JetStreamLease(nc, testClock, { name, holder });
  let ended: Promise<void> = Promise.resolve();
  const leave = async () => {
    stop.abort();
    await ended;
  };
  onTestFinished(leave);
  const term = await new Promise<number>((lead) => {
    ended = lease.run(async (leadership) => {
      lead(leadership.term);
      await new Promise((over) => leadership.signal.addEventListener('abort', over));
    }, stop.signal);
  });
  return { term, leave };
}

const TIME = expect.any(String);

test('an instance is there while it lives, with what it says of itself', async () => {
  const server = await aServer();
  const nc = await connected(server);
  const instances = instancesOn(nc);
  expect(await instances.look()).toEqual({ instances: [], leases: [] });
  const leave = await announced(nc, 'b.example-1');
  await announced(nc, 'a');
  const said = { roles: ROLES, version: '1.2.3', started_at: STARTED, seen_at: TIME };
  const both = [
    { instance: 'a', ...said },
    { instance: 'b.example-1', ...said },
  ];
  expect(await instances.look()).toEqual({ instances: both, leases: [] });
  await leave();
  await expect.poll(() => instances.look(), SOON).toEqual({ instances: both.slice(0, 1), leases: [] });
});

test('a lease tells who leads, under which term and since when, and that nobody does once it is given up', async () => {
  const server = await aServer();
  const nc = await connected(server);
  const instances = instancesOn(nc);
  const before = testClock.now();
  const { term, leave } = await leading(nc, 'relay', 'a');
  const { leases } = await instances.look();
  expect(leases).toEqual([{ lease: 'relay', leader: 'a', term, since: TIME, renewed_at: TIME }]);
  const [{ since, renewed_at } = { since: null, renewed_at: null }] = leases;
  expect(since !== null && since >= before && since <= testClock.now()).toBe(true);
  const now = async () => (await instances.look()).leases[0];
  await expect.poll(async () => (await now())?.renewed_at, SOON).not.toBe(renewed_at);
  expect(await now()).toMatchObject({ leader: 'a', term, since });
  await leave();
  expect(await now()).toEqual({ lease: 'relay', leader: null, term: null, since: null, renewed_at: TIME });
});

test('an instance that falls silent is gone, and nobody leads what it led', async () => {
  const server = await aServer();
  const instances = instancesOn(await connected(server), { goneAfterMs: 2_500 });
  const cut = await connected(server);
  await announced(cut, 'a');
  await leading(cut, 'scheduler', 'a');
  await announced(await connected(server), 'b');
  const seen = async () => {
    const { instances: living, leases } = await instances.look();
    return [living.map(({ instance }) => instance), leases.map(({ leader }) => leader)];
  };
  await expect.poll(seen, SOON).toEqual([['a', 'b'], ['a']]);
  await cut.close();
  await expect.poll(seen, SOON).toEqual([['b'], [null]]);
});

test('a server that does not answer is unavailable, not empty', async () => {
  const server = await aServer();
  const instances = instancesOn(await connected(server));
  await server.kill9();
  await expect(instances.look()).rejects.toThrow(LogUnavailable);
});
