/**
 * One timer for each key, earliest first: an indexed binary min-heap. Keys are small integers (rows of the
 * schedule book), so the heap is three typed arrays of 16 bytes a timer, a move of a timer is O(log n), and a
 * million of them neither weigh on the garbage collector nor leave dead entries behind.
 */
const NOT_ARMED = -1;
const FIRST_CAPACITY = 1024;

export class TimerHeap {
  /** By key: when, epoch milliseconds. */
  #at = new Float64Array(FIRST_CAPACITY);
  /** By key: where in `#heap`. */
  #place = new Int32Array(FIRST_CAPACITY).fill(NOT_ARMED);
  #heap = new Int32Array(FIRST_CAPACITY);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Arms the key's timer, or moves it. `key` is a non-negative integer, `atMs` epoch milliseconds. */
  set(key: number, atMs: number): void {
    this.#reserve(key + 1);
    const before = this.#at[key] ?? 0;
    this.#at[key] = atMs;
    const place = this.#place[key] ?? NOT_ARMED;
    if (place === NOT_ARMED) {
      this.#size += 1;
      this.#up(this.#size - 1, key);
    } else if (atMs < before) {
      this.#up(place, key);
    } else {
      this.#down(place, key);
    }
  }

  /** Disarms the key's timer; nothing where it has none. */
  clear(key: number): void {
    const place = this.#place[key] ?? NOT_ARMED;
    if (place === NOT_ARMED) return;
    this.#place[key] = NOT_ARMED;
    this.#size -= 1;
    const last = this.#heap[this.#size] ?? 0;
    if (last === key) return;
    // What stood last may belong above the gap or below it.
    this.#up(place, last);
    this.#down(this.#place[last] ?? place, last);
  }

  /** When the earliest timer is due, epoch milliseconds; null where none is armed. */
  earliest(): number | null {
    return this.#size === 0 ? null : (this.#at[this.#heap[0] ?? 0] ?? null);
  }

  /** Disarms the earliest timer and answers its key; null where none is armed. */
  take(): number | null {
    if (this.#size === 0) return null;
    const key = this.#heap[0] ?? 0;
    this.clear(key);
    return key;
  }

  #up(from: number, key: number): void {
    const at = this.#at[key] ?? 0;
    let place = from;
    while (place > 0) {
      const parentPlace = (place - 1) >> 1;
      const parent = this.#heap[parentPlace] ?? 0;
      if ((this.#at[parent] ?? 0) <= at) break;
      this.#put(place, parent);
      place = parentPlace;
    }
    this.#put(place, key);
  }

  #down(from: number, key: number): void {
    const at = this.#at[key] ?? 0;
    let place = from;
    for (;;) {
      const childPlace = this.#earlierChild(place);
      const child = childPlace === null ? undefined : this.#heap[childPlace];
      if (childPlace === null || child === undefined || (this.#at[child] ?? 0) >= at) break;
      this.#put(place, child);
      place = childPlace;
    }
    this.#put(place, key);
  }

  #earlierChild(place: number): number | null {
    const left = 2 * place + 1;
    const right = left + 1;
    if (left >= this.#size) return null;
    if (right >= this.#size) return left;
    const leftAt = this.#at[this.#heap[left] ?? 0] ?? 0;
    const rightAt = this.#at[this.#heap[right] ?? 0] ?? 0;
    return rightAt < leftAt ? right : left;
  }

  #put(place: number, key: number): void {
    this.#heap[place] = key;
    this.#place[key] = place;
  }

  #reserve(capacity: number): void {
    if (capacity <= this.#at.length) return;
    const grown = Math.max(capacity, this.#at.length * 2);
    const at = new Float64Array(grown);
    at.set(this.#at);
    this.#at = at;
    const place = new Int32Array(grown).fill(NOT_ARMED);
    place.set(this.#place);
    this.#place = place;
    const heap = new Int32Array(grown);
    heap.set(this.#heap);
    this.#heap = heap;
  }
}
