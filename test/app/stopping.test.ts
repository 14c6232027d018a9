import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { lifeOf, signal } from '../../src/jetstream/embedded-server/processes.ts';
import { natsServerBinary } from '../support/nats/nats-server.ts';
import { SECRET, SECRETS_KEY, startService } from '../support/processes/service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { tcpServer } from '../support/world/http-receiver.ts';

const ROOT = join(import.meta.dirname, '..', '..');

async function embeddedService() {
  const DATA_DIR = temporaryFolder();
  const service = await startService({ DATA_DIR });
  const server = Number(readFileSync(join(DATA_DIR, 'run', 'nats-server.pid'), 'utf8'));
  onTestFinished(() => {
    service.kill('SIGKILL');
    signal(server, 'SIGKILL');
  });
  return { service, server };
}

test('a service that waits for a NATS server that does not answer stops as well', async () => {
  let reach = () => {};
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  const address = await tcpServer(() => reach());
  const child = spawn(process.execPath, [join(ROOT, 'dist', 'main.js')], {
    env: { NATS_URL: address, LOG_FORMAT: 'json', PORT: '0', AUTH_JWT_SECRET: SECRET, SECRETS_KEY },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await reached;
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('a service that is told to stop while its embedded server starts leaves no server behind', async () => {
  const DATA_DIR = temporaryFolder();
  const child = spawn(process.execPath, [join(ROOT, 'dist', 'main.js')], {
    env: {
      ...process.env,
      DATA_DIR,
      LOG_FORMAT: 'json',
      PORT: '0',
      NATS_SERVER_BIN: await natsServerBinary(),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const file = join(DATA_DIR, 'run', 'nats-server.pid');
  while (!existsSync(file)) await delay(5);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  const server = Number(readFileSync(file, 'utf8'));
  while ((await lifeOf(server)) !== null) await delay(5);
});

describe('the service with its embedded server', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('stops cleanly on %s, and its server with it', async (name) => {
    const { service, server } = await embeddedService();
    expect(await service.end(name)).toBe(0);
    expect(service.log().at(-1)?.msg).toBe('stopped');
    expect(await lifeOf(server)).toBeNull();
  });

  test('stops as cleanly when the signal comes twice, as under npm', async () => {
    const { service, server } = await embeddedService();
    // Frozen, the server holds the stop up until the second signal has come.
    signal(server, 'SIGSTOP');
    service.kill('SIGINT');
    await service.logged(({ msg }) => msg === 'stopping');
    service.kill('SIGINT');
    await delay(100);
    signal(server, 'SIGCONT');
    expect(await service.end('SIGCONT')).toBe(0);
    expect(service.log().at(-1)?.msg).toBe('stopped');
    expect(await lifeOf(server)).toBeNull();
  });

  test('ends at once on another signal of somebody who will not wait', async () => {
    const { service, server } = await embeddedService();
    signal(server, 'SIGSTOP');
    service.kill('SIGINT');
    await service.logged(({ msg }) => msg === 'stopping');
    await delay(1_100);
    expect(await service.end('SIGINT')).toBe(1);
  });
});
