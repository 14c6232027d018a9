import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { systemClock } from '../../src/app/system-clock.ts';
import type { RecordedTaskEvent } from '../../src/domain/shared/event.ts';
import { NO_SEQUENCE } from '../../src/domain/shared/ids.ts';
import type { JsonObject } from '../../src/domain/shared/json.ts';
import { jetstreamApi } from '../../src/jetstream/connection/api.ts';
import { createExecutors } from '../../src/task-types/all.ts';
import { eventually } from '../support/eventually.ts';
import { connected } from '../support/nats/nats-client.ts';
import { natsServer } from '../support/nats/nats-server.ts';
import { providers } from '../support/parts/providers.ts';
import { outboundTo } from '../support/parts/run.ts';
import { type Requested, startWorker, type WorkerParts, workerParts } from '../support/parts/worker-parts.ts';
import { bundled } from '../support/processes/bundled.ts';
import { type HttpReceiver, httpReceiver, json } from '../support/world/http-receiver.ts';

const PROGRAM = await bundled(join(import.meta.dirname, 'worker-process.ts'));

async function ground() {
  const server = await natsServer({ empty: true });
  const secretsKey = randomBytes(32);
  const nc = await connected(server);
  const parts = await workerParts(nc, secretsKey);
  const receiver = await httpReceiver();
  const hook = (config: JsonObject = {}) =>
    ({ task_type: 'custom', config: { script_type: 'webhook', url: receiver.url, ...config } }) as const;
  return { server, nc, secretsKey, parts, receiver, hook, outbound: outboundTo(receiver.host) };
}

function historyOf(parts: WorkerParts, { userId, taskId }: Requested): Promise<RecordedTaskEvent[]> {
  return parts.log.readTask(userId, taskId, NO_SEQUENCE);
}

/** Type and attempt of every event of the execution's own life. */
async function lifeOf(parts: WorkerParts, requested: Requested): Promise<string[]> {
  const events = await historyOf(parts, requested);
  return events.slice(2).map(({ type, data }) => ('attempt' in data ? `${type} ${data.attempt}` : type));
}

/** Lets a receiver answer only when it is told to. */
function holding(receiver: HttpReceiver): () => void {
  const held: (() => void)[] = [];
  receiver.answer((_request, response) => {
    held.push(() => json(response, 200, { late: true }));
  });
  return () => {
    for (const answer of held) answer();
  };
}

test('an execution runs: started, called once with its id, completed with its result, acked', async () => {
  const { parts, receiver, hook, outbound } = await ground();
  const worker = startWorker(parts, 'w1', { outbound });
  const requested = await parts.request(hook(), { triggerData: { because: 'I said so' } });

  expect(await parts.ended(requested)).toMatchObject({
    status: 'completed',
    attempt: 1,
    result: { status: 200, body: { ok: true } },
    result_truncated: false,
    summary: `POST ${receiver.host} answered 200`,
    api_calls_made: 1,
    tokens_used: 0,
    error_message: null,
  });
  await parts.allAcked();

  expect(receiver.requests).toHaveLength(1);
  expect(receiver.requests[0]?.headers['webhook-id']).toBe(requested.executionId);
  expect(JSON.parse(receiver.requests[0]?.body ?? '')).toMatchObject({
    data: { execution_id: requested.executionId, trigger_data: { because: 'I said so' } },
  });
  expect(await lifeOf(parts, requested)).toEqual(['task.execution_started 1', 'task.execution_completed 1']);
  const [, , started, completed] = await historyOf(parts, requested);
  expect(started?.meta).toMatchObject({ actor: 'worker:w1', correlation_id: requested.executionId });
  expect(completed?.meta.causation_id).toBe(started?.meta.id);
  expect(worker.status()).toMatchObject({ started: 1, completed: 1, failed: 0, running: 0 });
});

test('a failure has its code, its calls and its message', async () => {
  const { parts, receiver, hook, outbound } = await ground();
  receiver.answer((_request, response) => response.writeHead(418).end('short and stout'));
  startWorker(parts, 'w1', { outbound });
  const requested = await parts.request(hook());
  expect(await parts.ended(requested)).toMatchObject({
    status: 'failed',
    error_message: 'the receiver answered 418',
    error_details: { code: 'UNEXPECTED_STATUS', status: 418, body: 'short and stout' },
    api_calls_made: 1,
    credits_consumed_micros: 0,
  });
});

test('a stored config that does not fit (any more) fails as INVALID_CONFIG and calls nobody', async () => {
  const { parts, receiver, outbound } = await ground();
  startWorker(parts, 'w1', { outbound });
  const requested = await parts.request({ task_type: 'custom', config: { script_type: 'webhook' } });
  expect(await parts.ended(requested)).toMatchObject({
    status: 'failed',
    error_details: { code: 'INVALID_CONFIG', errors: [{ path: ['url'] }] },
    api_calls_made: 0,
  });
  expect(receiver.requests).toEqual([]);
});

test('a result of 1 MiB is kept to 256 KiB and says so', async () => {
  const { parts } = await ground();
  const big = {
    parseConfig: () => ({ ok: true, config: null }) as const,
    secretsIn: () => [],
    execute: async () => ({ result: 'x'.repeat(1024 * 1024), summary: null }),
  };
  const executors = createExecutors(providers());
  startWorker(parts, 'w1', { executors: { ...executors, todo: big } });
  const requested = await parts.request({});
  const execution = await parts.ended(requested);
  expect(execution).toMatchObject({ status: 'completed', result_truncated: true });
  const bytes = Buffer.byteLength(JSON.stringify(execution.result));
  expect(bytes).toBeLessThanOrEqual(256 * 1024);
  expect(bytes).toBeGreaterThan(255 * 1024);
});

test('the deadline ends a hanging call: TIMEOUT, and the receiver sees the connection close', async () => {
  const { parts, receiver, hook, outbound } = await ground();
  holding(receiver);
  startWorker(parts, 'w1', { outbound });
  const requested = await parts.request(hook(), { timeoutSeconds: 1 });
  const request = await receiver.received(1);
  const execution = await parts.ended(requested);
  expect(execution).toMatchObject({
    status: 'failed',
    error_message: 'not finished within 1 s',
    error_details: { code: 'TIMEOUT' },
    api_calls_made: 1,
  });
  expect(execution.duration_ms).toBeGreaterThanOrEqual(900);
  expect(execution.duration_ms).toBeLessThan(2_500);
  await request.closed;
  await parts.allAcked();
});

for (const [what, end, status] of [
  [
    'cancelling the execution',
    (parts: WorkerParts, { userId, taskId, executionId }: Requested) =>
      parts.person.ask(userId, taskId, {
        type: 'cancel_execution',
        data: { execution_id: executionId, reason: null },
      }),
    'cancelled',
  ],
  [
    'cancelling the task',
    (parts: WorkerParts, { userId, taskId }: Requested) =>
      parts.person.ask(userId, taskId, { type: 'cancel', data: { if_match: null, reason: null } }),
    'cancelled',
  ],
  [
    'deleting the task',
    (parts: WorkerParts, { userId, taskId }: Requested) =>
      parts.person.ask(userId, taskId, { type: 'delete', data: { if_match: null, reason: null } }),
    'cancelled',
  ],
] as const) {
  test(`${what} ends a hanging call for real, and no outcome follows`, async () => {
    const { parts, receiver, hook, outbound } = await ground();
    const answer = holding(receiver);
    const worker = startWorker(parts, 'w1', { outbound });
    const requested = await parts.request(hook());
    const request = await receiver.received(1);
    await end(parts, requested);
    await request.closed;
    answer();
    await parts.allAcked();
    expect(await parts.ended(requested)).toMatchObject({ status });
    expect((await lifeOf(parts, requested)).filter((it) => /completed|failed/.test(it))).toEqual([]);
    expect(worker.status()).toMatchObject({ started: 1, completed: 0, failed: 0, superseded: 1 });
  });
}

test('an edit of the task does not disturb its run', async () => {
  const { parts, receiver, hook, outbound } = await ground();
  const answer = holding(receiver);
  startWorker(parts, 'w1', { outbound });
  const requested = await parts.request(hook());
  await receiver.received(1);
  await parts.person.rename(requested.userId, requested.taskId, 'Water the roses');
  // Several looks of the watch.
  await delay(400);
  answer();
  expect(await parts.ended(requested)).toMatchObject({ status: 'completed', attempt: 1 });
});

test('a worker killed with -9: the next one runs attempt 2 under the same execution id', async () => {
  const { server, secretsKey, parts, receiver, hook, outbound } = await ground();
  holding(receiver);
  const args = [
    server.servers,
    server.user,
    server.pass,
    secretsKey.toString('hex'),
    'doomed',
    receiver.host,
  ];
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const requested = await parts.request(hook());
  const first = await receiver.received(1);
  // Longer than the ack wait: heartbeats keep the command with the worker that lives.
  startWorker(parts, 'heir', { outbound });
  await delay(1_500);
  expect(receiver.requests).toHaveLength(1);

  child.kill('SIGKILL');
  await first.closed;
  receiver.answer((_request, response) => json(response, 200, { ok: true }));
  expect(await parts.ended(requested)).toMatchObject({ status: 'completed', attempt: 2 });
  expect(
    receiver.requests.map(({ headers }) => [headers['webhook-id'], headers['x-execution-attempt']]),
  ).toEqual([
    [requested.executionId, '1'],
    [requested.executionId, '2'],
  ]);
  expect(await lifeOf(parts, requested)).toEqual([
    'task.execution_started 1',
    'task.execution_started 2',
    'task.execution_completed 2',
  ]);
  await parts.allAcked();
});

test('a worker that stops hands back what does not end in time: attempt 2, at once', async () => {
  const { parts, receiver, hook, outbound } = await ground();
  holding(receiver);
  const first = startWorker(parts, 'w1', { outbound });
  const requested = await parts.request(hook());
  const request = await receiver.received(1);
  receiver.answer((_request, response) => json(response, 200, { ok: true }));
  await first.stop();
  await request.closed;
  startWorker(parts, 'w2', { outbound });
  expect(await parts.ended(requested)).toMatchObject({ status: 'completed', attempt: 2 });
  await parts.allAcked();
});

test('a worker that stops lets those end that do', async () => {
  const { parts, receiver, hook, outbound } = await ground();
  const answer = holding(receiver);
  const worker = startWorker(parts, 'w1', { outbound, timing: { stopGrace: 10_000 } });
  const requested = await parts.request(hook());
  await receiver.received(1);
  const stopped = worker.stop();
  answer();
  await stopped;
  expect(await parts.ended(requested)).toMatchObject({ status: 'completed', attempt: 1 });
  await parts.allAcked();
});

test('a command delivered again to the worker that runs it starts nothing twice', async () => {
  const { nc, parts, receiver, hook, outbound } = await ground();
  const answer = holding(receiver);
  // No heartbeats: the queue believes it lost.
  startWorker(parts, 'w1', { outbound, timing: { heartbeat: 60_000 } });
  const requested = await parts.request(hook());
  await receiver.received(1);
  await eventually(async () => {
    const path = 'CONSUMER.INFO.EXECUTION_COMMANDS.worker-medium';
    const { delivered } = await jetstreamApi<{ delivered: { consumer_seq: number } }>(nc, path);
    return delivered.consumer_seq >= 2;
  });
  answer();
  expect(await parts.ended(requested)).toMatchObject({ status: 'completed', attempt: 1 });
  await parts.allAcked();
  expect(receiver.requests).toHaveLength(1);
});

test('a command emitted again while its attempt runs, or after it ended, is dropped', async () => {
  const { parts, receiver, hook, outbound } = await ground();
  const answer = holding(receiver);
  const worker = startWorker(parts, 'w1', { outbound });
  const requested = await parts.request(hook());
  await receiver.received(1);
  const earlier = '2026-01-01T00:00:00.000Z' as ReturnType<typeof systemClock.now>;
  await parts.emit(requested, { due_at: earlier });
  answer();
  await parts.ended(requested);
  await parts.emit(requested, { due_at: '2026-01-01T01:00:00.000Z' as typeof earlier });
  await parts.allAcked();
  expect(receiver.requests).toHaveLength(1);
  expect(worker.status()).toMatchObject({ started: 1, completed: 1 });
  expect(await lifeOf(parts, requested)).toEqual(['task.execution_started 1', 'task.execution_completed 1']);
});

test('a server killed with -9 during a run: its outcome is appended once, when the server is back', async () => {
  const { server, parts, receiver, hook, outbound } = await ground();
  const answer = holding(receiver);
  const worker = startWorker(parts, 'w1', { outbound });
  const requested = await parts.request(hook());
  await receiver.received(1);
  await server.kill9();
  answer();
  await delay(500);
  await server.restart();
  expect(await parts.ended(requested)).toMatchObject({
    status: 'completed',
    attempt: 1,
    result: { body: { late: true } },
  });
  await parts.allAcked();
  expect(await lifeOf(parts, requested)).toEqual(['task.execution_started 1', 'task.execution_completed 1']);
  expect(receiver.requests).toHaveLength(1);
  expect(worker.status()).toMatchObject({ started: 1, completed: 1 });
});

test('many executions of many tasks, two workers: each runs once', async () => {
  const { parts } = await ground();
  const workers = ['w1', 'w2'].map((id) => startWorker(parts, id));
  const requested = await Promise.all(Array.from({ length: 200 }, () => parts.request({})));
  await parts.allAcked();
  const ended = await Promise.all(requested.map((it) => parts.ended(it)));
  expect(ended.filter(({ status, attempt }) => status === 'completed' && attempt === 1)).toHaveLength(200);
  const started = workers.map((worker) => worker.status().started);
  expect(started.reduce((a, b) => a + b)).toBe(200);
});
