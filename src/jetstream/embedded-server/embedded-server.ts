/**
 * The nats-server that a service without NATS_URL brings along: a child process on loopback, with nats-server.conf
 * and a store in the data folder.
 *
 * What must stay true: two servers never open one store. So the data folder is locked for one service; the server
 * dies with the service (guarded-process.ts); and before any server is started, every process that still runs with
 * this folder's pid file on its command line is ended: whatever the story was, nothing else has the store open.
 *
 *   data/nats/           the store
 *   data/run/            locks, pid file, ports file, how commands reach the server: worth nothing once the service has ended
 *
 * A server that dies is started again on the same port, so that connections find it again by themselves.
 */
import { mkdir, readdir, readFile, realpath, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, nkeys } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import { PROJECT_FOLDER } from '../../kernel/project-folder.ts';
import { jetstreamApi } from '../connection/api.ts';
import type { Reader } from '../provisioning/mirrors.ts';
import { type DataDirLock, lockDataDir } from './data-dir-lock.ts';
import { type GuardedProcess, startGuarded } from './guarded-process.ts';
import { pidsWithArguments, signal } from './processes.ts';
import { removeServerAccess, writeServerAccess } from './server-access.ts';
import { inheritedEnvironment, notAskedAbout, OWN_USER, randomPassword } from './server-environment.ts';

const CONF = join(PROJECT_FOLDER, 'nats-server.conf');

const STOP_TIMEOUT_MS = 10_000;
/** What a forgotten server gets to end by itself; its store is safe without, only slower to open. */
const LEFTOVER_GRACE_MS = 1_000;
const LEFTOVER_TIMEOUT_MS = 5_000;
const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 5_000;
/** A server that ran this long did not die of its start. */
const STEADY_MS = 10_000;
const KEPT_LINES = 20;
/** Said at each start; ours is random, lives as long as the service, and is in no file but one for its owner alone. */
const OWN_PASSWORD_WARNING = 'Plaintext passwords detected';

export interface EmbeddedServerOptions {
  /** Path of nats-server. */
  readonly binary: string;
  readonly dataDir: string;
  /** Loopback port; absent or null: any free one, the same as long as this server lives. */
  readonly port?: number | null | undefined;
  /** Loopback port for people's devices; absent or null: none can connect. */
  readonly mqttPort?: number | null | undefined;
  /** Of the users `subscriber` and `auditor`; absent or null: nobody knows it. */
  readonly readerPasswords?: Partial<Readonly<Record<Reader, string | null>>> | undefined;
  readonly logger: Logger;
}

export interface EmbeddedServer {
  /** `127.0.0.1:port`. */
  readonly servers: string;
  readonly user: string;
  readonly pass: string;
  /** Of the key that signs whom it lets in besides its own users. */
  readonly calloutSeed: Uint8Array;
  /** Of nats-server itself, at this moment; another after it has died and was started again. */
  readonly pid: number;
  /** Ends it: SIGTERM, SIGKILL after 10 s. Resolved once nothing runs any more and the data folder is free. */
  stop(): Promise<void>;
}

/** nats-server ended before it was ready; the message holds what it said last. */
export class EmbeddedServerFailed extends Error {
  override readonly name = 'EmbeddedServerFailed';
}

/** Starts it and waits until its JetStream answers. Throws DataDirInUse and EmbeddedServerFailed. */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const dataDir = await realpath(options.dataDir);
  const runDir = join(dataDir, 'run');
  const lock = await lockDataDir(options.dataDir, runDir);
  const supervisor = new Supervisor(options, dataDir, runDir, lock);
  try {
    await supervisor.start();
    return supervisor;
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
}

class Supervisor implements EmbeddedServer {
  readonly user = OWN_USER;
  readonly pass = randomPassword();
  readonly #issuer = nkeys.createAccount();
  readonly #mqttPort: number;
  readonly #readerPasswords: EmbeddedServerOptions['readerPasswords'];
  readonly #binary: string;
  readonly #logger: Logger;
  readonly #dataDir: string;
  readonly #runDir: string;
  readonly #pidFile: string;
  readonly #lock: DataDirLock;
  readonly #stopping = new AbortController();
  #port: number;
  #server: GuardedProcess | null = null;
  #supervision: Promise<void> = Promise.resolve();
  #stopped: Promise<void> | null = null;
  #lastLines: string[] = [];

  constructor(options: EmbeddedServerOptions, dataDir: string, runDir: string, lock: DataDirLock) {
    this.#binary = options.binary;
    this.#logger = options.logger.child({ component: 'nats-server' });
    this.#port = options.port ?? -1;
    this.#mqttPort = options.mqttPort ?? 0;
    this.#readerPasswords = options.readerPasswords;
    this.#dataDir = dataDir;
    this.#runDir = runDir;
    this.#pidFile = join(runDir, 'nats-server.pid');
    this.#lock = lock;
  }

  get servers(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get calloutSeed(): Uint8Array {
    return this.#issuer.getSeed();
  }

  get pid(): number {
    return this.#server?.pid ?? 0;
  }

  async start(): Promise<void> {
    const server = await this.#launch();
    await this.#untilReady(server);
    const { servers, user, pass } = this;
    await writeServerAccess(this.#runDir, { pid: process.pid, servers, user, pass });
    this.#supervision = this.#supervise(server);
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#stopping.abort();
    await removeServerAccess(this.#runDir);
    if (this.#server !== null) await end(this.#server);
    await this.#supervision;
    await this.#lock.release();
  }

  async #launch(): Promise<GuardedProcess> {
    await this.#endLeftovers();
    for (const name of await readdir(this.#runDir)) {
      if (name.endsWith('.ports')) await rm(join(this.#runDir, name), { force: true });
    }
    this.#lastLines = [];
    this.#server = await startGuarded(this.#binary, ['-c', CONF, '-P', this.#pidFile], {
      env: { ...inheritedEnvironment(), ...(await this.#settings()) },
      onLine: (line) => this.#log(line),
    });
    return this.#server;
  }

  /** Values for nats-server.conf. Each is read as a piece of configuration, so text is quoted. */
  async #settings(): Promise<Record<string, string>> {
    const { blocks, bsize } = await statfs(this.#dataDir);
    return {
      TASK_NATS_NAME: 'task-service',
      TASK_NATS_LISTEN: JSON.stringify(this.servers),
      TASK_NATS_PORTS_DIR: JSON.stringify(this.#runDir),
      TASK_NATS_STORE_DIR: JSON.stringify(join(this.#dataDir, 'nats')),
      // No limit of its own: what the disk holds.
      TASK_NATS_MAX_FILE_STORE: String(blocks * bsize),
      TASK_NATS_PASSWORD: this.pass,
      TASK_NATS_SUBSCRIBER_PASSWORD: this.#passwordOf('subscriber'),
      TASK_NATS_MQTT_PORT: String(this.#mqttPort),
      TASK_NATS_NOT_ASKED_ABOUT: notAskedAbout(this.#mqttPort),
      TASK_NATS_CALLOUT_ISSUER: this.#issuer.getPublicKey(),
      TASK_NATS_AUDITOR_PASSWORD: this.#passwordOf('auditor'),
    };
  }

  #passwordOf(reader: Reader): string {
    return JSON.stringify(this.#readerPasswords?.[reader] ?? randomPassword());
  }

  /** Ends every server of this data folder that is still there, of this service or of one that died. */
  async #endLeftovers(): Promise<void> {
    const startedAt = performance.now();
    for (let sent: NodeJS.Signals | null = null; ; await delay(10)) {
      const pids = await pidsWithArguments('-P', this.#pidFile);
      if (pids.length === 0) return;
      const waited = performance.now() - startedAt;
      if (waited > LEFTOVER_TIMEOUT_MS) {
        throw new EmbeddedServerFailed(
          `an earlier nats-server (process ${pids.join(', ')}) of ${this.#dataDir} cannot be ended`,
        );
      }
      const next = waited < LEFTOVER_GRACE_MS ? 'SIGTERM' : 'SIGKILL';
      if (next === sent) continue;
      if (sent === null)
        this.#logger.warn({ pids }, 'ending a nats-server that an earlier service left behind');
      for (const pid of pids) signal(pid, next);
      sent = next;
    }
  }

  /** Ready is when its JetStream answers a request. Recovering a large store takes its time, without a limit. */
  async #untilReady(server: GuardedProcess): Promise<void> {
    while (!server.hasEnded()) {
      const port = await this.#takenPort(server.pid);
      if (port !== null) {
        this.#port = port;
        if (await this.#jetstreamAnswers()) return;
      }
      await delay(10);
    }
    const code = await server.ended;
    const telling = this.#lastLines.filter((line) => !line.includes(' [INF] '));
    const said = (telling.length > 0 ? telling : this.#lastLines).join('\n');
    throw new EmbeddedServerFailed(`nats-server ended (${code}) before it was ready:\n${said}`);
  }

  async #takenPort(pid: number): Promise<number | null> {
    const file = (await readdir(this.#runDir)).find((name) => name.endsWith(`_${pid}.ports`));
    if (file === undefined) return null;
    try {
      const { nats } = JSON.parse(await readFile(join(this.#runDir, file), 'utf8')) as { nats: string[] };
      return Number(new URL(nats[0] ?? '').port);
    } catch {
      // Half written.
      return null;
    }
  }

  async #jetstreamAnswers(): Promise<boolean> {
    try {
      const nc = await connect({
        servers: this.servers,
        user: OWN_USER,
        pass: this.pass,
        reconnect: false,
        timeout: 2_000,
        name: 'task-service start',
      });
      try {
        await jetstreamApi(nc, 'INFO');
        return true;
      } finally {
        await nc.close();
      }
    } catch (error) {
      this.#logger.debug({ err: error }, 'not ready yet');
      return false;
    }
  }

  async #supervise(first: GuardedProcess): Promise<void> {
    let server = first;
    let backoff = FIRST_BACKOFF_MS;
    for (;;) {
      const startedAt = performance.now();
      const code = await server.ended;
      if (this.#stopping.signal.aborted) return;
      if (performance.now() - startedAt > STEADY_MS) backoff = FIRST_BACKOFF_MS;
      this.#logger.error(
        { code, again_in_ms: backoff, last_lines: this.#lastLines },
        'nats-server ended unexpectedly: starting it again',
      );
      const next = await this.#relaunch(backoff);
      if (next === null) return;
      server = next;
      backoff = Math.min(backoff * 2, LONGEST_BACKOFF_MS);
    }
  }

  /** Null when the service stops instead. */
  async #relaunch(backoffMs: number): Promise<GuardedProcess | null> {
    for (;;) {
      await delay(backoffMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
      if (this.#stopping.signal.aborted) return null;
      try {
        const server = await this.#launch();
        if (!this.#stopping.signal.aborted) return server;
        await end(server);
        return null;
      } catch (error) {
        this.#logger.error({ err: error }, 'nats-server could not be started again');
      }
    }
  }

  /** `[123] 2026/11/23 09:00:00.000000 [INF] text`: its level is taken over, INF as debug. */
  #log(line: string): void {
    this.#lastLines.push(line);
    if (this.#lastLines.length > KEPT_LINES) this.#lastLines.shift();
    const [, level, text] = /^\[\d+\] \S+ \S+ \[(\w{3})\] (.*)$/.exec(line) ?? [];
    if (level === 'ERR') this.#logger.error(text);
    else if (level === 'FTL') this.#logger.fatal(text);
    else if (level === 'WRN' && !text?.startsWith(OWN_PASSWORD_WARNING)) this.#logger.warn(text);
    else this.#logger.debug(text ?? line);
  }
}

async function end(server: GuardedProcess): Promise<void> {
  if (server.hasEnded()) return;
  signal(server.pid, 'SIGTERM');
  const timer = setTimeout(() => {
    if (!server.hasEnded()) signal(server.pid, 'SIGKILL');
  }, STOP_TIMEOUT_MS);
  await server.ended;
  clearTimeout(timer);
}
