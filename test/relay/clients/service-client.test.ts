import { expect, it, onTestFinished } from 'vitest';
import { Undeliverable } from '../../../src/relay/clients/deliveries.ts';
import { ServiceClient, ServiceFailed } from '../../../src/relay/clients/service-client.ts';
import { charge } from '../../../src/relay/clients/wallet.ts';
import { parseTold } from '../../../src/relay/published/published-event.ts';
import { testClock } from '../../support/clock.ts';
import { httpReceiver, json, tcpServer } from '../../support/world/http-receiver.ts';
import { collectGarbage } from './garbage.ts';

const call = { method: 'POST', path: '/x', body: { a: 1 }, id: 'one' } as const;
const forever = new AbortController().signal;

function clientOf(baseUrl: string, closedAgainAfterMs = 60_000): ServiceClient {
  const signingKey = Buffer.alloc(32, 1);
  const clock = testClock;
  return new ServiceClient({
    name: 'it',
    baseUrl,
    signingKey,
    clock,
    timeoutMs: 100,
    closedAgainAfterMs,
  });
}

/** A run that cost something. */
function told(carried: object = {}) {
  const data = { task_id: 'tsk_01KAWZ6Q8PZ3N5V7X9B1D2F4H6', user_id: 'ann', name: 'Tell' };
  const run = { execution_id: 'exe_01KAWZ6Q8PZ3N5V7X9B1D2F4H6', status: 'completed', credits_consumed: 1 };
  const message = { id: '7', type: 'task.executed', actor: 'worker:1', data: { ...data, ...run } };
  return parseTold(Buffer.from(JSON.stringify({ ...message, ...carried })));
}

it('a service that hangs, speaks no HTTP, or sends without end has failed', async () => {
  const hanging = await httpReceiver(() => {});
  await expect(clientOf(hanging.url).call(call, forever)).rejects.toThrow(ServiceFailed);
  const nonsense = await tcpServer((socket) => socket.end('I am no web server\r\n\r\n'));
  await expect(clientOf(`http://${nonsense}`).call(call, forever)).rejects.toThrow(ServiceFailed);
  const endless = await httpReceiver((_, response) => response.end(Buffer.alloc(1024 * 1024)));
  await expect(clientOf(endless.url).call(call, forever)).rejects.toThrow('too large');
});

it('a service that hangs is given up in time also while garbage is collected', async () => {
  const hanging = await httpReceiver(() => {});
  const collecting = setInterval(collectGarbage, 5);
  onTestFinished(() => clearInterval(collecting));
  await expect(clientOf(hanging.url).call(call, forever)).rejects.toThrow(ServiceFailed);
});

it.each([408, 425, 429, 500, 503])('an answer %i is worth another try', async (status) => {
  const receiver = await httpReceiver((_, response) => json(response, status, {}));
  await expect(clientOf(receiver.url).call(call, forever)).rejects.toThrow(ServiceFailed);
});

it.each([301, 400, 404, 422])('an answer %i is final', async (status) => {
  const receiver = await httpReceiver((_, response) => json(response, status, { why: 'no' }));
  await expect(clientOf(receiver.url).call(call, forever)).rejects.toThrow(Undeliverable);
});

it.each(['<html>Please log in', '[]', 'null', '"yes"', '{"ok":'])(
  'an answer 200 of %s does not say that it was done',
  async (text) => {
    const receiver = await httpReceiver((_, response) => response.end(text));
    await expect(clientOf(receiver.url).call(call, forever)).rejects.toThrow(ServiceFailed);
  },
);

it.each([{}, { ok: true }, { success: 'true' }, { success: 1 }, { success: null }])(
  'a wallet that answers %j has charged nothing that it can be held to',
  async (body) => {
    const receiver = await httpReceiver((_, response) => json(response, 200, body));
    await expect(charge(clientOf(receiver.url), told(), forever)).rejects.toThrow(ServiceFailed);
  },
);

it('a wallet that says that it did not charge is believed', async () => {
  const receiver = await httpReceiver((_, response) => json(response, 200, { success: false }));
  await expect(charge(clientOf(receiver.url), told(), forever)).rejects.toThrow(Undeliverable);
});

it('a service that failed five times in a row is left alone, and called again later', async () => {
  const receiver = await httpReceiver((_, response) => json(response, 500, {}));
  const client = clientOf(receiver.url, 50);
  for (let calls = 0; calls < 20; calls++) await client.call(call, forever).catch(() => {});
  expect(receiver.requests).toHaveLength(5);
  receiver.answer((_, response) => json(response, 200, { ok: true }));
  await expect
    .poll(() => client.call(call, forever).catch(() => null), { interval: 10 })
    .toEqual({ status: 200, body: { ok: true } });
});

it('refusals leave the circuit closed', async () => {
  const receiver = await httpReceiver((_, response) => json(response, 404, {}));
  const client = clientOf(receiver.url);
  for (let calls = 0; calls < 8; calls++) await client.call(call, forever).catch(() => {});
  expect(receiver.requests).toHaveLength(8);
});

it('a call is part of the trace of the message that it is made for', async () => {
  const receiver = await httpReceiver((_, response) => json(response, 200, { success: true }));
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  for (const carried of [{ traceparent }, {}, { traceparent: 'none' }]) {
    await charge(clientOf(receiver.url), told(carried), forever);
  }
  const sent = receiver.requests.map(({ headers }) => headers.traceparent);
  expect(sent).toEqual([traceparent, undefined, undefined]);
});
