import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  consistencyProof,
  GrowingTree,
  inclusionProof,
  leafHash,
  type NodeReader,
  nodeHash,
  provesConsistency,
  provesInclusion,
  rootAt,
} from '../../../src/history/audit/merkle.ts';

/** What implementations of RFC 6962 are held to: these leaves, the roots of the trees of the first n, some proofs. */
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const ROOTS = [
  EMPTY,
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const LEFT_TWO = 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125';
const [, , , , LEFT_FOUR = ''] = ROOTS;
const THIRD_TWO = '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a';
const FOURTH_TWO = 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0';
const FIFTH = 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b';
const SECOND_TWO = '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e';
const SECOND = '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7';
const RIGHT_FOUR = '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4';

const leaves = LEAVES.map((hex) => leafHash(Buffer.from(hex, 'hex')));
const hex = (hashes: readonly Buffer[]) => hashes.map((hash) => hash.toString('hex'));

/** Complete subtrees of leaves, the short way. */
function nodes(all: readonly Buffer[]): NodeReader {
  const node = (level: number, index: number): Buffer =>
    level === 0
      ? (all[index] as Buffer)
      : nodeHash(node(level - 1, index * 2), node(level - 1, index * 2 + 1));
  return node;
}

/** As section 2.1 defines it. */
function defined(all: readonly Buffer[]): Buffer {
  if (all.length === 1) return all[0] as Buffer;
  let k = 1;
  while (k * 2 < all.length) k *= 2;
  return nodeHash(defined(all.slice(0, k)), defined(all.slice(k)));
}

describe('the tree', () => {
  it('has the roots and proofs that RFC 6962 gives it', async () => {
    const tree = new GrowingTree();
    for (const [size, root] of ROOTS.entries()) {
      expect([size, tree.root().toString('hex')]).toEqual([size, root]);
      expect((await rootAt(nodes(leaves), size)).toString('hex')).toBe(root);
      tree.add(leaves[size] ?? Buffer.alloc(32));
    }
    const node = nodes(leaves);
    expect(hex(await inclusionProof(node, 0, 8))).toEqual([SECOND, SECOND_TWO, RIGHT_FOUR]);
    expect(hex(await inclusionProof(node, 5, 8))).toEqual([FIFTH, FOURTH_TWO, LEFT_FOUR]);
    expect(hex(await inclusionProof(node, 0, 1))).toEqual([]);
    expect(hex(await inclusionProof(node, 2, 3))).toEqual([LEFT_TWO]);
    expect(hex(await consistencyProof(node, 6, 8))).toEqual([THIRD_TWO, FOURTH_TWO, LEFT_FOUR]);
    expect(hex(await consistencyProof(node, 2, 5))).toEqual([SECOND_TWO, FIFTH]);
    expect(hex(await consistencyProof(node, 1, 1))).toEqual([]);
  });

  it('of any size is as defined, and every proof of it holds', async () => {
    const random = fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { minLength: 1, maxLength: 70 });
    await fc.assert(
      fc.asyncProperty(random, fc.nat(), fc.nat(), async (raw, at, cut) => {
        const all = raw.map((bytes) => Buffer.from(bytes));
        const size = all.length;
        const node = nodes(all);
        const root = defined(all);
        const tree = new GrowingTree();
        for (const leaf of all) tree.add(leaf);
        expect([tree.root(), await rootAt(node, size)]).toEqual([root, root]);
        const index = at % size;
        const proof = await inclusionProof(node, index, size);
        expect(provesInclusion(all[index] as Buffer, { index, size, root }, proof)).toBe(true);
        const older = cut % (size + 1);
        const olderRoot = older === 0 ? Buffer.from(EMPTY, 'hex') : defined(all.slice(0, older));
        const path = await consistencyProof(node, older, size);
        expect(provesConsistency({ size: older, root: olderRoot }, { size, root }, path)).toBe(true);
      }),
    );
  });

  it('is proven by nothing but what belongs to it', async () => {
    const sizes = fc.integer({ min: 2, max: 40 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), fc.nat(), fc.nat(255), async (size, at, which, bit) => {
        const all = Array.from({ length: size }, (_, n) => leafHash(Buffer.from([n])));
        const node = nodes(all);
        const root = defined(all);
        const index = at % size;
        const leaf = all[index] as Buffer;
        const head = { index, size, root };
        const proof = await inclusionProof(node, index, size);
        const flipped = (hash: Buffer) => {
          const other = Buffer.from(hash);
          other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          return other;
        };
        const changed = proof.with(which % proof.length, flipped(proof[which % proof.length] as Buffer));
        expect(provesInclusion(leaf, head, changed)).toBe(false);
        expect(provesInclusion(leaf, head, proof.slice(0, -1))).toBe(false);
        expect(provesInclusion(leaf, head, [...proof, root])).toBe(false);
        expect(provesInclusion(flipped(leaf), head, proof)).toBe(false);
        expect(provesInclusion(leaf, { ...head, index: (index + 1) % size }, proof)).toBe(false);
        expect(provesInclusion(leaf, { ...head, index: size }, proof)).toBe(false);
        const older = {
          size: 1 + (which % (size - 1)),
          root: defined(all.slice(0, 1 + (which % (size - 1)))),
        };
        const path = await consistencyProof(node, older.size, size);
        expect(provesConsistency(older, { size, root: flipped(root) }, path)).toBe(false);
        expect(provesConsistency({ ...older, root: flipped(older.root) }, { size, root }, path)).toBe(false);
        expect(provesConsistency(older, { size, root }, path.slice(0, -1))).toBe(false);
        expect(provesConsistency({ size, root }, older, path)).toBe(false);
      }),
    );
  });
});
