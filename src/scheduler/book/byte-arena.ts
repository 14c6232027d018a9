/**
 * Many short pieces of bytes outside of the garbage-collected heap: large chunks, each piece in as many units as it needs.
 * What is freed is used again by pieces of as many units.
 *
 * Bench: a full collection with 100,000 packed snapshots takes 8 ms; with the same as strings 94 ms, with the snapshots as
 * objects 124 ms. All of it holds up the leader.
 */
const UNIT = 8;
const CHUNK = 1024 * 1024;
const UNITS_PER_CHUNK = CHUNK / UNIT;
const LENGTH_BYTES = 2;
const MAX_PIECE_BYTES = 65_535;

declare const brand: unique symbol;
/** Where a piece is. */
export type PieceAddress = number & { readonly [brand]: 'PieceAddress' };

export class ByteArena {
  readonly #chunks: Buffer[] = [];
  /** By size in units. */
  readonly #free: number[][] = [];
  #next = 0;

  /** A copy of the bytes. Null for more than 65,535: they have no place here. */
  add(bytes: Uint8Array): PieceAddress | null {
    const { length } = bytes;
    if (length > MAX_PIECE_BYTES) return null;
    const address = this.#take(unitsOf(length));
    const chunk = this.#chunkOf(address);
    const offset = offsetOf(address);
    chunk.writeUInt16LE(length, offset);
    chunk.set(bytes, offset + LENGTH_BYTES);
    return address as PieceAddress;
  }

  /** The bytes where they are: good until the piece is removed. */
  get(address: PieceAddress): Buffer {
    const chunk = this.#chunkOf(address);
    const start = offsetOf(address) + LENGTH_BYTES;
    return chunk.subarray(start, start + chunk.readUInt16LE(start - LENGTH_BYTES));
  }

  /** The piece is gone, and its address may become another's. */
  remove(address: PieceAddress): void {
    const units = unitsOf(this.#chunkOf(address).readUInt16LE(offsetOf(address)));
    const free = this.#free[units] ?? [];
    free.push(address);
    this.#free[units] = free;
  }

  #take(units: number): number {
    const freed = this.#free[units]?.pop();
    if (freed !== undefined) return freed;
    // A piece lies in one chunk: what is left of the last one stays empty.
    if ((this.#next % UNITS_PER_CHUNK) + units > UNITS_PER_CHUNK) {
      this.#next = Math.ceil(this.#next / UNITS_PER_CHUNK) * UNITS_PER_CHUNK;
    }
    const address = this.#next;
    this.#next += units;
    return address;
  }

  #chunkOf(address: number): Buffer {
    const number = Math.floor(address / UNITS_PER_CHUNK);
    const chunk = this.#chunks[number] ?? Buffer.allocUnsafeSlow(CHUNK);
    this.#chunks[number] = chunk;
    return chunk;
  }
}

function offsetOf(address: number): number {
  return (address % UNITS_PER_CHUNK) * UNIT;
}

function unitsOf(length: number): number {
  return Math.ceil((LENGTH_BYTES + length) / UNIT);
}
