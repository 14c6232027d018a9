import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SignJWT } from 'jose';
import { onTestFinished, TestRunner } from 'vitest';
import { outsideCluster } from '../cluster/outside-cluster.ts';
import { FREE_TERMS } from './free-terms.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** The built service as a process of its own, the way `npm start` runs it. */
export interface ServiceProcess {
  readonly url: string;
  readonly pid: number;
  /** What it logged so far, one JSON document a line. */
  log(): LogLine[];
  /** What it wrote to its standard error last. */
  errors(): string;
  /** Resolves with the first line, logged already or later, that fits. */
  logged(fits: (line: LogLine) => boolean): Promise<LogLine>;
  /** Resolves with the exit code when it has ended, whatever ended it; null where a signal did. */
  readonly ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
  /** Sends the signal and waits for the end; the exit code, or null where a signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface LogLine {
  readonly msg?: string;
  readonly [member: string]: unknown;
}

const NOWHERE = 'http://127.0.0.1:9';

export const SECRET = outsideCluster?.jwtSecret ?? randomBytes(32).toString('hex');
export const SECRETS_KEY = outsideCluster?.secretsKey ?? randomBytes(32).toString('base64');

/**
 * Starts the service and waits until it is ready; where an outside cluster is to be tested, that as it is. Within a test
 * it is ended with the test; hooks end it themselves.
 */
export async function startService(
  env: Record<string, string>,
  nodeOptions: readonly string[] = [],
): Promise<ServiceProcess> {
  if (outsideCluster !== null) {
    const shared = await outsideCluster.service();
    atTestEnd(() => shared.end('SIGKILL'));
    return shared;
  }
  const child = spawn(process.execPath, [...nodeOptions, join(ROOT, 'dist', 'main.js')], {
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      ...(process.env.NATS_SERVER_BIN === undefined ? {} : { NATS_SERVER_BIN: process.env.NATS_SERVER_BIN }),
      ...(process.env.XDG_CACHE_HOME === undefined ? {} : { XDG_CACHE_HOME: process.env.XDG_CACHE_HOME }),
      // Nobody outside is asked: a place counts as unanswered.
      WEATHER_API_URL: NOWHERE,
      GEOCODING_API_URL: NOWHERE,
      PORT: '0',
      LOG_FORMAT: 'json',
      AUTH_JWT_SECRET: SECRET,
      SECRETS_KEY,
      TASK_TYPE_TERMS: FREE_TERMS,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Parsed when somebody looks: a service under load writes thousands of lines a second.
  const lines: string[] = [];
  const waiting = new Set<(line: LogLine) => void>();
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk).slice(-10_000);
  });
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    lines.push(line);
    if (waiting.size === 0) return;
    const parsed = parseLine(line);
    for (const look of [...waiting]) look(parsed);
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));

  async function logged(fits: (line: LogLine) => boolean): Promise<LogLine> {
    return new Promise((resolve, reject) => {
      const look = (line: LogLine) => {
        if (!fits(line)) return;
        waiting.delete(look);
        resolve(line);
      };
      waiting.add(look);
      void ended.then((code) => {
        if (!waiting.delete(look)) return;
        const tail = lines.slice(-20).join('\n');
        reject(new Error(`the service ended (${code}) before it logged that:\n${tail}\n${errors}`));
      });
      const already = lines.map(parseLine).find(fits);
      if (already !== undefined) look(already);
    });
  }

  // Not only once it is ready: a test that waits for that in vain leaves nothing behind.
  atTestEnd(async () => {
    end(child, 'SIGKILL');
    await ended;
    if (errors.includes('MaxListenersExceededWarning')) throw new Error(`listeners leak:\n${errors}`);
  });
  const ready = await logged(({ msg }) => msg === 'ready' || msg === 'not ready');
  return {
    url: String(ready.url),
    pid: child.pid ?? 0,
    log: () => lines.map(parseLine),
    errors: () => errors,
    logged,
    ended,
    kill: (signal) => void child.kill(signal),
    end: async (signal) => {
      end(child, signal);
      return ended;
    },
  };
}

/** Where a test is running: hooks know no end of their own. */
function atTestEnd(act: () => Promise<unknown>): void {
  if (TestRunner.getCurrentTest() !== undefined) onTestFinished(async () => void (await act()));
}

function parseLine(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return { msg: line };
  }
}

function end(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
}

/** A token that `startService` accepts. */
export function tokenFor(user: string, tier = 'enterprise', roles: readonly string[] = []): Promise<string> {
  return new SignJWT({ sub: user, subscription_level: tier, roles })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(SECRET));
}

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** A caller of the REST interface. */
export class Caller {
  readonly #token: string;
  url: string;

  constructor(url: string, token: string) {
    this.url = url;
    this.#token = token;
  }

  /** Of a request with a JSON body. */
  get headers(): Record<string, string> {
    return { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' };
  }

  async call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = text === '' ? null : JSON.parse(text);
    return { status: response.status, headers: response.headers, body: answer as Body };
  }
}
