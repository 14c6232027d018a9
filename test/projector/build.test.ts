import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { verifyViews } from '../../src/application/queries/verify.ts';
import type { TaskId, UserId } from '../../src/domain/shared/ids.ts';
import { jetstreamApi } from '../../src/jetstream/connection/api.ts';
import { isUnavailable } from '../../src/jetstream/connection/errors.ts';
import { provision } from '../../src/jetstream/provisioning/provision.ts';
import { ViewGenerations } from '../../src/jetstream/views/generations.ts';
import { streamOfBucket } from '../../src/jetstream/views/view-bucket.ts';
import { CHECKPOINT_KEY, encodeValue, valueKey } from '../../src/jetstream/views/view-keys.ts';
import { viewStreams } from '../../src/jetstream/views/view-streams.ts';
import { TASKS as TASKS_VIEW } from '../../src/projections/tasks.ts';
import { everyMinute } from '../support/histories/history.ts';
import { connected } from '../support/nats/nats-client.ts';
import { natsServer } from '../support/nats/nats-server.ts';
import { type TaskParts, taskParts } from '../support/parts/task-parts.ts';

const TASKS = 600;
const USERS = 5;
const USER = 'usr_1' as UserId;

async function scene() {
  const server = await natsServer();
  const nc = await connected(server);
  await provision(nc, { replicas: 1 });
  return { server, nc, parts: taskParts(nc, randomBytes(32)), generations: new ViewGenerations(nc) };
}

/** Tasks that change, run and are renamed in turns, so that no two events of one follow each other. */
async function fill({ person }: TaskParts): Promise<void> {
  const tasks: TaskId[] = [];
  const userOf = (n: number) => `usr_${n % USERS}` as UserId;
  const inTurns = async (act: (n: number) => Promise<unknown>) => {
    for (let from = 0; from < TASKS; from += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, n) => act(from + n)));
    }
  };
  await inTurns(async (n) => {
    tasks[n] = await person.create(userOf(n), n % 2 === 0 ? { schedule: everyMinute } : {});
  });
  await inTurns((n) => person.run(userOf(n), tasks[n] as TaskId));
  await inTurns((n) => person.rename(userOf(n), tasks[n] as TaskId, `name ${n}`));
}

it('a build writes each value once, however many there are, and they are what the log says', async () => {
  const { nc, parts, generations } = await scene();
  await fill(parts);
  const bucket = await generations.begin();
  const told: number[] = [];
  const checkpoint = await parts.projector.build(bucket, (done, of) => told.push(done / of));
  expect([told.at(0), told.at(-1)]).toEqual([0, 1]);
  const { state } = await jetstreamApi<{ state: { messages: number; last_seq: number } }>(
    nc,
    `STREAM.INFO.${bucket.stream}`,
  );
  expect(state.messages).toBeGreaterThan(2 * TASKS);
  // The checkpoint claims the bucket first, and comes last.
  expect(state.last_seq).toBe(state.messages + 1);
  await generations.switchTo(bucket);
  expect(await verifyViews(parts)).toMatchObject({ differences: [], checkpoint });

  // Whoever goes on with it finds all that the next events follow.
  await fill(parts);
  await parts.projector.runOnce();
  expect((await verifyViews(parts)).differences).toEqual([]);
});

it('a projector leaves what another has begun to build, and not finished, for a generation of its own', async () => {
  const { nc, parts, generations } = await scene();
  await parts.person.run(USER, await parts.person.create(USER));
  const { bucket } = await generations.projected();
  const key = valueKey(TASKS_VIEW, USER, 'tsk_0000000000000000000000000A' as TaskId);
  const left = [
    { key: CHECKPOINT_KEY, headers: {}, payload: encodeValue({ sequence: 0 }) },
    { key, headers: {}, payload: encodeValue({ sequence: 1 }) },
  ];
  await bucket.write(left, 5_000);
  const checkpoint = await parts.projector.runOnce();
  const { current, building } = await generations.record();
  expect(current?.bucket).not.toBe(bucket.name);
  expect(building).toBeNull();
  expect(await viewStreams(nc)).toEqual([streamOfBucket(current?.bucket ?? '')]);
  expect(await verifyViews(parts)).toMatchObject({ differences: [], checkpoint });
});

it('a build during which nats-server is killed ends whole, or as one that is worth nothing: what is read is right', async () => {
  const { server, parts, generations } = await scene();
  await fill(parts);
  await parts.projector.runOnce();
  const before = (await generations.record()).current;
  const bucket = await generations.begin();
  const building = parts.projector
    .build(bucket, () => {})
    .then(
      () => 'whole',
      (error) => (isUnavailable(error) ? 'given up' : error),
    );
  await server.kill9();
  await server.restart();
  expect(['whole', 'given up']).toContain(await building);
  expect((await generations.record()).current).toEqual(before);
  const anew = await generations.begin();
  await parts.projector.build(anew, () => {});
  await generations.switchTo(anew);
  expect((await verifyViews(parts)).differences).toEqual([]);
});
