/**
 * Checks a log in tiles (c2sp.org/tlog-tiles) from its first entry on: every entry by the leaf that stands for it, every tile of
 * every level by the tiles below it, and all of it by a signed checkpoint. Memory is one tile a level.
 */

import { GrowingTree, HASH_BYTES, leafHash, type TreeHead } from '../merkle.ts';
import { hashesAt, TILE_WIDTH, tilePath, tileRoot } from '../tiles.ts';
import { entryBundlePath, parseEntryBundle, parseTreeEntry } from './entries.ts';

/** Files of a tiled log, by their paths below its prefix. Null where there is none. */
export interface TiledLog {
  read(path: string): Promise<Buffer | null>;
}

export type TilesFaultKind = 'changed' | 'missing' | 'truncated' | 'foreign-subject';

export interface TilesFault {
  readonly kind: TilesFaultKind;
  readonly text: string;
}

export interface TilesOptions {
  readonly log: TiledLog;
  /** Signed. */
  readonly head: TreeHead;
  /** A checkpoint that is held; the log has to begin with it. */
  readonly since: TreeHead | null;
  readonly isOurs: (subject: string) => boolean;
  readonly onFault: (fault: TilesFault) => void;
}

/** How many entries were there. */
export async function verifyTiles(options: TilesOptions): Promise<number> {
  const { log, head, since, onFault } = options;
  const levels = new TileLevels(options);
  const tree = new GrowingTree();
  const isHeld = () => since === null || tree.size !== since.size || tree.root().equals(since.root);
  const held = () => {
    if (!isHeld()) onFault({ kind: 'changed', text: `the checkpoint that is held is of other entries` });
  };
  if (since !== null && since.size > head.size) {
    onFault({
      kind: 'truncated',
      text: `the log ends at event ${head.size}, the checkpoint that is held at ${since.size}`,
    });
  }
  held();
  const bundles = Math.ceil(head.size / TILE_WIDTH);
  let next = readWidth(log, 0, head.size);
  for (let index = 0; index < bundles; index++) {
    const [width, bundle] = [widthOf(index, head.size), await next];
    // The next one is on its way while this one is looked at.
    if (index + 1 < bundles) next = readWidth(log, index + 1, head.size);
    next.catch(() => {});
    const entries = entriesOf(bundle, index, width, onFault);
    if (entries === null) return tree.size;
    for (const [at, entry] of entries.entries()) {
      const fault = faultOf(entry, index * TILE_WIDTH + at + 1, options);
      if (fault !== null) onFault(fault);
      const leaf = leafHash(entry);
      tree.add(leaf);
      held();
      await levels.add(leaf);
    }
  }
  await levels.end();
  if (!tree.root().equals(head.root))
    onFault({ kind: 'changed', text: 'the signed checkpoint is of other entries' });
  return tree.size;
}

function widthOf(index: number, hashes: number): number {
  return Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH);
}

/** A bundle that is not full may have been replaced by the full one. */
async function readWidth(log: TiledLog, index: number, size: number): Promise<Buffer | null> {
  const width = widthOf(index, size);
  const found = await log.read(entryBundlePath(index, width));
  return found === null && width < TILE_WIDTH ? log.read(entryBundlePath(index, TILE_WIDTH)) : found;
}

function entriesOf(
  bundle: Buffer | null,
  index: number,
  width: number,
  onFault: TilesOptions['onFault'],
): readonly Buffer[] | null {
  const events = `events ${index * TILE_WIDTH + 1} to ${index * TILE_WIDTH + width}`;
  const path = entryBundlePath(index, width);
  if (bundle === null) {
    onFault({ kind: 'missing', text: `${events}: there is no ${path}` });
    return null;
  }
  const entries = parseEntryBundle(bundle);
  if (entries !== null && entries.length >= width) return entries.slice(0, width);
  onFault({ kind: 'truncated', text: `${events}: ${path} has ${entries?.length ?? 'no'} whole entries` });
  return null;
}

function faultOf(entry: Buffer, sequence: number, { isOurs }: TilesOptions): TilesFault | null {
  const parsed = parseTreeEntry(entry);
  if (parsed === null) return { kind: 'changed', text: `event ${sequence} is no entry of this log` };
  return isOurs(parsed.subject)
    ? null
    : { kind: 'foreign-subject', text: `event ${sequence} (${parsed.subject})` };
}

/** The tiles that the leaves make, each held against the one that is there. */
class TileLevels {
  readonly #options: TilesOptions;
  readonly #open: { hashes: Buffer[]; done: number }[] = [];

  constructor(options: TilesOptions) {
    this.#options = options;
  }

  async add(leaf: Buffer): Promise<void> {
    let hash = leaf;
    for (let level = 0; ; level++) {
      const tile = this.#open[level] ?? { hashes: [], done: 0 };
      this.#open[level] = tile;
      tile.hashes.push(hash);
      if (tile.hashes.length < TILE_WIDTH) return;
      const whole = Buffer.concat(tile.hashes);
      await this.#compare(level, tile.done, whole);
      tile.hashes = [];
      tile.done++;
      hash = tileRoot(whole);
    }
  }

  /** Those that are not full. */
  async end(): Promise<void> {
    for (const [level, { hashes, done }] of this.#open.entries()) {
      if (hashes.length > 0) await this.#compare(level, done, Buffer.concat(hashes));
    }
  }

  async #compare(level: number, index: number, made: Buffer): Promise<void> {
    const { log, head, onFault } = this.#options;
    const width = made.length / HASH_BYTES;
    const path = (of: number) => `tile/${level}/${tilePath({ index, width: of })}`;
    const isLast = width < TILE_WIDTH && index * TILE_WIDTH + width === hashesAt(level, head.size);
    const found = (await log.read(path(width))) ?? (isLast ? await log.read(path(TILE_WIDTH)) : null);
    if (found === null) return onFault({ kind: 'missing', text: `there is no ${path(width)}` });
    if (found.length < made.length) {
      return onFault({
        kind: 'truncated',
        text: `${path(width)} has ${found.length} bytes of ${made.length}`,
      });
    }
    const differs = firstDifference(found, made);
    if (differs < 0) return;
    const first = (index * TILE_WIDTH + differs) * TILE_WIDTH ** level + 1;
    const last = first + TILE_WIDTH ** level - 1;
    const events = first === last ? `event ${first}` : `events ${first} to ${last}`;
    onFault({ kind: 'changed', text: `${path(width)}: ${events}` });
  }
}

/** Of the hashes; negative where there is none. */
function firstDifference(found: Buffer, made: Buffer): number {
  for (let at = 0; at < made.length; at += HASH_BYTES) {
    if (!found.subarray(at, at + HASH_BYTES).equals(made.subarray(at, at + HASH_BYTES)))
      return at / HASH_BYTES;
  }
  return -1;
}
