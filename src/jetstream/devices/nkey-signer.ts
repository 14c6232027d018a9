/**
 * Signs as the owner of an nkey, by Node's own Ed25519. The library of nkeys does it in JavaScript, and takes tens of
 * milliseconds of the main thread for each signature: enough for a few dozen strangers a second to hold up everybody.
 */
import { createPrivateKey, sign } from 'node:crypto';
import { nkeys } from '@nats-io/transport-node';

export interface NkeySigner {
  /** Of the key, as NATS writes it (`A…`). */
  readonly publicKey: string;
  /** 64 bytes. */
  sign(bytes: Uint8Array): Buffer;
}

/** PKCS #8 of an Ed25519 key (RFC 8410), but for its 32 bytes. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** In a seed before the key: what kind of key it is. */
const KIND_BYTES = 2;
const KEY_BYTES = 32;

/** Throws where the seed is damaged. */
export function nkeySigner(seed: Uint8Array): NkeySigner {
  // The library checks the seed, and derives the public half this once.
  const publicKey = nkeys.fromSeed(seed).getPublicKey();
  const raw = base32(Buffer.from(seed).toString('latin1')).subarray(KIND_BYTES, KIND_BYTES + KEY_BYTES);
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, raw]), format: 'der', type: 'pkcs8' });
  return { publicKey, sign: (bytes) => sign(null, bytes, key) };
}

function base32(text: string): Buffer {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const letter of text) {
    held = ((held << 5) | BASE32.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 0xff);
  }
  return Buffer.from(bytes);
}
