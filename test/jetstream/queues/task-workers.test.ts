/** `custom` with `script_type: nats` whole: the log, the queue, a worker of ours and workers of others on one nats-server. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { headers } from '@nats-io/transport-node';
import { expect, onTestFinished, test } from 'vitest';
import type { CreditMicros } from '../../../src/domain/shared/credits.ts';
import type { JsonObject } from '../../../src/domain/shared/json.ts';
import { NatsTaskWorkers } from '../../../src/jetstream/queues/task-workers.ts';
import { createExecutors } from '../../../src/task-types/all.ts';
import { connected } from '../../support/nats/nats-client.ts';
import { natsServer, type TestNatsServer } from '../../support/nats/nats-server.ts';
import { providers } from '../../support/parts/providers.ts';
import { startWorker, workerParts } from '../../support/parts/worker-parts.ts';

async function ground() {
  const server = await natsServer({ empty: true });
  const nc = await connected(server);
  const parts = await workerParts(nc, randomBytes(32));
  const executors = createExecutors(providers({ taskWorkers: new NatsTaskWorkers(nc) }));
  startWorker(parts, 'w1', { executors });
  return { server, nc, parts, others: await connected(server) };
}

function asks(payload: JsonObject = {}) {
  return { task_type: 'custom', config: { script_type: 'nats', worker: 'count-words', payload } } as const;
}

/** Starts `examples/nats-worker.mjs`; answers once it waits for requests. */
async function exampleWorker({
  servers,
  user,
  pass,
}: TestNatsServer): Promise<{ stopped: () => Promise<number | null> }> {
  const file = join(import.meta.dirname, '..', '..', '..', 'examples', 'nats-worker.mjs');
  const child = spawn(process.execPath, [file], {
    env: { PATH: process.env.PATH, NATS_URL: servers, NATS_USER: user, NATS_PASSWORD: pass },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('exit', () => reject(new Error('the example ended')));
  });
  return {
    stopped: () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

test('the example worker does the work of a task', async () => {
  const { server, parts } = await ground();
  const worker = await exampleWorker(server);

  const counted = await parts.request({
    ...asks({ text: 'to be or not' }),
    credits_per_run_micros: 0 as never,
  });
  expect(await parts.ended(counted)).toMatchObject({
    status: 'completed',
    result: { words: 4 },
    summary: '4 words',
    api_calls_made: 1,
    error_message: null,
  });

  const refused = await parts.request(asks({ words: 4 }));
  expect(await parts.ended(refused)).toMatchObject({
    status: 'failed',
    error_message: 'payload.text must be text',
    error_details: { code: 'WORKER_FAILED', worker_error: { code: 'NO_TEXT' } },
    api_calls_made: 1,
  });
  expect(await worker.stopped()).toBe(0);
});

test('without such a worker the run fails at once: NO_WORKER', async () => {
  const { parts } = await ground();
  const requested = await parts.request(asks());
  expect(await parts.ended(requested)).toMatchObject({
    status: 'failed',
    error_details: { code: 'NO_WORKER' },
    api_calls_made: 0,
  });
});

test('a worker that does not answer until the deadline: TIMEOUT, and its late answer finds nobody', async () => {
  const { parts, others } = await ground();
  const subscription = others.subscribe('taskworkers.count-words');
  await others.flush();
  const requested = await parts.request(asks(), { timeoutSeconds: 1 });
  const { value: message } = await subscription[Symbol.asyncIterator]().next();
  expect(await parts.ended(requested)).toMatchObject({
    status: 'failed',
    error_details: { code: 'TIMEOUT' },
    api_calls_made: 1,
  });
  await expect(others.request(message.reply ?? '', '{}', { timeout: 1_000 })).rejects.toThrow(
    /no responders/i,
  );
});

test('a run that is cancelled lets go of its request, which carried its trace', async () => {
  const { parts, others } = await ground();
  const subscription = others.subscribe('taskworkers.count-words');
  await others.flush();
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const requested = await parts.request(asks(), { traceparent });
  const { value: message } = await subscription[Symbol.asyncIterator]().next();
  expect(message.headers?.get('traceparent')).toBe(traceparent);
  const { userId, taskId, executionId } = requested;
  await parts.person.ask(userId, taskId, {
    type: 'cancel_execution',
    data: { execution_id: executionId, reason: null },
  });
  expect(await parts.ended(requested)).toMatchObject({ status: 'cancelled' });
  await expect
    .poll(() =>
      others.request(message.reply ?? '', '{}', { timeout: 1_000 }).then(
        () => 'somebody',
        () => 'nobody',
      ),
    )
    .toBe('nobody');
});

test('without a connection: WORKER_UNREACHABLE, at once', async () => {
  const { others } = await ground();
  await others.close();
  const { signal } = new AbortController();
  expect(await new NatsTaskWorkers(others).ask('count-words', Buffer.from('{}'), signal, null)).toEqual({
    kind: 'unreachable',
  });
});

test('BR-EXE-004: a worker charges what it says, never more than the task costs, and nothing for a failure', async () => {
  const { parts, others } = await ground();
  const answers = [{ credits: 0.5 }, { credits: 5 }, { error: { message: 'no' } }];
  others.subscribe('taskworkers.count-words', {
    callback: (_error, message) => void message.respond(JSON.stringify(answers.shift())),
  });
  await others.flush();
  const charged: number[] = [];
  for (let n = 0; n < 3; n++) {
    const requested = await parts.request({ ...asks(), credits_per_run_micros: 2_000_000 as CreditMicros });
    charged.push((await parts.ended(requested)).credits_consumed_micros ?? -1);
  }
  expect(charged).toEqual([500_000, 2_000_000, 0]);
});

test('an error in the headers of a NATS service is its failure', async () => {
  const { parts, others } = await ground();
  others.subscribe('taskworkers.count-words', {
    callback: (_error, message) => {
      const told = headers();
      told.set('Nats-Service-Error', 'out of paper');
      told.set('Nats-Service-Error-Code', '422');
      message.respond('', { headers: told });
    },
  });
  await others.flush();
  expect(await parts.ended(await parts.request(asks()))).toMatchObject({
    status: 'failed',
    error_message: 'out of paper',
    error_details: { code: 'WORKER_FAILED', worker_error: { code: '422' } },
  });
});
