import { randomBytes } from 'node:crypto';
import type { NatsConnection } from '@nats-io/transport-node';
import { describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/app/system-clock.ts';
import type { Leadership } from '../../src/application/ports/lease.ts';
import type { AnalyticsEntry } from '../../src/application/ports/views.ts';
import { verifyViews } from '../../src/application/queries/verify.ts';
import type { Snapshot } from '../../src/domain/shared/event.ts';
import type { Sequence, TaskId, UserId } from '../../src/domain/shared/ids.ts';
import type { TaskState } from '../../src/domain/task/state.ts';
import { MAX_BATCH_MESSAGES, PublishCode } from '../../src/jetstream/connection/atomic-batch.ts';
import { jetstreamErrorCode } from '../../src/jetstream/connection/errors.ts';
import { readLast } from '../../src/jetstream/connection/leader-read.ts';
import { LOG_STREAM, taskSubject } from '../../src/jetstream/connection/subjects.ts';
import { JetStreamLease } from '../../src/jetstream/leases/lease.ts';
import { findFaults } from '../../src/jetstream/log-guard/log-faults.ts';
import { provision } from '../../src/jetstream/provisioning/provision.ts';
import { sealedValue } from '../../src/jetstream/views/sealed-values.ts';
import { analyticsKey, encodeValue, valueKey } from '../../src/jetstream/views/view-keys.ts';
import { EXECUTIONS } from '../../src/projections/executions.ts';
import { MILESTONES } from '../../src/projections/milestones.ts';
import { TaskViews } from '../../src/projections/task-views.ts';
import { TASKS } from '../../src/projections/tasks.ts';
import { AnalyticsValues } from '../../src/projector/analytics-values.ts';
import { ProjectionStep } from '../../src/projector/projection-step.ts';
import { everyMinute } from '../support/histories/history.ts';
import { connected } from '../support/nats/nats-client.ts';
import { natsServer, type TestNatsServer } from '../support/nats/nats-server.ts';
import { viewBucket } from '../support/nats/view-bucket.ts';
import { watchViews } from '../support/nats/watched-views.ts';
import { type TaskParts, type TaskPartsOptions, taskParts } from '../support/parts/task-parts.ts';

const USER = 'usr_1' as UserId;

interface Fixture {
  readonly server: TestNatsServer;
  readonly nc: NatsConnection;
  readonly parts: TaskParts;
  /** Another process of the same installation. */
  another(): Promise<TaskParts>;
}

async function fixture(options: TaskPartsOptions = {}): Promise<Fixture> {
  const server = await natsServer();
  const nc = await connected(server);
  await provision(nc, { replicas: 1 });
  const secretsKey = randomBytes(32);
  const another = async () => taskParts(await connected(server), secretsKey, options);
  return { server, nc, parts: taskParts(nc, secretsKey, options), another };
}

/** Tasks with schedules, runs, changes and deletions. */
function someLife({ person }: TaskParts, tasks: number): Promise<TaskId[]> {
  return Promise.all(
    Array.from({ length: tasks }, async (_, n) => {
      const taskId = await person.create(USER, n % 2 === 0 ? { schedule: everyMinute } : {});
      if (n % 3 === 0) await person.run(USER, taskId);
      if (n % 4 === 0) await person.rename(USER, taskId, `task ${n}`);
      if (n % 10 === 0) await person.request(USER, taskId);
      const edit = { now: systemClock.now(), if_match: null, reason: null };
      if (n % 20 === 0) await person.ask(USER, taskId, { type: 'delete', data: edit });
      return taskId;
    }),
  );
}

async function differences(parts: TaskParts) {
  return (await verifyViews(parts)).differences;
}

describe('a projector', () => {
  it('builds every view from an empty bucket, and goes on from its checkpoint', async () => {
    const { parts, another, nc } = await fixture();
    expect(await parts.projector.runOnce()).toBe(0);
    await someLife(parts, 60);
    const checkpoint = await parts.projector.runOnce();
    expect(checkpoint).toBe(await parts.follower.lastSequence());
    const report = await verifyViews(parts);
    expect(report).toMatchObject({ differences: [], checkpoint, events: checkpoint });
    expect(report.values).toBeGreaterThan(100);

    const { at } = await (await viewBucket(nc)).checkpoint();
    await parts.projector.runOnce();
    expect((await (await viewBucket(nc)).checkpoint()).at).toBe(at);

    await someLife(parts, 20);
    await (await another()).projector.runOnce();
    expect(await differences(parts)).toEqual([]);
  });

  it('says of a sum which event was counted last, whatever came right behind that', async () => {
    const { parts } = await fixture();
    const taskId = await parts.person.create(USER);
    await parts.person.rename(USER, taskId, 'again');
    await parts.projector.runOnce();
    expect(await differences(parts)).toEqual([]);
  });

  it('counts on what it has not committed yet, though it keeps nothing in memory', async () => {
    const { parts } = await fixture({ cacheBytes: 1 });
    await someLife(parts, 200);
    await parts.projector.runOnce();
    await someLife(parts, 20);
    await parts.projector.runOnce();
    expect(await differences(parts)).toEqual([]);
  });

  it('leaves milestones of a long task, wherever it was interrupted', { timeout: 120_000 }, async () => {
    const { parts, another, nc } = await fixture();
    const taskId = await parts.person.create(USER, { schedule: everyMinute });
    for (const runs of [15, 50, 90, 1, 40]) {
      for (let run = 0; run < runs; run++) await parts.person.run(USER, taskId);
      await (await another()).projector.runOnce();
    }
    const page = await parts.views.milestonePage(USER, taskId, 0);
    expect(page.map(({ revision }) => revision)).toEqual([64, 128, 192, 256, 320, 384, 448, 512, 576]);
    expect(await differences(parts)).toEqual([]);

    const task = (await parts.queries.task(USER, taskId)) as Snapshot<TaskState>;
    for (const { sequence, revision } of page.slice(2, 5)) {
      expect(await parts.queries.past.asOf(task, { sequence })).toMatchObject({ sequence, revision });
    }
    const key = valueKey(MILESTONES, USER, taskId, MILESTONES.pageAt(0));
    const wrong = {
      sequence: page[8]?.sequence,
      revision: 576,
      hash: page[8]?.hash,
      state: { first: page[0], more: [] },
    };
    const payload = sealedValue(key, wrong as Snapshot<unknown>, await parts.keys.get(USER));
    await (await viewBucket(nc)).write([{ key, headers: {}, payload }], 2_000);
    expect((await differences(parts)).map(({ key }) => key)).toContain(`MILESTONES ${USER} ${taskId} 0`);
  });

  it('reads sums from the leader where what answers is older than what it has committed', async () => {
    const { parts, nc } = await fixture();
    await someLife(parts, 5);
    const checkpoint = await parts.projector.runOnce();
    const days = { user_id: null, period: systemClock.now().slice(0, 10) };
    const keys = [analyticsKey(days), analyticsKey({ user_id: USER, period: 'all' }), 'nowhere'];
    const values = new AnalyticsValues(await viewBucket(nc), 1);
    const current = await values.read(keys, checkpoint);
    expect([...current.values()].map((value) => value === null)).toEqual([false, false, true]);
    expect(await values.read(keys, (checkpoint + 1) as Sequence)).toEqual(current);
  });

  it('finds every sum that is not what the log says', async () => {
    const { parts, nc } = await fixture();
    await someLife(parts, 5);
    await parts.projector.runOnce();
    const entries: AnalyticsEntry[] = [];
    await parts.views.analytics((some) => entries.push(...some));
    for (const { value, ...place } of entries) {
      const wrong = { ...value, state: { ...value.state, more: 1 } };
      const write = { key: analyticsKey(place), headers: {}, payload: encodeValue(wrong) };
      await (await viewBucket(nc)).write([write], 2_000);
    }
    const found = (await differences(parts)).map(({ key, path }) => `${key} ${path}`);
    expect(found.sort()).toEqual(
      entries
        .map(({ user_id, period }) => `ANALYTICS ${user_id ?? ''} ${period} state.more`.replace('  ', ' '))
        .sort(),
    );
    expect(entries.map(({ user_id }) => user_id).sort()).toEqual([USER, USER, null, null].sort());
  });

  it('that starts again and again has its connection watched no more than once', async () => {
    const { parts, nc } = await fixture();
    await someLife(parts, 5);
    await parts.projector.runOnce();
    const watched = vi.spyOn(nc, 'status');
    for (let run = 0; run < 3; run++) await parts.projector.runOnce();
    expect(watched).not.toHaveBeenCalled();
  });

  it('keeps up while it leads, and says how far it is', async () => {
    const { parts } = await fixture();
    expect(parts.projector.status()).toMatchObject({ state: 'stopped', checkpoint: 0 });
    parts.projector.start();
    const [, taskId] = await someLife(parts, 20);
    const { snapshot } = await parts.person.rename(USER, taskId as TaskId, 'last');
    await parts.projector.caughtUpTo(snapshot.sequence);
    expect(parts.projector.status()).toEqual({
      state: 'projecting',
      checkpoint: snapshot.sequence,
      lag: 0,
      error: null,
    });
    await parts.projector.stop();
    expect(parts.projector.status().state).toBe('stopped');
    expect(await differences(parts)).toEqual([]);
  });

  it('writes steps that one batch can hold, by number and by size', async () => {
    const { parts, nc } = await fixture();
    const watched = await watchViews(nc);
    await Promise.all(
      Array.from({ length: 700 }, () => parts.person.create(USER, { schedule: everyMinute })),
    );
    const config = { text: 'x'.repeat(250_000) };
    await Promise.all(Array.from({ length: 24 }, () => parts.person.create(USER, { config })));
    await parts.projector.runOnce();
    expect(await differences(parts)).toEqual([]);
    expect(watched.steps.length).toBeGreaterThanOrEqual(5);
    expect(Math.max(...watched.steps.map(({ messages }) => messages))).toBeLessThanOrEqual(
      MAX_BATCH_MESSAGES,
    );
    expect(Math.max(...watched.steps.map(({ bytes }) => bytes))).toBeLessThanOrEqual(4 * 1024 * 1024);
  });

  it('whose step was folded on a checkpoint that has moved is refused whole', async () => {
    const { parts, another, nc } = await fixture();
    await someLife(parts, 5);
    await parts.projector.runOnce();
    const { at } = await (await viewBucket(nc)).checkpoint();
    const taskId = await parts.person.create(USER);
    const [event] = await parts.log.readTask(USER, taskId, 0 as Sequence);
    if (event === undefined) throw new Error('no event');
    const step = new ProjectionStep();
    step.add(event.meta, new TaskViews(100).project(null, event).changes, 100, await parts.keys.find(USER));
    await parts.person.rename(USER, taskId, 'newer');
    await (await another()).projector.runOnce();

    const refused = await (await viewBucket(nc)).write(step.writes(at), 2_000).catch(jetstreamErrorCode);
    expect(refused).toBe(PublishCode.lockLost);
    expect(await parts.views.task(USER, taskId)).toMatchObject({ revision: 2 });
  });

  it('that races another one goes on from wherever the other is, and no value goes back', async () => {
    const { parts, another, nc } = await fixture();
    const watched = await watchViews(nc);
    const other = await another();
    let writing = true;
    const race = async ({ projector }: TaskParts) => {
      // Outside of the lease, as a leader that does not know yet that it was deposed.
      while (writing)
        await projector.runOnce().catch((error) => expect(jetstreamErrorCode(error)).not.toBeNull());
    };
    const written = someLife(parts, 80).finally(() => {
      writing = false;
    });
    await Promise.all([written, race(parts), race(other)]);
    await other.projector.runOnce();
    expect(watched.goneBack).toEqual([]);
    expect(await differences(parts)).toEqual([]);
  });

  it('is not kept from building its version of the views by one of an older version that leads', async () => {
    const { parts, nc } = await fixture();
    const end = new AbortController();
    const old = new JetStreamLease(nc, systemClock, { name: 'projector', holder: 'old' });
    const leads = new Promise<void>((resolve) => {
      const lead = async ({ signal }: Leadership) => {
        resolve();
        await new Promise((over) => signal.addEventListener('abort', over));
      };
      void old.run(lead, end.signal);
    });
    await leads;
    await parts.person.create(USER);
    parts.projector.start();
    await parts.projector.caughtUpTo(await parts.follower.lastSequence());
    end.abort();
    await parts.projector.stop();
  });

  it('stops at an event that does not follow the one before it, and says which; verification says so too', async () => {
    const { parts, nc } = await fixture();
    const taskId = await parts.person.create(USER);
    await parts.person.rename(USER, taskId, 'second');
    const message = await readLast(nc, LOG_STREAM, taskSubject(USER, taskId));
    const text = Buffer.from(message?.body ?? []).toString();
    const third = text.replace('"revision":2', '"revision":3');
    await nc.request(message?.subject ?? '', third, { timeout: 5_000 });
    const named = `event 3 of task ${taskId}`;
    await expect(parts.projector.runOnce()).rejects.toThrow(named);
    await expect(parts.repository.load(USER, taskId)).rejects.toThrow(named);
    const faults: string[] = [];
    await findFaults(nc, ({ kind, sequence }) => faults.push(`${kind} ${sequence}`));
    expect(faults).toEqual(['changed 2']);
  });

  it('brings a value that is missing or older than the checkpoint up to date with the next event', async () => {
    const { parts, another, nc } = await fixture();
    const [old, gone] = await Promise.all([parts.person.create(USER), parts.person.create(USER)]);
    const execution = await parts.person.request(USER, gone);
    await parts.projector.runOnce();
    const stale = (await parts.views.task(USER, old)) as Snapshot<TaskState>;
    await parts.person.rename(USER, old, 'renamed');
    await parts.projector.runOnce();
    const bucket = await viewBucket(nc);
    const staleAt = valueKey(TASKS, USER, old);
    await nc.request(bucket.subject(staleAt), sealedValue(staleAt, stale, await parts.keys.get(USER)));
    for (const key of [valueKey(TASKS, USER, gone), valueKey(EXECUTIONS, USER, gone, '1')]) {
      await nc.request(bucket.subject(key), new Uint8Array());
    }
    expect((await differences(parts)).length).toBeGreaterThan(0);

    await parts.person.change(USER, old, { priority: 'urgent' });
    await parts.person.start(USER, gone, execution);
    await (await another()).projector.runOnce();
    expect(await differences(parts)).toEqual([]);
  });

  it('stops at an event that it cannot read, names it, and leaves the views as they are', async () => {
    const { parts, nc } = await fixture();
    const taskId = await parts.person.create(USER);
    parts.projector.start();
    const { snapshot } = await parts.person.rename(USER, taskId, 'readable');
    await parts.projector.caughtUpTo(snapshot.sequence);
    await nc.request(
      taskSubject(USER, parts.ids.taskId(systemClock.now())),
      '{"specversion":"1.0","type":"task.sold"}',
    );
    await expect.poll(() => parts.projector.status().state).toBe('failed');
    await parts.person.rename(USER, taskId, 'afterwards');
    expect(parts.projector.status()).toMatchObject({ checkpoint: snapshot.sequence });
    expect(parts.projector.status().error).toContain('UnreadableEvent');
    expect((await (await viewBucket(nc)).checkpoint()).sequence).toBe(snapshot.sequence);
    expect(await parts.queries.task(USER, taskId)).toMatchObject({ state: { name: 'afterwards' } });
    await parts.projector.stop();
    expect(parts.projector.status().state).toBe('failed');
  });
});

describe('a projector on a nats-server that is killed', () => {
  it('goes on when the server does, and the views are what the log says', async () => {
    const { parts, server, nc } = await fixture();
    const watched = await watchViews(nc);
    parts.projector.start();
    let acknowledged = 0;
    for (let kills = 0; kills < 2; kills++) {
      const life = Promise.allSettled(Array.from({ length: 20 }, () => someLife(parts, 5)));
      const before = acknowledged;
      await expect
        .poll(() => parts.projector.status().checkpoint, { interval: 2 })
        .toBeGreaterThan(before + 20);
      await server.kill9();
      await server.restart();
      await life;
      acknowledged = await parts.follower.lastSequence();
      await parts.projector.caughtUpTo(acknowledged as Sequence);
    }
    await parts.projector.stop();
    expect(watched.goneBack).toEqual([]);
    expect(await differences(parts)).toEqual([]);
  });
});
