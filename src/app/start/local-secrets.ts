/**
 * The secrets of a service with an embedded server: generated into its data folder at the first start, one file
 * each, and read from there ever after. Those given by the environment come first.
 *
 * SECRETS_KEY opens everything sealed in the log. A data folder that has a log and no key must therefore not get a
 * new one silently: nothing written before could be opened again.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { type Config, ConfigError } from '../config/config.ts';
import { decodeKeys } from '../config/schemas.ts';
import { asConfigError } from './start-faults.ts';

export interface Secrets {
  /** At least 32 bytes each; the first wraps. */
  readonly secretsKeys: readonly Uint8Array[];
  /** Signs and verifies tokens, HS256; null: no such tokens, with an outside server that others verify for. */
  readonly jwtSecret: string | null;
  /** File that the key was generated into just now; null on every later start. */
  readonly generatedKeyFile: string | null;
}

/** Where the embedded server's store is, in the data folder. */
export const STORE_FOLDER = 'nats';
/** In the data folder. */
export const KEY_FILE = 'secrets-key';
const JWT_FILE = 'jwt-secret';

/** The secrets in force. Generates what is missing. Throws ConfigError where they cannot be had. */
export async function resolveSecrets(config: Config): Promise<Secrets> {
  try {
    return await secretsOf(config);
  } catch (error) {
    throw asConfigError(`DATA_DIR: ${config.dataDir}`, error);
  }
}

/** RFC 7518, 3.2: an HMAC key as long as the hash. */
const LEAST_SECRET_BYTES = 32;

/** Says of a key that was made just now that it must be kept, and of those given which are weak. */
export function warnOfSecrets({ auth }: Config, { generatedKeyFile: file }: Secrets, logger: Logger): void {
  if (file !== null) {
    logger.warn({ file }, 'a key for what people write was made: keep a copy, losing it loses their content');
  }
  const given = { AUTH_JWT_SECRET: auth.jwtSecret, INTERNAL_SERVICE_SECRET: auth.internalServiceSecret };
  for (const [variable, secret] of Object.entries(given)) {
    if (secret === null || Buffer.byteLength(secret) >= LEAST_SECRET_BYTES) continue;
    logger.warn({ variable, least_bytes: LEAST_SECRET_BYTES }, 'a secret is short enough to be guessed');
  }
}

async function secretsOf(config: Config): Promise<Secrets> {
  const { dataDir } = config;
  const isShared = config.nats.kind === 'outside';
  if (config.secretsKeys !== null && (config.auth.jwtSecret !== null || isShared)) {
    return { secretsKeys: config.secretsKeys, jwtSecret: config.auth.jwtSecret, generatedKeyFile: null };
  }
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const keyFile = join(dataDir, KEY_FILE);
  let { secretsKeys } = config;
  let generatedKeyFile: string | null = null;
  if (secretsKeys === null) {
    refuseLostKey(dataDir, keyFile);
    const { value, isNew } = await readOrGenerate(keyFile, () => randomBytes(32).toString('base64'));
    secretsKeys = decodeKeys(value);
    if (secretsKeys === null) throw damaged(keyFile);
    if (isNew) generatedKeyFile = keyFile;
  }
  const jwtSecret = config.auth.jwtSecret ?? (await generatedJwtSecret(dataDir));
  return { secretsKeys, jwtSecret, generatedKeyFile };
}

/** For a command on data that must be there: a mistyped data folder is not to become another. Throws ConfigError. */
export function requireData({ nats, dataDir }: Config): void {
  if (nats.kind === 'outside' || existsSync(join(dataDir, STORE_FOLDER))) return;
  throw new ConfigError([
    `${dataDir} holds no data of a service: start the service once, or set DATA_DIR to its data folder`,
  ]);
}

/** The secret that the service of this configuration verifies tokens with. Generates nothing; throws ConfigError. */
export async function existingJwtSecret(config: Config): Promise<string> {
  if (config.auth.jwtSecret !== null) return config.auth.jwtSecret;
  if (config.nats.kind === 'outside') {
    throw new ConfigError(['AUTH_JWT_SECRET is not set: tokens of this service are made elsewhere']);
  }
  const file = join(config.dataDir, JWT_FILE);
  if (!existsSync(file)) {
    throw new ConfigError([
      `${file} is not there: start the service once, or set DATA_DIR to its data folder, or AUTH_JWT_SECRET`,
    ]);
  }
  return generatedJwtSecret(config.dataDir);
}

function refuseLostKey(dataDir: string, keyFile: string): void {
  if (existsSync(keyFile) || !existsSync(join(dataDir, STORE_FOLDER))) return;
  throw new ConfigError([
    `${keyFile} is missing, and ${dataDir} holds a log that was sealed with it: put the file back, or set SECRETS_KEY`,
  ]);
}

async function generatedJwtSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, JWT_FILE);
  const { value } = await readOrGenerate(file, () => randomBytes(32).toString('base64url'));
  if (value.length < 32) throw damaged(file);
  return value;
}

function damaged(file: string): ConfigError {
  return new ConfigError([`${file} is damaged: restore it from a backup`]);
}

/** Of several processes that generate at once, the first one's value is everybody's. It is on disk on return. */
export async function readOrGenerate(
  file: string,
  generate: () => string,
): Promise<{ value: string; isNew: boolean }> {
  const stored = await readStored(file);
  if (stored !== null) return { value: stored, isNew: false };
  const value = generate();
  const own = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    await writeDurably(own, `${value}\n`);
    await link(own, file);
    await syncFolder(join(file, '..'));
    return { value, isNew: true };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    return { value: (await readStored(file)) ?? '', isNew: false };
  } finally {
    await rm(own, { force: true });
  }
}

async function readStored(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

async function writeDurably(file: string, content: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
