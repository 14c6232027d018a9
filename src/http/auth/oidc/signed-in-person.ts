/**
 * What a session keeps of a person whom the provider has named: no token, but what its token said. It is only ever read
 * from the sealed store of sessions, and is no text that a caller's token may be.
 */
import { type Instant, instantOf, msBetween } from '../../../domain/shared/instant.ts';
import { parseCallerId } from '../caller-id.ts';
import type { TokenClaims } from '../jwt.ts';

/** From signing in: then the provider is asked again. */
export const SIGNED_IN_FOR_MS = 12 * 60 * 60_000;

export interface SignedInPerson extends TokenClaims {
  readonly until: Instant;
}

export function signedIn(claims: TokenClaims, untilMs: number): SignedInPerson {
  return { ...claims, until: instantOf(untilMs) };
}

/** Begins with a brace, as no token does. */
export function personText({ userId, roles, subscriptionLevel, until }: SignedInPerson): string {
  return JSON.stringify({ user_id: userId, roles, subscription_level: subscriptionLevel, until });
}

/** Null for a token. */
export function parsePersonText(kept: string): SignedInPerson | null {
  if (!kept.startsWith('{')) return null;
  const { user_id, roles, subscription_level, until } = JSON.parse(kept) as {
    readonly user_id: string;
    readonly roles: readonly string[];
    readonly subscription_level: string | null;
    readonly until: Instant;
  };
  const userId = parseCallerId(user_id);
  return userId === null ? null : { userId, roles, subscriptionLevel: subscription_level, until };
}

export function isStillSignedIn({ until }: SignedInPerson, now: Instant): boolean {
  return msBetween(now, until) > 0;
}
