/** A yes or no for each row of the schedule book, a byte each; no to begin with. */
const FIRST_CAPACITY = 1_024;

export class RowFlags {
  #flags = new Uint8Array(FIRST_CAPACITY);

  has(row: number): boolean {
    return this.#flags[row] === 1;
  }

  set(row: number, isSo: boolean): void {
    if (row >= this.#flags.length) {
      if (!isSo) return;
      const grown = new Uint8Array(Math.max(row + 1, 2 * this.#flags.length));
      grown.set(this.#flags);
      this.#flags = grown;
    }
    this.#flags[row] = isSo ? 1 : 0;
  }
}
