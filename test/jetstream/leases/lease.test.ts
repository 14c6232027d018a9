import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { expect, onTestFinished, test } from 'vitest';
import type { Leadership } from '../../../src/application/ports/lease.ts';
import { JetStreamLease } from '../../../src/jetstream/leases/lease.ts';
import { provision } from '../../../src/jetstream/provisioning/provision.ts';
import { machineMs, testClock } from '../../support/clock.ts';
import { connected } from '../../support/nats/nats-client.ts';
import { natsServer, type TestNatsServer } from '../../support/nats/nats-server.ts';
import { bundled } from '../../support/processes/bundled.ts';
import { stopwatch } from '../../support/processes/waited-for-cores.ts';

const PROGRAM = await bundled(join(import.meta.dirname, 'lease-holder.ts'));

const TTL = 1_000;

/** One leadership: from when it began to when its holder was told that it is over; milliseconds. */
interface Interval {
  readonly id: string;
  readonly term: number;
  readonly from: number;
  to: number | null;
}

/** Instances that stand for one lease, each with its own connection, and what they believed and when. */
class Election {
  readonly intervals: Interval[] = [];
  readonly #server: TestNatsServer;
  readonly #stops = new Map<string, () => Promise<void>>();
  #changed: () => void = () => {};

  constructor(server: TestNatsServer) {
    this.#server = server;
  }

  static async open(): Promise<{ server: TestNatsServer; election: Election }> {
    const server = await natsServer();
    await provision(await connected(server), { replicas: 1 });
    return { server, election: new Election(server) };
  }

  async join(id: string, ttlMs = TTL): Promise<{ lease: JetStreamLease; nc: NatsConnection }> {
    const nc = await connected(this.#server, id);
    const lease = new JetStreamLease(nc, testClock, { name: 'test', holder: id, ttlMs });
    const leaving = new AbortController();
    const done = lease.run((leadership) => this.#record(id, leadership), leaving.signal).catch(() => {});
    const stop = async () => {
      leaving.abort();
      await done;
    };
    this.#stops.set(id, stop);
    onTestFinished(stop);
    return { lease, nc };
  }

  async leave(id: string): Promise<void> {
    await this.#stops.get(id)?.();
  }

  leader(): Interval | undefined {
    return this.intervals.find(({ to }) => to === null);
  }

  /** The first leadership that is under way and fits. */
  async led(fits: (interval: Interval) => boolean = () => true): Promise<Interval> {
    for (;;) {
      const found = this.intervals.find((interval) => interval.to === null && fits(interval));
      if (found !== undefined) return found;
      await this.#change();
    }
  }

  async ended(interval: Interval): Promise<void> {
    while (interval.to === null) await this.#change();
  }

  #change(): Promise<void> {
    const before = this.#changed;
    return new Promise((resolve) => {
      this.#changed = () => {
        before();
        resolve();
      };
    });
  }

  async #record(id: string, { term, signal, holds }: Leadership): Promise<void> {
    const interval: Interval = { id, term, from: machineMs(), to: null };
    this.intervals.push(interval);
    this.#changed();
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    interval.to = machineMs();
    expect(holds()).toBe(false);
    this.#changed();
  }
}

function expectNeverTwo(intervals: readonly Interval[]): void {
  const byStart = intervals.toSorted((a, b) => a.from - b.from);
  byStart.forEach((interval, index) => {
    const next = byStart[index + 1];
    if (next === undefined) return;
    expect(interval.to, JSON.stringify([interval, next])).toBeLessThanOrEqual(next.from);
    expect(next.term).toBeGreaterThan(interval.term);
  });
}

/** Answers how to wait until the lease has been written that often from now on. */
function countWrites(nc: NatsConnection): (count: number) => Promise<void> {
  const subscription = nc.subscribe('leases.changed.test');
  return async (count) => {
    let written = 0;
    for await (const _ of subscription) if (++written === count) return;
  };
}

/** A child process that stands for the lease; `lines` grows as it prints. */
function holderProcess(server: TestNatsServer): {
  child: ChildProcess;
  lines: string[];
  leads: Promise<void>;
} {
  const args = [PROGRAM, server.servers, server.user, server.pass, 'test', String(TTL)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  const leads = new Promise<void>((resolve) => {
    let rest = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
      if (lines.length > 0) resolve();
    });
  });
  return { child, lines, leads };
}

test('of three that stand, one leads for as long as it renews', async () => {
  const { server, election } = await Election.open();
  const written = countWrites(await connected(server));
  // Long enough for a pause of the machine or its disk to end no leadership.
  const members = await Promise.all(['a', 'b', 'c'].map((id) => election.join(id, 3 * TTL)));

  const leader = await election.led();
  await written(4);

  expect(election.intervals).toEqual([leader]);
  expect(leader.to).toBeNull();
  for (const { lease } of members) {
    await expect.poll(() => lease.holder()).toEqual({ holder: leader.id, term: leader.term });
  }
});

test('a leader that stops cleanly hands over at once, under a larger term', async () => {
  const { election } = await Election.open();
  const ttlMs = 4 * TTL;
  const members = await Promise.all(['a', 'b', 'c'].map((id) => election.join(id, ttlMs)));
  const first = await election.led();
  const seen = { holder: first.id, term: first.term };
  for (const { lease } of members) await expect.poll(() => lease.holder()).toEqual(seen);

  const took = stopwatch();
  await election.leave(first.id);
  const second = await election.led(({ id }) => id !== first.id);

  expect(took(second.from)).toBeLessThan(ttlMs / 8);
  expectNeverTwo(election.intervals);
});

test('a leader that was killed is followed within two TTLs, and not before its time is over', async () => {
  const { server, election } = await Election.open();
  let renewedAt = Number.POSITIVE_INFINITY;
  (await connected(server)).subscribe('leases.changed.test', {
    callback: (_, message) => {
      if (message.json<{ holder: string }>().holder !== 'standby') renewedAt = machineMs();
    },
  });
  const holder = holderProcess(server);
  await holder.leads;
  const { lease } = await election.join('standby');
  await expect.poll(() => lease.holder()).not.toBeNull();

  holder.child.kill('SIGKILL');
  const took = stopwatch();
  const next = await election.led();

  expect(took(next.from)).toBeLessThan(2 * TTL);
  expect(next.from - renewedAt).toBeGreaterThan(0.9 * TTL);
});

test('a leader that is cut off stops itself within 0.9 of the TTL, and another leads within two', async () => {
  const { election } = await Election.open();
  const first = await election.join('first');
  const cut = await election.led();
  await election.join('second');
  await delay(TTL / 2);

  const took = stopwatch();
  await first.nc.close();
  const next = await election.led(({ id }) => id === 'second');

  expect(took(cut.to ?? Number.POSITIVE_INFINITY)).toBeLessThan(0.9 * TTL + 50);
  expect(took(next.from)).toBeLessThan(2 * TTL);
  expectNeverTwo(election.intervals);
});

test('a process that was stopped for three TTLs does nothing more under its old term', async () => {
  const { server, election } = await Election.open();
  const holder = holderProcess(server);
  await holder.leads;
  await election.join('standby');

  holder.child.kill('SIGSTOP');
  const stopped = holder.lines.length;
  const next = await election.led();
  await delay(3 * TTL - (machineMs() - next.from));
  holder.child.kill('SIGCONT');
  const ended = holder.lines.length;
  while (!holder.lines.slice(ended).some((line) => line.startsWith('end'))) await delay(10);

  const afterwards = holder.lines.slice(stopped).filter((line) => Number(line.split(' ')[2]) >= next.from);
  expect(afterwards.map((line) => line.split(' ')[0])).toEqual(['end']);
  await election.led();
  expectNeverTwo(election.intervals);
});

test('there are never two leaders, whatever happens to the server', async () => {
  const { server, election } = await Election.open();
  await Promise.all(['a', 'b', 'c'].map((id) => election.join(id)));
  const disturbances: (() => Promise<void>)[] = [
    async () => {
      await server.kill9();
      await server.restart();
    },
    async () => {
      await server.kill9();
      await delay(1.5 * TTL);
      await server.restart();
    },
    () => server.restart(),
    async () => {
      server.freeze();
      await delay(TTL / 2);
      server.thaw();
    },
    async () => {
      server.freeze();
      await delay(1.5 * TTL);
      server.thaw();
    },
  ];
  for (const disturb of disturbances) {
    await election.led();
    await disturb();
    await delay(TTL);
  }
  await election.led();

  expectNeverTwo(election.intervals);
});

test('without an answer the leader gives up at 0.9 of the TTL and leads again when the server is back', async () => {
  const { server, election } = await Election.open();
  await election.join('only');
  const first = await election.led();

  const frozen = stopwatch();
  server.freeze();
  await election.ended(first);
  expect(frozen(first.to ?? Number.POSITIVE_INFINITY)).toBeLessThan(0.9 * TTL + 50);
  server.thaw();
  const thawed = stopwatch();
  const second = await election.led();

  expect(thawed(second.from)).toBeLessThan(TTL);
  expectNeverTwo(election.intervals);
});

test('what leading throws ends the run, and the lease is free at once', async () => {
  const { server, election } = await Election.open();
  const nc = await connected(server);
  const lease = new JetStreamLease(nc, testClock, { name: 'test', holder: 'failing', ttlMs: TTL });
  const failing = lease.run(() => Promise.reject(new Error('broken')), new AbortController().signal);
  await expect(failing).rejects.toThrow('broken');

  const took = stopwatch();
  await election.join('next', 4 * TTL);
  expect(took((await election.led()).from)).toBeLessThan(2 * TTL);
});

test('a lease whose key was deleted or damaged by hand is taken again', async () => {
  const { server, election } = await Election.open();
  const nc = await connected(server);
  await nc.request('$KV.LEASES.test', 'not JSON', { timeout: 5_000 });

  const from = machineMs();
  await election.join('a');
  const first = await election.led();
  expect(first.from - from).toBeGreaterThanOrEqual(TTL);

  await election.join('b');
  await nc.request('$KV.LEASES.test', '', { timeout: 5_000 });
  await election.ended(first);
  await election.led();
  expectNeverTwo(election.intervals);
});

test('one who is told to go while the lease is being taken does not lead, and gives it up at once', async () => {
  const { server, election } = await Election.open();
  const nc = await connected(server);
  const leaving = new AbortController();
  let led = false;
  // The write that takes the lease is seen here before its answer is there.
  nc.subscribe('$KV.LEASES.test', { callback: () => leaving.abort() });
  await nc.flush();
  const lease = new JetStreamLease(nc, testClock, { name: 'test', holder: 'a', ttlMs: TTL });
  await lease.run(async () => {
    led = true;
  }, leaving.signal);
  expect(led).toBe(false);

  const took = stopwatch();
  await election.join('b', 4 * TTL);
  expect(took((await election.led()).from)).toBeLessThan(2 * TTL);
});
