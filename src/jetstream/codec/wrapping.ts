/**
 * Keys that are stored, wrapped by SECRETS_KEY: `v1.1.<nonce, the key, tag>` under a key that is derived from it, bound to
 * whose it is. SECRETS_KEY may be several: the first wraps, all open, so that one can be replaced by another while the
 * service runs (`rewrap.ts`).
 */
import { createSecretKey, hkdfSync } from 'node:crypto';
import { SealBroken, type SealingKey, seal, unseal } from './sealing.ts';

/** One, or several of which the first wraps; each at least 32 bytes. */
export type SecretsKeys = Uint8Array | readonly Uint8Array[];

export interface Unwrapped {
  readonly secret: Buffer;
  /** Which of the keys opened it; 0: the one that wraps. */
  readonly by: number;
}

export class Wrapping {
  readonly #keys: readonly SealingKey[];

  /** `use`: what the keys are for; those of one use open nothing of another. */
  constructor(secretsKeys: SecretsKeys, use: string) {
    this.#keys = keyList(secretsKeys).map((secretsKey) => {
      if (secretsKey.length < 32) throw new RangeError('SECRETS_KEY holds fewer than 32 bytes');
      return { number: 1, secret: createSecretKey(derivedKey(secretsKey, use)) };
    });
    if (this.#keys.length === 0) throw new RangeError('SECRETS_KEY holds no key');
  }

  wrap(secret: Uint8Array, owner: string): string {
    return seal(this.#keys[0] as SealingKey, secret, owner);
  }

  /** Throws SealBroken where none of the keys opens it for this owner. */
  unwrap(wrapped: string, owner: string): Unwrapped {
    let fault: unknown;
    for (const [by, key] of this.#keys.entries()) {
      try {
        return { secret: unseal(key, wrapped, owner), by };
      } catch (error) {
        if (!(error instanceof SealBroken)) throw error;
        fault ??= error;
      }
    }
    throw fault;
  }
}

export function keyList(secretsKeys: SecretsKeys): readonly Uint8Array[] {
  return secretsKeys instanceof Uint8Array ? [secretsKeys] : secretsKeys;
}

/** 32 bytes for one use only. */
export function derivedKey(secretsKey: Uint8Array, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secretsKey, '', `task-service ${use}`, 32));
}
