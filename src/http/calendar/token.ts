import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Hash, parseUserId, type UserId } from '../../domain/shared/ids.ts';
import { FEED_TOKEN_PREFIX } from '../../kernel/secret-tokens.ts';

const SECRET_BYTES = 32;
const TOKEN = /^(?:tscal_)?([A-Za-z0-9_-]{1,340})\.([A-Za-z0-9_-]{43})$/;

/** `tscal_<user>.<32 random bytes>`, each base64url (without the prefix: of before): whose feed it is, and the right to read it. */
export function newFeedToken(userId: UserId): string {
  const user = Buffer.from(userId).toString('base64url');
  return `${FEED_TOKEN_PREFIX}${user}.${randomBytes(SECRET_BYTES).toString('base64url')}`;
}

/** Whose a token says it is; null for what is none. */
export function userOfToken(token: string): UserId | null {
  const encoded = TOKEN.exec(token)?.[1];
  return encoded === undefined ? null : parseUserId(Buffer.from(encoded, 'base64url').toString('utf8'));
}

/** What is stored of a token. */
export function hashOfFeedToken(token: string): Hash {
  return createHash('sha256').update(token).digest('hex') as Hash;
}

export function isTokenOf(token: string, hash: Hash): boolean {
  return timingSafeEqual(Buffer.from(hashOfFeedToken(token)), Buffer.from(hash));
}
