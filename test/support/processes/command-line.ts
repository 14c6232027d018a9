import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { TestNatsServer } from '../nats/nats-server.ts';
import { SECRET, SECRETS_KEY } from './service.ts';

const PROGRAM = join(import.meta.dirname, '..', '..', '..', 'dist', 'cli', 'main.js');

export interface Ended {
  /** Null where a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** The built `task-service`, as an operator types it; it does not outlive the test. */
export function startCommand(args: readonly string[], env: Readonly<Record<string, string>>): RunningCommand {
  const inherited = Object.fromEntries(
    ['PATH', 'HOME', 'NATS_SERVER_BIN', 'XDG_CACHE_HOME'].flatMap((name) =>
      process.env[name] === undefined ? [] : [[name, process.env[name]]],
    ),
  );
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: { ...inherited, ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const status = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const ended = Promise.all([status, text(child.stdout), text(child.stderr)]).then(
    ([code, stdout, stderr]) => ({ status: code, stdout, stderr }),
  );
  return { child, ended };
}

export function runCommand(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  return startCommand(args, env).ended;
}

/** What the service and its commands need to know of a server of the test's own. */
export function envOfServer({ servers, user, pass }: TestNatsServer): Record<string, string> {
  return {
    NATS_URL: servers,
    NATS_USER: user,
    NATS_PASSWORD: pass,
    SECRETS_KEY,
    AUTH_JWT_SECRET: SECRET,
  };
}
