import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { ServiceProcess } from '../../harness/service-process.ts';
import { readWholeLog } from '../support/log/inspect-log.ts';
import { connected } from '../support/nats/nats-client.ts';
import { natsServer, type TestNatsServer } from '../support/nats/nats-server.ts';
import { Caller, startService, tokenFor } from '../support/processes/service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type HttpReceiver, httpReceiver } from '../support/world/http-receiver.ts';

interface Detailed {
  readonly components: { readonly scheduler: { readonly state: string } };
}

function instance(server: TestNatsServer, receiver: HttpReceiver): Promise<ServiceProcess> {
  return startService({
    NATS_URL: server.servers,
    NATS_USER: server.user,
    NATS_PASSWORD: server.pass,
    DATA_DIR: temporaryFolder(),
    EGRESS_ALLOW: receiver.host,
  });
}

async function untilItLeads({ url }: ServiceProcess): Promise<void> {
  for (;;) {
    const { components } = (await (await fetch(`${url}/health/detailed`)).json()) as Detailed;
    if (components.scheduler.state === 'leading') return;
    await delay(20);
  }
}

/** A task that calls the receiver once; answers its id and when it is due. */
async function callIn(ms: number, service: ServiceProcess, receiver: HttpReceiver) {
  const caller = new Caller(service.url, await tokenFor('ada'));
  const dueAt = Date.now() + ms;
  const { status, body } = await caller.call<{ task_id: string }>('POST', '/tasks', {
    name: 'Call',
    task_type: 'custom',
    config: { script_type: 'webhook', url: `${receiver.url}/` },
    schedule: { type: 'once', run_time: new Date(dueAt).toISOString() },
  });
  expect(status).toBe(201);
  return { taskId: body.task_id, dueAt };
}

async function typesOf(server: TestNatsServer, taskId: string): Promise<string[]> {
  const events = await readWholeLog(await connected(server));
  return events.filter(({ meta }) => meta.task_id === taskId).map(({ type }) => type);
}

test('a run with effects does nothing outside before its start is on disk: not while the disk takes nothing', async () => {
  const server = await natsServer();
  const receiver = await httpReceiver();
  const service = await instance(server, receiver);
  await untilItLeads(service);
  const { taskId, dueAt } = await callIn(700, service, receiver);
  await delay(dueAt - 150 - Date.now());
  server.freeze();
  await delay(dueAt + 700 - Date.now());
  expect(receiver.requests).toEqual([]);
  server.thaw();
  await receiver.received(1);
  expect((await typesOf(server, taskId)).slice(0, 3)).toEqual([
    'task.created',
    'task.execution_requested',
    'task.execution_started',
  ]);
  expect(receiver.requests).toHaveLength(1);
});

test('killed with -9 between its start and its outcome, a run is given to a worker that lives', async () => {
  const server = await natsServer();
  const receiver = await httpReceiver(() => {});
  const leader = await instance(server, receiver);
  await untilItLeads(leader);
  const other = await instance(server, receiver);
  const { taskId } = await callIn(300, leader, receiver);
  await receiver.received(1);
  receiver.answer((_request, response) => response.end('{"ok":true}'));
  await leader.end('SIGKILL');
  await receiver.received(2);
  const caller = new Caller(other.url, await tokenFor('ada'));
  const runs = () => caller.call<{ status: string }[]>('GET', `/tasks/${taskId}/executions`);
  await expect.poll(async () => (await runs()).body[0]?.status, { timeout: 10_000 }).toBe('completed');
  expect((await typesOf(server, taskId)).slice(1)).toEqual([
    'task.execution_requested',
    'task.execution_started',
    'task.execution_failed',
    'task.execution_started',
    'task.execution_completed',
  ]);
});
