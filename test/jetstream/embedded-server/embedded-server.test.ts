import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import pino from 'pino';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { DataDirInUse, lockDataDir } from '../../../src/jetstream/embedded-server/data-dir-lock.ts';
import {
  type EmbeddedServer,
  EmbeddedServerFailed,
  startEmbeddedServer,
} from '../../../src/jetstream/embedded-server/embedded-server.ts';
import { lifeOf, pidsWithArguments, signal } from '../../../src/jetstream/embedded-server/processes.ts';
import { natsServerBinary } from '../../support/nats/nats-server.ts';
import { bundled } from '../../support/processes/bundled.ts';

const PROGRAM = await bundled(join(import.meta.dirname, 'embedding-service.ts'));

const silent = pino({ level: 'silent' });

async function temporaryFolder(name = 'data'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'task-service-embedded-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, name);
}

async function embedded(
  dataDir: string,
  options: Partial<Parameters<typeof startEmbeddedServer>[0]> = {},
): Promise<EmbeddedServer> {
  const server = await startEmbeddedServer({
    binary: await natsServerBinary(),
    dataDir,
    logger: silent,
    ...options,
  });
  onTestFinished(() => server.stop());
  return server;
}

/** Until the test ends. */
function withEnvironment(variables: Record<string, string>): void {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  onTestFinished(() => {
    for (const name of Object.keys(variables)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });
}

async function environmentOf({ pid }: EmbeddedServer): Promise<string> {
  if (existsSync('/proc/self/environ')) return readFile(`/proc/${pid}/environ`, 'utf8');
  return execFileSync('ps', ['eww', String(pid)], { encoding: 'utf8' });
}

interface Credentials {
  readonly servers: string;
  readonly user: string;
  readonly pass: string;
}

async function client({ servers, user, pass }: Credentials): Promise<NatsConnection> {
  const nc = await connect({ servers, user, pass, maxReconnectAttempts: -1, reconnectTimeWait: 20 });
  onTestFinished(() => nc.close());
  return nc;
}

async function storeOne(at: Credentials): Promise<void> {
  const nc = await client(at);
  await (await jetstreamManager(nc)).streams.add({ name: 'KEPT', subjects: ['kept'] });
  await jetstream(nc).publish('kept', 'acknowledged');
  await nc.close();
}

async function storedCount(at: Credentials): Promise<number> {
  const nc = await client(at);
  const { state } = await (await jetstreamManager(nc)).streams.info('KEPT');
  await nc.close();
  return state.messages;
}

interface Service extends Credentials {
  readonly process: ChildProcess;
  /** Of its nats-server. */
  readonly pid: number;
  /** Less those in which it or its server waited for cores. */
  readonly startMs: number;
}

async function spawnService(dataDir: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [PROGRAM, await natsServerBinary(), dataDir]);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    for (const pid of await serverPids(dataDir)) signal(pid, 'SIGKILL');
  });
  return child;
}

async function startService(dataDir: string): Promise<Service> {
  const child = await spawnService(dataDir);
  let failure = '';
  child.stderr?.on('data', (chunk) => {
    failure += chunk;
  });
  const [line] = await Promise.race([
    once(child.stdout ?? child, 'data'),
    once(child, 'exit').then(() => {
      throw new Error(`the service ended:\n${failure}`);
    }),
  ]);
  return { process: child, ...JSON.parse(String(line)) };
}

async function kill9(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** The server and what guards it. */
function serverPids(dataDir: string): Promise<number[]> {
  return pidsWithArguments('-P', join(dataDir, 'run', 'nats-server.pid'));
}

async function untilNothingRuns(dataDir: string): Promise<void> {
  await vi.waitFor(async () => expect(await serverPids(dataDir)).toEqual([]), {
    timeout: 10_000,
    interval: 20,
  });
}

describe('the embedded nats-server', () => {
  test('answers JetStream requests as soon as it is started', async () => {
    const server = await embedded(await temporaryFolder());
    const nc = await client(server);
    await jetstreamManager(nc);
    expect(server.servers).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(await lifeOf(server.pid)).not.toBeNull();
  });

  test('runs on half of the cores, or on as many as the operator says', async () => {
    const half = Math.max(1, Math.floor(availableParallelism() / 2));
    const server = await embedded(await temporaryFolder());
    expect(await environmentOf(server)).toMatch(new RegExp(`\\bGOMAXPROCS=${half}\\b`));
    withEnvironment({ GOMAXPROCS: '7' });
    const told = await embedded(await temporaryFolder());
    expect(await environmentOf(told)).toMatch(/\bGOMAXPROCS=7\b/);
  });

  test('keeps half as much garbage as it uses, or what the operator says', async () => {
    const server = await embedded(await temporaryFolder());
    expect(await environmentOf(server)).toMatch(/\bGOGC=50\b/);
    withEnvironment({ GOGC: '100' });
    const told = await embedded(await temporaryFolder());
    expect(await environmentOf(told)).toMatch(/\bGOGC=100\b/);
  });

  test('knows none of the service’s secrets, and what it leaves in its folder is nobody else’s to read', async () => {
    withEnvironment({ SECRETS_KEY: 'a-key-to-keep', AUTH_JWT_SECRET: 'a-secret-to-keep', NODE_OPTIONS: '' });
    const dataDir = await temporaryFolder();
    // As an earlier version made it.
    await mkdir(join(dataDir, 'run'), { recursive: true, mode: 0o755 });
    const server = await embedded(dataDir);
    const environment = await environmentOf(server);
    expect(environment).toContain('TASK_NATS_STORE_DIR');
    expect(environment).not.toMatch(/-to-keep|SECRETS_KEY/);
    const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
    expect(await modeOf(join(dataDir, 'run'))).toBe('700');
    const locks = (await readdir(join(dataDir, 'run'))).filter((name) => name.startsWith('service.lock'));
    expect(locks.length).toBeGreaterThan(0);
    for (const lock of locks) expect([lock, await modeOf(join(dataDir, 'run', lock))]).toEqual([lock, '600']);
  });

  test('takes no connection without its password', async () => {
    const { servers, user } = await embedded(await temporaryFolder());
    await expect(connect({ servers, user, pass: 'guessed' })).rejects.toThrow();
    await expect(connect({ servers })).rejects.toThrow();
  });

  test('runs in a folder whose name has blanks, quotes, signs and letters of any language', async () => {
    const dataDir = await temporaryFolder(`it's "my" #1 $HOME données \\ {x}`);
    const server = await embedded(dataDir);
    await storeOne(server);
    expect(await storedCount(server)).toBe(1);
    expect(existsSync(join(dataDir, 'nats', 'jetstream'))).toBe(true);
  });

  test('takes the port it is given, and says so when that is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const dataDir = await temporaryFolder();
    const failure = await embedded(dataDir, { port }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EmbeddedServerFailed);
    expect((failure as Error).message).toContain(String(port));
    taken.close();
    await once(taken, 'close');
    expect((await embedded(dataDir, { port })).servers).toBe(`127.0.0.1:${port}`);
  });

  test('once stopped leaves no process behind, and all data for the next start', async () => {
    const dataDir = await temporaryFolder();
    const first = await embedded(dataDir);
    await storeOne(first);
    await first.stop();
    expect(await serverPids(dataDir)).toEqual([]);
    expect(await storedCount(await embedded(dataDir))).toBe(1);
  });

  test('is killed when it does not stop: here, frozen', { timeout: 20_000 }, async () => {
    const dataDir = await temporaryFolder();
    const server = await embedded(dataDir);
    signal(server.pid, 'SIGSTOP');
    await server.stop();
    expect(await serverPids(dataDir)).toEqual([]);
  });

  test('comes back on the same port when it dies, again and again', async () => {
    const dataDir = await temporaryFolder();
    const server = await embedded(dataDir);
    await storeOne(server);
    const { servers } = server;
    for (let deaths = 0; deaths < 3; deaths++) {
      const died = server.pid;
      signal(died, 'SIGKILL');
      await vi.waitFor(() => expect(server.pid).not.toBe(died), { timeout: 5_000, interval: 10 });
      await vi.waitFor(async () => expect(await storedCount(server)).toBe(1), {
        timeout: 5_000,
        interval: 20,
      });
    }
    expect(server.servers).toBe(servers);
    await server.stop();
    expect(await serverPids(dataDir)).toEqual([]);
  });

  test('stops while it is on its way back', async () => {
    const dataDir = await temporaryFolder();
    const server = await embedded(dataDir);
    const died = server.pid;
    signal(died, 'SIGKILL');
    await vi.waitFor(() => expect(server.pid).not.toBe(died), { timeout: 5_000, interval: 1 });
    await server.stop();
    expect(await serverPids(dataDir)).toEqual([]);
  });

  test('says in its own words why it does not start', async () => {
    const folder = await temporaryFolder();
    mkdirSync(folder);
    const binary = join(folder, 'nats-server');
    writeFileSync(
      binary,
      '#!/bin/sh\necho "[1] 2026/01/01 00:00:00.0 [FTL] the disk is full" >&2\nexit 3\n',
      {
        mode: 0o755,
      },
    );
    await expect(embedded(folder, { binary })).rejects.toThrow(/ended \(3\).*\n.*the disk is full/);
    await expect(embedded(folder, { binary: join(folder, 'missing') })).rejects.toThrow(EmbeddedServerFailed);
    expect((await embedded(folder)).pid).toBeGreaterThan(0);
  });

  test('writes its log through the given logger, by level', async () => {
    const lines = new PassThrough();
    const server = await embedded(await temporaryFolder(), { logger: pino({ level: 'debug' }, lines) });
    await server.stop();
    const logged = String(lines.read())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { level: number; msg: string; component: string });
    expect(logged.every(({ component }) => component === 'nats-server')).toBe(true);
    expect(logged.find(({ msg }) => msg === 'Server is ready')?.level).toBe(20);
    expect(logged.filter(({ level }) => level > 30)).toEqual([]);
  });
});

describe('a service with an embedded server, killed with -9', () => {
  test('takes its server with it', async () => {
    const dataDir = await temporaryFolder();
    const service = await startService(dataDir);
    expect(await serverPids(dataDir)).toContain(service.pid);
    await kill9(service.process);
    await untilNothingRuns(dataDir);
  });

  test('starts again at once, within two seconds, with all that was acknowledged', async () => {
    const dataDir = await temporaryFolder();
    const service = await startService(dataDir);
    await storeOne(service);
    await kill9(service.process);
    const next = await startService(dataDir);
    expect(next.startMs).toBeLessThan(2_000);
    expect(await storedCount(next)).toBe(1);
    expect(await lifeOf(service.pid)).toBeNull();
  });

  test('starts again at once when its server was killed too', async () => {
    const dataDir = await temporaryFolder();
    const service = await startService(dataDir);
    await storeOne(service);
    signal(service.pid, 'SIGKILL');
    await kill9(service.process);
    const next = await startService(dataDir);
    expect(next.startMs).toBeLessThan(2_000);
    expect(await storedCount(next)).toBe(1);
  });

  test('starts again although its server is frozen', async () => {
    const dataDir = await temporaryFolder();
    const service = await startService(dataDir);
    await storeOne(service);
    signal(service.pid, 'SIGSTOP');
    await kill9(service.process);
    const next = await startService(dataDir);
    expect(next.startMs).toBeLessThan(2_000);
    expect(await storedCount(next)).toBe(1);
    expect(await lifeOf(service.pid)).toBeNull();
  });

  test('ends a server that was left behind with nobody to guard it', async () => {
    const dataDir = await temporaryFolder();
    const service = await startService(dataDir);
    await storeOne(service);
    await kill9(service.process);
    for (const pid of await serverPids(dataDir)) if (pid !== service.pid) signal(pid, 'SIGKILL');
    const next = await startService(dataDir);
    expect(await storedCount(next)).toBe(1);
    expect(await lifeOf(service.pid)).toBeNull();
  });

  test('leaves a process alone that has the pid of its old server by chance', async () => {
    const dataDir = await temporaryFolder();
    await (await embedded(dataDir)).stop();
    const bystander = spawn('sleep', ['60']);
    onTestFinished(() => void bystander.kill());
    writeFileSync(join(dataDir, 'run', 'nats-server.pid'), String(bystander.pid));
    await embedded(dataDir);
    expect(await lifeOf(bystander.pid ?? 0)).not.toBeNull();
  });
});

describe('a second service on one data folder', () => {
  test('is refused with exit 78 and a way out, and the first goes on', async () => {
    const dataDir = await temporaryFolder();
    const first = await embedded(dataDir);
    const second = await spawnService(dataDir);
    let said = '';
    second.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    const [code] = await once(second, 'close');
    expect(code).toBe(78);
    expect(said).toContain(`in use by a running task service (process ${process.pid})`);
    expect(said).toContain('DATA_DIR');
    await storeOne(first);
  });

  test('is refused within one process too', async () => {
    const dataDir = await temporaryFolder();
    await embedded(dataDir);
    await expect(embedded(dataDir)).rejects.toThrow(DataDirInUse);
  });
});

describe('the lock of a data folder', () => {
  async function deadPid(): Promise<number> {
    const child = spawn('true');
    await once(child, 'exit');
    return child.pid ?? 0;
  }

  function contend(dataDir: string, count: number) {
    return Promise.allSettled(Array.from({ length: count }, () => lockDataDir(dataDir, dataDir)));
  }

  test('goes to exactly one of many who come at once', async () => {
    for (let round = 0; round < 20; round++) {
      const results = await contend(await temporaryFolder(), 8);
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    }
  });

  test('of a dead holder goes to exactly one of many', async () => {
    const pid = await deadPid();
    for (let round = 0; round < 20; round++) {
      const dataDir = await temporaryFolder();
      mkdirSync(dataDir);
      writeFileSync(join(dataDir, 'service.lock.3'), JSON.stringify({ pid, life: 'gone' }));
      const results = await contend(dataDir, 8);
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    }
  });

  test('is free when its holder released it, when its pid lives another life, and when it was torn', async () => {
    const dataDir = await temporaryFolder();
    await (await lockDataDir(dataDir, dataDir)).release();
    const { release } = await lockDataDir(dataDir, dataDir);
    await release();
    writeFileSync(join(dataDir, 'service.lock.7'), JSON.stringify({ pid: process.pid, life: 'another' }));
    await (await lockDataDir(dataDir, dataDir)).release();
    writeFileSync(join(dataDir, 'service.lock.9'), '');
    await lockDataDir(dataDir, dataDir);
    await expect(lockDataDir(dataDir, dataDir)).rejects.toThrow(DataDirInUse);
  });
});
