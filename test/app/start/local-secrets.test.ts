import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, parseConfig } from '../../../src/app/config/config.ts';
import { existingJwtSecret, resolveSecrets, STORE_FOLDER } from '../../../src/app/start/local-secrets.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function configOf(dataDir: string, env: NodeJS.ProcessEnv = {}) {
  return parseConfig({ DATA_DIR: dataDir, ...env });
}

const GIVEN_KEY = Buffer.alloc(32, 1).toString('base64');

describe('the secrets of an embedded service', () => {
  test('are generated at the first start, for the owner only, and stay', async () => {
    const dataDir = join(temporaryFolder(), 'new', 'data');
    const first = await resolveSecrets(configOf(dataDir));
    expect(first.secretsKeys[0]).toHaveLength(32);
    expect(first.generatedKeyFile).toBe(join(dataDir, 'secrets-key'));
    expect(readdirSync(dataDir).sort()).toEqual(['jwt-secret', 'secrets-key']);
    for (const name of readdirSync(dataDir)) expect(statSync(join(dataDir, name)).mode & 0o777).toBe(0o600);
    mkdirSync(join(dataDir, STORE_FOLDER));
    expect(await resolveSecrets(configOf(dataDir))).toEqual({ ...first, generatedKeyFile: null });
    expect(await existingJwtSecret(configOf(dataDir))).toBe(first.jwtSecret);
  });

  test('differ between installations', async () => {
    const [one, other] = [
      await resolveSecrets(configOf(temporaryFolder())),
      await resolveSecrets(configOf(temporaryFolder())),
    ];
    expect(one.jwtSecret).not.toBe(other.jwtSecret);
    expect(one.secretsKeys).not.toEqual(other.secretsKeys);
  });

  test('are the same for all who start at once', async () => {
    const config = configOf(temporaryFolder());
    const all = await Promise.all(Array.from({ length: 8 }, () => resolveSecrets(config)));
    expect(
      new Set(all.map(({ secretsKeys }) => Buffer.from(secretsKeys[0] ?? []).toString('hex'))).size,
    ).toBe(1);
    expect(new Set(all.map(({ jwtSecret }) => jwtSecret)).size).toBe(1);
    expect(all.filter(({ generatedKeyFile }) => generatedKeyFile !== null)).toHaveLength(1);
    expect(readdirSync(config.dataDir)).toHaveLength(2);
  });

  test('come from the environment first', async () => {
    const dataDir = temporaryFolder();
    await resolveSecrets(configOf(dataDir));
    const env = { SECRETS_KEY: GIVEN_KEY, AUTH_JWT_SECRET: 'given' };
    const secrets = await resolveSecrets(configOf(dataDir, env));
    expect(Buffer.from(secrets.secretsKeys[0] ?? []).toString('base64')).toBe(GIVEN_KEY);
    expect(secrets.jwtSecret).toBe('given');
  });

  test('may be several, in the environment and in the file', async () => {
    const dataDir = temporaryFolder();
    const { secretsKeys } = await resolveSecrets(configOf(dataDir));
    const file = join(dataDir, 'secrets-key');
    const old = readFileSync(file, 'utf8').trim();
    writeFileSync(file, `${GIVEN_KEY}, ${old}\n`);
    const both = [Buffer.from(GIVEN_KEY, 'base64'), ...secretsKeys];
    expect((await resolveSecrets(configOf(dataDir))).secretsKeys).toEqual(both);
    const env = { SECRETS_KEY: `${old},${GIVEN_KEY}` };
    expect((await resolveSecrets(configOf(dataDir, env))).secretsKeys).toEqual([...both].reverse());
  });

  test('that are given leave nothing in the data folder', async () => {
    const dataDir = join(temporaryFolder(), 'data');
    await resolveSecrets(configOf(dataDir, { SECRETS_KEY: GIVEN_KEY, AUTH_JWT_SECRET: 'given' }));
    expect(() => statSync(dataDir)).toThrow('ENOENT');
  });

  test('are not made anew for a log that was sealed with lost ones', async () => {
    const dataDir = temporaryFolder();
    await resolveSecrets(configOf(dataDir));
    mkdirSync(join(dataDir, STORE_FOLDER));
    rmSync(join(dataDir, 'secrets-key'));
    const failure = resolveSecrets(configOf(dataDir));
    await expect(failure).rejects.toThrow(ConfigError);
    await expect(failure).rejects.toThrow(/secrets-key is missing.*put the file back, or set SECRETS_KEY/);
    expect((await resolveSecrets(configOf(dataDir, { SECRETS_KEY: GIVEN_KEY }))).secretsKeys[0]).toHaveLength(
      32,
    );
  });

  test.each(['secrets-key', 'jwt-secret'])(
    'that are damaged (%s) are refused, not replaced',
    async (name) => {
      const dataDir = temporaryFolder();
      await resolveSecrets(configOf(dataDir));
      const half = readFileSync(join(dataDir, name), 'utf8').slice(0, 20);
      writeFileSync(join(dataDir, name), half);
      await expect(resolveSecrets(configOf(dataDir))).rejects.toThrow(`${name} is damaged`);
      expect(readFileSync(join(dataDir, name), 'utf8')).toBe(half);
    },
  );
});
