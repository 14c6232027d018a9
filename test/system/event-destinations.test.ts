/** The service as it runs sends events to an endpoint of a user, whatever kills it meanwhile. */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { natsServer } from '../support/nats/nats-server.ts';
import { eventIn, isSigned } from '../support/parts/destinations.ts';
import { Caller, startService, tokenFor } from '../support/processes/service.ts';
import { httpReceiver, json } from '../support/world/http-receiver.ts';

const TASKS = 60;

test('a service that is killed with -9 leaves no event out, and repeats some under the same id', async () => {
  const server = await natsServer();
  const receiver = await httpReceiver((_, response) => {
    setTimeout(() => json(response, 200, {}), 30);
  });
  const env = {
    NATS_URL: server.servers,
    NATS_USER: server.user,
    NATS_PASSWORD: server.pass,
    EGRESS_ALLOW: receiver.host,
  };
  const token = await tokenFor('gus');
  let service = await startService(env);
  const made = await new Caller(service.url, token).call<{ secret: string; destination_id: string }>(
    'POST',
    '/event-destinations',
    { url: receiver.url },
  );
  expect(made.status).toBe(201);
  const created = new Set<string>();
  for (let round = 0; round < 3; round++) {
    const caller = new Caller(service.url, token);
    const before = receiver.requests.length;
    await Promise.all(
      Array.from({ length: TASKS / 3 }, async (_, n) => {
        const { body } = await caller.call<{ task_id: string }>('POST', '/tasks', {
          name: `task ${round}.${n}`,
          task_type: 'todo',
        });
        created.add(body.task_id);
      }),
    );
    await receiver.received(before + 3);
    await service.end('SIGKILL');
    service = await startService(env);
  }
  const arrived = () => new Set(receiver.requests.map((request) => eventIn(request).subject));
  await eventually(async () => arrived().size === TASKS);
  expect(arrived()).toEqual(created);
  const idsByTask = new Map<string, Set<string>>();
  for (const request of receiver.requests) {
    expect(isSigned(request, made.body.secret)).toBe(true);
    const { id, subject } = eventIn(request);
    expect(request.headers['webhook-id']).toBe(id);
    idsByTask.set(subject, (idsByTask.get(subject) ?? new Set()).add(id));
  }
  expect([...idsByTask.values()].every((ids) => ids.size === 1)).toBe(true);
  // What has arrived is not sent again by a service that goes on in peace.
  await delay(1_500);
  const end = receiver.requests.length;
  await service.end('SIGTERM');
  service = await startService(env);
  await new Caller(service.url, token).call('POST', '/tasks', { name: 'last', task_type: 'todo' });
  await receiver.received(end + 1);
  expect(JSON.parse(receiver.requests[end]?.body ?? '').data.personal.name).toBe('last');
}, 120_000);
