import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type JWK, SignJWT } from 'jose';
import type { Clock } from '../../../src/application/ports/clock.ts';
import { epochMs, instantOf, plusMs } from '../../../src/domain/shared/instant.ts';
import { type AuthSettings, authentication, type Caller } from '../../../src/http/auth/auth.ts';
import type { ServiceCalls } from '../../../src/http/auth/service-calls.ts';
import { Problem } from '../../../src/http/server/problem.ts';
import { silent } from '../../support/parts/run.ts';

export const NOW = instantOf(Date.UTC(2026, 10, 23, 12));
export const SECONDS = epochMs(NOW) / 1000;

/** A clock that stands until it is moved; both of its faces move together. */
export function standingClock(): Clock & { pass(ms: number): void } {
  let passed = 0;
  return {
    now: () => plusMs(NOW, passed),
    monotonicMs: () => 1_000_000 + passed,
    pass: (ms) => {
      passed += ms;
    },
  };
}

export type Outcome = Caller | { readonly refused: number; readonly code: string; readonly detail: string };

/** A service that authenticates so, asked with these headers. */
export function asking(settings: Partial<AuthSettings>, clock: Clock, calls?: ServiceCalls) {
  const nothing: AuthSettings = {
    jwtSecret: null,
    jwksUrl: null,
    issuer: null,
    audience: null,
    serviceUrl: null,
    internalServiceSecret: null,
  };
  const authenticate = authentication({ ...nothing, ...settings }, { clock, logger: silent, calls });
  return async (headers: Record<string, string>, traceparent?: string): Promise<Outcome> => {
    try {
      return await authenticate(new Request('http://localhost/', { headers }), traceparent);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { refused: error.status, code: error.code, detail: error.message };
    }
  };
}

export const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

export interface Signer {
  /** Its public key as an issuer publishes it. */
  readonly jwk: JWK;
  readonly publicKey: KeyObject;
  /** RS256 with whatever key, however weak. */
  signByHand(): string;
  sign(claims?: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>;
}

export function signer(alg: 'RS256' | 'ES256' | 'EdDSA', kid: string, bits = 2048): Signer {
  const { privateKey, publicKey } = keyPair(alg, bits);
  return {
    jwk: { ...(publicKey.export({ format: 'jwk' }) as JWK), kid, alg, use: 'sig' },
    publicKey,
    signByHand: () => {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const text = `${part({ alg, kid })}.${part({ sub: 'usr_1', exp: SECONDS + 3600 })}`;
      return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
    },
    sign: (claims = {}, header = {}) =>
      new SignJWT({ sub: 'usr_1', exp: SECONDS + 3600, ...claims })
        .setProtectedHeader({ alg, kid, ...header })
        .sign(privateKey),
  };
}

function keyPair(alg: 'RS256' | 'ES256' | 'EdDSA', bits: number) {
  if (alg === 'RS256') return generateKeyPairSync('rsa', { modulusLength: bits });
  if (alg === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return generateKeyPairSync('ed25519');
}
