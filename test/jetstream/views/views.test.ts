import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { LogUnavailable } from '../../../src/application/ports/failures.ts';
import type { Snapshot } from '../../../src/domain/shared/event.ts';
import type { TaskId, UserId } from '../../../src/domain/shared/ids.ts';
import type { SchedulingState } from '../../../src/domain/task/state.ts';
import { streamLastMessages } from '../../../src/jetstream/connection/last-messages.ts';
import { provision } from '../../../src/jetstream/provisioning/provision.ts';
import { sealedValue } from '../../../src/jetstream/views/sealed-values.ts';
import type { ViewBucket } from '../../../src/jetstream/views/view-bucket.ts';
import { CHECKPOINT_KEY, encodeValue, valueKey } from '../../../src/jetstream/views/view-keys.ts';
import { EXECUTIONS } from '../../../src/projections/executions.ts';
import { SCHEDULE } from '../../../src/projections/schedule.ts';
import { everyMinute } from '../../support/histories/history.ts';
import { freeze } from '../../support/nats/frozen.ts';
import { connected } from '../../support/nats/nats-client.ts';
import { natsServer } from '../../support/nats/nats-server.ts';
import { viewBucket } from '../../support/nats/view-bucket.ts';
import { taskParts } from '../../support/parts/task-parts.ts';

const USER = 'usr_1' as UserId;
/** Needs every escape that there is. */
const ODD = '_o.d*d > ü/名' as UserId;

async function scene(executionsKept = 100) {
  const server = await natsServer();
  const nc = await connected(server);
  await provision(nc, { replicas: 1 });
  const bucket = await viewBucket(nc);
  return { server, nc, bucket, parts: taskParts(nc, randomBytes(32), { executionsKept }) };
}

async function scheduled(views: ReturnType<typeof taskParts>['views']): Promise<Snapshot<SchedulingState>[]> {
  const all: Snapshot<SchedulingState>[] = [];
  await views.scheduled((entries) => all.push(...entries));
  return all;
}

it('empty views have checkpoint 0 and nothing in them', async () => {
  const { parts } = await scene();
  const { views, ids } = parts;
  const taskId = ids.taskId('2026-11-23T12:00:00.000Z' as never);
  expect(await views.checkpoint()).toBe(0);
  expect(await views.task(USER, taskId)).toBeNull();
  expect(await views.tasksOf(USER)).toEqual({ upTo: 0, values: [] });
  expect(await views.executions(USER, taskId, [1, 2])).toEqual({ upTo: 0, values: [] });
  expect(await scheduled(views)).toEqual([]);
});

it('what is read says up to which event it goes', async () => {
  const { parts } = await scene();
  const { views, person, projector } = parts;
  const first = await person.create(ODD, { schedule: everyMinute });
  const second = await person.create(ODD);
  await person.create(USER);
  await person.run(ODD, second);
  const checkpoint = await projector.runOnce();
  expect(await views.checkpoint()).toBe(checkpoint);
  const { upTo, values } = await views.tasksOf(ODD);
  expect(upTo).toBe(checkpoint);
  expect(values.map(({ state }) => state.task_id).sort()).toEqual([first, second].sort());
  expect(await views.task(ODD, first)).toEqual(values.find(({ state }) => state.task_id === first));

  const executions = await views.executions(ODD, second, [1, 2]);
  expect(executions.upTo).toBe((await views.task(ODD, second))?.sequence);
  expect(executions.values.map(({ state }) => [state.number, state.status])).toEqual([[1, 'completed']]);
});

it('the ring gives the newest executions and leaves out those it has overwritten', async () => {
  const { parts } = await scene(3);
  const taskId = await parts.person.create(USER);
  for (let n = 0; n < 5; n++) await parts.person.run(USER, taskId);
  await parts.projector.runOnce();
  const { values } = await parts.views.executions(USER, taskId, [1, 2, 3, 4, 5]);
  expect(values.map(({ state }) => state.number).sort()).toEqual([3, 4, 5]);
});

it('a task leaves the schedule when nothing of it is left to wait for', async () => {
  const { parts } = await scene();
  const { person, projector, views } = parts;
  const timed = await person.create(USER, { schedule: everyMinute });
  const untimed = await person.create(USER);
  await projector.runOnce();
  expect((await scheduled(views)).map(({ state }) => state.task_id)).toEqual([timed]);
  const execution = await person.request(USER, untimed);
  await person.change(USER, timed, { schedule: null });
  await projector.runOnce();
  expect((await scheduled(views)).map(({ state }) => state.task_id)).toEqual([untimed]);
  await person.start(USER, untimed, execution);
  await person.finish(USER, untimed, execution);
  await projector.runOnce();
  expect(await scheduled(views)).toEqual([]);
});

it('executions too large for one answer are read in parts', async () => {
  const { nc, bucket, parts } = await scene();
  const { views, person, projector } = parts;
  const taskId = await person.create(USER);
  for (let n = 0; n < 3; n++) await person.run(USER, taskId);
  await projector.runOnce();
  const { values } = await views.executions(USER, taskId, [1, 2, 3]);
  for (const value of values) {
    const large = { ...value, state: { ...value.state, result: 'x'.repeat(3_500_000) } };
    const key = valueKey(EXECUTIONS, USER, taskId, String(value.state.number));
    await nc.request(bucket.subject(key), sealedValue(key, large, await parts.keys.get(USER)));
  }
  const read = await views.executions(USER, taskId, [1, 2, 3]);
  expect(read.values.map(({ state }) => state.number).sort()).toEqual([1, 2, 3]);
  expect(read.upTo).toBe((await views.task(USER, taskId))?.sequence);
});

it('a batched get shows one state of the stream, never half a batch', async () => {
  const { bucket } = await scene();
  const keys = Array.from({ length: 200 }, (_, n) => `TEST.${n}`);
  let writing = true;
  const write = async () => {
    for (let n = 0; writing; n++) {
      const payload = encodeValue({ n });
      await bucket.write(
        keys.map((key) => ({ key, headers: {}, payload })),
        2_000,
      );
    }
  };
  let whole = 0;
  const read = async () => {
    for (let n = 0; n < 100; n++) {
      const found = (await bucket.getTogether(keys)) ?? [];
      if (found.length === keys.length) whole++;
      expect(new Set(found.map(({ data }) => Buffer.from(data).toString())).size).toBeLessThanOrEqual(1);
    }
    writing = false;
  };
  await Promise.all([write(), read()]);
  expect(whole).toBeGreaterThan(10);
});

it('a streamed read ends at the checkpoint that it was asked for, while values go on changing', async () => {
  const { nc, bucket } = await scene();
  await fill(bucket, 3_000);
  let writing = true;
  const rewrite = async () => {
    for (let n = 0; writing; n = (n + 100) % 3_000) await fill(bucket, 100, n);
  };
  const { at } = await bucket.checkpoint();
  const filters = [bucket.subject('SCHEDULE.>')];
  const read = { stream: bucket.stream, filters, marker: bucket.subject(CHECKPOINT_KEY), atLeast: at };
  const reading = (async () => {
    for (let n = 0; n < 10; n++) {
      const seen = new Set<string>();
      await streamLastMessages(nc, read, ({ subject }) => seen.add(subject));
      expect(seen.size).toBe(3_001);
    }
  })().finally(() => {
    writing = false;
  });
  await Promise.all([rewrite(), reading]);
});

it('the entries of the schedule come with the checkpoint by one filter', async () => {
  const { nc, bucket, parts } = await scene();
  await parts.person.create(USER, { schedule: everyMinute });
  await parts.projector.runOnce();
  const asked: string[][] = [];
  nc.subscribe(`$JS.API.CONSUMER.CREATE.${bucket.stream}.>`, {
    callback: (_, message) => void asked.push(message.json<Asked>().config.filter_subjects),
  });
  const entries: string[] = [];
  await parts.views.scheduled((some) => void entries.push(...some.map(({ state }) => state.user_id)));
  expect(entries).toEqual([USER]);
  expect(asked).toHaveLength(1);
  expect(asked[0]).toHaveLength(1);
  const [filter = ''] = asked[0] ?? [];
  expect(bucket.subject(CHECKPOINT_KEY).startsWith(filter.slice(0, -1))).toBe(true);
});

it('reads of a server that does not answer end as LogUnavailable', async () => {
  const { server, nc, parts } = await scene();
  const taskId = await parts.person.create(USER);
  await parts.projector.runOnce();
  await freeze(server, nc);
  const { views } = parts;
  const reads = await Promise.allSettled([
    views.checkpoint(),
    views.task(USER, taskId),
    views.tasksOf(USER),
    views.executions(USER, taskId, [1]),
    views.scheduled(() => undefined),
  ]);
  server.thaw();
  for (const read of reads) {
    expect(read).toMatchObject({ status: 'rejected', reason: expect.any(LogUnavailable) });
  }
});

interface Asked {
  readonly config: { readonly filter_subjects: string[] };
}

/** Values of a view and a checkpoint after each hundred, as a projector writes them. */
async function fill(bucket: ViewBucket, count: number, from = 0): Promise<void> {
  for (let n = from; n < from + count; n += 100) {
    const values = Array.from({ length: 100 }, (_, each) => ({
      key: valueKey(SCHEDULE, USER, `tsk_${n + each}` as TaskId),
      headers: {},
      payload: encodeValue({ sequence: n }),
    }));
    const checkpoint = {
      key: CHECKPOINT_KEY,
      headers: {},
      payload: encodeValue({ sequence: n + 1 }),
    };
    await bucket.write([...values, checkpoint], 2_000);
  }
}
