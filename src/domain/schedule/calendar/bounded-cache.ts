/**
 * A cache of at most `capacity` entries. Two generations instead of an order of use: what was not asked for
 * while half the capacity was filled anew is forgotten, and a hit costs one look-up.
 */
export class BoundedCache<K, V> {
  readonly #half: number;
  #young = new Map<K, V>();
  #old = new Map<K, V>();

  constructor(capacity: number) {
    this.#half = Math.ceil(capacity / 2);
  }

  /** The stored value, else what `make` returns, which is stored; nothing is stored where `make` throws. */
  get(key: K, make: (key: K) => V): V {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const value = this.#old.get(key) ?? make(key);
    if (this.#young.size >= this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
    return value;
  }
}
