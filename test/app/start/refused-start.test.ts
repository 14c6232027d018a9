import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { natsServerBinary } from '../../support/nats/nats-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
let binary: string;

beforeAll(async () => {
  binary = await natsServerBinary();
});

function start(env: NodeJS.ProcessEnv) {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'dist', 'main.js')], {
    env: { PATH: process.env.PATH, PORT: '0', LOG_LEVEL: 'silent', NATS_SERVER_BIN: binary, ...env },
    encoding: 'utf8',
  });
  return { status, lines: stderr.trimEnd().split('\n') };
}

describe('what the machine refuses ends the start with exit 78, and says which variable asked for it', () => {
  test('a port that something else listens on', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const { status, lines } = start({ DATA_DIR: join(temporaryFolder(), 'data'), PORT: String(port) });
    other.close();
    expect(lines).toEqual([
      expect.any(String),
      `  HOST and PORT: 127.0.0.1:${port} cannot be used: address already in use (EADDRINUSE)`,
    ]);
    expect(status).toBe(78);
  });

  test('a data folder that is none', () => {
    const DATA_DIR = join(temporaryFolder(), 'file');
    writeFileSync(DATA_DIR, '');
    const { status, lines } = start({ DATA_DIR });
    expect(lines).toEqual([
      expect.any(String),
      `  DATA_DIR: ${DATA_DIR} cannot be used: file already exists (EEXIST)`,
    ]);
    expect(status).toBe(78);
  });

  test('a nats-server that is not there', () => {
    const DATA_DIR = join(temporaryFolder(), 'data');
    const { status, lines } = start({ DATA_DIR, NATS_SERVER_BIN: join(DATA_DIR, 'nats-server') });
    expect(lines).toEqual([expect.stringContaining('NATS_SERVER_BIN does not work')]);
    expect(status).toBe(78);
  });
});
