/**
 * Bearer tokens signed with a shared secret (HS256, nothing else). A verified token is remembered by its hash
 * until it expires, so that a caller's many requests cost one verification.
 */
import { hash } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../application/ports.ts';
import { parseUserId, type UserId } from '../domain/ids.ts';
import { epochMs } from '../domain/instant.ts';

export interface TokenClaims {
  readonly userId: UserId;
  readonly roles: readonly string[];
  /** As the token says; null where it says nothing. */
  readonly subscriptionLevel: string | null;
}

export type VerifiedToken =
  | { readonly ok: true; readonly claims: TokenClaims }
  /** A sentence that may be shown: it says nothing that the token does not say. */
  | { readonly ok: false; readonly reason: string };

export interface TokenSettings {
  /** The HMAC key is this text's UTF-8 bytes. */
  readonly secret: string;
  /** Checked where not null. */
  readonly issuer: string | null;
  readonly audience: string | null;
}

const REMEMBERED = 10_000;

export class TokenVerifier {
  readonly #key: Uint8Array;
  readonly #settings: TokenSettings;
  readonly #clock: Clock;
  readonly #remembered = new LRUCache<string, { readonly claims: TokenClaims; readonly expiresMs: number }>({
    max: REMEMBERED,
  });

  constructor(settings: TokenSettings, clock: Clock) {
    this.#key = new TextEncoder().encode(settings.secret);
    this.#settings = settings;
    this.#clock = clock;
  }

  async verify(token: string): Promise<VerifiedToken> {
    const nowMs = epochMs(this.#clock.now());
    const name = hash('sha256', token, 'base64');
    const known = this.#remembered.get(name);
    if (known !== undefined && nowMs < known.expiresMs) return { ok: true, claims: known.claims };
    const payload = await this.#payloadOf(token, nowMs);
    if (typeof payload === 'string') return { ok: false, reason: payload };
    const claims = claimsOf(payload);
    if (typeof claims === 'string') return { ok: false, reason: claims };
    this.#remembered.set(name, { claims, expiresMs: (payload.exp ?? 0) * 1000 });
    return { ok: true, claims };
  }

  async #payloadOf(token: string, nowMs: number): Promise<JWTPayload | string> {
    const { issuer, audience } = this.#settings;
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: ['HS256'],
        requiredClaims: ['exp'],
        currentDate: new Date(nowMs),
        ...(issuer === null ? {} : { issuer }),
        ...(audience === null ? {} : { audience }),
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) return 'The token has expired.';
      if (error instanceof errors.JWTClaimValidationFailed) return `The claim "${error.claim}" does not fit.`;
      if (error instanceof errors.JOSEError) return 'The token is not one that is accepted here.';
      throw error;
    }
  }
}

function claimsOf(payload: JWTPayload): TokenClaims | string {
  const subject = payload.sub ?? payload.user_id;
  const userId = typeof subject === 'string' ? parseUserId(subject) : null;
  if (userId === null) return 'The token names no valid user.';
  const roles = payload.roles ?? [];
  if (!Array.isArray(roles) || !roles.every((role) => typeof role === 'string')) {
    return 'The claim "roles" does not fit.';
  }
  const level = payload.subscription_level ?? null;
  if (level !== null && typeof level !== 'string') return 'The claim "subscription_level" does not fit.';
  return { userId, roles, subscriptionLevel: level };
}
