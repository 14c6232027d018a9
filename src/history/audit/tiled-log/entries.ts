/** Entries of a tiled log as they stand in its bundles. */
import { TILE_WIDTH, tilePath } from '../tiles.ts';

const LENGTH_BYTES = 2;

export function entryBundlePath(index: number, width: number): string {
  return `tile/entries/${tilePath({ index, width })}`;
}

/** Null where it is no bundle, or one of too many. */
export function parseEntryBundle(bundle: Buffer): readonly Buffer[] | null {
  const entries: Buffer[] = [];
  for (let at = 0; at < bundle.length; ) {
    if (entries.length === TILE_WIDTH || at + LENGTH_BYTES > bundle.length) return null;
    const end = at + LENGTH_BYTES + bundle.readUInt16BE(at);
    if (end > bundle.length) return null;
    entries.push(bundle.subarray(at + LENGTH_BYTES, end));
    at = end;
  }
  return entries;
}

/** Null for what no event is entered as. */
export function parseTreeEntry(entry: Buffer): { readonly subject: string; readonly hash: string } | null {
  const [, subject = '', hash = ''] =
    /^task-service\/entry\/v1\n([^\n]+)\n([0-9a-f]{64})\n$/.exec(entry.toString('utf8')) ?? [];
  return subject === '' ? null : { subject, hash };
}
