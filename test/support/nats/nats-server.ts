import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nkeys } from '@nats-io/transport-node';
import { inject, onTestFinished } from 'vitest';
import { findNatsServer } from '../../../bootstrap/nats-server/nats-server.mjs';
import { notAskedAbout } from '../../../src/jetstream/embedded-server/server-environment.ts';
import { outsideCluster } from '../cluster/outside-cluster.ts';
import { testPorts } from './ports.ts';

const CONF = join(import.meta.dirname, '..', '..', '..', 'nats-server.conf');

/** Of the users `subscriber` and `auditor`. */
export const SUBSCRIBER_PASSWORD = `s${randomBytes(16).toString('hex')}`;
export const AUDITOR_PASSWORD = `a${randomBytes(16).toString('hex')}`;

/** A real nats-server of a test's own, with the project's configuration, a free port and a temporary store. */
export interface TestNatsServer {
  /** `nats://user:password@127.0.0.1:port`; the port stays over restarts. */
  readonly url: string;
  /** `127.0.0.1:port`, as `NATS_URL` takes it; several of an outside cluster. */
  readonly servers: string;
  readonly user: string;
  readonly pass: string;
  readonly storeDir: string;
  pid(): number;
  /** Ends the process at once; nothing is flushed. */
  kill9(): Promise<void>;
  /** Ends the process in good order; its store stays. */
  halt(): Promise<void>;
  /** Starts it again on the same port and store, with another password where one is given. */
  restart(withPass?: string): Promise<void>;
  freeze(): void;
  thaw(): void;
  /** Stops it and removes its store. */
  stop(): Promise<void>;
}

/** Starts one and stops it when the test is over. Call within a test, or `startNatsServer` from hooks. */
export async function natsServer(options: TestServerOptions = {}): Promise<TestNatsServer> {
  const server = await startNatsServer(options);
  onTestFinished(() => server.stop());
  return server;
}

export interface TestServerOptions {
  readonly maxFileStore?: string;
  /** Without streams; default: with those that the service makes (see provisioned-store.ts). */
  readonly empty?: boolean;
  /** Loopback port for devices; default: none. */
  readonly mqttPort?: number;
  /** Public key of who signs whom it lets in. */
  readonly calloutIssuer?: string;
}

export async function startNatsServer(options: TestServerOptions = {}): Promise<TestNatsServer> {
  if (outsideCluster !== null) return outsideCluster.natsServer;
  const binary = await natsServerBinary();
  const folder = await mkdtemp(join(tmpdir(), 'task-service-test-'));
  const storeDir = join(folder, 'store');
  if (options.empty !== true) writeProvisioned(storeDir);
  const pass = `t${randomBytes(16).toString('hex')}`;
  let [port = 0] = await testPorts(1);
  let child = await launch(pass).catch(async (error: Error) => {
    // Another test process may have taken it meanwhile.
    if (!error.message.includes('address already in use')) throw error;
    [port = 0] = await testPorts(1);
    return launch(pass);
  });

  async function launch(password: string): Promise<ChildProcess> {
    const started = spawn(binary, ['-c', CONF], {
      env: {
        ...process.env,
        // A quarter less processor time for each of a thousand starts; none lives long enough to grow.
        GOGC: '400',
        TASK_NATS_NAME: 'test',
        TASK_NATS_LISTEN: `127.0.0.1:${port}`,
        TASK_NATS_PORTS_DIR: folder,
        TASK_NATS_STORE_DIR: storeDir,
        TASK_NATS_MAX_FILE_STORE: options.maxFileStore ?? '10GB',
        TASK_NATS_PASSWORD: password,
        TASK_NATS_SUBSCRIBER_PASSWORD: SUBSCRIBER_PASSWORD,
        TASK_NATS_AUDITOR_PASSWORD: AUDITOR_PASSWORD,
        TASK_NATS_MQTT_PORT: String(options.mqttPort ?? 0),
        TASK_NATS_NOT_ASKED_ABOUT: notAskedAbout(options.mqttPort ?? 0),
        TASK_NATS_CALLOUT_ISSUER: options.calloutIssuer ?? nkeys.createAccount().getPublicKey(),
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return new Promise((resolve, reject) => {
      let log = '';
      started.stderr?.on('data', (chunk: Buffer) => {
        if (log.length < 20_000) log += chunk;
        if (log.includes('Server is ready')) resolve(started);
      });
      started.once('error', reject);
      started.once('exit', () => reject(new Error(`nats-server ended:\n${log}`)));
    });
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  return {
    url: `nats://task-service:${pass}@127.0.0.1:${port}`,
    servers: `127.0.0.1:${port}`,
    user: 'task-service',
    pass,
    storeDir,
    pid: () => child.pid ?? 0,
    kill9: () => end('SIGKILL'),
    halt: () => end('SIGTERM'),
    restart: async (withPass = pass) => {
      await end('SIGTERM');
      child = await launch(withPass);
    },
    freeze: () => {
      child.kill('SIGSTOP');
      untilStopped(child.pid ?? 0);
    },
    thaw: () => void child.kill('SIGCONT'),
    stop: async () => {
      child.kill('SIGCONT');
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** By path within the store; null: a folder. */
let provisioned: readonly (readonly [path: string, content: Buffer | null])[] | undefined;

/**
 * A copy of the provisioned store, from memory: read and copied by `fs.cp` for each of a thousand servers, it took an
 * eighth of the processor time of all tests.
 */
function writeProvisioned(storeDir: string): void {
  const store = inject('provisionedStore');
  provisioned ??= readdirSync(store, { recursive: true, withFileTypes: true }).map((entry) => {
    const path = join(entry.parentPath, entry.name);
    return [path.slice(store.length), entry.isDirectory() ? null : readFileSync(path)] as const;
  });
  mkdirSync(storeDir, { mode: 0o700 });
  for (const [path, content] of provisioned)
    if (content === null) mkdirSync(join(storeDir, path), { recursive: true });
  for (const [path, content] of provisioned)
    if (content !== null) writeFileSync(join(storeDir, path), content);
}

let found: Promise<string> | undefined;

/** The nats-server that the tests run: the one that the service would. `npm test` has fetched it. */
export function natsServerBinary(): Promise<string> {
  found ??= findNatsServer().then(({ binary }) => binary);
  return found;
}

/** The signal stops one thread after another: on Linux, waits until all of them stand. */
function untilStopped(pid: number): void {
  const tasks = `/proc/${pid}/task`;
  if (!existsSync(tasks)) return;
  const stands = (task: string) =>
    / [Tt] /.test(readFileSync(join(tasks, task, 'stat'), 'utf8').slice(0, 60));
  while (!readdirSync(tasks).every(stands));
}
