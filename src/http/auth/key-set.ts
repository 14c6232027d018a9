/**
 * The public keys of an issuer (RFC 7517), fetched from `AUTH_JWKS_URL` and kept.
 *
 * They are fetched anew when they are old, and when a token names a key that is not among them (the issuer rotates
 * its keys), the latter at most once in a cool-down, so that nobody makes us ask without end. When the issuer does
 * not answer soon, or answers nonsense, the keys at hand go on to serve; with none at hand nobody can be verified.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type CryptoKey, importJWK, type JWK } from 'jose';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Clock } from '../../application/ports/clock.ts';
import { type ServiceCalls, ServiceUnavailable } from './service-calls.ts';

export const KEY_SET_ALGORITHMS = ['RS256', 'ES256', 'EdDSA'] as const;
export type KeySetAlgorithm = (typeof KEY_SET_ALGORITHMS)[number];

/** Keys older than this are fetched anew before they are used, milliseconds. */
const MAX_AGE_MS = 10 * 60_000;
/** Between two fetches while keys are at hand. */
const COOL_DOWN_MS = 30_000;
/** For new ones while old ones are at hand. An issuer that hangs would hold up every caller for as long as it is asked. */
const PATIENCE_MS = 250;
/** Between two fetches while none are. */
const RETRY_MS = 1_000;
const MAX_KEYS = 100;
const LEAST_RSA_BITS = 2_048;
/** FIPS 186-5: an exponent below it is no signature's; with 1 anybody signs. */
const LEAST_RSA_EXPONENT = 65_537n;

const KeySetDocument = z.object({
  keys: z.array(z.looseObject({ kty: z.string() })).max(MAX_KEYS),
});

interface IssuerKey {
  readonly kid: string | null;
  readonly alg: KeySetAlgorithm;
  readonly key: CryptoKey;
}

interface Fetching {
  /** When the issuer has answered, or has been given up. */
  readonly done: Promise<void>;
  /** The same, or when it has been waited for long enough: of all who wait, since it began. */
  readonly orPatience: Promise<void>;
}

export interface KeySetDeps {
  readonly calls: ServiceCalls;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class KeySet {
  readonly #url: string;
  readonly #deps: KeySetDeps;
  /** Null: none were ever fetched. */
  #keys: readonly IssuerKey[] | null = null;
  #fetchedMs = Number.NEGATIVE_INFINITY;
  #triedMs = Number.NEGATIVE_INFINITY;
  #failed = false;
  #fetching: Fetching | null = null;

  constructor(url: string, deps: KeySetDeps) {
    this.#url = url;
    this.#deps = deps;
  }

  /**
   * The keys that a token with this header may be signed by; without a `kid` all of that algorithm. None: it is not
   * this issuer's. Throws ServiceUnavailable where that cannot be told.
   */
  async keysFor(alg: KeySetAlgorithm, kid: string | null): Promise<readonly CryptoKey[]> {
    if (this.#deps.clock.monotonicMs() - this.#fetchedMs > MAX_AGE_MS) await this.#refresh()?.orPatience;
    const known = this.#matching(alg, kid);
    if (known.length > 0) return known;
    await this.#refresh()?.done;
    const found = this.#matching(alg, kid);
    if (found.length === 0 && this.#failed) throw new ServiceUnavailable('the key set cannot be fetched');
    return found;
  }

  #matching(alg: KeySetAlgorithm, kid: string | null): CryptoKey[] {
    return (this.#keys ?? [])
      .filter((one) => one.alg === alg && (kid === null || one.kid === kid))
      .map(({ key }) => key);
  }

  /** Fetches them; null where that was tried just now. */
  #refresh(): Fetching | null {
    if (this.#fetching === null) {
      const nowMs = this.#deps.clock.monotonicMs();
      if (nowMs - this.#triedMs < (this.#keys === null ? RETRY_MS : COOL_DOWN_MS)) return null;
      this.#triedMs = nowMs;
      const done = this.#fetch().finally(() => {
        this.#fetching = null;
      });
      const orPatience = Promise.race([done, delay(PATIENCE_MS, undefined, { ref: false })]);
      this.#fetching = { done, orPatience };
    }
    return this.#fetching;
  }

  async #fetch(): Promise<void> {
    const { calls, clock, logger } = this.#deps;
    try {
      const { status, body } = await calls.get(this.#url);
      const document = KeySetDocument.safeParse(body);
      if (status !== 200 || !document.success) {
        throw new ServiceUnavailable(`${status}, ${document.success ? 'a key set' : 'not a key set'}`);
      }
      const given = document.data.keys as JWK[];
      this.#keys = await usableKeys(given);
      const unused = given.length - this.#keys.length;
      if (unused > 0) {
        logger.info({ keys: given.length, unused }, 'keys of the issuer are of other kinds, or too weak');
      }
      this.#fetchedMs = clock.monotonicMs();
      this.#failed = false;
    } catch (error) {
      if (!(error instanceof ServiceUnavailable)) throw error;
      this.#failed = true;
      const cached_keys = this.#keys?.length ?? 0;
      logger.warn({ reason: error.message, cached_keys }, 'the issuer did not give its keys');
    }
  }
}

/** Keys of other kinds, for other uses or damaged are none of ours: an issuer may well have some. */
async function usableKeys(keys: readonly JWK[]): Promise<IssuerKey[]> {
  const usable = await Promise.all(keys.map(usableKey));
  return usable.filter((key) => key !== null);
}

async function usableKey(jwk: JWK): Promise<IssuerKey | null> {
  const alg = algorithmOf(jwk);
  if (alg === null || (jwk.use !== undefined && jwk.use !== 'sig')) return null;
  if (jwk.key_ops !== undefined && !(Array.isArray(jwk.key_ops) && jwk.key_ops.includes('verify')))
    return null;
  try {
    // Of a key that was published with its private part by mistake the public one is taken.
    const { kty, crv, n, e, x, y } = jwk;
    const key = await importJWK({ kty, crv, n, e, x, y } as JWK, alg);
    if (key instanceof Uint8Array || isWeak(key)) return null;
    return { kid: typeof jwk.kid === 'string' ? jwk.kid : null, alg, key };
  } catch {
    return null;
  }
}

/** The one algorithm that a key is for, by what it is; null: none of ours. */
function algorithmOf({ kty, crv, alg }: JWK): KeySetAlgorithm | null {
  if (kty === 'RSA' && (alg ?? 'RS256') === 'RS256') return 'RS256';
  if (kty === 'EC' && crv === 'P-256' && (alg ?? 'ES256') === 'ES256') return 'ES256';
  if (kty === 'OKP' && crv === 'Ed25519' && ['EdDSA', 'Ed25519'].includes(alg ?? 'EdDSA')) return 'EdDSA';
  return null;
}

function isWeak({ algorithm }: CryptoKey): boolean {
  if (!('modulusLength' in algorithm) || !('publicExponent' in algorithm)) return false;
  const exponent = BigInt(`0x${Buffer.from(algorithm.publicExponent as Uint8Array).toString('hex')}`);
  return (
    Number(algorithm.modulusLength) < LEAST_RSA_BITS || exponent < LEAST_RSA_EXPONENT || exponent % 2n === 0n
  );
}
