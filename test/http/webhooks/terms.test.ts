/** What an owner may want of a webhook besides running the task: signed calls, and the headers of each. */
import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { type CallOptions, stack } from '../../support/parts/stack.ts';

type Stack = Awaited<ReturnType<typeof stack>>;
type Issued = { readonly taskId: string; readonly hook: string; readonly secret: string | undefined };

async function issue(api: Stack, terms: object): Promise<Issued> {
  const task = { name: 'Deploy', task_type: 'todo' };
  const { task_id: taskId } = (await api.call('POST', '/api/v1/tasks', { body: task })).body;
  const { status, body } = await api.call('POST', `/api/v1/tasks/${taskId}/webhook`, { body: terms });
  expect(status).toBe(201);
  return { taskId, hook: new URL(body.url).pathname, secret: body.secret };
}

function knock(api: Stack, path: string, how: CallOptions) {
  return api.call('POST', path, { user: null, ...how });
}

const githubSignature = (secret: string, body: string) =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

function standardHeaders(api: Stack, secret: string, id: string, body: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.parse(api.deps.clock.now()) / 1_000));
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

test('a webhook that wants signed calls runs the task for those alone, once for each delivery', async () => {
  const api = await stack();
  const { taskId, hook, secret = '' } = await issue(api, { verify: { scheme: 'standard-webhooks' } });
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const body = '{"order":  7}';
  const headers = { ...standardHeaders(api, secret, 'msg_1', body) };

  const unsigned = await knock(api, hook, { body });
  expect([unsigned.status, unsigned.body.error_code]).toEqual([403, 'WEBHOOK_SIGNATURE_INVALID']);
  const changed = await knock(api, hook, { body: '{"order":  8}', headers });
  expect([changed.status, changed.body.detail]).toEqual([403, expect.stringContaining('no signature')]);

  const first = await knock(api, hook, { body, headers });
  expect([first.status, first.body.trigger_data]).toEqual([202, { order: 7 }]);
  const again = await knock(api, hook, { body, headers });
  expect([again.status, again.body.execution_id]).toEqual([202, first.body.execution_id]);

  const { events } = (await api.call('GET', `/api/v1/tasks/${taskId}/events`)).body;
  expect(events.map(({ event }: { event: { type: string } }) => event.type)).toEqual([
    'task.created',
    'task.webhook_issued',
    'task.execution_requested',
  ]);
});

test("a secret of the sender's own is taken, never shown again, and stored sealed", async () => {
  const api = await stack();
  const own = 'a text that only GitHub and I know';
  const { taskId, hook, secret } = await issue(api, { verify: { scheme: 'github', secret: own } });
  expect(secret).toBeUndefined();
  const body = 'payload=%7B%7D';
  const signed = {
    'Content-Type': 'application/x-www-form-urlencoded',
    'X-Hub-Signature-256': githubSignature(own, body),
  };
  expect((await knock(api, hook, { body, headers: signed })).body.trigger_data).toEqual({ payload: '{}' });

  const shown = await api.call('GET', `/api/v1/tasks/${taskId}/events`);
  expect(shown.text).not.toContain(own);
  expect(shown.body.events[1].event.data).toMatchObject({ verify: 'github', personal: { secret: '***' } });
  expect((await api.call('GET', `/api/v1/tasks/${taskId}`)).text).not.toContain(own);
});

test('a webhook without its terms is what is issued next without them', async () => {
  const api = await stack();
  const { taskId } = await issue(api, { verify: { scheme: 'github' }, with_headers: true });
  const { body } = await api.call('POST', `/api/v1/tasks/${taskId}/webhook`);
  expect(Object.keys(body)).toEqual(['url']);
  const called = await knock(api, new URL(body.url).pathname, { body: { a: 1 } });
  expect([called.status, called.body.trigger_data]).toEqual([202, { a: 1 }]);
});

test('a run is told the headers of its call where its owner wants them, but none that carries a credential', async () => {
  const api = await stack();
  const { hook } = await issue(api, { with_headers: true });
  const called = await knock(api, hook, {
    body: { action: 'opened' },
    headers: {
      'X-GitHub-Event': 'issues',
      'X-Long': 'y'.repeat(2_000),
      'X-Hub-Signature-256': 'sha256=00',
      Cookie: 'a=b',
      'X-Api-Key': 'k',
      'X-Forwarded-For': '10.1.1.1',
    },
  });
  expect(called.status).toBe(202);
  const { headers, body } = called.body.trigger_data;
  expect(body).toEqual({ action: 'opened' });
  expect(headers).toMatchObject({
    'x-github-event': 'issues',
    'content-type': 'application/json',
    'x-long': 'y'.repeat(1_024),
  });
  const names = ['x-hub-signature-256', 'cookie', 'x-api-key', 'x-forwarded-for', 'host', 'content-length'];
  for (const name of names) expect(headers).not.toHaveProperty(name);
});

test.each<[object, (string | number)[]]>([
  [{ verify: {} }, ['body', 'verify', 'scheme']],
  [{ verify: { scheme: 'stripe' } }, ['body', 'verify', 'scheme']],
  [{ verify: { scheme: 'github', secret: 'short' } }, ['body', 'verify', 'secret']],
  [{ verify: { scheme: 'standard-webhooks', secret: 'whsec_AAAA' } }, ['body', 'verify', 'secret']],
  [{ verify: { scheme: 'github', secret: 'x'.repeat(513) } }, ['body', 'verify', 'secret']],
  [{ with_headers: 'yes' }, ['body', 'with_headers']],
  [{ headers: true }, ['body', 'headers']],
])('terms %j are refused, and name what is wrong', async (terms, loc) => {
  const api = await stack();
  const task = { name: 'Deploy', task_type: 'todo' };
  const { task_id } = (await api.call('POST', '/api/v1/tasks', { body: task })).body;
  const { status, body } = await api.call('POST', `/api/v1/tasks/${task_id}/webhook`, { body: terms });
  expect([status, body.errors]).toMatchObject([422, [{ loc }]]);
  const { events } = (await api.call('GET', `/api/v1/tasks/${task_id}/events`)).body;
  expect(events).toHaveLength(1);
});
