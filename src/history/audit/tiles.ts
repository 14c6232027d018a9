/**
 * The tree in tiles (c2sp.org/tlog-tiles): 256 hashes each, those of level 0 the leaves, each of a higher level the root
 * of a full tile below it. Pure.
 */
import { HASH_BYTES, type NodeReader, nodeHash } from './merkle.ts';

export const TILE_WIDTH = 256;
const TILE_HEIGHT = 8;
const MOST_LEVEL = 63;

export interface TilePlace {
  readonly level: number;
  readonly index: number;
  /** How many hashes; `TILE_WIDTH` where it is full. */
  readonly width: number;
}

/** Hashes of a tile, at least the first `width` of them. */
export type TileReader = (place: TilePlace) => Promise<Buffer>;

/** `067`, `x001/x234/067`, `x001/067.p/5`: null for what is no such path. */
export function parseTilePath(level: string, path: string): TilePlace | null {
  const [, tile = '', partial] = /^((?:x\d{3}\/){0,4}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path) ?? [];
  if (tile === '' || !/^(0|[1-9]\d?)$/.test(level) || Number(level) > MOST_LEVEL) return null;
  // In one way only: no leading groups of zeros.
  if (tile.startsWith('x000/')) return null;
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  if (partial !== undefined && width >= TILE_WIDTH) return null;
  return { level: Number(level), index: Number(tile.replaceAll(/[x/]/g, '')), width };
}

export function tilePath({ index, width }: Pick<TilePlace, 'index' | 'width'>): string {
  const groups = [String(index % 1_000).padStart(3, '0')];
  for (let rest = Math.floor(index / 1_000); rest > 0; rest = Math.floor(rest / 1_000)) {
    groups.unshift(`x${String(rest % 1_000).padStart(3, '0')}`);
  }
  return groups.join('/') + (width === TILE_WIDTH ? '' : `.p/${width}`);
}

/** How many hashes a level has in a tree of this size. */
export function hashesAt(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/** Whether a tree of this size has that tile. */
export function hasTile({ level, index, width }: TilePlace, size: number): boolean {
  return index * TILE_WIDTH + width <= hashesAt(level, size);
}

export function tileHash(tile: Buffer, index: number): Buffer {
  return tile.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);
}

/** Root over a tile's hashes from one on; their number is a power of two. */
export function tileRoot(tile: Buffer, from = 0, count = TILE_WIDTH): Buffer {
  if (count === 1) return tileHash(tile, from);
  return nodeHash(tileRoot(tile, from, count / 2), tileRoot(tile, from + count / 2, count / 2));
}

/** The complete subtrees of a tree of this size, read from its tiles. */
export function nodesOf(tiles: TileReader, size: number): NodeReader {
  const read = new Map<string, Promise<Buffer>>();
  return async (level, index) => {
    const tileLevel = Math.floor(level / TILE_HEIGHT);
    const count = 2 ** (level % TILE_HEIGHT);
    const first = index * count;
    const tile = Math.floor(first / TILE_WIDTH);
    const width = Math.min(TILE_WIDTH, hashesAt(tileLevel, size) - tile * TILE_WIDTH);
    const key = `${tileLevel}/${tile}`;
    const hashes = read.get(key) ?? tiles({ level: tileLevel, index: tile, width });
    read.set(key, hashes);
    return tileRoot(await hashes, first % TILE_WIDTH, count);
  };
}

/** Entries as they stand in a bundle: each behind its length, 16 bits, big-endian. */
export function entryBundle(entries: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(entry.length);
      return [length, entry];
    }),
  );
}
