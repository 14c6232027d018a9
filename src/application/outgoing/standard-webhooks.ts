import { createHmac } from 'node:crypto';
import { epochMs, type Instant } from '../../domain/shared/instant.ts';

/** What a secret of Standard Webhooks begins with. */
export const WHSEC = 'whsec_';

/** 128 bits: fewer can be tried out by whoever has seen one signature. */
export const LEAST_KEY_BYTES = 16;

/** The headers of Standard Webhooks 1.0; unsigned where there is no key. */
export function standardWebhook(
  message: { readonly id: string; readonly at: Instant; readonly body: string },
  key: Uint8Array | null,
): Record<string, string> {
  const timestamp = String(Math.floor(epochMs(message.at) / 1000));
  const headers = { 'webhook-id': message.id, 'webhook-timestamp': timestamp };
  if (key === null) return headers;
  const signature = createHmac('sha256', key)
    .update(`${message.id}.${timestamp}.${message.body}`)
    .digest('base64');
  return { ...headers, 'webhook-signature': `v1,${signature}` };
}

/**
 * The bytes that sign, as the libraries of Standard Webhooks take them: a secret is base64, with `whsec_` before it or
 * without. A text that is no base64 signs by itself; after `whsec_` there is no such, and it is empty.
 */
export function signingKey(secret: string): Buffer {
  const isMarked = secret.startsWith(WHSEC);
  const encoded = isMarked ? secret.slice(WHSEC.length) : secret;
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(encoded) && (isMarked || isWhole(encoded));
  if (isBase64) return Buffer.from(encoded, 'base64');
  return isMarked ? Buffer.alloc(0) : Buffer.from(secret, 'utf8');
}

/** With its padding, or with none where it is long enough for no word: secrets have 24 bytes and more. */
function isWhole(encoded: string): boolean {
  return (
    encoded.length % 4 === 0 || (encoded.length >= 32 && !encoded.includes('=') && encoded.length % 4 !== 1)
  );
}
