/** Counts, instants, hashes and texts as bytes, one after another, and back. */

const FIRST_CAPACITY = 4_096;
const HASH_BYTES = 32;
const INSTANT_BYTES = 6;
const COUNT_BYTES = 8;
const MORE = 0x80;
const LARGEST_OF_A_CHAR = 3;

export class ByteWriter {
  #bytes = Buffer.alloc(FIRST_CAPACITY);
  #at = 0;

  /** Anew. */
  begin(): void {
    this.#at = 0;
  }

  /** Good until `begin`. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  /** A safe integer, 0 and up. */
  count(value: number): void {
    this.#reserve(COUNT_BYTES);
    let rest = value;
    while (rest >= MORE) {
      this.#bytes[this.#at++] = (rest % MORE) | MORE;
      rest = Math.floor(rest / MORE);
    }
    this.#bytes[this.#at++] = rest;
  }

  /** Epoch milliseconds, below 2^48. */
  instant(ms: number): void {
    this.#reserve(INSTANT_BYTES);
    this.#at = this.#bytes.writeUIntLE(ms, this.#at, INSTANT_BYTES);
  }

  /** A SHA-256 in hex. */
  hash(hex: string): void {
    this.#reserve(HASH_BYTES);
    this.#at += this.#bytes.write(hex, this.#at, HASH_BYTES, 'hex');
  }

  text(text: string): void {
    this.#reserve(COUNT_BYTES + LARGEST_OF_A_CHAR * text.length);
    this.count(Buffer.byteLength(text));
    this.#at += this.#bytes.write(text, this.#at, 'utf8');
  }

  #reserve(more: number): void {
    const needed = this.#at + more;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.alloc(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

/** Reads them in the order in which they were written. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  count(): number {
    let value = 0;
    for (let scale = 1; ; scale *= MORE) {
      const byte = this.#bytes[this.#at++] ?? 0;
      value += (byte % MORE) * scale;
      if (byte < MORE) return value;
    }
  }

  instant(): number {
    const ms = this.#bytes.readUIntLE(this.#at, INSTANT_BYTES);
    this.#at += INSTANT_BYTES;
    return ms;
  }

  hash(): string {
    const from = this.#at;
    this.#at += HASH_BYTES;
    return this.#bytes.toString('hex', from, this.#at);
  }

  text(): string {
    const length = this.count();
    const from = this.#at;
    this.#at += length;
    return this.#bytes.toString('utf8', from, this.#at);
  }
}
