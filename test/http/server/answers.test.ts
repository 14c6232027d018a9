import { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LogUnavailable, OutcomeUnknown } from '../../../src/application/ports/failures.ts';
import type { AppDeps } from '../../../src/http/server/app.ts';
import { createLogger } from '../../../src/observability/logging.ts';
import { ALICE, type Stack, stack, tokenOf } from '../../support/parts/stack.ts';

const TASKS = '/api/v1/tasks';
const TODO = { name: 'Buy milk', task_type: 'todo' };
const TRACE = 'a'.repeat(32);

/** An API whose log lines are kept, and whose parts a test replaces. */
async function logged(
  replace: (deps: AppDeps) => Partial<AppDeps> = () => ({}),
): Promise<{ api: Stack; lines: Record<string, unknown>[]; text: () => string }> {
  const lines: Record<string, unknown>[] = [];
  let text = '';
  const destination = new Writable({
    write(chunk, _, done) {
      text += chunk;
      for (const line of String(chunk).trim().split('\n')) lines.push(JSON.parse(line));
      done();
    },
  });
  const logger = createLogger({ level: 'info', format: 'json' }, destination);
  return { api: await stack({ logger, replace }), lines, text: () => text };
}

function failing(error: Error): (deps: AppDeps) => Partial<AppDeps> {
  const fail = () => Promise.reject(error);
  return ({ queries }) => ({
    commands: { execute: fail },
    queries: {
      ...queries,
      task: fail,
      tasksOf: fail,
      executions: fail,
      execution: fail,
      events: fail,
    } as AppDeps['queries'],
  });
}

describe('what goes wrong inside', () => {
  it('is a 500 that tells nothing of the inside, and is found in the log by its trace id', async () => {
    const { api, lines } = await logged(failing(new Error('password of the database')));
    for (const [method, path] of [
      ['GET', TASKS],
      ['POST', TASKS],
    ] as const) {
      const { status, body, text, headers } = await api.call(
        method,
        path,
        method === 'POST' ? { body: TODO } : {},
      );
      expect([status, headers.get('content-type')]).toEqual([500, 'application/problem+json']);
      expect(text).not.toContain('password');
      expect(body).toMatchObject({
        type: 'urn:task-service:problem:internal-error',
        title: 'Internal error',
        status: 500,
        instance: TASKS,
        error_code: 'INTERNAL_ERROR',
      });
      const found = lines.filter(({ trace_id }) => trace_id === body.trace_id);
      expect(found.map(({ level, msg }) => [level, msg])).toEqual([
        ['error', 'request failed'],
        ['warn', 'request'],
      ]);
      expect(found[0]).toMatchObject({ err: { message: 'password of the database' } });
    }
  });

  it('is a 503 with a time to come back where the log does not answer', async () => {
    const rows = [
      [new LogUnavailable(), 'LOG_UNAVAILABLE'],
      [new OutcomeUnknown(), 'OUTCOME_UNKNOWN'],
    ] as const;
    for (const [error, code] of rows) {
      const { api } = await logged(failing(error));
      const id = 'tsk_01JDB2V5Q8WZ3N7K4M6P9R0T1X';
      const calls: [string, string, object?][] = [
        ['GET', TASKS],
        ['GET', `${TASKS}/${id}`],
        ['GET', `${TASKS}/${id}/events`],
        ['GET', `${TASKS}/${id}/executions`],
        ['POST', TASKS, TODO],
        ['DELETE', `${TASKS}/${id}`],
        ['POST', `${TASKS}/${id}/execute`],
      ];
      for (const [method, path, body] of calls) {
        const answer = await api.call(method, path, { body });
        expect([path, answer.status, answer.body.error_code]).toEqual([path, 503, code]);
        expect(answer.headers.get('retry-after')).toBe('1');
      }
    }
  });

  it('is a 503 within 5 s where a write is not answered at all, and the write is in the log at most once', async () => {
    const api = await stack();
    const headers = { 'Idempotency-Key': 'once' };
    const there = await api.call('POST', TASKS, { body: TODO });
    const path = `${TASKS}/${there.body.task_id}`;
    api.server.freeze();
    const began = performance.now();
    const unanswered = await Promise.all([
      api.call('POST', TASKS, { body: TODO }),
      api.call('POST', TASKS, { body: TODO, headers }),
      api.call('GET', TASKS),
      api.call('POST', `${path}/pause`),
      // Waits for the one before it, and so is never sent.
      api.call('POST', `${path}/cancel`),
    ]);
    const took = performance.now() - began;
    expect(unanswered.map(({ status, body }) => [status, body.error_code])).toEqual([
      [503, 'OUTCOME_UNKNOWN'],
      [503, 'LOG_UNAVAILABLE'],
      [503, 'LOG_UNAVAILABLE'],
      [503, 'OUTCOME_UNKNOWN'],
      [503, 'LOG_UNAVAILABLE'],
    ]);
    expect(took).toBeLessThan(5_000);
    api.server.thaw();
    let repeated = await api.call('POST', TASKS, { body: TODO, headers });
    while (repeated.status !== 201) {
      expect([409, 503]).toContain(repeated.status);
      await delay(50);
      repeated = await api.call('POST', TASKS, { body: TODO, headers });
    }
    const again = await api.call('POST', TASKS, { body: TODO, headers });
    expect([again.text, again.headers.get('idempotency-replayed')]).toEqual([repeated.text, 'true']);
    const { body } = await api.call('GET', TASKS);
    expect(body.count).toBeLessThanOrEqual(3);
    expect(
      body.tasks.filter(({ task_id }: { task_id: string }) => task_id === again.body.task_id),
    ).toHaveLength(1);
  });
});

describe('every answer', () => {
  it('carries the ids that the caller gave, or new ones, and so does the log', async () => {
    const { api, lines } = await logged();
    const given = {
      'X-Request-Id': 'req-1',
      'X-Correlation-Id': 'corr-1',
      traceparent: `00-${TRACE}-${'b'.repeat(16)}-01`,
    };
    const answer = await api.call('GET', `${TASKS}/nothing?limit=1`, { headers: given });
    expect([answer.headers.get('x-request-id'), answer.headers.get('x-correlation-id')]).toEqual([
      'req-1',
      'corr-1',
    ]);
    expect(answer.body.trace_id).toBe(TRACE);
    expect(lines.at(-1)).toMatchObject({
      level: 'info',
      msg: 'request',
      method: 'GET',
      path: `${TASKS}/nothing`,
      status: 422,
      error_code: 'VALIDATION_ERROR',
      request_id: 'req-1',
      correlation_id: 'corr-1',
      trace_id: TRACE,
      duration_ms: expect.any(Number),
    });
    const [one, other] = [await api.call('GET', TASKS), await api.call('GET', TASKS)];
    const ids = [one, other].map(({ headers }) => headers.get('x-request-id'));
    expect(new Set(ids).size).toBe(2);
    expect(one.headers.get('x-correlation-id')).toBe(ids[0]);
  });

  it('carries none that are no ids, and a trace that is none is not believed', async () => {
    const { api } = await logged();
    for (const id of ['x'.repeat(129), 'a b', 'ü', '']) {
      const { headers } = await api.call('GET', '/health', { headers: { 'X-Request-Id': id } });
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
    const parent = 'b'.repeat(16);
    const traces = [
      `00-${'0'.repeat(32)}-${parent}-01`,
      `00-${TRACE}-${'0'.repeat(16)}-01`,
      `ff-${TRACE}-${parent}-01`,
      `00-${TRACE}-${parent}-01-more`,
      `00-${TRACE.toUpperCase()}-${parent}-01`,
      `00-${TRACE}-${parent}`,
      'nonsense',
    ];
    for (const traceparent of traces) {
      const { body } = await api.call('GET', '/nothing', { headers: { traceparent } });
      expect(body.trace_id).toMatch(/^[0-9a-f]{32}$/);
      expect(body.trace_id).not.toBe(TRACE);
    }
    const newer = { traceparent: `cc-${TRACE}-${parent}-01-more` };
    expect((await api.call('GET', '/nothing', { headers: newer })).body.trace_id).toBe(TRACE);
  });

  it('leaves no secret in the log', async () => {
    const { api, text } = await logged();
    const config = {
      script_type: 'webhook',
      url: 'https://example.com/',
      secret: 'whsec_c2VjcmV0c2VjcmV0c2VjcmV0',
    };
    await api.call('POST', TASKS, { body: { name: 'Private name', task_type: 'custom', config } });
    await api.call('GET', `${TASKS}?q=Private`);
    for (const secret of [config.secret, 'Private', await tokenOf(ALICE)])
      expect(text()).not.toContain(secret);
  });
});

describe('the health', () => {
  it('says 503 and why where the process is not ready, and that it lives all the same', async () => {
    const { api } = await logged(() => ({
      health: {
        live: () => true,
        ready: async () => ({ ready: false, reasons: ['views are being built'] }),
        detailed: async () => ({
          ready: false,
          reasons: ['views are being built'],
          warnings: [],
          components: { nats: { up: true } },
        }),
      },
    }));
    const answers = await Promise.all(
      ['', '/live', '/ready', '/detailed'].map((rest) => api.call('GET', `/health${rest}`, { user: null })),
    );
    expect(answers.map(({ status }) => status)).toEqual([503, 200, 503, 503]);
    expect(answers[0]?.body).toMatchObject({ status: 'unhealthy', service: 'task-service' });
    expect(answers[2]?.body.reasons).toEqual(['views are being built']);
    expect(answers[3]?.body.components).toEqual({ nats: { up: true } });
  });
});
