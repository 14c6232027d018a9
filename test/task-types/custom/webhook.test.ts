import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Instant } from '../../../src/domain/shared/instant.ts';
import type { JsonObject } from '../../../src/domain/shared/json.ts';
import { webhook } from '../../../src/task-types/custom/webhook.ts';
import { type OneRun, outboundTo, runOnce } from '../../support/parts/run.ts';
import { type HttpReceiver, httpReceiver, type ReceivedRequest } from '../../support/world/http-receiver.ts';

const EXECUTION = 'exe_01JD0000000000000000000000';

function call(receiver: HttpReceiver, config: JsonObject = {}, execution = {}): OneRun {
  const all = { script_type: 'webhook', url: `${receiver.url}/hook`, ...config };
  return runOnce(webhook, all, outboundTo(receiver.host), { execution });
}

/** As a receiver checks it by Standard Webhooks 1.0. */
function isSignedBy(key: Buffer, { headers, body }: ReceivedRequest): boolean {
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  return headers['webhook-signature'] === `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}

describe('a call', () => {
  test('posts the execution as JSON, and its id with it, where the config says no more', async () => {
    const receiver = await httpReceiver();
    const run = call(
      receiver,
      {},
      {
        attempt: 2,
        trigger_type: 'scheduled',
        scheduled_for: '2026-12-01T09:00:00.000Z' as Instant,
        triggerData: async () => ({ why: 'because' }),
      },
    );
    expect(await run.done).toMatchObject({
      result: { status: 200, body: { ok: true }, body_truncated: false },
      summary: `POST ${receiver.host} answered 200`,
    });
    const [request] = receiver.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/hook' });
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'task-service',
      'webhook-id': EXECUTION,
      'x-execution-id': EXECUTION,
      'x-execution-attempt': '2',
    });
    expect(request?.headers['webhook-signature']).toBeUndefined();
    const sent = Number(request?.headers['webhook-timestamp']);
    expect(Math.abs(sent - Date.now() / 1000)).toBeLessThan(5);
    expect(JSON.parse(request?.body ?? '')).toEqual({
      type: 'task.execution',
      timestamp: expect.stringMatching(/Z$/),
      data: {
        execution_id: EXECUTION,
        attempt: 2,
        task_id: 'tsk_01JD0000000000000000000000',
        user_id: 'usr_1',
        task_name: 'Water the plants',
        trigger_type: 'scheduled',
        trigger_data: { why: 'because' },
        scheduled_for: '2026-12-01T09:00:00.000Z',
      },
    });
    expect(run.http.callsMade).toBe(1);
  });

  test.each([
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64')],
    ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64')],
    ['c2VjcmV0LWtleS0xMg==', Buffer.from('secret-key-12')],
    ['a raw secret', Buffer.from('a raw secret')],
    ['not-base64!', Buffer.from('not-base64!')],
  ])('is signed by Standard Webhooks with the secret %s', async (secret, key) => {
    const receiver = await httpReceiver();
    await call(receiver, { secret }).done;
    await call(receiver, { secret, body: { ä: 'ö' } }).done;
    await call(receiver, { secret, method: 'GET' }).done;
    expect(receiver.requests.map((request) => isSignedBy(key, request))).toEqual([true, true, true]);
    expect(receiver.requests.map((request) => isSignedBy(Buffer.from('another'), request))).not.toContain(
      true,
    );
  });

  test('signs as the published example does', async () => {
    // The vector of the Standard Webhooks reference libraries.
    const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
    const request = {
      headers: {
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1614265330',
        'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      },
      body: '{"test": 2432232314}',
    };
    expect(isSignedBy(key, request as unknown as ReceivedRequest)).toBe(true);
  });

  test.each<[string, JsonObject, Partial<ReceivedRequest>, string | undefined]>([
    ['JSON', { body: { a: [1] } }, { method: 'POST', body: '{"a":[1]}' }, 'application/json'],
    ['JSON null', { body: null }, { body: 'null' }, 'application/json'],
    ['text as it is', { body: 'a=b' }, { body: 'a=b' }, 'text/plain; charset=utf-8'],
    [
      'text of another type',
      { body: 'a=b', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
      { body: 'a=b' },
      'application/x-www-form-urlencoded',
    ],
    ['nothing with GET', { method: 'GET' }, { method: 'GET', body: '' }, undefined],
    ['the execution with DELETE', { method: 'DELETE' }, { method: 'DELETE' }, 'application/json'],
  ])('sends %s', async (_what, config, expected, contentType) => {
    const receiver = await httpReceiver();
    await call(receiver, config).done;
    expect(receiver.requests[0]).toMatchObject(expected);
    expect(receiver.requests[0]?.headers['content-type']).toBe(contentType);
  });

  test('sends the headers of the config', async () => {
    const receiver = await httpReceiver();
    await call(receiver, { headers: { Authorization: 'Bearer t', 'X-A': 'b' } }).done;
    expect(receiver.requests[0]?.headers).toMatchObject({ authorization: 'Bearer t', 'x-a': 'b' });
  });
});

describe('an answer', () => {
  test.each<[string, (response: import('node:http').ServerResponse) => void, JsonObject]>([
    ['text', (response) => response.end('fine'), { body: 'fine', body_truncated: false }],
    ['nothing', (response) => response.writeHead(204).end(), { status: 204, body: '' }],
    ['broken JSON', (response) => response.end('{"a":'), { body: '{"a":' }],
    [
      'bytes that are no text',
      (response) => response.end(Buffer.from([0xff, 0xfe, 0])),
      { body: '\ufffd\ufffd\u0000' },
    ],
    [
      'long text',
      (response) => response.end('x'.repeat(70_000)),
      { body: 'x'.repeat(65_536), body_truncated: true },
    ],
    [
      'deep JSON, as text',
      (response) => response.end(`${'['.repeat(5_000)}${']'.repeat(5_000)}`),
      { body: `${'['.repeat(5_000)}${']'.repeat(5_000)}` },
    ],
    [
      'compressed, left out',
      (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x')),
      { body: null, body_omitted: 'content-encoding gzip' },
    ],
  ])('of %s', async (_what, answer, expected) => {
    const receiver = await httpReceiver((_request, response) => answer(response));
    expect((await call(receiver).done).result).toMatchObject(expected);
  });

  test('keeps the headers that matter and no cookies', async () => {
    const receiver = await httpReceiver((_request, response) =>
      response.writeHead(200, { etag: '"1"', 'set-cookie': 'a=b', 'x-request-id': 'r1' }).end(),
    );
    const { result } = await call(receiver).done;
    expect(result).toMatchObject({ headers: { etag: '"1"', 'x-request-id': 'r1' } });
    expect(JSON.stringify(result)).not.toContain('a=b');
  });

  test.each([
    [500, true],
    [503, true],
    [429, true],
    [408, true],
    [400, false],
    [404, false],
    [304, false],
  ])('of %i is a failure; retryable: %s', async (status, retryable) => {
    const receiver = await httpReceiver((_request, response) => response.writeHead(status).end());
    const run = call(receiver);
    await expect(run.done).rejects.toMatchObject({
      code: 'UNEXPECTED_STATUS',
      retryable,
      message: `the receiver answered ${status}`,
      details: { status },
    });
    expect(run.http.callsMade).toBe(1);
  });

  test.each([301, 302, 303])('of %i is a failure, for what was sent did not arrive', async (status) => {
    const receiver = await httpReceiver(({ path }, response) => {
      if (path === '/hook') response.writeHead(status, { location: '/hook/' }).end();
      else response.end('welcome');
    });
    await expect(call(receiver).done).rejects.toMatchObject({
      code: 'UNEXPECTED_STATUS',
      retryable: false,
      details: { status, headers: { location: '/hook/' } },
    });
    expect(receiver.requests).toHaveLength(1);
    expect((await call(receiver, { expect_status: status }).done).result).toMatchObject({ status });
    expect((await call(receiver, { method: 'GET' }).done).result).toMatchObject({ body: 'welcome' });
  });

  test('of 308 is followed with what was sent', async () => {
    const receiver = await httpReceiver(({ path }, response) => {
      if (path === '/hook') response.writeHead(308, { location: '/hook/' }).end();
      else response.end('taken');
    });
    expect((await call(receiver, { body: 'x' }).done).result).toMatchObject({ body: 'taken' });
    expect(receiver.requests[1]).toMatchObject({ method: 'POST', body: 'x' });
  });

  test('of 429 with Retry-After says how long to wait, of 410 that it is for good', async () => {
    const busy = await httpReceiver((_request, response) =>
      response.writeHead(429, { 'retry-after': '20' }).end(),
    );
    await expect(call(busy).done).rejects.toMatchObject({ retry_after_ms: 20_000, gone: false });
    const gone = await httpReceiver((_request, response) => response.writeHead(410).end());
    await expect(call(gone).done).rejects.toMatchObject({
      retryable: false,
      gone: true,
      message: 'the receiver answered 410: gone for good',
    });
  });

  test('that fails shows the beginning of its body', async () => {
    const receiver = await httpReceiver((_request, response) =>
      response.writeHead(400).end('y'.repeat(9_000)),
    );
    await expect(call(receiver).done).rejects.toMatchObject({
      details: { body: 'y'.repeat(2_000), body_truncated: true },
    });
  });

  test.each<[JsonObject, number, boolean]>([
    [{ expect_status: 404 }, 404, true],
    [{ expect_status: 404 }, 200, false],
    [{ expect_status: [200, 409] }, 409, true],
    [{ expect_status: [200, 409] }, 201, false],
    [{}, 299, true],
    [{}, 300, false],
  ])('with %j and status %i succeeds: %s', async (config, status, succeeds) => {
    const receiver = await httpReceiver((_request, response) => response.writeHead(status).end());
    const done = call(receiver, config).done.then(
      () => true,
      () => false,
    );
    expect(await done).toBe(succeeds);
  });
});

test('of a secret that is sent back where the answer is cut, no part is kept', async () => {
  const receiver = await httpReceiver(({ headers }, response) =>
    response.writeHead(500).end(`${'x'.repeat(1_980)}${headers.authorization}`),
  );
  const run = call(receiver, { headers: { Authorization: `Bearer ${'s3cret'.repeat(10)}` } });
  const failure = await run.done.catch((error: unknown) => error);
  expect(failure).toMatchObject({ details: { body: `${'x'.repeat(1_980)}***`, body_truncated: true } });
});

test('a receiver inside the network is refused', async () => {
  const receiver = await httpReceiver();
  const config = { script_type: 'webhook', url: receiver.url };
  const run = runOnce(webhook, config);
  await expect(run.done).rejects.toMatchObject({ code: 'EGRESS_REFUSED' });
  expect(run.http.callsMade).toBe(0);
  expect(receiver.requests).toEqual([]);
});
