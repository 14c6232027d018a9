/**
 * Which row a task has: an open hash table of rows, and beside it the id of each row's task, in typed arrays. Some 24 bytes
 * a task, a sixth of what a map of texts takes, and nothing for the garbage collector to visit.
 *
 * An id is `tsk_` and a ULID: 26 digits of base 32 for 128 bits, of which the last 80 are random.
 */
import type { TaskId } from '../../domain/shared/ids.ts';

const PREFIX = 'tsk_';
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const DIGIT_COUNT = 26;
const BITS_OF_DIGIT = 5;
const WORDS = 4;
const VALUES = Uint8Array.from({ length: 128 }, (_, code) =>
  Math.max(0, DIGITS.indexOf(String.fromCharCode(code))),
);
const FIRST_CAPACITY = 1_024;
const EMPTY = -1;
/** Odd, with bits all over, as of MurmurHash3. */
const MIXES = [0x85ebca6b, 0xc2b2ae35] as const;

export class TaskRows {
  /** Rows by the hash of their ids, or after it; a power of two, at most half full. */
  #table = new Int32Array(2 * FIRST_CAPACITY).fill(EMPTY);
  /** By row, four words each. */
  #ids = new Uint32Array(WORDS * FIRST_CAPACITY);
  readonly #wanted = new Uint32Array(WORDS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  find(taskId: TaskId): number | undefined {
    const row = this.#table[this.#placeOf(taskId)] ?? EMPTY;
    return row === EMPTY ? undefined : row;
  }

  /** The id of a task that has been added with this row. */
  taskAt(row: number): TaskId {
    return textOf(this.#ids.subarray(row * WORDS, (row + 1) * WORDS));
  }

  /** `row` is no other task's. */
  add(taskId: TaskId, row: number): void {
    this.#reserve(row + 1);
    const place = this.#placeOf(taskId);
    if (this.#table[place] === EMPTY) this.#size += 1;
    this.#table[place] = row;
    this.#ids.set(this.#wanted, row * WORDS);
  }

  remove(taskId: TaskId): void {
    let gap = this.#placeOf(taskId);
    if (this.#table[gap] === EMPTY) return;
    this.#size -= 1;
    const mask = this.#table.length - 1;
    // What stands behind the gap without one between, and was put there for want of its own place, moves up.
    for (let place = (gap + 1) & mask; ; place = (place + 1) & mask) {
      const row = this.#table[place] ?? EMPTY;
      if (row === EMPTY) break;
      if (((place - this.#firstPlaceOf(row)) & mask) < ((place - gap) & mask)) continue;
      this.#table[gap] = row;
      gap = place;
    }
    this.#table[gap] = EMPTY;
  }

  /** Where the task's row stands, or would; leaves its id in `#wanted`. */
  #placeOf(taskId: TaskId): number {
    readId(taskId, this.#wanted);
    const mask = this.#table.length - 1;
    for (let place = hashOf(this.#wanted, 0) & mask; ; place = (place + 1) & mask) {
      const row = this.#table[place] ?? EMPTY;
      if (row === EMPTY || this.#isWanted(row * WORDS)) return place;
    }
  }

  #isWanted(at: number): boolean {
    for (let word = WORDS - 1; word >= 0; word--)
      if (this.#ids[at + word] !== this.#wanted[word]) return false;
    return true;
  }

  #firstPlaceOf(row: number): number {
    return hashOf(this.#ids, row * WORDS) & (this.#table.length - 1);
  }

  #reserve(rows: number): void {
    const capacity = this.#ids.length / WORDS;
    if (rows <= capacity) return;
    const grown = Math.max(rows, capacity * 2);
    const ids = new Uint32Array(WORDS * grown);
    ids.set(this.#ids);
    this.#ids = ids;
    const before = this.#table;
    const table = new Int32Array(2 ** Math.ceil(Math.log2(2 * grown))).fill(EMPTY);
    this.#table = table;
    for (const row of before) {
      if (row === EMPTY) continue;
      let place = this.#firstPlaceOf(row);
      while (table[place] !== EMPTY) place = (place + 1) & (table.length - 1);
      table[place] = row;
    }
  }
}

/** Every bit of the id in every bit of it: ids made in a row, or by others, differ in a few digits only. */
function hashOf(words: Uint32Array, at: number): number {
  let hash = 0;
  for (let word = 0; word < WORDS; word++) {
    hash = Math.imul(hash ^ (words[at + word] ?? 0), MIXES[0]);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, MIXES[1]);
  return hash ^ (hash >>> 13);
}

function readId(taskId: TaskId, into: Uint32Array): void {
  into.fill(0);
  let bit = DIGIT_COUNT * BITS_OF_DIGIT;
  for (let digit = 0; digit < DIGIT_COUNT; digit++) {
    bit -= BITS_OF_DIGIT;
    const value = VALUES[taskId.charCodeAt(PREFIX.length + digit)] ?? 0;
    const word = WORDS - 1 - (bit >> 5);
    const shift = bit & 31;
    into[word] = (into[word] ?? 0) | (value << shift);
    // The rest of a digit that lies across two words.
    if (shift > 32 - BITS_OF_DIGIT && word > 0)
      into[word - 1] = (into[word - 1] ?? 0) | (value >>> (32 - shift));
  }
}

function textOf(words: Uint32Array): TaskId {
  let text = PREFIX;
  for (let bit = (DIGIT_COUNT - 1) * BITS_OF_DIGIT; bit >= 0; bit -= BITS_OF_DIGIT) {
    const word = WORDS - 1 - (bit >> 5);
    const shift = bit & 31;
    let value = (words[word] ?? 0) >>> shift;
    if (shift > 32 - BITS_OF_DIGIT && word > 0) value |= (words[word - 1] ?? 0) << (32 - shift);
    text += DIGITS[value & 31];
  }
  return text as TaskId;
}
