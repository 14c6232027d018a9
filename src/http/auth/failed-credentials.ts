/**
 * Wrong credentials are counted by address, after they failed: whoever is right is let in, whoever else is behind the
 * same address. An address that has failed too often hears so (429), and hears it late: a refusal costs us about as much
 * as a check, so only waiting keeps somebody who asks again at once from taking the thread.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../application/ports/clock.ts';
import { addressBlock } from '../server/address-block.ts';
import { Problem } from '../server/problem.ts';
import { type RateLimit, RateLimiter } from '../server/rate-limit.ts';

/** How long a refusal is kept back, milliseconds. */
const HOLD_MS = 250;
/** Between two refusals of one address. */
const SPACING_MS = 4;
/** What would have to wait longer is not waited for: its connection is closed. */
const LONGEST_HOLD_MS = 1_000;

export class FailedCredentials {
  readonly #limiter: RateLimiter;
  readonly #monotonicMs: () => number;
  /** When the last refusal that is kept back goes out, by address. */
  readonly #until = new Map<string, number>();

  constructor(limit: RateLimit, clock: Pick<Clock, 'monotonicMs'>) {
    this.#limiter = new RateLimiter('failed-credentials', limit, clock);
    this.#monotonicMs = () => clock.monotonicMs();
  }

  /** What `authenticate` gives; where it throws a 401 too many of `address`, a 429 in its place. */
  async counted<T>(address: string, authenticate: () => Promise<T>, close: () => void): Promise<T> {
    try {
      return await authenticate();
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
      const block = addressBlock(address);
      try {
        this.#limiter.take(block);
      } catch (refusal) {
        await this.#hold(block, close);
        throw refusal;
      }
      throw error;
    }
  }

  async #hold(block: string, close: () => void): Promise<void> {
    const now = this.#monotonicMs();
    const last = this.#until.get(block) ?? 0;
    const until = Math.max(now + HOLD_MS, last + SPACING_MS);
    if (until > now + LONGEST_HOLD_MS) return close();
    this.#until.set(block, until);
    await delay(until - now);
    if (this.#until.get(block) === until) this.#until.delete(block);
  }
}
