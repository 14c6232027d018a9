import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errors } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { LogUnavailable } from '../../../src/application/ports/failures.ts';
import { jetstreamApi } from '../../../src/jetstream/connection/api.ts';
import { checkServer, connectNats, UnfitServer } from '../../../src/jetstream/connection/connection.ts';
import { jetstreamErrorCode, unavailableOr } from '../../../src/jetstream/connection/errors.ts';
import { provision } from '../../../src/jetstream/provisioning/provision.ts';
import { streamFigures } from '../../../src/jetstream/provisioning/stream-figures.ts';
import { eventually } from '../../support/eventually.ts';
import { connected } from '../../support/nats/nats-client.ts';
import { natsServer, natsServerBinary } from '../../support/nats/nats-server.ts';
import { tookOnOwnCores } from '../../support/processes/waited-for-cores.ts';

async function thrownBy(attempt: Promise<unknown>): Promise<unknown> {
  return await attempt.then(
    () => null,
    (error: unknown) => error,
  );
}

test.each([
  ['2.11.9', 4_194_304, 'SERVER_TOO_OLD'],
  ['1.99.0', 4_194_304, 'SERVER_TOO_OLD'],
  ['', 4_194_304, 'SERVER_TOO_OLD'],
  ['2.15.1', 1_048_576, 'MAX_PAYLOAD_TOO_SMALL'],
])('a server of version "%s" with max_payload %i is refused: %s', (version, max_payload, reason) => {
  expect(() => checkServer({ version, max_payload })).toThrow(expect.objectContaining({ reason }));
});

test.each(['2.12.0', '2.12.0-preview.1', '2.15.1', '3.0.0'])('a server of version %s will do', (version) => {
  checkServer({ version, max_payload: 2 * 1024 * 1024 });
});

test('an old server is refused when it is connected to', async ({ onTestFinished }) => {
  const old = createServer((socket) => {
    const info = { server_id: 'x', version: '2.10.22', max_payload: 1_048_576, headers: true, proto: 1 };
    socket.on('error', () => socket.destroy());
    socket.on('data', (data) => data.includes('PING') && socket.write('PONG\r\n'));
    socket.write(`INFO ${JSON.stringify(info)}\r\n`);
  });
  await new Promise<void>((resolve) => old.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void old.close());
  const { port } = old.address() as { port: number };

  const error = await thrownBy(connectNats({ servers: `127.0.0.1:${port}`, name: 'test' }));

  expect(error).toBeInstanceOf(UnfitServer);
  expect((error as UnfitServer).message).toContain('2.10.22');
});

test('a server without JetStream is refused', async ({ onTestFinished }) => {
  const folder = await mkdtemp(join(tmpdir(), 'task-service-test-'));
  await writeFile(join(folder, 'off.conf'), 'listen: "127.0.0.1:-1"\nmax_payload: 4MB\n');
  const child = spawn(await natsServerBinary(), ['-c', join(folder, 'off.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true });
  });
  const servers = await new Promise<string>((resolve, reject) => {
    let log = '';
    child.once('error', reject);
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk;
      const address = /client connections on (127\.0\.0\.1:\d+)\n/.exec(log)?.[1];
      if (address !== undefined) resolve(address);
    });
  });

  expect(await thrownBy(connectNats({ servers, name: 'test' }))).toMatchObject({ reason: 'JETSTREAM_OFF' });
});

test('wrong credentials are an error, not a wait', async () => {
  const server = await natsServer();
  const attempt = connectNats({ servers: server.servers, user: server.user, pass: 'wrong', name: 'test' });
  expect(await thrownBy(attempt)).toMatchObject({ reason: 'CREDENTIALS_REFUSED' });
});

test('a server that is not there yet is waited for', async () => {
  const server = await natsServer();
  await server.kill9();
  const connecting = connectNats({
    servers: server.servers,
    user: server.user,
    pass: server.pass,
    name: 'test',
  });
  await server.restart();
  const nc = await connecting;
  await jetstreamApi(nc, 'INFO');
  await nc.close();
});

test('a stopped server fails requests within their timeout, and they succeed again when it is back', async () => {
  const server = await natsServer();
  const nc = await connected(server);
  await provision(nc, { replicas: 1 });

  await server.kill9();
  const took = await tookOnOwnCores(async () => {
    const error = await thrownBy(jetstreamApi(nc, 'STREAM.INFO.TASK_LOG', undefined, 500));
    expect(unavailableOr(error)).toBeInstanceOf(LogUnavailable);
  });
  expect(took).toBeLessThan(1_000);

  await server.restart();
  const back = await tookOnOwnCores(async () => {
    while ((await thrownBy(jetstreamApi(nc, 'STREAM.INFO.TASK_LOG', undefined, 200))) !== null);
  });
  expect(back).toBeLessThan(4_000);
});

test('a frozen server fails requests within their timeout', async () => {
  const server = await natsServer();
  const nc = await connected(server);
  server.freeze();
  const took = await tookOnOwnCores(async () => {
    const error = await thrownBy(jetstreamApi(nc, 'INFO', undefined, 300));
    expect(unavailableOr(error)).toBeInstanceOf(LogUnavailable);
  });
  expect(took).toBeLessThan(800);
  server.thaw();
  await jetstreamApi(nc, 'INFO');
});

test('what is published without a server does not pile up', async () => {
  const server = await natsServer({ empty: true });
  const nc = await connected(server);
  // A stream counts what the server gets, whenever it comes.
  const flood = { name: 'FLOOD', subjects: ['flood'], storage: 'file', num_replicas: 1 };
  await jetstreamApi(nc, 'STREAM.CREATE.FLOOD', flood);
  const publish = async () => (await nc.request('flood', '', { timeout: 200 })).json<{ seq: number }>().seq;
  nc.publish('flood');
  expect(await publish()).toBe(2);
  await server.kill9();
  const payload = new Uint8Array(100_000);
  for (let n = 0; n < 100; n++) {
    nc.publish('flood', payload);
    await delay(10);
  }
  await server.restart();
  const last = await eventually(() => publish().catch(() => null));
  expect(last - 2).toBeLessThan(60);
});

test('refusals of JetStream are told by code, absence of an answer by LogUnavailable', async () => {
  const nc = await connected(await natsServer());

  const missing = await thrownBy(jetstreamApi(nc, 'STREAM.INFO.NONE'));
  expect(jetstreamErrorCode(missing)).toBe(10059);
  expect(jetstreamErrorCode(new Error('wrapped', { cause: missing }))).toBe(10059);
  expect(unavailableOr(missing)).toBe(missing);

  const nobody = await thrownBy(nc.request('nobody.listens', '', { timeout: 500 }));
  expect(jetstreamErrorCode(nobody)).toBeNull();
  expect(unavailableOr(nobody)).toBeInstanceOf(LogUnavailable);

  await nc.close();
  expect(unavailableOr(await thrownBy(jetstreamApi(nc, 'INFO')))).toBeInstanceOf(LogUnavailable);

  const socket = new errors.ConnectionError('lost', { cause: new Error('ECONNRESET') });
  expect(unavailableOr(socket)).toBeInstanceOf(LogUnavailable);

  const ours = new TypeError('a fault of ours');
  expect(unavailableOr(ours)).toBe(ours);
});

test('the figures of every stream can be told, and are an error without a server', async () => {
  const server = await natsServer();
  const nc = await connected(server);
  await provision(nc, { replicas: 1 });
  await nc.request('$KV.LEASES.a', '{}', { timeout: 5_000 });

  const figures = await streamFigures(nc);
  const names = [
    'TASK_LOG',
    'KV_VIEW_GENERATIONS',
    'KV_LEASES',
    'EXECUTION_COMMANDS',
    'TASK_EVENTS',
    'PLATFORM_EVENTS',
  ];
  expect(figures.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  const leases = figures.find(({ name }) => name === 'KV_LEASES');
  expect(leases).toMatchObject({ messages: 1, last_sequence: 1 });
  expect(leases?.bytes).toBeGreaterThan(0);

  await server.kill9();
  await expect(streamFigures(nc)).rejects.toThrow(LogUnavailable);
});
