/** When what a caller shows of itself ends by its own word. It proves nothing: whoever verifies it has the last. */
import { type Instant, instantOf } from '../../domain/shared/instant.ts';
import type { Caller } from './auth.ts';
import { expiryOf } from './remote-verifier.ts';

/** The last second of the year 9999: what is beyond it does not end. */
const LAST_SECOND = 253_402_300_799;

/** Null where it does not say. */
export function credentialExpiry({ session }: Caller, request: Request): Instant | null {
  if (session !== undefined) return session.expiresAt;
  const [, token] = /^bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  return token === undefined ? null : tokenExpiry(token);
}

export function tokenExpiry(token: string): Instant | null {
  const seconds = expiryOf(token);
  return seconds === null || seconds < 0 || seconds > LAST_SECOND ? null : instantOf(seconds * 1_000);
}
