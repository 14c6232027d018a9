/** What signing the log's checkpoints keeps outside of NATS: the key, and the last note that was signed here. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SeenCheckpoint } from '../../application/ports/log/audit.ts';
import {
  parseSignerKeys,
  type SignerKeys,
  signerKeyText,
  splitSignerKeys,
} from '../../history/audit/note.ts';
import { type Config, ConfigError } from '../config/config.ts';
import { readOrGenerate, syncFolder } from './local-secrets.ts';

const AUDIT_KEY_FILE = 'audit-key';
const SEEN_FILE = 'audit-seen';

type AuditConfig = Pick<Config, 'auditKey' | 'dataDir' | 'nats'>;

/** Null: nothing is signed, for instances of an outside NATS share a key or have none. Throws ConfigError. */
export async function resolveAuditKey({ auditKey, dataDir, nats }: AuditConfig): Promise<SignerKeys | null> {
  if (auditKey === null && nats.kind === 'outside') return null;
  if (auditKey !== null) return parsed(auditKey, 'AUDIT_KEY');
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, AUDIT_KEY_FILE);
  const { value } = await readOrGenerate(file, () => newSignerKey());
  return parsed(value, file);
}

/** Its text; `origin` is what the log is known by, else `task-service/` and chance. */
export function newSignerKey(origin = `task-service/${randomBytes(8).toString('hex')}`): string {
  return signerKeyText(origin, randomBytes(32));
}

function parsed(text: string, where: string): SignerKeys {
  const keys = parseSignerKeys(text);
  if (keys === null) throw new ConfigError([`${where} is no signer key: restore it from a backup`]);
  return keys;
}

export type KeyRotation =
  | { readonly kind: 'begun' | 'under_way'; readonly keys: SignerKeys }
  /** Nothing is signed there yet. */
  | { readonly kind: 'no_key' };

/** Puts a new key of the same name before that of the data folder, for the next start to change to. Throws ConfigError. */
export async function rotateKeyFile(dataDir: string): Promise<KeyRotation> {
  const file = join(dataDir, AUDIT_KEY_FILE);
  const text = await readIfThere(file);
  if (text === null) return { kind: 'no_key' };
  const before = parsed(text, file);
  if (before.outgoing !== null) return { kind: 'under_way', keys: before };
  const next = `${newSignerKey(before.signer.verifier.name)}\n${text.trim()}\n`;
  await replaceFile(file, next);
  return { kind: 'begun', keys: parsed(next, file) };
}

/** The log's key is changed: the one before it is deleted, if the file still has these very two. */
export async function dropOutgoingKey(dataDir: string, { signer, outgoing }: SignerKeys): Promise<void> {
  const file = join(dataDir, AUDIT_KEY_FILE);
  const text = (await readIfThere(file)) ?? '';
  const kept = parseSignerKeys(text);
  if (outgoing === null || kept?.signer.vkey !== signer.vkey || kept.outgoing?.vkey !== outgoing.vkey) return;
  await replaceFile(file, `${splitSignerKeys(text)[0]}\n`);
}

export class SeenCheckpointFile implements SeenCheckpoint {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  read(): Promise<string | null> {
    return readIfThere(this.#file);
  }

  async write(note: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await replaceFile(this.#file, note);
  }

  get #file(): string {
    return join(this.#folder, SEEN_FILE);
  }
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** The new content or the old one, whatever happens; for its owner alone. On disk when it resolves. */
async function replaceFile(file: string, content: string): Promise<void> {
  const next = `${file}.next`;
  // One that was left behind keeps the mode that it has.
  await rm(next, { force: true });
  const handle = await open(next, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(next, file);
  await syncFolder(dirname(file));
}
