/**
 * The store of a nats-server with the service's streams and nothing in them, made once for all tests of a run: to make
 * them takes a server a quarter of a second, to find them there takes it ten milliseconds.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { connectNats } from '../../../src/jetstream/connection/connection.ts';
import { provision } from '../../../src/jetstream/provisioning/provision.ts';
import { natsServerBinary, startNatsServer } from './nats-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of a folder, to be copied. */
    provisionedStore: string;
  }
}

/** Where there is no nats-server, tests that need none run all the same. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const isThere = await natsServerBinary().then(
    () => true,
    () => false,
  );
  if (!isThere) return undefined;
  const store = await mkdtemp(join(tmpdir(), 'task-service-test-'));
  const server = await startNatsServer({ empty: true });
  const { servers, user, pass } = server;
  const nc = await connectNats({ servers, user, pass, name: 'set-up' });
  await provision(nc, { replicas: 1 });
  await nc.close();
  await server.kill9();
  await cp(server.storeDir, store, { recursive: true });
  await server.stop();
  project.provide('provisionedStore', store);
  return () => rm(store, { recursive: true, force: true });
}
