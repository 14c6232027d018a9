import { SignJWT } from 'jose';

export interface MintedClaims {
  /** Whom it names: `sub`. */
  readonly user: string;
  /** `subscription_level`. */
  readonly tier: string;
  /** `roles`: `auditor`, `admin`. */
  readonly roles?: readonly string[];
  readonly expiresInSeconds: number;
  readonly issuer?: string | null;
  readonly audience?: string | null;
}

/** A bearer token as the service takes it with AUTH_JWT_SECRET: HS256. */
export function mintToken(secret: string, claims: MintedClaims, now: Date = new Date()): Promise<string> {
  const issuedAt = Math.floor(now.getTime() / 1000);
  const token = new SignJWT({
    subscription_level: claims.tier,
    ...(claims.roles === undefined ? {} : { roles: [...claims.roles] }),
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(claims.user)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + claims.expiresInSeconds);
  if (claims.issuer) token.setIssuer(claims.issuer);
  if (claims.audience) token.setAudience(claims.audience);
  return token.sign(new TextEncoder().encode(secret));
}
