import { LRUCache } from 'lru-cache';

export interface BucketSize {
  /** How many may come at once. */
  readonly burst: number;
  /** How many come back a second. */
  readonly perSecond: number;
}

interface Bucket {
  readonly left: number;
  readonly atMs: number;
}

/** Buckets that are kept; beyond these the longest unused ones are full again. */
const MAX_BUCKETS = 10_000;

/** Token buckets by key, in the memory of this process. */
export class TokenBuckets {
  readonly #size: BucketSize;
  readonly #buckets = new LRUCache<string, Bucket>({ max: MAX_BUCKETS });

  constructor(size: BucketSize) {
    this.#size = size;
  }

  /** Takes one; null where there was one, else the seconds until there is. `nowMs` is monotonic. */
  take(key: string, nowMs: number): number | null {
    const { burst, perSecond } = this.#size;
    const bucket = this.#buckets.get(key) ?? { left: burst, atMs: nowMs };
    const left = Math.min(burst, bucket.left + (Math.max(0, nowMs - bucket.atMs) * perSecond) / 1000);
    if (left < 1) return Math.ceil((1 - left) / perSecond);
    this.#buckets.set(key, { left: left - 1, atMs: nowMs });
    return null;
  }
}
