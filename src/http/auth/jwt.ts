/**
 * Bearer tokens that are verified here: signed with the shared secret (HS256), or by a key of the issuer's set
 * (RS256, ES256, EdDSA). Which of the two is decided by the token's algorithm, and each algorithm has keys of its
 * own kind only, so a public key is never taken for a secret. A verified token is remembered by its hash, so that a
 * caller's many requests cost one verification.
 */
import { hash } from 'node:crypto';
import { type CryptoKey, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../application/ports/clock.ts';
import type { UserId } from '../../domain/shared/ids.ts';
import { epochMs } from '../../domain/shared/instant.ts';
import { mostEntries } from '../../kernel/most-entries.ts';
import { parseCallerId } from './caller-id.ts';
import { KEY_SET_ALGORITHMS, type KeySet } from './key-set.ts';

export interface TokenClaims {
  readonly userId: UserId;
  readonly roles: readonly string[];
  /** As the token says; null where it says nothing. */
  readonly subscriptionLevel: string | null;
}

export type VerifiedToken =
  | { readonly kind: 'valid'; readonly claims: TokenClaims }
  /** Signed by one of our keys, and not valid all the same. The sentence says nothing that the token does not. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Not signed by any of our keys, or no signed token at all. */
  | { readonly kind: 'foreign' };

export interface TokenSettings {
  /** The HMAC key is this text's UTF-8 bytes; null: no HS256. */
  readonly secret: string | null;
  /** Null: HS256 only. */
  readonly keySet: KeySet | null;
  /** Checked where not null. */
  readonly issuer: string | null;
  readonly audience: string | null;
}

/** How far the clock of who signs may be from ours. */
export const CLOCK_SKEW_SECONDS = 30;
const REMEMBERED = 10_000;
/** A token signed by a key that the issuer has withdrawn is not remembered for longer, milliseconds. */
const REMEMBERED_BY_KEY_SET_MS = 60_000;

interface Key {
  readonly alg: string;
  readonly key: Uint8Array | CryptoKey;
}

interface Remembered {
  readonly claims: TokenClaims;
  readonly untilMs: number;
}

export class TokenVerifier {
  readonly #secret: Uint8Array | null;
  readonly #settings: TokenSettings;
  readonly #clock: Clock;
  readonly #remembered = new LRUCache<string, Remembered>(mostEntries(REMEMBERED));

  constructor(settings: TokenSettings, clock: Clock) {
    this.#secret = settings.secret === null ? null : new TextEncoder().encode(settings.secret);
    this.#settings = settings;
    this.#clock = clock;
  }

  /** Throws ServiceUnavailable where the keys that the token needs cannot be had. */
  async verify(token: string): Promise<VerifiedToken> {
    if (!isCompact(token)) return { kind: 'foreign' };
    const nowMs = epochMs(this.#clock.now());
    const name = hash('sha256', token, 'base64');
    const known = this.#remembered.get(name);
    if (known !== undefined && nowMs < known.untilMs) return { kind: 'valid', claims: known.claims };
    for (const { alg, key } of await this.#keysFor(token)) {
      const verified = await this.#verifyWith(token, alg, key, nowMs);
      if (verified === null) continue;
      if (typeof verified === 'string') return { kind: 'refused', reason: verified };
      const claims = tokenClaimsOf(verified);
      if (typeof claims === 'string') return { kind: 'refused', reason: claims };
      this.#remembered.set(name, { claims, untilMs: rememberedUntil(verified, alg, nowMs) });
      return { kind: 'valid', claims };
    }
    return { kind: 'foreign' };
  }

  async #keysFor(token: string): Promise<readonly Key[]> {
    const { alg, kid } = headerOf(token);
    if (alg === 'HS256') return this.#secret === null ? [] : [{ alg, key: this.#secret }];
    const algorithm = KEY_SET_ALGORITHMS.find((one) => one === alg);
    if (algorithm === undefined || this.#settings.keySet === null) return [];
    const keys = await this.#settings.keySet.keysFor(algorithm, kid ?? null);
    return keys.map((key) => ({ alg: algorithm, key }));
  }

  /** The payload; a sentence where its claims do not fit; null where this key did not sign it. */
  async #verifyWith(
    token: string,
    alg: string,
    key: Key['key'],
    nowMs: number,
  ): Promise<JWTPayload | string | null> {
    const { issuer, audience } = this.#settings;
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [alg],
        requiredClaims: ['exp'],
        currentDate: new Date(nowMs),
        clockTolerance: CLOCK_SKEW_SECONDS,
        ...(issuer === null ? {} : { issuer }),
        ...(audience === null ? {} : { audience }),
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) return 'The token has expired.';
      if (error instanceof errors.JWTClaimValidationFailed) return `The claim "${error.claim}" does not fit.`;
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }
}

/** One text only stands for each token: no padding, no space, no bits left over (RFC 7515, 2). */
function isCompact(token: string): boolean {
  const parts = token.split('.');
  return (
    parts.length === 3 && parts.every((part) => Buffer.from(part, 'base64url').toString('base64url') === part)
  );
}

function headerOf(token: string): { readonly alg?: unknown; readonly kid?: string } {
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    return { alg, ...(typeof kid === 'string' ? { kid } : {}) };
  } catch (error) {
    // What jose says of a text that is no token at all.
    if (error instanceof TypeError) return {};
    throw error;
  }
}

function rememberedUntil({ exp = 0 }: JWTPayload, alg: string, nowMs: number): number {
  const expiredMs = (exp + CLOCK_SKEW_SECONDS) * 1000;
  return alg === 'HS256' ? expiredMs : Math.min(expiredMs, nowMs + REMEMBERED_BY_KEY_SET_MS);
}

/** A sentence where they do not fit. */
export function tokenClaimsOf(payload: JWTPayload): TokenClaims | string {
  const subject = payload.sub ?? payload.user_id;
  const userId = typeof subject === 'string' ? parseCallerId(subject) : null;
  if (userId === null) return 'The token names no valid user.';
  const roles = payload.roles ?? [];
  if (!Array.isArray(roles) || !roles.every((role) => typeof role === 'string')) {
    return 'The claim "roles" does not fit.';
  }
  const level = payload.subscription_level ?? null;
  if (level !== null && typeof level !== 'string') return 'The claim "subscription_level" does not fit.';
  return { userId, roles, subscriptionLevel: level };
}
