/** What signing the log's checkpoints keeps outside of NATS: the key, and the last note that was signed here. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { SeenCheckpoint } from '../../application/ports/log/audit.ts';
import { parseSignerKey, type SignerKey, signerKeyText } from '../../history/audit/note.ts';
import { type Config, ConfigError } from '../config/config.ts';
import { readOrGenerate, syncFolder } from './local-secrets.ts';

const AUDIT_KEY_FILE = 'audit-key';
const SEEN_FILE = 'audit-seen';

type AuditConfig = Pick<Config, 'auditKey' | 'dataDir' | 'nats'>;

/** Null: nothing is signed, for instances of an outside NATS share a key or have none. Throws ConfigError. */
export async function resolveAuditKey({ auditKey, dataDir, nats }: AuditConfig): Promise<SignerKey | null> {
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

function parsed(text: string, where: string): SignerKey {
  const key = parseSignerKey(text);
  if (key === null) throw new ConfigError([`${where} is no signer key: restore it from a backup`]);
  return key;
}

export class SeenCheckpointFile implements SeenCheckpoint {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(): Promise<string | null> {
    try {
      return await readFile(this.#file, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
  }

  async write(note: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const next = `${this.#file}.next`;
    const handle = await open(next, 'w', 0o600);
    try {
      await handle.writeFile(note);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(next, this.#file);
    await syncFolder(this.#folder);
  }

  get #file(): string {
    return join(this.#folder, SEEN_FILE);
  }
}
