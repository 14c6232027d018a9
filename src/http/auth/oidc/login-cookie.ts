/**
 * What a browser carries while somebody signs in at the provider: sealed, so that only the service reads it, and that
 * nobody makes one up. It comes back with the provider's answer, from another site: so it is `SameSite=Lax`.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { LoginSecrets } from './provider.ts';

const SECURE = '__Host-login';
const PLAIN = 'login';
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** How long somebody may take at the provider. */
export const LOGIN_LASTS_MS = 10 * 60_000;

export interface BegunLogin extends LoginSecrets {
  /** The screen that was asked for, a path below the console's base. */
  readonly to: string;
  readonly untilMs: number;
}

/** `Set-Cookie`. It counts once, so nobody need take it away. */
export function loginCookie(key: Uint8Array, login: BegunLogin, isSecure: boolean): string {
  const name = isSecure ? SECURE : PLAIN;
  const attributes = `${isSecure ? 'Secure; ' : ''}Path=/; HttpOnly; SameSite=Lax`;
  return `${name}=${sealed(key, JSON.stringify(login))}; ${attributes}; Max-Age=${LOGIN_LASTS_MS / 1_000}`;
}

/** Null where there is none, none of ours, or one that is too old. */
export function begunLogin(
  key: Uint8Array,
  cookies: ReadonlyMap<string, string>,
  nowMs: number,
  isSecure: boolean,
): BegunLogin | null {
  const text = opened(key, cookies.get(isSecure ? SECURE : PLAIN) ?? '');
  if (text === null) return null;
  const login = JSON.parse(text) as BegunLogin;
  return login.untilMs > nowMs ? login : null;
}

function sealed(key: Uint8Array, text: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, body, cipher.getAuthTag()]).toString('base64url');
}

function opened(key: Uint8Array, value: string): string | null {
  const bytes = Buffer.from(value, 'base64url');
  if (bytes.length <= IV_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const body = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES));
    return Buffer.concat([body, decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}
