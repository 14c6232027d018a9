import { randomBytes } from 'node:crypto';
import { afterEach, expect, it, vi } from 'vitest';
import type { Sequence, TaskId, UserId } from '../../../src/domain/shared/ids.ts';
import { provision } from '../../../src/jetstream/provisioning/provision.ts';
import { CurrentViews } from '../../../src/jetstream/views/current-views.ts';
import { ViewGenerations } from '../../../src/jetstream/views/generations.ts';
import { CHECKPOINT_KEY, encodeValue } from '../../../src/jetstream/views/view-keys.ts';
import { everyMinute } from '../../support/histories/history.ts';
import { connected } from '../../support/nats/nats-client.ts';
import { natsServer } from '../../support/nats/nats-server.ts';
import { viewBucket } from '../../support/nats/view-bucket.ts';
import { taskParts } from '../../support/parts/task-parts.ts';

const USER = 'usr_1' as UserId;

afterEach(() => {
  vi.restoreAllMocks();
});

async function scene() {
  const server = await natsServer();
  const nc = await connected(server);
  await provision(nc, { replicas: 1 });
  const secret = randomBytes(32);
  const another = async () => taskParts(await connected(server), secret);
  return { server, nc, parts: taskParts(nc, secret), another, generations: new ViewGenerations(nc) };
}

/** Time passes for those who look at the record now and then. */
function later(ms: number): void {
  const now = performance.now() + ms;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
}

it('no read is wrong or missing while views are rebuilt and switched, again and again, and the old ones dropped', async () => {
  const { nc, parts, another, generations } = await scene();
  const tasks = new Map<TaskId, string>();
  for (let n = 0; n < 40; n++) tasks.set(await parts.person.create(USER, { schedule: everyMinute }), '');
  for (const taskId of tasks.keys()) await parts.person.run(USER, taskId);
  const instance = await another();
  instance.projector.start();
  await expect.poll(async () => (await generations.record()).current).not.toBe(null);
  const rebuilder = await another();
  const dropping = new ViewGenerations(nc, { keptMs: 1_500 });
  let switches = 0;
  let rebuilding = true;
  const rebuild = async () => {
    for (; switches < 5; switches++) {
      const bucket = await generations.begin();
      await rebuilder.projector.build(bucket, () => {});
      await generations.switchTo(bucket);
      await dropping.dropUnused();
    }
    rebuilding = false;
  };
  let reads = 0;
  const read = async () => {
    const ids = [...tasks.keys()];
    for (let n = 0; rebuilding; n++) {
      const taskId = ids[n % ids.length] as TaskId;
      await parts.person.rename(USER, taskId, `name ${n}`);
      tasks.set(taskId, `name ${n}`);
      const [task, all, [run]] = await Promise.all([
        parts.queries.task(USER, taskId),
        parts.queries.tasksOf(USER),
        parts.queries.executions(USER, taskId, { limit: 1 }),
      ]);
      expect(task?.state.name).toBe(`name ${n}`);
      expect(all.length).toBe(ids.length);
      expect(all.find(({ state }) => state.task_id === taskId)?.state.name).toBe(`name ${n}`);
      expect(run?.status).toBe('completed');
      const scheduled = new Set<TaskId>();
      const checkpoint = await parts.views.checkpoint();
      await parts.views.scheduled((some) => some.forEach(({ state }) => void scheduled.add(state.task_id)));
      expect(checkpoint).toBeGreaterThan(0);
      expect(scheduled.size).toBe(ids.length);
      reads++;
    }
  };
  await Promise.all([rebuild(), read()]);
  expect(reads).toBeGreaterThan(switches);
  await instance.projector.stop();
});

it('views that are behind a checkpoint that somebody goes on from are not read yet', async () => {
  const { nc, parts, generations } = await scene();
  for (let n = 0; n < 5; n++) await parts.person.create(USER);
  await parts.projector.runOnce();
  const old = await viewBucket(nc);
  const current = new CurrentViews(nc);
  expect((await current.bucket())?.name).toBe(old.name);
  current.told(5 as Sequence);
  const bucket = await generations.begin();
  await bucket.write([{ key: CHECKPOINT_KEY, headers: {}, payload: encodeValue({ sequence: 4 }) }], 2_000);
  await generations.switchTo(bucket);
  later(1_500);
  await current.bucket();
  await expect.poll(async () => (await current.insteadOf(old))?.name ?? null).toBe(null);
  expect((await current.bucket())?.name).toBe(old.name);
  await bucket.write([{ key: CHECKPOINT_KEY, headers: {}, payload: encodeValue({ sequence: 5 }) }], 2_000);
  expect((await current.insteadOf(old))?.name).toBe(bucket.name);
  expect((await current.bucket())?.name).toBe(bucket.name);
});

it('who comes back after its views were dropped reads the new ones', async () => {
  const { nc, parts, another, generations } = await scene();
  const taskId = await parts.person.create(USER);
  await parts.projector.runOnce();
  const sleeper = await another();
  await sleeper.views.checkpoint();
  expect(await sleeper.views.task(USER, taskId)).not.toBe(null);
  const bucket = await generations.begin();
  await parts.projector.build(bucket, () => {});
  await generations.switchTo(bucket);
  await new ViewGenerations(nc, { keptMs: 0 }).dropUnused();
  expect((await sleeper.views.task(USER, taskId))?.state.task_id).toBe(taskId);
  expect((await sleeper.views.tasksOf(USER)).values.length).toBe(1);
});
