/** An answer that is kept for a while: whoever asks meanwhile shares it. What fails is asked for anew. */
export class SharedAnswer<T> {
  readonly #ask: () => Promise<T>;
  readonly #keptMs: number;
  readonly #nowMs: () => number;
  #answer: Promise<T> | null = null;
  #askedAt = Number.NEGATIVE_INFINITY;

  /** `nowMs`: monotonic milliseconds. */
  constructor(ask: () => Promise<T>, keptMs: number, nowMs: () => number) {
    this.#ask = ask;
    this.#keptMs = keptMs;
    this.#nowMs = nowMs;
  }

  /** Asked for `keptMs` ago at most. Throws what asking throws. */
  get(): Promise<T> {
    const now = this.#nowMs();
    if (this.#answer !== null && now - this.#askedAt < this.#keptMs) return this.#answer;
    const answer = this.#ask();
    this.#answer = answer;
    this.#askedAt = now;
    answer.catch(() => {
      if (this.#answer === answer) this.#answer = null;
    });
    return answer;
  }
}
