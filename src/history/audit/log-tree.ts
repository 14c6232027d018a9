/**
 * The tree over the log. Full tiles are kept; whatever is not kept, or not yet, is made of the log when it is asked for,
 * so an answer is right whether they are there or not. For tiles that become full, what this process has just seen at the
 * end of the log is not read again; whatever else is asked is answered from the log as it is stored.
 */
import type {
  EntryDigest,
  RecentDigests,
  StoredEntry,
  StoredLog,
  StoredTiles,
} from '../../application/ports/log/audit.ts';
import type { Sequence } from '../../domain/shared/ids.ts';
import { Timeslice } from '../../kernel/timeslice.ts';
import { entryLeaf, treeEntry } from './entry.ts';
import { consistencyProof, HASH_BYTES, inclusionProof, rootAt } from './merkle.ts';
import { entryBundle, hashesAt, nodesOf, TILE_WIDTH, type TilePlace, tileRoot } from './tiles.ts';

const EVERYBODY = { userId: null, taskId: null };

/** The log has no event at a place where it must have one. */
export class EntryMissing extends Error {
  override readonly name = 'EntryMissing';
}

/** All throw LogUnavailable and EntryMissing. */
export class LogTree {
  readonly #log: StoredLog;
  readonly #tiles: StoredTiles;
  readonly #recent: RecentDigests | null;

  constructor(log: StoredLog, tiles: StoredTiles, recent: RecentDigests | null = null) {
    this.#log = log;
    this.#tiles = tiles;
    this.#recent = recent;
  }

  root(size: number): Promise<Buffer> {
    return rootAt(
      nodesOf((place) => this.tile(place), size),
      size,
    );
  }

  inclusion(index: number, size: number): Promise<Buffer[]> {
    return inclusionProof(
      nodesOf((place) => this.tile(place), size),
      index,
      size,
    );
  }

  consistency(older: number, newer: number): Promise<Buffer[]> {
    return consistencyProof(
      nodesOf((place) => this.tile(place), newer),
      older,
      newer,
    );
  }

  /** Hashes of a tile that the tree has, exactly as many as its width. */
  async tile({ level, index, width }: TilePlace): Promise<Buffer> {
    const bytes = width * HASH_BYTES;
    // Of level 0 only full ones are kept.
    const kept = level === 0 && width < TILE_WIDTH ? null : await this.#tiles.get(level, index);
    if (kept !== null && kept.length >= bytes) return kept.subarray(0, bytes);
    if (level === 0) return Buffer.concat((await this.#entries(index, width)).map(entryLeaf));
    return this.#extended(level, index, kept ?? Buffer.alloc(0), width);
  }

  async entryBundle(index: number, width: number): Promise<Buffer> {
    return entryBundle((await this.#entries(index, width)).map(treeEntry));
  }

  /**
   * Keeps all that a tree of `size` has after the first `kept` leaves, which are kept already; answers how many are now.
   * Nothing that was kept of later leaves is believed.
   */
  async keep(kept: number, size: number, isWanted: () => boolean): Promise<number> {
    const from = hashesAt(1, kept);
    const to = hashesAt(1, size);
    let done = from;
    let leaves: Buffer[] = [];
    const slice = new Timeslice();
    for await (const page of this.#seenOrRead(at(from), at(to))) {
      for (const entry of page) {
        requirePlace(entry, done * TILE_WIDTH + leaves.length + 1);
        leaves.push(entryLeaf(entry));
        if (slice.isOver()) await slice.next();
        if (leaves.length < TILE_WIDTH) continue;
        await this.#tiles.put(0, done, Buffer.concat(leaves));
        leaves = [];
        done++;
      }
      if (!isWanted()) break;
    }
    if (leaves.length > 0 && isWanted()) throw new EntryMissing('the log ends before its last event');
    await this.#keepAbove(from * TILE_WIDTH, done * TILE_WIDTH);
    return done * TILE_WIDTH;
  }

  /** Tiles of the levels above 0, also those that are not full. */
  async #keepAbove(kept: number, size: number): Promise<void> {
    for (let level = 1; hashesAt(level, size) > hashesAt(level, kept); level++) {
      const [from, to] = [hashesAt(level, kept), hashesAt(level, size)];
      for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < to; index++) {
        const first = index * TILE_WIDTH;
        const known = Math.max(0, from - first) * HASH_BYTES;
        const before = known === 0 ? null : await this.#tiles.get(level, index);
        const width = Math.min(TILE_WIDTH, to - first);
        const hashes = await this.#extended(
          level,
          index,
          before?.subarray(0, known) ?? Buffer.alloc(0),
          width,
        );
        await this.#tiles.put(level, index, hashes);
      }
    }
  }

  /** With the roots of the tiles below that it does not have yet. */
  async #extended(level: number, index: number, hashes: Buffer, width: number): Promise<Buffer> {
    const roots = [hashes];
    for (let at = Math.floor(hashes.length / HASH_BYTES); at < width; at++) {
      const below = { level: level - 1, index: index * TILE_WIDTH + at, width: TILE_WIDTH };
      roots.push(tileRoot(await this.tile(below)));
    }
    return Buffer.concat(roots);
  }

  async *#seenOrRead(
    after: Sequence,
    through: Sequence,
  ): AsyncGenerator<readonly (StoredEntry | EntryDigest)[]> {
    const seen = this.#recent?.between(after, through) ?? null;
    if (seen === null) yield* this.#log.pages(EVERYBODY, after, through);
    else yield seen;
  }

  async #entries(tile: number, width: number): Promise<StoredEntry[]> {
    const after = tile * TILE_WIDTH;
    const entries: StoredEntry[] = [];
    const pages = this.#log.pages(EVERYBODY, after as Sequence, (after + width) as Sequence);
    for await (const page of pages) entries.push(...page);
    for (const [index, entry] of entries.entries()) requirePlace(entry, after + index + 1);
    if (entries.length < width) throw new EntryMissing(`the log has no event ${after + entries.length + 1}`);
    return entries;
  }
}

function at(tiles: number): Sequence {
  return (tiles * TILE_WIDTH) as Sequence;
}

function requirePlace({ sequence }: Pick<StoredEntry, 'sequence'>, place: number): void {
  if (sequence !== place) throw new EntryMissing(`the log has no event ${place}`);
}
