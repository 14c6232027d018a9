/**
 * The Merkle tree of RFC 6962, section 2: hashes, roots, proofs of inclusion and of consistency, and their checks. Pure.
 * Sizes and indexes are plain numbers up to 2^53, so nothing here shifts bits.
 *
 * A tree is known by its complete subtrees: `node(level, index)` is the hash over the 2^level leaves from
 * index * 2^level on.
 */
import { hash } from 'node:crypto';

export const HASH_BYTES = 32;

/** Hash of a complete subtree. */
export type NodeReader = (level: number, index: number) => Buffer | Promise<Buffer>;

export function leafHash(entry: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([LEAF, entry]), 'buffer');
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([NODE, left, right]), 'buffer');
}

const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);
const EMPTY_ROOT = hash('sha256', '', 'buffer');

/** A tree that leaves are added to, and that remembers no more than its root needs: one hash a level. */
export class GrowingTree {
  #size = 0;
  /** Of complete subtrees that cover the tree, the largest first. */
  #subtrees: Buffer[] = [];

  get size(): number {
    return this.#size;
  }

  add(leaf: Buffer): void {
    let subtree = leaf;
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) {
      subtree = nodeHash(this.#subtrees.pop() as Buffer, subtree);
    }
    this.#subtrees.push(subtree);
    this.#size++;
  }

  root(): Buffer {
    return (
      this.#subtrees.reduceRight<Buffer | null>(
        (right, left) => (right === null ? left : nodeHash(left, right)),
        null,
      ) ?? EMPTY_ROOT
    );
  }

  copy(): GrowingTree {
    const copy = new GrowingTree();
    copy.#size = this.#size;
    copy.#subtrees = [...this.#subtrees];
    return copy;
  }
}

/** Root over the leaves from `from` up to and without `to`, where that is the tree or a right part of one that a proof names. */
async function rangeHash(node: NodeReader, from: number, to: number): Promise<Buffer> {
  const count = to - from;
  if (count === 0) return EMPTY_ROOT;
  const level = Math.log2(count);
  if (Number.isInteger(level) && 2 ** level === count) return node(level, from / count);
  const middle = from + largestPowerBelow(count);
  return nodeHash(await rangeHash(node, from, middle), await rangeHash(node, middle, to));
}

export function rootAt(node: NodeReader, size: number): Promise<Buffer> {
  return rangeHash(node, 0, size);
}

/** From the leaf's sibling to the root's child. */
export async function inclusionProof(node: NodeReader, index: number, size: number): Promise<Buffer[]> {
  if (!(index >= 0 && index < size)) throw new RangeError(`no leaf ${index} in a tree of ${size}`);
  const path: Buffer[] = [];
  for (let from = 0, to = size; to - from > 1; ) {
    const middle = from + largestPowerBelow(to - from);
    if (index < middle) {
      path.push(await rangeHash(node, middle, to));
      to = middle;
    } else {
      path.push(await rangeHash(node, from, middle));
      from = middle;
    }
  }
  return path.reverse();
}

/** That a tree of `older` leaves is what a tree of `newer` begins with. */
export async function consistencyProof(node: NodeReader, older: number, newer: number): Promise<Buffer[]> {
  if (!(older >= 0 && older <= newer)) throw new RangeError(`no tree of ${older} in one of ${newer}`);
  if (older === 0 || older === newer) return [];
  const path: Buffer[] = [];
  let [from, to] = [0, newer];
  while (to !== older) {
    const middle = from + largestPowerBelow(to - from);
    if (older <= middle) {
      path.push(await rangeHash(node, middle, to));
      to = middle;
    } else {
      path.push(await rangeHash(node, from, middle));
      from = middle;
    }
  }
  if (from !== 0) path.push(await rangeHash(node, from, to));
  return path.reverse();
}

/** RFC 9162, 2.1.3.2. */
export function provesInclusion(
  leaf: Buffer,
  { index, size, root }: { readonly index: number; readonly size: number; readonly root: Buffer },
  proof: readonly Buffer[],
): boolean {
  if (!(index >= 0 && index < size)) return false;
  let [at, last, computed] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      computed = nodeHash(sibling, computed);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      computed = nodeHash(computed, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && computed.equals(root);
}

export interface TreeHead {
  readonly size: number;
  readonly root: Buffer;
}

/** RFC 9162, 2.1.4.2. An empty tree is what every tree begins with. */
export function provesConsistency(older: TreeHead, newer: TreeHead, proof: readonly Buffer[]): boolean {
  if (older.size > newer.size) return false;
  if (older.size === newer.size) return proof.length === 0 && older.root.equals(newer.root);
  if (older.size === 0) return proof.length === 0 && older.root.equals(EMPTY_ROOT);
  const isWhole = Number.isInteger(Math.log2(older.size)) && 2 ** Math.log2(older.size) === older.size;
  const path = isWhole ? [older.root, ...proof] : [...proof];
  const first = path.shift();
  if (first === undefined) return false;
  let [at, last] = [older.size - 1, newer.size - 1];
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  let [was, is] = [first, first];
  for (const hash of path) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      was = nodeHash(hash, was);
      is = nodeHash(hash, is);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      is = nodeHash(is, hash);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && was.equals(older.root) && is.equals(newer.root);
}

function half(value: number): number {
  return Math.floor(value / 2);
}

/** The largest power of two that is less than `count`, which is at least 2. */
function largestPowerBelow(count: number): number {
  let power = 2 ** Math.floor(Math.log2(count));
  // Logarithms of large numbers are rounded.
  while (power >= count) power /= 2;
  while (power * 2 < count) power *= 2;
  return power;
}
