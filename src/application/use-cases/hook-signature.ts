/**
 * Whether a call of a webhook was signed by whoever has its secret, in one of two forms: Standard Webhooks 1.0
 * (`webhook-id`, `webhook-timestamp`, `webhook-signature` over `id.timestamp.body`), whose calls are also refused when they
 * are old, and GitHub's (`X-Hub-Signature-256` over the body).
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { epochMs, type Instant } from '../../domain/shared/instant.ts';
import type { HookScheme } from '../../domain/task/events/events.ts';
import { signingKey } from '../outgoing/standard-webhooks.ts';

/** How far a signed timestamp may be from now, as the libraries of Standard Webhooks have it. */
const TOLERANCE_MS = 5 * 60_000;
/** Of signatures that one call has: more than one while a sender changes its secret. */
const MAX_SIGNATURES = 10;

export interface SignedCall {
  readonly headers: Pick<Headers, 'get'>;
  readonly body: Uint8Array;
  readonly now: Instant;
}

export type SignatureCheck =
  /** `delivery`: what the sender calls this delivery, the same when it sends it again; null: it does not say. */
  | { readonly kind: 'signed'; readonly delivery: string | null }
  | { readonly kind: 'refused'; readonly why: string };

export function checkSignature(
  { scheme, secret }: { readonly scheme: HookScheme; readonly secret: string },
  call: SignedCall,
): SignatureCheck {
  // What is left of one whose owner's key is gone: anybody could sign with that.
  if (secret === '') return refused('the secret is gone');
  switch (scheme) {
    case 'standard-webhooks':
      return checkStandard(signingKey(secret), call);
    case 'github':
      return checkGithub(Buffer.from(secret, 'utf8'), call);
  }
}

function checkStandard(key: Uint8Array, { headers, body, now }: SignedCall): SignatureCheck {
  const id = headers.get('webhook-id');
  const timestamp = headers.get('webhook-timestamp');
  const signatures = headers.get('webhook-signature');
  if (id === null || timestamp === null || signatures === null) {
    return refused('webhook-id, webhook-timestamp and webhook-signature must all be there');
  }
  const sentMs = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) * 1_000 : Number.NaN;
  if (!(Math.abs(epochMs(now) - sentMs) <= TOLERANCE_MS)) {
    return refused('webhook-timestamp is more than five minutes from now');
  }
  const expected = hmac(key, `${id}.${timestamp}.`, body);
  const given = signatures.split(' ', MAX_SIGNATURES).map((each) => after('v1,', each, 'base64'));
  return given.some((each) => isSame(each, expected)) ? signed(id) : refused(NO_MATCH);
}

function checkGithub(key: Uint8Array, { headers, body }: SignedCall): SignatureCheck {
  const signature = headers.get('x-hub-signature-256');
  if (signature === null) return refused('X-Hub-Signature-256 must be there');
  const isRight = isSame(after('sha256=', signature, 'hex'), hmac(key, '', body));
  return isRight ? signed(headers.get('x-github-delivery')) : refused(NO_MATCH);
}

const NO_MATCH = 'no signature is that of this body under the secret';

function hmac(key: Uint8Array, before: string, body: Uint8Array): Buffer {
  return createHmac('sha256', key).update(before).update(body).digest();
}

function after(prefix: string, text: string, encoding: 'base64' | 'hex'): Buffer {
  return text.startsWith(prefix) ? Buffer.from(text.slice(prefix.length), encoding) : Buffer.alloc(0);
}

/** Takes as long wherever they differ. */
function isSame(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function signed(delivery: string | null): SignatureCheck {
  return { kind: 'signed', delivery };
}

function refused(why: string): SignatureCheck {
  return { kind: 'refused', why };
}
