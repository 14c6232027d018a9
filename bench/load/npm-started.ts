/** A build as `npm start` runs it: one process with all roles, and nats-server below it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { SECRET, SECRETS_KEY } from './service.ts';

export const THIS_BUILD = resolve(import.meta.dirname, '..', '..');

/** What `npm start` tells node, by the build's package.json. */
export function nodeOptionsOf(folder: string): readonly string[] {
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  return scripts.start.split(' ').filter((word) => word.startsWith('--'));
}

/** `nodeOptions` come after those of `npm start`. */
export function started(
  folder: string,
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
  nodeOptions: readonly string[] = [],
): ChildProcess {
  const main = join(folder, 'dist', 'main.js');
  return spawn(process.execPath, [...nodeOptionsOf(folder), ...nodeOptions, main], {
    cwd: folder,
    env: {
      ...process.env,
      PORT: '0',
      LOG_FORMAT: 'json',
      DATA_DIR: dataDir,
      AUTH_JWT_SECRET: SECRET,
      SECRETS_KEY,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Its URL, once it is ready. Goes on reading what it logs, for a pipe that is full would hold it up. */
export function readyAt(service: ChildProcess): Promise<string> {
  return new Promise((ready, reject) => {
    service.once('exit', (code) => reject(new Error(`the service ended (${code}) before it was ready`)));
    createInterface({ input: service.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      if (!line.includes('"msg":"ready"')) return;
      ready((JSON.parse(line) as { url: string }).url);
    });
  });
}

/** The nats-server below a process. */
export function serverOf(pid: number): number {
  const statOf = (id: string | number) => {
    const [, name = '', rest = ''] =
      /^\d+ \((.*)\) \S (.*)/s.exec(readFileSync(`/proc/${id}/stat`, 'utf8')) ?? [];
    return { name, parent: Number.parseInt(rest, 10) };
  };
  for (const id of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      if (statOf(id).name !== 'nats-server') continue;
      for (let above = statOf(id).parent; above > 1; above = statOf(above).parent)
        if (above === pid) return Number(id);
    } catch {
      // It has ended meanwhile.
    }
  }
  throw new Error('no nats-server runs below the service');
}
