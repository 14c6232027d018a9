/**
 * Authenticated encryption as one line of text: `v1.<key number>.<base64 of nonce, ciphertext, tag>`, AES-256-GCM
 * with a random 96-bit nonce. The prefix and a context are authenticated with the content, so that a sealed
 * text opens only where it was put: in the event, or under the user, that it was made for.
 */
import { createCipheriv, createDecipheriv, type KeyObject, randomFillSync } from 'node:crypto';

const VERSION = 'v1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const NOTHING = new Uint8Array();

/** A 256-bit key and its number among the keys that its owner has had. */
export interface SealingKey {
  readonly number: number;
  readonly secret: KeyObject;
}

/** A sealed text that does not open: wrong key, wrong place, or changed since. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

export function seal(key: SealingKey, content: string | Uint8Array, context: string): string {
  const prefix = prefixOf(key);
  return prefix + encrypted(key, content, prefix + context).toString('base64');
}

/** Throws SealBroken. */
export function unseal(key: SealingKey, sealed: string, context: string): Buffer {
  const prefix = prefixOf(key);
  if (!sealed.startsWith(prefix)) throw new SealBroken('sealed under another key or in another format');
  return decrypted(key, Buffer.from(sealed.slice(prefix.length), 'base64'), prefix + context);
}

/** The same as bytes: behind the prefix nonce, ciphertext and tag as they are. `head`: text that is put before it. */
export function sealBytes(key: SealingKey, content: string | Uint8Array, context: string, head = ''): Buffer {
  const prefix = prefixOf(key);
  return encrypted(key, content, prefix + context, Buffer.from(head + prefix));
}

/** Throws SealBroken. */
export function unsealBytes(key: SealingKey, sealed: Buffer, context: string): Buffer {
  const prefix = prefixOf(key);
  if (sealed.toString('latin1', 0, prefix.length) !== prefix) {
    throw new SealBroken('sealed under another key or in another format');
  }
  return decrypted(key, sealed.subarray(prefix.length), prefix + context);
}

function prefixOf({ number }: SealingKey): string {
  return `${VERSION}.${number}.`;
}

/** Behind `before`. */
function encrypted(
  key: SealingKey,
  content: string | Uint8Array,
  authenticated: string,
  before: Uint8Array = NOTHING,
): Buffer {
  const nonce = nextNonce();
  const cipher = createCipheriv('aes-256-gcm', key.secret, nonce);
  cipher.setAAD(Buffer.from(authenticated));
  const body = typeof content === 'string' ? cipher.update(content, 'utf8') : cipher.update(content);
  cipher.final();
  return Buffer.concat([before, nonce, body, cipher.getAuthTag()]);
}

function decrypted(key: SealingKey, bytes: Buffer, authenticated: string): Buffer {
  if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new SealBroken('sealed text is cut short');
  const decipher = createDecipheriv('aes-256-gcm', key.secret, bytes.subarray(0, NONCE_BYTES));
  decipher.setAAD(Buffer.from(authenticated));
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  const content = decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES));
  try {
    decipher.final();
  } catch (cause) {
    throw new SealBroken('sealed content does not open: wrong key, wrong place, or changed', { cause });
  }
  return content;
}

// Random bytes are drawn for many nonces at once: a call for each costs more than sealing.
const pool = Buffer.alloc(NONCE_BYTES * 256);
let drawn = pool.length;

function nextNonce(): Buffer {
  if (drawn === pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  drawn += NONCE_BYTES;
  return pool.subarray(drawn - NONCE_BYTES, drawn);
}
