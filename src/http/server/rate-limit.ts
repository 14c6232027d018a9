/**
 * How often one caller may ask, by token buckets: as many requests at once as one window allows, and from then on as
 * they come back, evenly. A bucket that nobody uses is full again, so the least recently used are forgotten without
 * harm, and memory is bounded however many callers there are.
 *
 * Told by the fields of the IETF draft on RateLimit header fields (`draft-ietf-httpapi-ratelimit-headers-10`).
 */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../application/ports/clock.ts';
import { mostEntries } from '../../kernel/most-entries.ts';
import { Problem } from './problem.ts';

export interface RateLimit {
  readonly requests: number;
  readonly windowSeconds: number;
}

export interface RateLimits {
  /** For each caller; null: no limit. */
  readonly callers: RateLimit | null;
  /** Requests with wrong credentials from one address; null: no limit. */
  readonly failures: RateLimit | null;
}

interface Bucket {
  tokens: number;
  /** Monotonic milliseconds when `tokens` was right. */
  at: number;
}

const KEPT_BUCKETS = 100_000;

export class RateLimiter {
  readonly #limit: RateLimit;
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #perMs: number;
  readonly #buckets: LRUCache<string, Bucket>;
  readonly #policy: string;
  readonly #name: string;

  /** `name`: of the policy, as the header fields show it. */
  constructor(name: string, limit: RateLimit, clock: Pick<Clock, 'monotonicMs'>, kept = KEPT_BUCKETS) {
    this.#name = name;
    this.#limit = limit;
    this.#clock = clock;
    this.#perMs = limit.requests / (limit.windowSeconds * 1000);
    this.#buckets = new LRUCache(mostEntries(kept));
    this.#policy = `"${name}";q=${limit.requests};w=${limit.windowSeconds}`;
  }

  /** Takes a token and answers the header fields that say what is left. Throws the 429. */
  take(key: string): Readonly<Record<string, string>> {
    const bucket = this.#filled(key);
    if (bucket.tokens < 1) throw this.#refusal(bucket);
    bucket.tokens -= 1;
    return this.#fields(bucket);
  }

  /** Throws the 429 where no token is left, and takes none. */
  check(key: string): void {
    const bucket = this.#buckets.has(key) ? this.#filled(key) : null;
    if (bucket !== null && bucket.tokens < 1) throw this.#refusal(bucket);
  }

  /** Takes a token where there is one. */
  count(key: string): void {
    const bucket = this.#filled(key);
    bucket.tokens = Math.max(0, bucket.tokens - 1);
  }

  #filled(key: string): Bucket {
    const now = this.#clock.monotonicMs();
    const kept = this.#buckets.get(key);
    if (kept === undefined) {
      const full = { tokens: this.#limit.requests, at: now };
      this.#buckets.set(key, full);
      return full;
    }
    kept.tokens = Math.min(this.#limit.requests, kept.tokens + (now - kept.at) * this.#perMs);
    kept.at = now;
    return kept;
  }

  #refusal(bucket: Bucket): Problem {
    const seconds = Math.max(1, Math.ceil((1 - bucket.tokens) / this.#perMs / 1000));
    return new Problem('RATE_LIMITED', {
      headers: { 'Retry-After': String(seconds), ...this.#fields(bucket) },
    });
  }

  /** `t`: in how many seconds all of it is there again. */
  #fields({ tokens }: Bucket): Readonly<Record<string, string>> {
    const left = Math.floor(tokens);
    const full = Math.ceil((this.#limit.requests - tokens) / this.#perMs / 1000);
    return { RateLimit: `"${this.#name}";r=${left};t=${full}`, 'RateLimit-Policy': this.#policy };
  }
}
