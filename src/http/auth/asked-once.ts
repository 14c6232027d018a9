/**
 * What another service said, remembered for a while: callers who ask the same at once share one question, and only
 * a definite answer is kept. Answers that let somebody in are kept apart from refusals, so that nobody drives the
 * former out by asking nonsense.
 */
import { LRUCache } from 'lru-cache';
import { mostEntries } from '../../kernel/most-entries.ts';

export interface Verdict<T> {
  readonly value: T;
  readonly passes: boolean;
  /** How long it holds, milliseconds; 0 or less: for those who ask now only. */
  readonly forMs: number;
}

interface Kept<T> {
  readonly value: T;
  readonly untilMs: number;
}

const REMEMBERED = 10_000;

export class AskedOnce<T> {
  readonly #monotonicMs: () => number;
  readonly #passing = new LRUCache<string, Kept<T>>(mostEntries(REMEMBERED));
  readonly #refusing = new LRUCache<string, Kept<T>>(mostEntries(REMEMBERED));
  readonly #asking = new Map<string, Promise<T>>();

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /** What holds for `name`; asks where nothing does. A rejection is everybody's who waits, and is not kept. */
  of(name: string, ask: () => Promise<Verdict<T>>): Promise<T> {
    const nowMs = this.#monotonicMs();
    const kept = this.#passing.get(name) ?? this.#refusing.get(name);
    if (kept !== undefined && nowMs < kept.untilMs) return Promise.resolve(kept.value);
    const asking = this.#asking.get(name) ?? this.#ask(name, ask);
    this.#asking.set(name, asking);
    return asking;
  }

  async #ask(name: string, ask: () => Promise<Verdict<T>>): Promise<T> {
    try {
      const { value, passes, forMs } = await ask();
      this.#passing.delete(name);
      this.#refusing.delete(name);
      if (forMs > 0) {
        const untilMs = this.#monotonicMs() + forMs;
        (passes ? this.#passing : this.#refusing).set(name, { value, untilMs });
      }
      return value;
    } finally {
      this.#asking.delete(name);
    }
  }
}
