/** Tells when an attempt has waited for others for a while, and when it goes on. */
export class OutsideWaits {
  readonly #afterMs: number;
  readonly #onLong: () => void;
  readonly #onOver: () => void;
  #waits = 0;
  #timer: NodeJS.Timeout | null = null;
  #isLong = false;

  constructor(options: {
    readonly afterMs: number;
    readonly onLong: () => void;
    readonly onOver: () => void;
  }) {
    this.#afterMs = options.afterMs;
    this.#onLong = options.onLong;
    this.#onOver = options.onOver;
  }

  async during<T>(work: Promise<T>): Promise<T> {
    this.#begin();
    try {
      return await work;
    } finally {
      this.#end();
    }
  }

  #begin(): void {
    this.#waits++;
    if (this.#waits > 1) return;
    this.#timer = setTimeout(() => {
      this.#isLong = true;
      this.#onLong();
    }, this.#afterMs);
  }

  #end(): void {
    this.#waits--;
    if (this.#waits > 0) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#isLong) this.#onOver();
    this.#isLong = false;
  }
}
