import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/app/config/config.ts';
import { resolveSecrets } from '../../src/app/start/local-secrets.ts';
import { mintToken } from '../../src/cli/mint-token.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..', '..');

function taskService(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'dist', 'cli', 'main.js'), ...args],
    { cwd: ROOT, env: { PATH: process.env.PATH, ...env }, encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

function verified(token: string, secret: string) {
  return jwtVerify(token, new TextEncoder().encode(secret), { algorithms: ['HS256'] });
}

describe('task-service token', () => {
  test('prints a token of the demo user that the service of this data folder takes', async () => {
    const DATA_DIR = temporaryFolder();
    const { jwtSecret } = await resolveSecrets(parseConfig({ DATA_DIR }));
    const { status, stdout } = taskService(['token'], { DATA_DIR });
    expect(status).toBe(0);
    const { payload } = await verified(stdout.trim(), jwtSecret ?? '');
    expect(payload).toMatchObject({ sub: 'demo', subscription_level: 'enterprise' });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(30 * 86_400);
    expect(Math.abs((payload.iat ?? 0) - Date.now() / 1000)).toBeLessThan(60);
  });

  test('takes user, tier, time, and what the service is told of issuer and audience', async () => {
    const env = { AUTH_JWT_SECRET: 's', AUTH_ISSUER: 'https://id.example', AUTH_AUDIENCE: 'tasks' };
    const args = ['--user', 'ann', '--tier=free', '--roles', 'auditor, admin', '--expires-in', '90s'];
    const { payload } = await verified(taskService(['token', ...args], env).stdout.trim(), 's');
    expect(payload).toMatchObject({
      sub: 'ann',
      subscription_level: 'free',
      roles: ['auditor', 'admin'],
      iss: 'https://id.example',
      aud: 'tasks',
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(90);
  });

  test('takes what the documents say', () => {
    const pages = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => join('docs', name))];
    const commands = pages
      .filter((page) => page.endsWith('.md'))
      .flatMap((page) => [
        ...readFileSync(join(ROOT, page), 'utf8').matchAll(/task-service -- (token\b[-\w ]*)/g),
      ])
      .map(([, command = '']) => command.trim());
    expect(commands).toContain('token');
    for (const command of new Set(commands)) {
      const { status } = taskService(command.split(/ +/), { AUTH_JWT_SECRET: 's' });
      expect([command, status]).toEqual([command, 0]);
    }
  });

  test('makes no secret of its own where there is none', () => {
    const DATA_DIR = join(temporaryFolder(), 'data');
    mkdirSync(DATA_DIR);
    const { status, stdout, stderr } = taskService(['token'], { DATA_DIR });
    expect({ status, stdout }).toEqual({ status: 78, stdout: '' });
    expect(stderr).toContain('start the service once, or set DATA_DIR');
  });

  test('makes none where tokens are made elsewhere', () => {
    const env = {
      NATS_URL: 'nats://one.example',
      SECRETS_KEY: Buffer.alloc(32).toString('base64'),
      AUTH_JWKS_URL: 'https://id.example/keys',
    };
    const { status, stdout, stderr } = taskService(['token'], env);
    expect({ status, stdout }).toEqual({ status: 78, stdout: '' });
    expect(stderr).toContain('tokens of this service are made elsewhere');
  });

  test.each([
    ['--tier', 'gold'],
    ['--roles', 'root'],
    ['--expires-in', '1y'],
    ['--expires-in', '0d'],
    ['--user', ''],
    ['--user', 'a\nb'],
    ['--color', 'red'],
  ])('refuses %s %s with exit 64', (...option) => {
    const { status, stdout } = taskService(['token', ...option], { AUTH_JWT_SECRET: 's' });
    expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
  });

  test('is minted the same for those who call it from code', async () => {
    const claims = { user: 'ann', tier: 'pro', expiresInSeconds: 60 };
    const token = await mintToken('s', claims, new Date('2030-01-01T00:00:00Z'));
    const key = new TextEncoder().encode('s');
    const { payload } = await jwtVerify(token, key, { currentDate: new Date('2030-01-01T00:00:59Z') });
    expect(payload).toEqual({
      sub: 'ann',
      subscription_level: 'pro',
      iat: 1_893_456_000,
      exp: 1_893_456_060,
    });
    await expect(jwtVerify(token, key, { currentDate: new Date('2030-01-01T00:01:00Z') })).rejects.toThrow();
  });
});

describe('task-service config', () => {
  test('prints what is in force', () => {
    const { status, stdout } = taskService(['config', '--roles', 'api'], {
      PORT: '1234',
      AUTH_JWT_SECRET: 'hidden',
      NEWS_FEEDS: 'paper[world]=https://paper.example/rss?token=hidden',
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^PORT +1234$/m);
    expect(stdout).toMatch(/^NEWS_FEEDS +paper\[world\]=https:\/\/paper\.example\/rss\?\*\*\*$/m);
    expect(stdout).toMatch(/^ROLES +api$/m);
    expect(stdout).not.toContain('hidden');
  });

  test('says what is wrong, with exit 78', () => {
    const { status, stderr } = taskService(['config'], { PORT: 'x' });
    expect(status).toBe(78);
    expect(stderr).toContain('PORT must be');
  });
});

describe('task-service', () => {
  test('explains itself', () => {
    const { status, stdout } = taskService(['--help']);
    expect(status).toBe(0);
    expect(stdout).toContain('task-service <command>');
  });

  test.each([[['nonsense']], [[]]])('refuses %j with exit 64 and its help', (args) => {
    const { status, stdout, stderr } = taskService(args);
    expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
    expect(stderr).toContain('Usage:');
  });

  test('ends with its own exit code, and without a word, when nobody reads what it prints', async () => {
    const child = spawn(process.execPath, [join(ROOT, 'dist', 'cli', 'main.js'), 'config'], {
      env: { PATH: process.env.PATH },
    });
    child.stdout.destroy();
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('makes no data folder, and no secret, where there is none', () => {
    const DATA_DIR = join(temporaryFolder(), 'data');
    for (const command of ['verify', 'signing-secret', 'dead-letters list']) {
      const { status, stdout, stderr } = taskService(command.split(' '), { DATA_DIR });
      expect({ status, stdout }).toEqual({ status: 78, stdout: '' });
      expect(stderr).toContain('start the service once, or set DATA_DIR');
    }
    expect(existsSync(DATA_DIR)).toBe(false);
  });
});
