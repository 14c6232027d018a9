import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { lifeOf, signal } from '../../src/jetstream/processes.ts';
import { startService } from '../support/service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

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
