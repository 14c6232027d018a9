import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { plusMs } from '../../../src/domain/shared/instant.ts';
import { EgressPolicy } from '../../../src/outbound/egress.ts';
import { eventually } from '../../support/eventually.ts';
import {
  destinationsRelayOn,
  eventIn,
  isSigned,
  jumpingClock,
  makeDestination,
} from '../../support/parts/destinations.ts';
import { ALICE, BOB, type Stack, stack } from '../../support/parts/stack.ts';
import { type HttpReceiver, httpReceiver, json } from '../../support/world/http-receiver.ts';

const TASKS = '/api/v1/tasks';

async function create({ call }: Stack, name = 'a', user = ALICE): Promise<string> {
  const { status, body } = await call('POST', TASKS, { user, body: { name, task_type: 'todo' } });
  expect(status).toBe(201);
  return body.task_id;
}

const pause = ({ call }: Stack, taskId: string) => call('POST', `${TASKS}/${taskId}/pause`, { body: {} });
const read = async ({ call }: Stack, path: string) => (await call('GET', path)).body;
const listed = async ({ call }: Stack, path: string, query = '') =>
  (await call('GET', `${path}/deliveries${query}`)).body.deliveries;
const namesIn = ({ requests }: HttpReceiver) =>
  requests.map(({ body }) => JSON.parse(body).data.personal?.name ?? JSON.parse(body).type);

describe('an event destination', () => {
  test('gets events signed, by their own ids, and lists them', async () => {
    const api = await stack();
    const receiver = await httpReceiver();
    destinationsRelayOn(api);
    const { path, secret } = await makeDestination(api, `${receiver.url}/events`);
    const taskId = await create(api, 'first');
    const request = await receiver.received(1);
    expect(request).toMatchObject({ method: 'POST', path: '/events' });
    expect(request.headers['content-type']).toBe('application/cloudevents+json');
    expect(isSigned(request, secret)).toBe(true);
    const event = eventIn(request);
    expect(event).toMatchObject({ type: 'task.created', subject: taskId });
    expect(request.headers['webhook-id']).toBe(event.id);
    expect(request.headers['event-replay']).toBeUndefined();
    expect(Math.abs(Number(request.headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(60);
    const [delivery] = await eventually(async () => {
      const deliveries = await listed(api, path);
      return deliveries.length > 0 && deliveries;
    });
    expect(delivery).toMatchObject({
      event_id: event.id,
      sequence: Number(request.headers['event-sequence']),
      event_type: 'task.created',
      task_id: taskId,
      status: 'delivered',
      attempts: 1,
      is_replay: false,
      response_status: 200,
      error: null,
      next_attempt_at: null,
    });
    await eventually(async () => (await read(api, path)).through >= delivery.sequence);
  });

  test('gets from where it asked to, of the types and tasks that it asked for, and nobody else’s', async () => {
    const api = await stack();
    const [all, some] = [await httpReceiver(), await httpReceiver()];
    const taskId = await create(api, 'early');
    await create(api, 'of Bob', BOB);
    await pause(api, taskId);
    await create(api, 'other');
    destinationsRelayOn(api);
    await makeDestination(api, all.url, { from: 0 });
    await makeDestination(api, some.url, { from: 0, types: ['task.created'] }, BOB);
    await all.received(3);
    await some.received(1);
    expect(namesIn(all)).toEqual(['early', 'task.status_changed', 'other']);
    expect(namesIn(some)).toEqual(['of Bob']);
    expect(all.requests.map(eventIn).map(({ revision }) => revision)).toEqual([1, 2, 1]);
  });

  test('is sent again what did not arrive, under the same id, until it does', async () => {
    const api = await stack();
    const answers = [500, 302, 200, 404];
    const receiver = await httpReceiver((_, response) => {
      const status = answers[receiver.requests.length - 1] ?? 200;
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
    destinationsRelayOn(api);
    const { path, secret } = await makeDestination(api, receiver.url);
    await create(api);
    const [first, second, third] = [
      await receiver.received(1),
      await receiver.received(2),
      await receiver.received(3),
    ];
    expect(new Set([first, second, third].map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(isSigned(third, secret)).toBe(true);
    const delivered = await eventually(async () =>
      (await listed(api, path)).find(({ status }: { status: string }) => status === 'delivered'),
    );
    expect(delivered).toMatchObject({ attempts: 3, response_status: 200 });
    await create(api);
    await receiver.received(5);
    expect(receiver.requests.every(({ path: at }) => at === '/')).toBe(true);
  });

  test('goes on where it was under the next leader, with nothing left out', async () => {
    const api = await stack();
    const receiver = await httpReceiver();
    const first = destinationsRelayOn(api, { holder: 'first' });
    await makeDestination(api, receiver.url);
    await create(api, 'one');
    await receiver.received(1);
    await first.stop();
    await create(api, 'two');
    await create(api, 'three');
    destinationsRelayOn(api, { holder: 'second' });
    await receiver.received(3);
    expect(namesIn(receiver)).toEqual(['one', 'two', 'three']);
  });

  test('that fails for three days has its events listed as failed, after five it is off, and on again by hand', async () => {
    const api = await stack();
    const clock = jumpingClock();
    const receiver = await httpReceiver((_, response) => json(response, 500, {}));
    let givesUp = false;
    destinationsRelayOn(api, { clock, nextTry: ({ now }) => (givesUp ? null : plusMs(now, 20)) });
    const { path } = await makeDestination(api, receiver.url);
    await create(api, 'lost');
    await receiver.received(2);
    givesUp = true;
    const failed = await eventually(async () => (await listed(api, path, '?status=failed'))[0]);
    expect(failed).toMatchObject({ response_status: 500, next_attempt_at: null });
    expect(await read(api, path)).toMatchObject({ enabled: true, off: null });
    givesUp = false;
    clock.jump(5 * 86_400_000);
    await create(api, 'waits');
    await eventually(async () => (await read(api, path)).off?.reason === 'failing');
    const before = receiver.requests.length;
    await create(api, 'meanwhile');
    await delay(100);
    expect(receiver.requests.length).toBe(before);
    receiver.answer((_, response) => json(response, 200, {}));
    const on = await api.call('PUT', path, { body: { url: receiver.url, enabled: true } });
    expect(on.body).toMatchObject({ enabled: true, off: null });
    await receiver.received(before + 2);
    expect(namesIn(receiver).slice(before).sort()).toEqual(['meanwhile', 'waits']);
  });

  test('that answers 410 is off at once', async () => {
    const api = await stack();
    const receiver = await httpReceiver((_, response) => json(response, 410, {}));
    destinationsRelayOn(api);
    const { path } = await makeDestination(api, receiver.url);
    await create(api);
    await eventually(async () => (await read(api, path)).off?.reason === 'gone');
    expect(receiver.requests).toHaveLength(1);
  });

  test('is left alone for as long as it asks', async () => {
    const api = await stack();
    const receiver = await httpReceiver((_, response) => {
      const status = receiver.requests.length === 1 ? 429 : 200;
      response.writeHead(status, { 'retry-after': '1' }).end();
    });
    destinationsRelayOn(api);
    await makeDestination(api, receiver.url);
    await create(api, 'one');
    await receiver.received(1);
    const began = performance.now();
    await create(api, 'two');
    await receiver.received(3);
    expect(performance.now() - began).toBeGreaterThan(800);
  });

  test('gets no more than fifty a second, and all of them', async () => {
    const api = await stack();
    const receiver = await httpReceiver();
    const at: number[] = [];
    receiver.answer((_, response) => {
      at.push(performance.now());
      json(response, 200, {});
    });
    for (let n = 0; n < 120; n++) await create(api, `t${n}`);
    destinationsRelayOn(api);
    await makeDestination(api, receiver.url, { from: 0 });
    await receiver.received(120);
    expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeGreaterThan(119 * 20 - 100);
    expect(new Set(receiver.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(120);
  });

  test('is not reached at a private address, also where its name leads there later', async () => {
    const api = await stack();
    const receiver = await httpReceiver();
    let address = '127.0.0.1';
    const resolve = async () => [address];
    const rebinding = new EgressPolicy({ allow: [{ host: 'hooks.example', port: null }], resolve });
    const relay = destinationsRelayOn(api, { egress: rebinding });
    const url = `http://hooks.example:${receiver.port}/`;
    const { path } = await makeDestination(api, url);
    await create(api, 'reached');
    await receiver.received(1);
    await relay.stop();
    address = '127.0.0.1';
    destinationsRelayOn(api, { egress: new EgressPolicy({ allow: [], resolve }) });
    await create(api, 'kept');
    const refused = await eventually(async () => (await listed(api, path, '?status=waiting'))[0]);
    expect(refused).toMatchObject({ response_status: null, error: 'EGRESS_REFUSED' });
    expect(receiver.requests).toHaveLength(1);
  });

  test('of a deleted user gets nothing more, and in the middle of a hanging call nothing is settled', async () => {
    const api = await stack();
    const receiver = await httpReceiver(() => {});
    destinationsRelayOn(api, { timeoutMs: 60_000 });
    await makeDestination(api, receiver.url);
    await create(api, 'hangs');
    const request = await receiver.received(1);
    await api.admissions.deleteUser(ALICE, null, {
      actor: 'service:account',
      correlation_id: 'x',
      causation_id: null,
      traceparent: null,
    });
    await request.closed;
    await delay(100);
    expect(receiver.requests).toHaveLength(1);
  });
});

describe('endpoints that hang', () => {
  test('delay nobody else, however many', async () => {
    const api = await stack();
    const hanging = await httpReceiver(() => {});
    const answering = await httpReceiver();
    destinationsRelayOn(api, { timeoutMs: 30_000, places: { proven: 4, others: 8 } });
    await makeDestination(api, answering.url, {}, BOB);
    await create(api, 'proves itself', BOB);
    await answering.received(1);
    const users = Array.from({ length: 12 }, (_, n) => `usr_hangs_${n}` as typeof ALICE);
    for (const user of users) {
      await makeDestination(api, hanging.url, {}, user);
      await create(api, 'a', user);
    }
    await hanging.received(8);
    const began = performance.now();
    for (let n = 0; n < 5; n++) await create(api, `b${n}`, BOB);
    await answering.received(6);
    expect(performance.now() - began).toBeLessThan(3_000);
    // The places of those that have not answered yet are all taken, and no more.
    expect(hanging.requests).toHaveLength(8);
  });
});

describe('sending again', () => {
  test('brings one event by hand, with its id and a fresh timestamp', async () => {
    const api = await stack();
    const receiver = await httpReceiver();
    destinationsRelayOn(api);
    const { path, secret } = await makeDestination(api, receiver.url);
    await create(api, 'again');
    const { id } = eventIn(await receiver.received(1));
    await eventually(async () => (await listed(api, path)).length === 1);
    const asked = await api.call('POST', `${path}/deliveries/${id}/resend`, { body: {} });
    expect(asked.status).toBe(202);
    const again = await receiver.received(2);
    expect(again.headers).toMatchObject({ 'webhook-id': id, 'event-replay': 'true' });
    expect(isSigned(again, secret)).toBe(true);
    const [delivery] = await eventually(async () => {
      const deliveries = await listed(api, path);
      return deliveries[0]?.is_replay && deliveries;
    });
    expect(delivery).toMatchObject({ event_id: id, status: 'delivered', is_replay: true });
  });

  test('brings a range, beside what is new, and ends by an event', async () => {
    const api = await stack();
    const receiver = await httpReceiver();
    for (const name of ['a', 'b', 'c', 'd']) await create(api, name);
    destinationsRelayOn(api);
    const { path } = await makeDestination(api, receiver.url);
    const asked = await api.call('POST', `${path}/replay`, { body: { from: 2, to: 3 } });
    expect(asked.status).toBe(202);
    expect(asked.body.replay).toMatchObject({ from: 2, to: 3, only: 'all' });
    await receiver.received(2);
    expect(namesIn(receiver)).toEqual(['b', 'c']);
    expect(receiver.requests.every(({ headers }) => headers['event-replay'] === 'true')).toBe(true);
    await eventually(async () => (await read(api, path)).replay === null);
    await create(api, 'new');
    await receiver.received(3);
    expect(receiver.requests[2]?.headers['event-replay']).toBeUndefined();
    const user = await api.parts.destinations.of(ALICE);
    expect(user.requests.count).toBe(2);
  });

  test('brings those that failed, and is cancelled', async () => {
    const api = await stack();
    let status = 500;
    const receiver = await httpReceiver((_, response) => json(response, status, {}));
    destinationsRelayOn(api, { nextTry: () => null });
    const { path } = await makeDestination(api, receiver.url);
    await create(api, 'lost');
    await eventually(async () => (await listed(api, path, '?status=failed')).length === 1);
    status = 200;
    await create(api, 'arrives');
    await receiver.received(2);
    const replay = await api.call('POST', `${path}/replay`, { body: { from: 0, only: 'failed' } });
    expect(replay.status).toBe(202);
    await receiver.received(3);
    expect(namesIn(receiver)).toEqual(['lost', 'arrives', 'lost']);
    await eventually(async () => (await listed(api, path, '?status=failed')).length === 0);
    await eventually(async () => (await read(api, path)).replay === null);

    receiver.answer(() => {});
    for (const name of ['x', 'y', 'z']) await create(api, name);
    await api.call('POST', `${path}/replay`, { body: { from: 0 } });
    expect((await read(api, path)).replay).not.toBeNull();
    expect((await api.call('POST', `${path}/replay`, { body: { from: 0 } })).body.error_code).toBe(
      'REPLAY_IN_PROGRESS',
    );
    expect((await api.call('DELETE', `${path}/replay`)).status).toBe(204);
    expect((await read(api, path)).replay).toBeNull();
    expect((await api.call('DELETE', `${path}/replay`)).status).toBe(204);
  });
});
