/** The built service as a process of its own, the way `npm start` runs it: for tests and for the bench. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SignJWT } from 'jose';
import { FREE_TERMS } from './free-terms.ts';

const ROOT = join(import.meta.dirname, '..');
const NOWHERE = 'http://127.0.0.1:9';

export interface LogLine {
  readonly msg?: string;
  readonly [member: string]: unknown;
}

export interface SpawnedService {
  readonly pid: number;
  /** What it logged so far, one JSON document a line. */
  log(): LogLine[];
  /** What it wrote to its standard error last. */
  errors(): string;
  /** Resolves with the first line, logged already or later, that fits. Throws where the service ends before. */
  logged(fits: (line: LogLine) => boolean): Promise<LogLine>;
  /** Resolves with the exit code when it has ended, whatever ended it; null where a signal did. */
  readonly ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
  /** Sends the signal and waits for the end; the exit code, or null where a signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface ServiceProcess extends SpawnedService {
  readonly url: string;
}

/** Starts it; `env` is all that it is told beside what keeps it from calling anybody outside. */
export function spawnService(
  env: Readonly<Record<string, string>>,
  nodeOptions: readonly string[] = [],
): SpawnedService {
  const child = spawn(process.execPath, [...nodeOptions, join(ROOT, 'dist', 'main.js')], {
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      ...(process.env.NATS_SERVER_BIN === undefined ? {} : { NATS_SERVER_BIN: process.env.NATS_SERVER_BIN }),
      ...(process.env.XDG_CACHE_HOME === undefined ? {} : { XDG_CACHE_HOME: process.env.XDG_CACHE_HOME }),
      // Nobody outside is asked: a place counts as unanswered.
      WEATHER_API_URLS: `forecast=${NOWHERE},geocoding=${NOWHERE}`,
      PORT: '0',
      LOG_FORMAT: 'json',
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

  return {
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

/** With its URL, once it has started. Throws where it ends instead. */
export async function onceStarted(service: SpawnedService): Promise<ServiceProcess> {
  const started = await service.logged(({ msg }) => msg === 'ready' || msg === 'not ready');
  return { ...service, url: String(started.url) };
}

/** A token for an hour that a service with this AUTH_JWT_SECRET accepts. */
export function signedToken(
  secret: string,
  user: string,
  tier: string,
  roles: readonly string[],
): Promise<string> {
  return new SignJWT({ sub: user, subscription_level: tier, roles })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret));
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
