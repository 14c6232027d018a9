import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { ServiceProcess } from '../../harness/service-process.ts';
import { provision } from '../../src/jetstream/provisioning/provision.ts';
import { expectSoundHistory, expectViewsEqualLog, readWholeLog } from '../support/log/inspect-log.ts';
import { connected } from '../support/nats/nats-client.ts';
import { natsServer, type TestNatsServer } from '../support/nats/nats-server.ts';
import { watchViews } from '../support/nats/watched-views.ts';
import { Caller, startService, tokenFor } from '../support/processes/service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LEASE_TTL_MS = 2_500;
const SOON = { timeout: 15_000, interval: 50 };

interface Detailed {
  components: { scheduler: { state: string; term: number | null } };
}
interface Execution {
  status: string;
  scheduled_for: string;
  late_by_ms: number;
}

interface Instances {
  instances: { instance: string; roles: string[]; leads: string[] }[];
}

async function instance(server: TestNatsServer): Promise<ServiceProcess> {
  const service = await startService({
    NATS_URL: server.servers,
    NATS_USER: server.user,
    NATS_PASSWORD: server.pass,
    DATA_DIR: temporaryFolder(),
  });
  return service;
}

async function schedulerOf(service: ServiceProcess): Promise<string> {
  const response = await fetch(`${service.url}/health/detailed`);
  return ((await response.json()) as Detailed).components.scheduler.state;
}

/** The one that leads, and the other, once exactly one does. */
async function leaderAndStandby(
  instances: readonly ServiceProcess[],
): Promise<[ServiceProcess, ServiceProcess]> {
  for (;;) {
    const states = await Promise.all(instances.map(schedulerOf));
    const leader = instances[states.indexOf('leading')];
    const standby = instances[states.indexOf('standby')];
    if (leader !== undefined && standby !== undefined) return [leader, standby];
    await delay(50);
  }
}

async function createOnce(caller: Caller, inMs: number): Promise<string> {
  const { status, body } = await caller.call<{ task_id: string }>('POST', '/tasks', {
    name: 'Tick',
    task_type: 'todo',
    schedule: { type: 'once', run_time: new Date(Date.now() + inMs).toISOString() },
  });
  expect(status).toBe(201);
  return body.task_id;
}

async function outcomeOf(caller: Caller, taskId: string): Promise<Execution> {
  for (;;) {
    const { body } = await caller.call<Execution[]>('GET', `/tasks/${taskId}/executions`);
    const [execution] = body;
    if (execution !== undefined && execution.status !== 'pending' && execution.status !== 'running')
      return execution;
    await delay(50);
  }
}

test('one of two leads; when it is killed with -9 the other fires within 5 s, and nothing due in between is lost', async () => {
  const server = await natsServer();
  const instances = await Promise.all([instance(server), instance(server)]);
  const [leader, standby] = await leaderAndStandby(instances);
  const caller = new Caller(standby.url, await tokenFor('ada'));
  const taskIds: string[] = [];
  for (let ms = 1_500; ms < 8_000; ms += 250) taskIds.push(await createOnce(caller, ms));

  await delay(1_000);
  const killedAt = Date.now();
  await leader.end('SIGKILL');
  const executions = await Promise.all(taskIds.map((taskId) => outcomeOf(caller, taskId)));
  for (const execution of executions) {
    expect(execution.status).toBe('completed');
    // What the killed process had already in its hands is emitted again 10 s after it was due, not before.
    const bound = Date.parse(execution.scheduled_for) > killedAt ? 5_000 : 15_000;
    expect(execution.late_by_ms).toBeLessThan(bound);
  }
  await inspected(server);
});

test('a leader that sleeps for three lease times and wakes up requests no slot twice and takes no view back', async () => {
  const server = await natsServer();
  const nc = await connected(server);
  await provision(nc, { replicas: 1 });
  const watched = await watchViews(nc);
  const instances = await Promise.all([instance(server), instance(server)]);
  const [leader, standby] = await leaderAndStandby(instances);
  const caller = new Caller(standby.url, await tokenFor('ada'));
  const taskIds: string[] = [];
  // Due before, during and after the sleep, so that both believe in some of them.
  for (let ms = 800; ms < LEASE_TTL_MS * 3 + 3_000; ms += 100) taskIds.push(await createOnce(caller, ms));
  leader.kill('SIGSTOP');
  await delay(LEASE_TTL_MS * 3);
  leader.kill('SIGCONT');
  const executions = await Promise.all(taskIds.map((taskId) => outcomeOf(caller, taskId)));
  for (const execution of executions) expect(execution.status).toBe('completed');
  await leaderAndStandby(instances);
  await inspected(server);
  expect(watched.goneBack).toEqual([]);
});

test('a clean stop hands over at once, and each tells of both while they are there', async () => {
  const server = await natsServer();
  const instances = await Promise.all([instance(server), instance(server)]);
  const [leader, standby] = await leaderAndStandby(instances);
  const caller = new Caller(standby.url, await tokenFor('ada'));
  const operator = new Caller(standby.url, await tokenFor('operator', 'enterprise', ['admin']));
  const there = async () => (await operator.call<Instances>('GET', '/instances')).body.instances;
  const led = async () => {
    const both = await there();
    const scheduling = both.filter(({ leads }) => leads.includes('scheduler'));
    return [both.map(({ roles }) => roles.length), scheduling.map(({ instance }) => pidOf(instance))];
  };
  await expect.poll(led, SOON).toEqual([[5, 5], [leader.pid]]);
  const stopped = leader.end('SIGTERM');
  const execution = await outcomeOf(caller, await createOnce(caller, 700));
  expect(execution.late_by_ms).toBeLessThan(LEASE_TTL_MS);
  expect(await stopped).toBe(0);
  await expect
    .poll(async () => (await there()).map(({ instance: name }) => pidOf(name)), SOON)
    .toEqual([standby.pid]);
});

/** Of `<host>-<pid>-<random>`. */
const pidOf = (instance: string) => Number(instance.split('-').at(-2));

async function inspected(server: TestNatsServer): Promise<void> {
  const nc = await connected(server);
  expectSoundHistory(await readWholeLog(nc));
  await untilViewsCatchUp(expectViewsEqualLog, nc);
}

/** The projector may be a few milliseconds behind what callers have read from view and tail. */
async function untilViewsCatchUp<T>(check: (argument: T) => Promise<void>, argument: T): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await check(argument);
    } catch (error) {
      if (tries >= 50) throw error;
      await delay(100);
    }
  }
}
