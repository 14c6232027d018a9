import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  GrowingTree,
  inclusionProof,
  leafHash,
  provesInclusion,
  rootAt,
} from '../../../src/history/audit/merkle.ts';
import {
  entryBundle,
  hashesAt,
  hasTile,
  nodesOf,
  parseTilePath,
  TILE_WIDTH,
  type TilePlace,
  tilePath,
  tileRoot,
} from '../../../src/history/audit/tiles.ts';

it('tiles are found by their paths, each by one', () => {
  expect(tilePath({ index: 1_234_067, width: 256 })).toBe('x001/x234/067');
  expect(parseTilePath('0', 'x001/x234/067')).toEqual({ level: 0, index: 1_234_067, width: 256 });
  expect(parseTilePath('63', '000.p/1')).toEqual({ level: 63, index: 0, width: 1 });
  fc.assert(
    fc.property(
      fc.nat(999_999_999_999),
      fc.integer({ min: 1, max: 256 }),
      fc.nat(63),
      (index, width, level) => {
        expect(parseTilePath(String(level), tilePath({ index, width }))).toEqual({ level, index, width });
      },
    ),
  );
  for (const path of [
    '',
    '0',
    '67',
    '0067',
    'x000/067',
    '067.p/0',
    '067.p/256',
    '067.p/01',
    '067.p',
    'x067',
    '067/x001',
    '-01',
  ]) {
    expect([path, parseTilePath('0', path)]).toEqual([path, null]);
  }
  for (const level of ['', '64', '01', '-1', '1e1', 'entries'])
    expect(parseTilePath(level, '000')).toBeNull();
});

it('a tree has the tiles that its size makes', () => {
  expect([0, 1, 2].map((level) => hashesAt(level, 70_000))).toEqual([70_000, 273, 1]);
  const has = (level: number, index: number, width = 256) => hasTile({ level, index, width }, 70_000);
  expect([has(0, 272), has(0, 273), has(0, 273, 112), has(0, 273, 113)]).toEqual([true, false, true, false]);
  expect([has(1, 0), has(1, 1), has(1, 1, 17), has(2, 0, 1), has(2, 0, 2)]).toEqual([
    true,
    false,
    true,
    true,
    false,
  ]);
});

it('roots and proofs from tiles are those of the tree', { timeout: 20_000 }, async () => {
  const leaves = Array.from({ length: 1_500 }, (_, n) => leafHash(Buffer.from(`${n}`)));
  const level1 = Array.from({ length: 5 }, (_, n) =>
    tileRoot(Buffer.concat(leaves.slice(n * TILE_WIDTH, (n + 1) * TILE_WIDTH))),
  );
  const tiles = async ({ level, index, width }: TilePlace) =>
    Buffer.concat((level === 0 ? leaves : level1).slice(index * TILE_WIDTH, index * TILE_WIDTH + width));
  for (const size of [1, 2, 255, 256, 257, 1_000, 1_280, 1_500]) {
    const tree = new GrowingTree();
    for (const leaf of leaves.slice(0, size)) tree.add(leaf);
    const root = await rootAt(nodesOf(tiles, size), size);
    expect([size, root]).toEqual([size, tree.root()]);
    for (const index of [0, Math.floor(size / 2), size - 1]) {
      const proof = await inclusionProof(nodesOf(tiles, size), index, size);
      expect(provesInclusion(leaves[index] as Buffer, { index, size, root }, proof)).toBe(true);
    }
  }
});

it('entries stand in a bundle behind their lengths', () => {
  expect(entryBundle([Buffer.from('ab'), Buffer.alloc(0), Buffer.alloc(300)]).subarray(0, 8)).toEqual(
    Buffer.from([0, 2, 97, 98, 0, 0, 1, 44]),
  );
});
