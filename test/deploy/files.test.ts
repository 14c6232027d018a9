import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nkeys } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../src/app/config/config.ts';
import { VARIABLE_NAMES } from '../../src/app/config/variables.ts';
import { natsServerBinary } from '../support/nats/nats-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const CALLOUT = nkeys.createAccount();
const GIVEN: Readonly<Record<string, string>> = {
  NATS_PASSWORD: 'p1',
  NATS_ROUTES_PASSWORD: 'r1',
  SECRETS_KEY: randomBytes(32).toString('base64'),
  AUTH_JWT_SECRET: 'a secret',
  NATS_CALLOUT_SEED: Buffer.from(CALLOUT.getSeed()).toString(),
  NATS_CALLOUT_ISSUER: CALLOUT.getPublicKey(),
};

interface ComposeService {
  readonly environment: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly command?: readonly string[];
  readonly build?: string;
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** compose.yaml with its variables put in; a variable that it asks for and nobody gives throws. */
function composed(): [string, ComposeService][] {
  const text = read('compose.yaml').replaceAll(/\$\{(\w+):\?[^}]*\}/g, (_all, name: string) => {
    const value = GIVEN[name];
    if (value === undefined) throw new Error(`compose.yaml wants ${name}`);
    return value;
  });
  expect(text).not.toContain('${');
  const { services } = parse(text, { merge: true }) as { services: Record<string, ComposeService> };
  return Object.entries(services);
}

test('compose.yaml gives its instances a configuration that the service takes, by variables that it knows', () => {
  const instances = composed().filter(([, { build }]) => build !== undefined);
  expect(instances.map(([name]) => name)).toEqual(['task-service-1', 'task-service-2']);
  for (const [, { environment }] of instances) {
    expect(VARIABLE_NAMES).toEqual(expect.arrayContaining(Object.keys(environment)));
    const { nats, replicas } = parseConfig(environment);
    expect(nats).toMatchObject({ servers: [1, 2, 3].map((n) => `nats://nats-${n}:4222`) });
    expect(replicas).toBe(3);
  }
});

test('compose.yaml gives its servers each other, a store of their own, and a configuration that nats-server takes', async () => {
  const servers = composed().filter(([, { build }]) => build === undefined);
  expect(servers.map(([name]) => name)).toEqual(['nats-1', 'nats-2', 'nats-3']);
  const binary = await natsServerBinary();
  for (const [name, { environment, command, volumes }] of servers) {
    expect(environment.TASK_NATS_NAME).toBe(name);
    expect(volumes).toEqual(['./deploy/nats-cluster.conf:/etc/nats/nats-cluster.conf:ro', `${name}:/data`]);
    const routes: unknown = JSON.parse(environment.TASK_NATS_ROUTES ?? '');
    expect(routes).toEqual(servers.map(([other]) => `nats://route:r1@${other}:6222`));
    // What stands on a command line is everybody's on the machine.
    expect(JSON.stringify(command)).not.toMatch(/p1|r1/);
    const { status, stderr } = spawnSync(binary, ['-t', '-c', join(ROOT, 'deploy', 'nats-cluster.conf')], {
      env: { ...environment, TASK_NATS_STORE_DIR: temporaryFolder() },
      encoding: 'utf8',
    });
    expect({ status, stderr }).toMatchObject({ status: 0 });
  }
});

test('the Dockerfile copies everything that the service reads when it runs, and each of it is there', () => {
  const copied = [...read('Dockerfile').matchAll(/^COPY (?!--from)(\S+) \.\/(\S*)$/gm)].map(
    ([, from]) => from,
  );
  for (const name of copied) expect([name, existsSync(join(ROOT, name ?? ''))]).toEqual([name, true]);
  expect(copied).toEqual(expect.arrayContaining(['bootstrap', 'streams', 'templates', 'nats-server.conf']));
  expect(read('.dockerignore').split('\n')).toEqual(expect.arrayContaining(['node_modules', 'data', '.git']));
});

test('.env, where secrets are, goes into neither git nor an image', () => {
  for (const file of ['.gitignore', '.dockerignore']) {
    const lines = read(file).split('\n');
    for (const name of ['.env', '.env.*']) expect([file, lines.includes(name)]).toEqual([file, true]);
  }
});

test('every package of the lock has the checksum that npm holds it against', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, object> };
  const without = Object.entries(packages).filter(([path, entry]) => path !== '' && !('integrity' in entry));
  expect(without.map(([path]) => path)).toEqual([]);
});
