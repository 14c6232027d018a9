import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { hashOfHookToken, webhookToken } from '../../../src/application/use-cases/webhook-token.ts';
import type { TaskId } from '../../../src/domain/shared/ids.ts';
import { createLogger } from '../../../src/observability/logging.ts';
import { ALICE, BOB, type CallOptions, stack } from '../../support/parts/stack.ts';

type Stack = Awaited<ReturnType<typeof stack>>;

async function createTask(api: Stack, fields: object = {}): Promise<TaskId> {
  const { status, body } = await api.call('POST', '/api/v1/tasks', {
    body: { name: 'Tidy up', task_type: 'todo', ...fields },
  });
  expect(status).toBe(201);
  return body.task_id;
}

/** The path of a new webhook. */
async function issue(api: Stack, taskId: string): Promise<string> {
  const { status, body } = await api.call('POST', `/api/v1/tasks/${taskId}/webhook`);
  expect(status).toBe(201);
  return new URL(body.url).pathname;
}

function knock(api: Stack, path: string, how: CallOptions = {}) {
  return api.call('POST', path, { user: null, ...how });
}

describe('a webhook', () => {
  test('is a URL that runs the task, with what it was called with', async () => {
    const api = await stack();
    const taskId = await createTask(api);
    const issued = await api.call('POST', `/api/v1/tasks/${taskId}/webhook`);
    expect(issued.status).toBe(201);
    expect(Object.keys(issued.body)).toEqual(['url']);
    expect(issued.body.url).toMatch(/^https:\/\/tasks\.example\/api\/v1\/hooks\/[\w-]+$/);
    expect(issued.headers.get('cache-control')).toBe('no-store');

    const hook = new URL(issued.body.url).pathname;
    const called = await knock(api, hook, { body: { order: 7 } });
    expect(called.status).toBe(202);
    expect(called.body).toMatchObject({
      task_id: taskId,
      status: 'pending',
      trigger_type: 'webhook',
      trigger_data: { order: 7 },
    });
    const busy = await knock(api, hook);
    expect([busy.status, busy.body.error_code]).toEqual([409, 'TASK_ALREADY_RUNNING']);

    const { events } = (await api.call('GET', `/api/v1/tasks/${taskId}/events`)).body;
    expect(events.map(({ event }: { event: { type: string } }) => event.type)).toEqual([
      'task.created',
      'task.webhook_issued',
      'task.execution_requested',
    ]);
    expect(events[2].event.actor).toBe('service:webhook');
    expect(JSON.stringify(events)).not.toContain(hook.split('/').at(-1));
  });

  test('returns its task to rest after the run, and starts only tasks that are pending, scheduled or failed', async () => {
    const api = await stack();
    const taskId = await createTask(api);
    const hook = await issue(api, taskId);
    const { body: run } = await knock(api, hook);
    await api.work(run.user_id, run.task_id, run.execution_id);
    expect((await api.call('GET', `/api/v1/tasks/${taskId}`)).body).toMatchObject({
      status: 'pending',
      run_count: 1,
    });

    const refused = async () => {
      const { status, body } = await knock(api, hook);
      return [status, body.error_code, body.current_status];
    };
    await api.call('POST', `/api/v1/tasks/${taskId}/pause`);
    expect(await refused()).toEqual([409, 'TASK_NOT_EXECUTABLE', 'paused']);
    await api.call('PATCH', `/api/v1/tasks/${taskId}`, { body: { status: 'completed' } });
    expect(await refused()).toEqual([409, 'TASK_NOT_EXECUTABLE', 'completed']);
    await api.call('POST', `/api/v1/tasks/${taskId}/cancel`);
    expect(await refused()).toEqual([409, 'TASK_NOT_EXECUTABLE', 'cancelled']);
    expect((await api.call('POST', `/api/v1/tasks/${taskId}/webhook`)).status).toBe(409);
  });

  test('that is unknown, revoked, replaced or malformed answers one and the same 404', async () => {
    const api = await stack();
    const taskId = await createTask(api);
    const replaced = await issue(api, taskId);
    const revoked = await issue(api, taskId);
    const deleted = await createTask(api);
    const ofDeleted = await issue(api, deleted);
    await api.call('DELETE', `/api/v1/tasks/${deleted}`);

    const before404 = await knock(api, replaced);
    expect(before404.status).toBe(404);
    const removed = await api.call('DELETE', `/api/v1/tasks/${taskId}/webhook`);
    expect([removed.status, removed.text]).toEqual([204, '']);
    const end = await api.lastSequence();
    expect((await api.call('DELETE', `/api/v1/tasks/${taskId}/webhook`)).status).toBe(204);

    // Ends in a letter that only differs in bits that base64url throws away, and one of another user's task.
    const alias = `${revoked.slice(0, -1)}${String.fromCharCode(revoked.charCodeAt(revoked.length - 1) + 1)}`;
    const token = Buffer.from(revoked.split('/').at(-1) ?? '', 'base64url');
    const foreign = Buffer.concat([token.subarray(0, 62), Buffer.from(BOB)]).toString('base64url');
    const others = ['x', 'a'.repeat(5_000), '%00', foreign].map((text) => `/api/v1/hooks/${text}`);
    for (const path of [revoked, replaced, alias, ofDeleted, ...others]) {
      const { status, body } = await knock(api, path, { headers: { 'Idempotency-Key': 'k' } });
      expect({ status, body: { ...body, trace_id: '' } }, path).toEqual({
        status: 404,
        body: { ...before404.body, trace_id: '' },
      });
    }
    expect(await api.lastSequence()).toBe(end);
  });

  test('belongs to the owner of its task', async () => {
    const api = await stack();
    const taskId = await createTask(api);
    for (const method of ['POST', 'DELETE']) {
      const theirs = await api.call(method, `/api/v1/tasks/${taskId}/webhook`, { user: BOB });
      expect([theirs.status, theirs.body.error_code]).toEqual([404, 'TASK_NOT_FOUND']);
    }
    await issue(api, taskId);
    const stale = await api.call('POST', `/api/v1/tasks/${taskId}/webhook`, {
      headers: { 'If-Match': '"1"' },
    });
    expect(stale.status).toBe(412);
  });

  test('takes JSON, forms and text, at most 64 KiB, and nothing else', async () => {
    const api = await stack();
    const hook = await issue(api, await createTask(api));
    const data = async (body: string, type: string | null) => {
      const headers = type === null ? { 'Content-Type': '' } : { 'Content-Type': type };
      const called = await knock(api, hook, { body, headers });
      if (called.status !== 202) return [called.status, called.body.error_code];
      await api.work(called.body.user_id, called.body.task_id, called.body.execution_id);
      return called.body.trigger_data;
    };
    expect(await data('{"a":1}', 'application/vnd.github+json; charset=utf-8')).toEqual({ a: 1 });
    expect(await data('[1,2]', 'application/json')).toEqual({ body: [1, 2] });
    expect(await data('a=1&b=2&b=3', 'application/x-www-form-urlencoded')).toEqual({ a: '1', b: ['2', '3'] });
    const flood = 'a&'.repeat(200_000);
    expect(await data(flood, 'application/x-www-form-urlencoded')).toEqual([422, 'VALIDATION_ERROR']);
    expect(await data('hello', 'text/plain')).toEqual({ body: 'hello' });
    expect(await data('not json', null)).toEqual({ body: 'not json' });
    expect(await data('', 'text/plain')).toEqual({});
    expect(await data('{', 'application/json')).toEqual([400, 'INVALID_JSON']);
    expect(await data('x', 'image/png')).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    expect(await data(JSON.stringify({ a: 'x'.repeat(65_536) }), 'application/json')).toEqual([
      422,
      'VALIDATION_ERROR',
    ]);
    expect(await data('['.repeat(100) + ']'.repeat(100), 'application/json')).toEqual([
      422,
      'VALIDATION_ERROR',
    ]);
  });

  test('called again with one Idempotency-Key runs once, and shares no keys with the owner', async () => {
    const api = await stack();
    const taskId = await createTask(api);
    const keyed = { headers: { 'Idempotency-Key': 'one' } };
    const issued = await api.call('POST', `/api/v1/tasks/${taskId}/webhook`, keyed);
    const again = await api.call('POST', `/api/v1/tasks/${taskId}/webhook`, keyed);
    expect(again.body).toEqual(issued.body);

    const hook = new URL(issued.body.url).pathname;
    const first = await knock(api, hook, keyed);
    const second = await knock(api, hook, keyed);
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
  });

  test('is called at most so often, each by itself', async () => {
    let ms = 0;
    const api = await stack({
      replace: ({ clock }) => ({ clock: { now: () => clock.now(), monotonicMs: () => ms } }),
    });
    const [busy, other] = [await issue(api, await createTask(api)), await issue(api, await createTask(api))];
    const answers = await Promise.all(Array.from({ length: 61 }, () => knock(api, busy)));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
    const limited = await knock(api, busy);
    expect([limited.status, limited.body.error_code]).toEqual([429, 'RATE_LIMITED']);
    expect(limited.headers.get('retry-after')).toBe('1');
    expect((await knock(api, other)).status).toBe(202);
    ms += 1_000;
    expect((await knock(api, busy)).status).toBe(409);
  });

  test('is in no line of the log', async () => {
    let logged = '';
    const sink = new Writable({
      write(chunk, _, done) {
        logged += chunk;
        done();
      },
    });
    const api = await stack({ logger: createLogger({ level: 'trace', format: 'json' }, sink) });
    const hook = await issue(api, await createTask(api));
    const token = hook.split('/').at(-1) ?? '';
    const answers = [
      await knock(api, hook),
      await knock(api, `${hook}/more`),
      await api.call('GET', hook, { user: null }),
      await knock(api, hook.replace('hooks', 'Hooks')),
      await knock(api, hook.replace('hooks/', 'hooks%2F')),
      await knock(api, hook.replace('hooks/', 'hooks%252f')),
      await knock(api, `${hook}%0A`),
      await knock(api, hook.replace('hooks/', 'hooks/%0D%0A')),
      await knock(api, hook.replace('hooks/', 'hooks.')),
      await knock(api, hook.replace('hooks/', 'hooks%20/')),
      await knock(api, hook.replace('hooks', '%2568ooks')),
      await api.call('GET', hook.replace('hooks', 'tasks')),
    ];
    expect(answers.map(({ status }) => status)).toEqual([
      202, 404, 405, 404, 404, 404, 404, 404, 404, 404, 404, 404,
    ]);
    for (const { text } of answers) expect(text).not.toContain(token.slice(5, 40));
    expect(logged).toContain('/api/v1/hooks/***');
    expect(logged).not.toContain(token.slice(5, 40));
  });

  test('can be recognised, and is masked wherever it is logged', async () => {
    let logged = '';
    const sink = new Writable({
      write(chunk, _, done) {
        logged += chunk;
        done();
      },
    });
    const api = await stack();
    const token = (await issue(api, await createTask(api))).split('/').at(-1) ?? '';
    expect(token).toMatch(/^tswh_[\w-]{80,}$/);
    const logger = createLogger({ level: 'info', format: 'json' }, sink);
    logger.info({ url: `https://x.example/hooks/${token}`, err: new Error(`GET ${token}`) }, `at ${token}`);
    expect(logged).toContain('hooks/tswh_***');
    expect(logged).not.toContain(token.slice(5, 40));
  });

  test('without the prefix, as those of before, goes on working', async () => {
    const api = await stack();
    const taskId = await createTask(api);
    const secret = randomBytes(32);
    const old = webhookToken(secret, ALICE, taskId).replace('tswh_', '');
    const context = { actor: 'user:usr_alice', correlation_id: 'x', causation_id: null, traceparent: null };
    await api.commands.execute({ userId: ALICE, taskId }, context, {
      type: 'issue_webhook',
      data: { if_match: null, token_hash: hashOfHookToken(old), terms: null },
    });
    expect((await knock(api, `/api/v1/hooks/${old}`)).status).toBe(202);
    expect((await knock(api, `/api/v1/hooks/tswh_${old}`)).status).toBe(404);
  });
});
