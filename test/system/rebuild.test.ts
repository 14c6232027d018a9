/** The views built beside those that are read: by the command, killed on the way, and by a version that has none yet. */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import type { UserId } from '../../src/domain/shared/ids.ts';
import { provision } from '../../src/jetstream/provisioning/provision.ts';
import { ViewGenerations } from '../../src/jetstream/views/generations.ts';
import { viewStreams } from '../../src/jetstream/views/view-streams.ts';
import { connected } from '../support/nats/nats-client.ts';
import { natsServer } from '../support/nats/nats-server.ts';
import { viewBucket } from '../support/nats/view-bucket.ts';
import { taskParts } from '../support/parts/task-parts.ts';
import { envOfServer, runCommand, startCommand } from '../support/processes/command-line.ts';
import { Caller, SECRETS_KEY, startService, tokenFor } from '../support/processes/service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LONG = 180_000;
const USERS = ['ann', 'bob', 'cleo'] as UserId[];

async function scene() {
  const server = await natsServer();
  const nc = await connected(server);
  await provision(nc, { replicas: 1 });
  return { server, nc, parts: taskParts(nc, Buffer.from(SECRETS_KEY, 'base64')) };
}

type Parts = Awaited<ReturnType<typeof scene>>['parts'];

async function fill({ person }: Parts, tasks: number): Promise<void> {
  let made = 0;
  const some = async () => {
    for (let n = made++; n < tasks; n = made++) {
      const userId = USERS[n % USERS.length] as UserId;
      await person.run(userId, await person.create(userId, { name: `Task ${n}` }));
    }
  };
  await Promise.all(Array.from({ length: 32 }, some));
}

async function currentOf(nc: NatsConnection): Promise<string | undefined> {
  return (await new ViewGenerations(nc).record()).current?.bucket;
}

test('a rebuild that is killed at any point leaves what is read as it was, and what it has left goes with the next', {
  timeout: LONG,
}, async () => {
  const { server, nc, parts } = await scene();
  const env = { ...envOfServer(server), DATA_DIR: temporaryFolder() };
  await fill(parts, 1_000);
  await parts.projector.runOnce();
  const before = await currentOf(nc);
  for (let kills = 0; kills < 3; kills++) {
    const { child, ended } = startCommand(['rebuild'], env);
    // It says how far it is as soon as it has begun.
    await once(child.stderr as NodeJS.ReadableStream, 'data');
    await delay(Math.random() * 300);
    child.kill('SIGKILL');
    const { status } = await ended;
    if (status === 0) break;
    expect(await currentOf(nc)).toBe(before);
    expect((await parts.queries.tasksOf('ann' as UserId)).length).toBe(334);
  }
  const { status, stdout, stderr } = await runCommand(['rebuild'], env);
  expect([status, stdout, stderr]).toEqual([
    0,
    expect.stringMatching(/^the views are made anew, checkpoint 4000\n$/),
    expect.stringMatching(/100 %, 4,000 of 4,000 events, [\d,]+ events\/s\n$/),
  ]);
  const { stream } = await viewBucket(nc);
  expect(await currentOf(nc)).not.toBe(before);
  expect(await viewStreams(nc)).toEqual([`KV_${before}`, stream].sort());
  expect((await runCommand(['verify'], env)).stdout).toContain('the views are what the log says');
});

test('an instance whose version has no views yet answers from the log and is not ready before a projector has built them', {
  timeout: LONG,
}, async () => {
  const { server, nc, parts } = await scene();
  await fill(parts, 50);
  const instance = (roles: string) =>
    startService({ ...envOfServer(server), ROLES: roles, DATA_DIR: temporaryFolder() });
  const service = await instance('api');
  const ready = async () => {
    const answer = await fetch(`${service.url}/health/ready`);
    return { status: answer.status, body: await answer.json() };
  };
  expect(await ready()).toMatchObject({
    status: 503,
    body: { reasons: ['The views of this version are being built.'] },
  });
  const ann = new Caller(service.url, await tokenFor('ann'));
  const name = 'Made while nothing is built';
  expect((await ann.call('POST', '/tasks', { name, task_type: 'todo' })).status).toBe(201);
  const { body } = await ann.call<{ tasks: { name: string }[]; total: number }>('GET', '/tasks?limit=100');
  expect(body.tasks.filter((task) => task.name === name)).toHaveLength(1);
  expect(body.tasks).toHaveLength(18);
  expect(await currentOf(nc)).toBe(undefined);

  await instance('projector');
  await expect.poll(ready, { timeout: 60_000 }).toMatchObject({ status: 200 });
  expect((await ann.call<{ tasks: unknown[] }>('GET', '/tasks?limit=100')).body.tasks).toHaveLength(18);
});
