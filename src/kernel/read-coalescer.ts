/**
 * Reads that concern the same key share one: a call joins the read that starts next, never one that is under way,
 * which may have looked before the caller's own last write.
 */
export class ReadCoalescer<T> {
  readonly #running = new Map<string, Promise<T>>();
  readonly #next = new Map<string, Promise<T>>();

  read(key: string, act: () => Promise<T>): Promise<T> {
    const next = this.#next.get(key);
    if (next !== undefined) return next;
    const running = this.#running.get(key);
    if (running === undefined) return this.#start(key, act);
    const following = running
      .catch(() => undefined)
      .then(() => {
        this.#next.delete(key);
        return this.#start(key, act);
      });
    this.#next.set(key, following);
    return following;
  }

  #start(key: string, act: () => Promise<T>): Promise<T> {
    const running = act().finally(() => {
      if (this.#running.get(key) === running) this.#running.delete(key);
    });
    this.#running.set(key, running);
    return running;
  }
}
