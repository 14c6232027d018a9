import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { events } from '../../src/cli/events.ts';
import { type HttpServer, startServer } from '../../src/http/server/server.ts';
import { ALICE, type Stack, stack, tokenOf } from '../support/parts/stack.ts';
import { httpReceiver } from '../support/world/http-receiver.ts';

async function served({ app }: Stack, port = 0): Promise<HttpServer> {
  const server = await startServer({
    fetch: (request, env) => app.fetch(request, env),
    host: '127.0.0.1',
    port,
  });
  onTestFinished(() => server.stop(0));
  return server;
}

async function create({ call }: Stack, name: string): Promise<void> {
  expect((await call('POST', '/api/v1/tasks', { body: { name, task_type: 'todo' } })).status).toBe(201);
}

/** The command, run in this process, with what it prints. */
async function running(url: string, ...args: string[]) {
  const stop = new AbortController();
  const lines: { sequence: number; event: { id: string; type: string } }[] = [];
  const told: string[] = [];
  const env = { TASK_SERVICE_URL: url, TASK_SERVICE_TOKEN: await tokenOf(ALICE) };
  const none = () => {
    throw new Error('needs no configuration');
  };
  const done = events(args, none, env, {
    print: (line) => lines.push(JSON.parse(line)),
    tell: (line) => told.push(line),
    signal: stop.signal,
  });
  done.catch(() => {});
  onTestFinished(() => stop.abort());
  return { lines, told, done, stop: () => stop.abort() };
}

test('events replay prints what is in the log, one line each, and ends', async () => {
  const stack_ = await stack();
  const { url } = await served(stack_);
  await create(stack_, 'one');
  await create(stack_, 'two');
  const { lines, done } = await running(url, 'replay');
  await done;
  expect(lines.map(({ event }) => event.type)).toEqual(['task.created', 'task.created']);
  const behind = await running(url, 'replay', '--after', String(lines[0]?.sequence));
  await behind.done;
  expect(behind.lines).toEqual(lines.slice(1));
});

test('events follow goes on over a service that was away, and misses and repeats nothing', async () => {
  const stack_ = await stack();
  const first = await served(stack_);
  const { lines, done, stop } = await running(first.url, 'follow', '--after', '0');
  await create(stack_, 'one');
  await expect.poll(() => lines.length).toBe(1);
  await first.stop(0);
  await create(stack_, 'two');
  await served(stack_, first.port);
  await expect.poll(() => lines.length).toBe(2);
  await create(stack_, 'three');
  await expect.poll(() => lines.length).toBe(3);
  expect(new Set(lines.map(({ event }) => event.id)).size).toBe(3);
  stop();
  await done;
});

test('events --forward-to sends each to a receiver in order, signed with the secret that was printed', async () => {
  const stack_ = await stack();
  const { url } = await served(stack_);
  for (const name of ['one', 'two', 'three']) await create(stack_, name);
  const receiver = await httpReceiver((_, response) =>
    response.writeHead(receiver.requests.length === 2 ? 500 : 204).end(),
  );
  const { lines, told, done } = await running(url, 'replay', '--forward-to', receiver.url);
  await done;
  const ids = lines.map(({ event }) => event.id);
  expect(receiver.requests.map(({ headers }) => headers['webhook-id'])).toEqual(ids);
  const key = Buffer.from(/whsec_(\S+)/.exec(told[0] ?? '')?.[1] ?? '', 'base64');
  for (const { headers, body } of receiver.requests) {
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    expect(headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
    );
  }
  expect(told.slice(1).map((line) => / -> (\S+) /.exec(line)?.[1])).toEqual(['204', '500', '204']);
});

test('events says what the service refuses, and does not ask again', async () => {
  const stack_ = await stack();
  const { url } = await served(stack_);
  const { done } = await running(url, 'follow', '--types', 'task.exploded');
  await expect(done).rejects.toThrow(/refused with 422/);
});

test('events asks again, ever later, while the service answers with errors', async () => {
  let asked = 0;
  const server = createServer((_, response) => {
    asked++;
    response.writeHead(503).end();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { told, stop, done } = await running(
    `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    'follow',
  );
  await expect.poll(() => told.length).toBeGreaterThan(0);
  expect(told[0]).toBe('the service does not answer (503); again in 2 s');
  stop();
  await done;
  expect(asked).toBe(1);
});
