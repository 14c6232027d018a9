/** The file of wrapped keys that an export wrote: checked as a whole, before any of it is stored. */
import { createReadStream } from 'node:fs';
import type { NatsAccess } from '../../app/start/nats-access.ts';
import { splitLines } from '../../history/audit/split-lines.ts';
import { UnusableData } from '../../history/unusable-data.ts';
import { KEYS_FILE_HEAD, type KeyLine, parseKeyLine } from '../../jetstream/codec/keys-file.ts';
import { putServiceKey, requireServiceKeyOpens } from '../../jetstream/codec/service-keys.ts';
import { UserKeyMissing, UserKeys, WrongSecretsKey } from '../../jetstream/codec/user-keys.ts';

type StoredKey = Exclude<KeyLine, { end: unknown }>;

export class KeysToImport {
  readonly #file: string;
  readonly #secretsKeys: readonly Uint8Array[];

  private constructor(file: string, secretsKeys: readonly Uint8Array[]) {
    this.#file = file;
    this.#secretsKeys = secretsKeys;
  }

  /** Throws UnusableData where it is not whole. */
  static async read(file: string, secretsKeys: readonly Uint8Array[]): Promise<KeysToImport> {
    const keys = new KeysToImport(file, secretsKeys);
    for await (const _ of keys.#lines());
    return keys;
  }

  /** Whether each opens, and is the one that is there, where one is. Throws UnusableData, LogUnavailable. */
  async check(nc: NatsAccess['nc'], isNew: boolean): Promise<void> {
    const users = new UserKeys(nc, this.#secretsKeys);
    try {
      for await (const line of this.#lines()) {
        if ('service_key' in line) {
          const { service_key: name, wrapped_key: wrapped } = line;
          requireServiceKeyOpens(this.#secretsKeys, { name, wrapped });
          continue;
        }
        const { secret } = users.unwrap(line.user_id, line.wrapped_key);
        if (isNew && !(await users.isStored(line.user_id))) continue;
        if (!(await hasOther(users, line.user_id, secret))) continue;
        throw new UnusableData(`${this.#file}: user ${line.user_id} has another key on this server`);
      }
    } catch (error) {
      if (!(error instanceof WrongSecretsKey)) throw error;
      throw new UnusableData(`${this.#file}: ${error.message}`, { cause: error });
    }
  }

  /** Wrapped by the first key of SECRETS_KEY. One that was destroyed here stays so. Throws LogUnavailable. */
  async store(nc: NatsAccess['nc']): Promise<void> {
    const users = new UserKeys(nc, this.#secretsKeys);
    for await (const line of this.#lines()) {
      if ('user_id' in line) await users.restore(line.user_id, line.wrapped_key);
      else {
        const { service_key: name, wrapped_key: wrapped } = line;
        await putServiceKey(nc, this.#secretsKeys, { name, wrapped });
      }
    }
  }

  async *#lines(): AsyncGenerator<StoredKey> {
    let count = -1;
    let end: number | null = null;
    for await (const bytes of splitLines(opened(this.#file))) {
      const line = bytes.toString('utf8');
      if (++count === 0) {
        if (line !== KEYS_FILE_HEAD) throw new UnusableData(`${this.#file} is no file of exported keys`);
        continue;
      }
      const parsed: KeyLine | null = end === null ? parseKeyLine(line) : null;
      if (parsed === null) throw new UnusableData(`${this.#file}, line ${count + 1}: no key`);
      if ('end' in parsed) end = parsed.end.keys;
      else yield parsed;
    }
    if (end === null || end !== count - 1) throw new UnusableData(`${this.#file} is cut short`);
  }
}

async function* opened(file: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(file)) yield chunk as Buffer;
  } catch {
    throw new UnusableData(`${file} cannot be read`);
  }
}

async function hasOther(
  users: UserKeys,
  userId: Parameters<UserKeys['find']>[0],
  secret: Awaited<ReturnType<UserKeys['get']>>['secret'],
): Promise<boolean> {
  try {
    return (await users.has(userId)) && !(await users.get(userId)).secret.equals(secret);
  } catch (error) {
    // Destroyed.
    if (error instanceof UserKeyMissing) return false;
    throw error;
  }
}
